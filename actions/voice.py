"""What is no question to the articles: another language, and attempts to make the assistant say something."""

from __future__ import annotations

import re

_WORDS = """
Spanish: qué que cómo cuánto cuanto cuesta es el la los las una para por con hola gracias puedo está donde
  dónde tratamiento células celulas tengo mi usted pero muy cáncer quiero hablar español necesito ayuda son
  del
German: was wie ist der die das und ich ein eine für mit nicht können kann sind hat haben mein meine
  behandlung zellen guten tag hallo danke bitte kostet wann wo warum krebs möchte sprechen deutsch über auf
  von gibt es sie
French: que quoi comment est le la les une pour avec je vous bonjour merci combien coûte traitement cellules
  mon ma mais très cancer puis parler français quel quelle sont pas des ce qui où pourquoi coute
Italian: che cosa come quanto costa è il la gli una per con sono ciao grazie posso trattamento cellule mio
  mia ma molto cancro vorrei parlare italiano dove perché non buongiorno della di
Portuguese: que como quanto custa é o os as uma para por com olá obrigado obrigada posso tratamento células
  meu minha mas muito câncer quero falar português não onde você são tem
Dutch: wat hoe is de het een en ik voor met niet kan kunnen zijn heb heeft mijn behandeling cellen hallo
  dank kosten waar waarom kanker wil graag spreken nederlands van zijn goedemorgen
Polish: co jak jest czy ile kosztuje dzień dobry dziękuję leczenie komórki mam mój moja nie się na do dla
  chcę rak proszę
Turkish: ne nasıl bir için ile mi mı merhaba teşekkür tedavi hücre kanser benim çok ve bu kaç kadar var
  mıdır nedir
Romanian: ce cum este cât costă bună ziua mulțumesc tratament celule pentru cu nu sunt meu mea vreau vorbesc
Serbian or Croatian: šta što kako je koliko košta dobar dan hvala lečenje liječenje ćelije stanice za sa
  nije moj moja imam želim
"""
_FUNCTION = {
    language: frozenset(words.split())
    for language, _, words in (each.partition(":") for each in re.split(r"\n(?=\S)", _WORDS.strip()))
}
_ENGLISH = frozenset(
    "the is are what how do does can of to and in for a an i my it you with not on that this "
    "have has be was will "
    "cells cell cancer treatment about from they when who why please there he she we or but "
    "if so could would should "
    "had his her our no all just only get me am do did does as at by he be den die man over "
    "so van war also".split()
)
_SCRIPTS = (
    (re.compile(r"[\u0400-\u04ff]"), "Russian or another language in Cyrillic"),
    (re.compile(r"[\u0600-\u06ff]"), "Arabic, Farsi or Urdu"),
    (re.compile(r"[\u3040-\u30ff]"), "Japanese"),
    (re.compile(r"[\uac00-\ud7af]"), "Korean"),
    (re.compile(r"[\u4e00-\u9fff]"), "Chinese"),
    (re.compile(r"[\u0590-\u05ff]"), "Hebrew"),
    (re.compile(r"[\u0370-\u03ff]"), "Greek"),
    (re.compile(r"[\u0900-\u097f]"), "Hindi"),
    (re.compile(r"[\u0e00-\u0e7f]"), "Thai"),
)
MOST_FOREIGN_LETTERS = 0.3
FEWEST_WORDS = 3
LEAST_SHARE = 0.4
"""Of the words of a message, those that are of the other language and not of English."""

_TALK = re.compile(
    r"\b(?:sprechen|reden|hablar|parlare|parler|falar|spreken|praten|rozmawiać|porozmawiać|"
    r"konuş\w*|görüş\w*|vorbesc|"
    r"pričati|razgovarati|razgovarat)\b|говорить|التحدث|أتحدث|谈|说话|話",
    re.I,
)
_PERSON = re.compile(
    r"\b(?:mitarbeiter\w*|mensch\w*|berater\w*|arzt|ärztin|jemand\w*|persona|humano|asesor\w*|"
    r"alguien|médico|operatore|"
    r"qualcuno|medico|personne|conseiller\w*|quelqu|médecin|pessoa|atendente|alguém|"
    r"medewerker|iemand|mens|człowiek\w*|"
    r"konsultant\w*|kimse|biri\w*|insan\w*|temsilci\w*|doktor\w*|cineva|nekim|osobom)\b|"
    r"человек|кем-|врач|شخص|موظف|طبيب|人",
    re.I,
)

_INJECTION = re.compile(
    r"(?<!\bi\s)\b(?:ignore|disregard|forget|override|bypass)\b[\w\s,'’]{0,30}\b(?:instructions?|rules?|"
    r"prompts?|guidelines?|guardrails?|restrictions?|training|everything|all of (?:the above|"
    r"this|that)|(?:the )?above)\b"
    r"|\b(?:system|hidden|initial|original) (?:prompt|instructions?|message)\b"
    r"|\b(?:reveal|print|show|repeat|output|leak)\b[\w\s'’]{0,25}\b(?:prompt|instructions|"
    r"system message|configuration|api key|password)\b"
    r"|\b(?:developer|jailbreak|dan|god|admin|debug) mode\b"
    r"|\b(?:pretend|act|behave|roleplay|role-play)\b[\w\s,'’]{0,20}\b(?:as if|as though|like|"
    r"to be|as)\b[\w\s,'’]{0,25}\b(?:doctor|"
    r"oncologist|physician|human|unrestricted|no rules|cured?|pirate|my (?:grand|doctor))"
    r"|\byou are (?:now|no longer)\b"
    r"|(?:^|[.,;:!]\s*|\b(?:and|then|please|just|only|now|simply)\s+)(?:say|write|repeat|"
    r"confirm|declare|state|tell (?:me|"
    r"everyone|them)|type|print|answer|reply)\b(?: after me| with| only| that|"
    r"[:\s\"“'‘])*[\w\s\"“'‘-]{0,30}\b(?:nk(?: cells?| therapy| treatment)?|it|this|the "
    r"therapy|the treatment|"
    r"they)\b[\w\s]{0,15}\b(?:cures?|heals? (?:all|every|cancer)|100 ?%|guarantee[sd]?|always "
    r"works?|has no (?:risks?|side effects?)|is (?:totally|completely|100 ?%|perfectly) safe)"
    r"|(?:^|[.,;:!]\s*|\b(?:and|then|please|just|only|now|simply)\s+)(?:say|write|confirm|"
    r"declare|state|promise)\s+(?:me\s+|please\s+)?(?!if\b|whether\b|which\b|what\b|how\b|why\b)(?:that\s+)?"
    r"[\w\s'’]{0,40}\b(?:approv\w+|licen[sc]ed|legal|harmless|cured?|no\s+(?:risks?|deaths?|dangers?|"
    r"side\s+effects?))\b",
    re.I,
)

_SOMEBODY = (
    r"(?:(?:real\s+|live\s+)?(?:persons?|people|humans?|advis[eo]rs?|agents?|operators?|representatives?|consultants?)|"
    r"some(?:one|body)|any(?:one|body)|colleagues?)"
)
_WANTING = (
    r"(?:(?:do|did|does)\s*n['’]?o?t|dont|didnt|don['’]t|didn['’]t|never|not)\s+(?:really\s+|even\s+|actually\s+)?"
    r"(?:want(?:ed|ing)?|need(?:ed)?|wish|like|ask(?:ed|ing)?|look(?:ing)?|call)"
)
_REFUSED = re.compile(
    rf"(?:(?:\b(?:i|we)\s+(?:said\s+|told\s+you\s+)?(?:that\s+)?(?:i\s+|we\s+)?(?:am\s+)?|\b(?:i['’]?m)\s+|\b(?:please\s+)?)"
    rf"{_WANTING}(?:\s+(?!bots?\b|machines?\b|robots?\b|computers?\b|program\b|but\b|wait\b|you\b|i\b|and\b)[\w'’]+){{0,5}}?"
    rf"\s+(?:{_SOMEBODY}(?!\s+(?:who|that|to)\b)|(?:be\s+)?(?:called|contacted|connected|phoned)|(?:to\s+)?(?:talk|speak|chat)"
    r"(?!\s+(?:to\s+|with\s+)?(?:an?\s+|this\s+|the\s+)?(?:bot|robot|machine|computer|program|chatbot|you|ai)\b)(?:\s+to)?)\b"
    r"|(?:^(?:please\s+)?|(?<=[,.;!?]\s)|(?<=\bno\s))not?\s+(?:need\s+(?:of|for)\s+)?(?:(?:to|with)\s+)?"
    r"(?:an?\s+|any\s+|the\s+|your\s+)?(?:person|human|advis[eo]rs?|agent|operator|representative|someone|somebody)\b"
    r"(?!\s+(?:is|has|have|are|answers?|calls?|called|replie[sd]|here|there|from|ever)))"
    rf"(?:\s+(?:{_SOMEBODY}|to|with|yet|now|please|any\s*more|thanks?|thank\s+you|at\s+all|either|again|for\s+(?:this|that)|"
    r"from\s+you))*[\s,.;!:–-]*",
    re.I,
)
"""A person that is not wished for. "I do not want a bot" and "nobody answers" refuse none."""
_STILL_WISHED = re.compile(
    rf"\b(?:want|need|get|give|let|like|put|connect|talk|speak)\b[^.?!]{{0,30}}\b(?:{_SOMEBODY}|doctors?|nurses?|manager)\b",
    re.I,
)
FEWEST_WORDS_BEFORE = 5
"""A message says something of its own before the refusal from so many words on."""


def foreign(text: str) -> str | None:
    """The language of a message that is not English, as an advisor would name it; None for English or too little."""
    letters = [each for each in text if each.isalpha()]
    for script, language in _SCRIPTS:
        if letters and len(script.findall(text)) / len(letters) > MOST_FOREIGN_LETTERS:
            return language
    words = re.findall(r"[^\W\d_]+", text.lower())
    counts = {
        language: sum(word in known and word not in _ENGLISH for word in words)
        for language, known in _FUNCTION.items()
    }
    language = max(counts, key=lambda each: counts[each])
    english = sum(word in _ENGLISH for word in words)
    if len(words) < FEWEST_WORDS:
        return language if counts[language] == len(words) == FEWEST_WORDS - 1 else None
    enough = counts[language] >= max(2, LEAST_SHARE * len(words))
    return language if enough and counts[language] > english else None


def wants_a_person(text: str) -> bool:
    """Whether a message in one of the languages known here asks to talk to somebody."""
    return _TALK.search(text) is not None and _PERSON.search(text) is not None


def without_refusal(text: str) -> str | None:
    """What else a message says that refuses to talk to a person, possibly nothing; None for one that refuses none."""
    found = _REFUSED.search(text)
    if found is None:
        return None
    before, after = text[: found.start()].strip(" ,"), text[found.end() :].strip()
    if len(before.split()) < FEWEST_WORDS_BEFORE and not (before.endswith("?") and len(before.split()) > 2):
        before = ""
    rest = f"{before} {after}".strip()
    return None if _STILL_WISHED.search(rest) else rest


def injected(text: str) -> bool:
    """Whether the message tries to make the assistant break its rules or say what no article says."""
    return _INJECTION.search(text) is not None
