"""Which messages surely ask for personal medical advice, whatever else they look like.

Rasa's classifier decides in general; these wordings are never left to it, because a general answer to
"should I stop my tablets?" would be read as a yes or a no.
"""

from __future__ import annotations

import re

from actions.vocabulary import CLOSE

_ONE = r"(?:i|we|he|she|they|(?:my|our|his|her)\s+\w+(?:\s+\w+)?)"
_OWN = r"(?:me|us|him|her|(?:my|our|his)\s+(?!own\b)\w+)"
_MODAL = r"(?:should|shall|shoud|shuld|sould|can|could|may|must|do|does|would|will)"
_CHANGE = (
    r"(?:stop\w*|skip\w*|paus\w+|quit\w*|reduc\w+|lower|increas\w+|doubl\w+|continu\w+|"
    r"keep\s+(?:on\s+)?taking|come\s+off|"
    r"interrupt\w*|postpone|refuse|give\s+up|discontinue)"
)
_MEDICINE = (
    r"(?:ibuprofen|aspirin|paracetamol|tylenol|predniso\w+|predn\w+|steroids?|cortiso\w+|"
    r"antibiotics?|metformin|statins?|"
    r"warfarin|apixaban|eliquis|xarelto|blood\s+thinners?|tamoxifen|methotrexate|tacrolimus|"
    r"immuno\w+|chemo\w*|insulin|"
    r"tablets?|pills?|medicines?|medication\w*|meds|drugs?|supplements?|vitamins?|tur?meric|"
    r"curcumin|herbs?|painkillers?)"
)
_OBJECT = (
    rf"(?:(?!eating|drinking|smoking|work|the\s+infusion)\w+\s+){{0,2}}?(?:my|his|her|our|"
    rf"their|it\b(?!\s+hurts)|taking|treatment|therapy|{_MEDICINE})\b"
)
_NOT_A_MEDICINE = (
    r"(?:eat|drink|smok|work|exercis|breast|hop|worry|ask|fly|travel|driv|go|talk|writ|cry|read|liv|sport|alcohol|coffee|"
    r"breakfast|lunch|dinner|meal|food|sugar|sex|school|here|there|now|the\s+infusion|hav|be|being|get|growing|spreading|"
    r"(?:the\s+|my\s+|his\s+|her\s+)?(?:cancer|tumou?r|pain|bleeding|cough|disease|illness|virus|side\s+effects?))"
)
_STOP = r"(?:stop|skip|pause|quit|discontinue|interrupt|halve|come\s+off|get\s+off|leave\s+out|taper)"
_TREATMENT = (
    rf"(?<!why )(?<!how )\b(?:{_MODAL}\s+)?{_ONE}\s+(?:should|shall|can|could|may|must|"
    rf"(?:have|has|need|needs|ought|want|wants)\s+to)\s+(?:\w+\s+){{0,2}}?{_STOP}\s+(?!{_NOT_A_MEDICINE})\w",
    rf"(?<!why )(?<!how )\b(?:should|shall|can|could|may|must)\s+(?:{_ONE}|{CLOSE})\s+(?:\w+\s+){{0,2}}?{_STOP}"
    rf"\s+(?!{_NOT_A_MEDICINE})\w",
    rf"\b(?:if|when|before|whether|that)\s+{_ONE}\s+(?:just\s+|simply\s+)?{_STOP}s?\s+(?:taking\b|(?:my|his|her)\s+"
    rf"(?!{_NOT_A_MEDICINE})\w)",
    rf"\b(?:is\s+it|would\s+it\s+be)\s+(?:\w+\s+)?(?:ok|okay|safe|fine|alright|better|wise|best)\s+to\s+{_STOP}"
    rf"\s+(?!{_NOT_A_MEDICINE})\w",
    rf"(?<!why )(?<!how )\b{_MODAL}\s+{_ONE}\s+(?:\w+\s+){{0,3}}?{_CHANGE}\s+{_OBJECT}",
    rf"\b{_MODAL}\s+{_ONE}\s+(?:\w+\s+){{0,2}}?take\s+(?:\w+\s+){{0,3}}?{_MEDICINE}\b",
    rf"\b(?:is\s+it|would\s+it\s+be|it\s+is)\s+(?:\w+\s+)?(?:ok|okay|safe|fine|alright|"
    rf"dangerous)\s+(?:if\s+{_ONE}|to)\s+(?:\w+\s+)?{_CHANGE}\s+(?:my|his|her|our|taking)\b",
)
_PATTERNS = (
    *_TREATMENT,
    r"\b(?:my|his|her|our)\b[^?]*\b(?:is|are|was|has)\s+(?:it|they|this|the\s+(?:therapy|"
    r"treatment|infusions?|cells))\s+(?:not\s+)?"
    r"(?:working|failing|helping|failed|worked)\b",
    r"\b(?:will|would|wil|can|could|does|do|did)\s+(?:\w+\s+){0,4}?(?:work|help|cure|heal|"
    r"save|fix)\s+(?:for\s+|with\s+|on\s+)?(?:me|him|(?:my|our|his)\s+(?!own\b)\w+)\b",
    rf"\b(?:safe|ok|okay|dangerous|risky|right|suitable|good|bad|harmful|too\s+late|"
    rf"an?\s+option|possible|worth\s+it)\s+for\s+{_OWN}\b(?!\s+(?:cells?|immune)\b)",
    r"\b(?:safe|ok|okay|allowed|possible|dangerous|risky|"
    r"eligible)\b[^?.!]{0,30}\bwith\s+(?:my|his|her|our)\b",
    r"\bam\s+i\s+(?:a\s+|an\s+|still\s+|too\s+)?(?:\w+\s+)?(?:candidate|allowed|eligible|"
    r"suitable|old|sick|ill|weak|able|fit)\b",
    rf"\b(?:will|would|can|could)\s+{_ONE}\s+(?:still\s+)?(?:survive|live|die|get\s+better|"
    rf"be\s+(?:cured|healed|ok|okay)|recover|make\s+it)\b",
    r"\bhow\s+long\s+(?:do|does|have|has|will|can)\s+(?:i|he|she|(?:my|"
    r"our)\s+\w+)\s+(?:still\s+)?(?:live|left|(?:have|got)(?!\s+to))\b",
    r"\b(?:my|his|her|our)\s+(?:\w+\s+){0,2}?(?:cea|psa|ca\s?-?\d+(?:-\d)?|crp|afp|ldh|"
    r"markers?|scans?|ct|mri|pet|x-?ray|biopsy|blood\s+(?:test|count|results?|values?)|"
    r"lymphocytes|platelets|leukocytes|results?|tumou?rs?|lesions?|nodes?|"
    r"counts?)\s+(?:\w+\s+)?(?:went|go|goes|is|are|was|were|has|have|rose|rises?|grew|shrank|"
    r"dropped?|fell|doubled|show\w*|say\w*|came|increased|decreased)\b",
    rf"\bwhat\s+(?:should|shall|can|would|do)\s+(?:i|we|you)\s+(?:do\b(?!\s+(?:nk|you|"
    rf"to\s+prepare))|take|recommend|advise|suggest)[^?]{{0,40}}\b(?:{_OWN}|in\s+my)\b",
    rf"\bdo\s+you\s+(?:think|recommend|advise|suggest)\b[^?.!]{{0,25}}\b(?:i|we|he|she|{_OWN})\b",
    r"\b(?:my|his|her)\s+(?:chances|prognosis|survival)\b",
    rf"\b(?:clash\w*|bites?|mix(?:ed)?|get\s+along|go\s+together|compatible|interferes?)\s+with\s+"
    rf"(?:\w+[\s-]+){{0,4}}?{_MEDICINE}\b",
)
_CHANGES_TREATMENT = re.compile("|".join(f"(?:{pattern})" for pattern in _TREATMENT), re.I)
_SURE = re.compile("|".join(f"(?:{pattern})" for pattern in _PATTERNS), re.I)
MOST_WORDS = 11
_GOES_ON = re.compile(
    r"(?:ok\s+|okay\s+|yes\s+|hm+\s+)?(?:but|what\s+if|even\s+if|only|just|it['’]?s\s+only|"
    r"it\s+is\s+only|so\s+(?:i|he|she|it|can|should)|"
    r"or\s+(?:should|can|shall)|then\s+(?:i|should|can)|not\s+even|please\s+just|come\s+on|"
    r"yes\s+or\s+no|i\s+only|how\s+about\s+(?:me|him|her))\b",
    re.I,
)
_ASKS_IN_GENERAL = re.compile(
    r"^(?:(?:ok(?:ay)?|so|and|but|just|only|then|well|please|thank\s+you|thanks|hm+|i\s+will\s+\w+|tell\s+me)\b[\s,.!]*)*"
    r"(?:how\s+(?:is|are|was|were|does|do\s+(?:they|you|doctors|the)|did|often|many|soon|common)\b"
    r"|what\s+(?:is|are|was|were|does|do\s+(?:they|the|nk)|kind|happens|(?:can|could|should|do|must)?\s*(?:i|we)?\s*"
    r"(?:can|could|should|must)?\s*(?:to\s+)?ask)\b"
    r"|why\b|which\b|where\b|who\b|when\s+(?:is|are|do\s+they|does)\b"
    r"|(?:can|does|do|could|will|would)\s+(?:you|one|people|someone|somebody|it|they|nk|the\s+cells|eating|food|sport)\b)",
    re.I,
)
"""How a question begins that articles can answer for everybody."""
_GENERAL = re.compile(
    r"\b(?:in\s+general|generally|not\s+about\s+me|not\s+for\s+me|not\s+(?:about\s+)?my\s+(?:own\s+)?case|theoretically|people\s+with|"
    r"patients\s+with|for\s+my\s+(?:understanding|information|homework|essay))\b",
    re.I,
)
_SAYS_GENERAL = re.compile(
    r"\b(?:in\s+principle|in\s+theory|as\s+a\s+rule|general(?:ly)?\s+(?:speaking|question)|"
    r"(?:not|don['’]?t)\s+(?:asking|want(?:ing)?|need(?:ing)?|looking)\b[^.?!]{0,20}\b(?:advice|advise|diagnos\w+|opinion)|"
    r"no\s+(?:advice|diagnosis)|only\s+(?:asking\s+)?in\s+general)\b",
    re.I,
)

_SOMEONE = r"(?:i|he|she|they|we|(?:my|our)\s+\w+(?:\s+\w+)?)"
_MAY_HOPE = (
    r"\b(?:silly|stupid|wrong|na[iï]ve|foolish|crazy|mad|pointless|bad|ok(?:ay)?|allowed|right|too\s+late)\s+"
    r"(?:(?:of|for)\s+(?:me|us)\s+)?to\s+(?:still\s+|keep\s+)?hop(?:e|ing)\b"
    r"|\b(?:may|can|should|dare)\s+(?:i|we)\s+(?:still\s+|even\s+)?hope\b(?!\s+(?:that|for\s+an?\s+(?:answer|call|reply)))"
)
_HOPE = re.compile(
    rf"\b(?:will|wil|would|is|am|are|can|could|gonna)\s+{_SOMEONE}\s+(?:still\s+|really\s+|just\s+)?(?:(?:going\s+to|gonna|ever)\s+)?"
    r"(?:die|dying|survive|live(?!\s+(?:longer|with|in|at|near))|make\s+it(?=\W*$|\s+(?:through|till|until))|pull\s+through)\b"
    r"(?!\s+(?:from|of|if|because|during|after)\b)"
    rf"|\b(?:is|are)\s+(?:there\s+)?(?:still\s+|really\s+)?(?:any\s+|some\s+|no\s+)?hope\b(?!\s+for\s+(?!{_SOMEONE}\b|me\b|him\b|"
    r"her\b|us\b))|\b(?:there\s+is|there['’]?s|theres|so)\s+no\s+hope\b(?!\s+for\s+(?!me\b|him\b|her\b|us\b|my\b))"
    rf"|{_MAY_HOPE}"
    rf"|\b(?:is|am)\s+{_SOMEONE}\s+(?:beyond\s+(?:help|hope)|a\s+lost\s+cause|hopeless)\b"
    rf"|\bhow\s+(?:long|much\s+time)\s+(?:do|does|have|has)\s+{_SOMEONE}\s+(?:still\s+)?(?:(?:have|got)\s*(?:left|to\s+live|\W*$)|"
    r"left\b|live\b)"
    r"|\b(?:my|his|her)\s+(?:chances\s+(?:of\s+(?:surviv|liv)\w*|to\s+(?:survive|live))|prognosis)\b",
    re.I,
)
_LOOKS_BACK = re.compile(
    r"\b(?:would|could|might)\s+(?:\w+\s+){1,4}?have\s+(?:saved|helped|changed)\s+(?:me|him|her|them|us|anything|my|our)\b"
    r"|\b(?:did|have|had)\s+(?:i|we)\s+(?:do(?:ne)?\s+)?(?:something|anything|it|everything|a\s+mistake)?\s*wrong\b"
    r"|\b(?:i|we)\s+did\s+something\s+wrong\b"
    r"|\b(?:is|was)\s+(?:it|this)\s+(?:all\s+)?(?:my|our)\s+fault\b"
    r"|\bshould\s+(?:i|we)\s+have\s+(?:known|noticed|seen|found|come|gone|pushed|insisted)\b",
    re.I,
)


def asks_for_hope(text: str) -> bool:
    """Whether a message asks if one person lives or dies, or whether there is hope for them."""
    return _HOPE.search(text) is not None and _GENERAL.search(text) is None


def asks_whether_to_hope(text: str) -> bool:
    """Whether a message asks if one may hope at all."""
    return re.search(_MAY_HOPE, text, re.I) is not None


def looks_back(text: str) -> bool:
    """Whether a message asks if something would have saved somebody, or if the writer is to blame."""
    return _LOOKS_BACK.search(text) is not None


def is_personal(text: str) -> bool:
    """Whether a message is surely for `declining`: advice, hope for one person, or a look back."""
    return asks_for_advice(text) or asks_for_hope(text) or looks_back(text)


def asks_for_advice(text: str) -> bool:
    """Whether a message surely asks what is right, safe or to be expected for one person."""
    return _SURE.search(text) is not None and _GENERAL.search(text) is None


def changes_treatment(text: str) -> bool:
    """Whether a message asks about starting, stopping or changing a medicine or a treatment.

    Whatever is said in general would then be read as a yes or a no.
    """
    return _CHANGES_TREATMENT.search(text) is not None


def says_general(text: str) -> bool:
    """Whether a message says that it is meant in general, and is not worded as a question about one person."""
    general = _GENERAL.search(text) or _SAYS_GENERAL.search(text)
    return general is not None and _SURE.search(text) is None


def asks_in_general(text: str) -> bool:
    """Whether a message is worded as a question that has the same answer for everybody: "how is it given?"."""
    return _ASKS_IN_GENERAL.match(text.strip()) is not None and not is_personal(text)


def goes_on(text: str, before: object) -> bool:
    """Whether a short message goes on with the advice that was just declined: "what if only for two days?"."""
    return (
        before == "medical_advice"
        and len(text.split()) <= MOST_WORDS
        and _GOES_ON.match(text.strip()) is not None
        and not asks_in_general(text)
    )
