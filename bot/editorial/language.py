"""Guesses the language of a short message: by its script, else by the small words that every sentence has."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

ENGLISH = "en"
UNKNOWN = ""

_SCRIPTS = (
    ("HIRAGANA", "ja"),
    ("KATAKANA", "ja"),
    ("HANGUL", "ko"),
    ("CJK", "zh"),
    ("ARABIC", "ar"),
    ("HEBREW", "he"),
    ("GREEK", "el"),
    ("DEVANAGARI", "hi"),
    ("THAI", "th"),
    ("CYRILLIC", "ru"),
)
_SMALL_WORDS = {
    ENGLISH: "the a an is are was do does did can could will would i my me we you your it this that what how "
    "when where why who and or of to in on at for with about after before have has had there be if not "
    "any much many long am any get should may",
    "de": "der die das den dem ein eine einen einem ist sind war ich mein meine meinen mich mir wir sie ihr "
    "ihre es was wie wann wo warum wer und oder von zu zum zur im in auf für mit nach vor habe haben "
    "hat gibt kann könnte darf muss wird werden nicht kein keine auch bei man während soll",
    "fr": "le la les un une des du de est sont je j'ai mon ma mes moi nous vous il elle c'est ce cette que "
    "quoi quel quelle comment quand où pourquoi qui et ou à au aux en dans sur pour avec après avant ai "
    "avez peut puis-je pas combien y a-t-il peut-on faut-il",
    "es": "el la los las un una unos unas es son yo mi mis me nos usted ustedes ello esto esta qué que cómo "
    "como cuándo cuando dónde donde quién y o de del a al en por para con después antes tengo tiene hay "
    "puedo puede no se cuánto cuánta cuesta",
    "it": "il lo la i gli le un uno una è sono io mio mia mi noi voi lei questo questa che cosa come quando "
    "dove perché chi e o di del della a al in nel per con dopo prima ho ha hanno posso può non si c'è "
    "quanto durante",
    "pt": "o a os as um uma é são eu meu minha me nós você isto esta que como quando onde quem e ou de do da "
    "no na em por para com depois antes tenho tem há posso pode não se quanto durante",
    "nl": "de het een is zijn was ik mijn me we wij u uw jij je dit dat wat hoe wanneer waar waarom wie en of "
    "van naar in op voor met na heb heeft hebben kan mag moet niet geen ook er bij",
    "tr": "bir bu şu ne nasıl ne zaman nerede neden kim ve veya için ile var mı mi mu mü ben benim biz siz "
    "sizin mıyım miyim değil kadar sonra önce olur çok",
    "pl": "jest są to ja mój moja mi my pan pani czy co jak kiedy gdzie dlaczego kto i lub z na do od po "
    "przed dla mam ma mogę może nie się w ile podczas",
}
_WORDS = {language: frozenset(words.split()) for language, words in _SMALL_WORDS.items()}
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


def guess(text: str) -> str:
    """A language's code such as `en`; empty when there is too little to go by."""
    script = _by_script(text)
    if script:
        return script
    words = [word.lower().replace("’", "'") for word in _WORD.findall(text)]
    scores = Counter({name: sum(word in known for word in words) for name, known in _WORDS.items()})
    (best, most), (_, second) = scores.most_common(2)
    if scores[ENGLISH] == most:
        best, second = ENGLISH, max(value for name, value in scores.items() if name != ENGLISH)
    if most == 0 or most * 6 < len(words) or (most == second and best != ENGLISH):
        return UNKNOWN
    return best


def _by_script(text: str) -> str:
    found: Counter[str] = Counter()
    letters = 0
    for character in text:
        if character.isalpha():
            letters += 1
            name = unicodedata.name(character, "")
            for script, language in _SCRIPTS:
                if name.startswith(script):
                    found[language] += 1
                    break
    if found["ja"]:
        found["ja"] += found.pop("zh", 0)
    if not found or sum(found.values()) * 2 < letters:
        return ""
    return found.most_common(1)[0][0]
