"""Takes a message within an enquiry apart: what it tells, what it asks, and what it wishes of the form.

"Germany. Forget it, I need to think first" is an answer and a farewell; "brain tumour. Why do you ask?" an
answer and a question about the form. Each part counts, so each is read for itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from actions import details, enquiry_reading, reproaches
from actions import enquiry_words as words


class Wish(Enum):
    """What a part of a message wishes of the form."""

    CANCEL = auto()
    LATER = auto()
    SKIP = auto()
    FINISH = auto()
    """No further questions: the summary, and then send it."""
    WHY = auto()
    READ_BACK = auto()
    SENT = auto()
    """Whether it has been sent."""
    CONSENT = auto()
    """What consent means."""
    INSTEAD = auto()
    """The way to answer that is named replaces the other one."""
    REPEATED = auto()
    """A grumble: it was said before."""
    UNANSWERED = auto()
    """A grumble: a question found no answer."""


@dataclass(frozen=True, slots=True)
class Parts:
    """`told` is what may hold details, `question` a question for the knowledge base; `of_form` are the words of
    the questions about the form itself, `unanswered` what was asked in vain as a reproach names it."""

    told: str = ""
    question: str = ""
    of_form: str = ""
    wishes: frozenset[Wish] = frozenset()
    unanswered: str = ""

    @property
    def only_wishes(self) -> bool:
        """Whether nothing else is in the message."""
        return not self.told and not self.question


_POLITE = (
    r"(?:(?:please|pls|ok|okay|oh|sorry|no|well|then|so|and|but|just|now|actually|can you|could you|you can|"
    r"you may)\b[\s,]*)*"
)
_BEHIND = r"(?:\s+(?:please|pls|now|then|thanks|thank you|for now|anyway|already|off|ok))*[\s.!?]*$"
_LATER = re.compile(
    rf"^{_POLITE}(?:i(?:['’]d| would|['’]ll| will)?\s+(?:(?:have|need|want|like|got|must|rather|should|"
    rf"first|really)\s+)*(?:to\s+)?"
    r"(?:first\s+)?(?:think|sleep on (?:it|that|this)|talk (?:it over|to my|with my)|discuss|ask my (?:wife|"
    r"husband|family|"
    r"mother|father|partner|son|daughter|mum|mom|dad|sister|brother))\b(?! (?:it|that|this|you|we|she|he|i|"
    r"the)\s+\w+ \w+)"
    r"|let me (?:first )?(?:think|sleep on)|i(?:['’]ll| will| might| may)?\s*(?:come|get|be) back\b|"
    r"(?:another|some other) (?:time|day)\b|(?:i(?:['’]ll| will)\s+)?(?:do|finish|continue) (?:it|this|"
    r"that) (?:later|another)|"
    r"(?:maybe |perhaps )?later(?:\s+maybe)?[\s.!]*$)",
    re.I,
)
_SKIP = re.compile(
    rf"^{_POLITE}(?:i(?:['’]d| would)?\s+)?(?:skip(?:\s+(?:it|this|that|(?:this|that|the|my)\s+(?:one|name|"
    rf"country|question|step|"
    r"time|topic|illness|part)))?|pass|no,? (?:thanks|thank you)|(?:rather|"
    r"prefer) not(?:\s+to)?(?:\s+(?:say|tell|give|"
    r"share|answer))?(?:\s+(?:it|that|this|you))?|next(?:\s+(?:question|one))?|leave\s+(?:it|that|"
    r"this)\s+(?:out|blank|"
    rf"empty)){_BEHIND}",
    re.I,
)
_FINISH = re.compile(
    rf"^{_POLITE}(?:(?:skip|leave out|forget)\s+(?:all\s+)?(?:of\s+)?(?:the\s+)?(?:rest|others?|"
    rf"other (?:questions|ones)|remaining(?:\s+\w+)?|"
    r"everything else)|no (?:more|further) questions|that(?:['’]?s| is) (?:all|"
    r"everything)(?:\s+(?:i\s+(?:have|want|know|"
    r"can|will)(?:\s+to)?(?:\s+(?:say|give|tell|share))?|for now|from me|you need))?|(?:go ahead (?:and )?|"
    r"do )?(?:send|submit)"
    rf"(?:\s+(?:it|this|that|them|everything|all))*(?:\s+(?:like|as) (?:this|that|it is))?|"
    rf"(?:show me )?the summary){_BEHIND}",
    re.I,
)
_THING = (
    r"(?:name|number|phone|mobile|e-?mails?|mail|address|country|details?|data|enquiry|inquiry|request|form|"
    r"(?:(?:so far|down|noted|written)\b)|\+\d+|\d{5,}|i (?:said|wrote|told|gave|typed)|of mine|about me)"
)
_READ_BACK = re.compile(
    r"\b(?:(?:did|do|have|has|had|can|could|are|which|what)\s+(?:\w+\s+){0,3}?you\s+(?:\w+\s+){0,2}?|you\s+)"
    r"(?:have|got|get|gotten|keep|kept|save|saved|note|noted|take|taken|put|write|wrote|written|record|"
    r"recorded|lose|lost|drop|dropped|"
    r"forget|forgot|store|stored|enter|entered|understand|understood|remember|miss|missed|change|changed|"
    r"collect|collected)\b"
    rf"[^.!?\n]{{0,40}}?\b{_THING}"
    rf"|\bwhat\s+(?:did|have|do)\s+you\s+(?:write|wrote|written|note|noted|put|save|saved)\b"
    r"|\bread (?:it|that|them|everything|this) (?:back|out)\b|\bshow me (?:what|my (?:details|data|enquiry))\b"
    r"|\bwhat(?:['’]?s| is) (?:missing|in (?:it|the form|my enquiry))\b"
    rf"|\b(?:is|are|was) my (?:\w+ )?{_THING}\s+(?:right|correct|in|there|saved|noted|ok|okay|still)\b"
    r"|\bis (?:everything|all|it all) (?:there|noted|saved|written down)\b",
    re.I,
)
_NOT_OURS = re.compile(
    r"\b(?:studies|study|trials?|cells?|donors?|doctors?|clinic|hospital|treatments?|price|cure)\b", re.I
)
_PLUS = re.compile(
    r"\b(?:lose|lost|drop|dropped|forget|forgot|keep|kept|have|where)\b[^.!?\n]{0,25}\+\d", re.I
)
_SENT = re.compile(
    r"^(?:\W|\b(?:so|ok|okay|and|but|wait|then|now|hey|hi|please)\b)*(?:(?:was|is|were|has|did|have|will|"
    r"are)\b[^.!?\n]{0,30}\b"
    r"(?:sent|send|gone|go|went|get|got|submitted|passed on|arrived?|received?)\b(?:\s+(?:it|them|that|this|"
    r"my (?:enquiry|"
    r"inquiry|request|details|form)|through|out|off|on|already|yet|now|really|something|anything|or not|"
    r"to (?:an? |the |your )?\w+))*"
    r"[\s.!?]*$)",
    re.I,
)
_WITH_THEM = re.compile(
    r"\b(?:is|are)\s+(?:it|my\s+\w+|the\s+\w+)\s+(?:already\s+|now\s+)?with\s+(?:them|you|the advisors?|an advisor|"
    r"anybody|somebody)\b",
    re.I,
)
_CONSENT = re.compile(
    r"\b(?:what|meaning|means?|explain|understand)\b[^.!?\n]{0,30}\b(?:consent|agree(?:ing|ment)?)\b"
    r"|\b(?:agree|consent)(?:ing)?\s+(?:to|with)\s+what\b|\bwhat\b[^.!?\n]{0,20}\bagree\w*\s+(?:to|with)\b",
    re.I,
)
_OF_A_TRIAL = re.compile(r"\b(?:informed|trials?|stud(?:y|ies)|research|surgery)\b", re.I)
_INSTEAD = re.compile(
    r"\binstead\b|\brather than\b|\bnot (?:by|the|my|on (?:the|my)) (?:phone|e-?mail|mail|number|telephone|"
    r"mobile)\b|"
    r"\b(?:don['’]?t|do not) (?:use|call|ring|write to|e-?mail) (?:me|that|the|my)\b|\bno longer\b",
    re.I,
)
_WAY = re.compile(
    r"\b(?:by|via|over|on|to|use|my|an?|the|per|have|prefer)\s+(?P<way>phone|telephone|mobile|whats?app|"
    r"call|e-?mail|mail)\b"
    r"|^\W*(?P<alone>phone|e-?mail|mail|call)\b",
    re.I,
)
_CLAUSES = re.compile(
    r"(,\s*(?:(?:and|but|so)\s+)?|\s+-+\s+|\s+(?:and|but|so)\s+"
    r"(?=just\b|yes\b|i agree|then\b|please send|send\b|skip\b|you (?:may|can)\b|never ?mind|forget))",
    re.I,
)
MOST_WORDS = 18


def read(text: str, *, at_consent: bool = False) -> Parts:
    """The parts of a message. `at_consent`: the summary was shown, so a yes is no slip and is left where it is."""
    plain = text.strip()
    if plain == words.CANCEL:
        return Parts(wishes=frozenset({Wish.CANCEL}))
    if plain == words.WHY:
        return Parts(of_form=plain, wishes=frozenset({Wish.WHY}))
    told, asked, of_form = [], [], []
    wishes: set[Wish] = set()
    unanswered = reproaches.of_no_answer(plain)
    if unanswered is not None:
        wishes.add(Wish.UNANSWERED)
    elif reproaches.reproached(plain):
        wishes.add(Wish.REPEATED)
    plain = reproaches.without(plain)
    sentences = enquiry_reading.sentences(plain)
    for place, sentence in enumerate(sentences):
        if wish := _about_form(sentence):
            wishes.add(wish)
            of_form.append(sentence)
        elif asks_for_another_way(sentence):
            told.append(sentence.rstrip("?"))
        elif enquiry_reading.asks(sentence) and not _clause_wish(sentence, at_consent=at_consent):
            asked.append(sentence)
        else:
            rest, found = _told(sentence, at_consent=at_consent)
            if Wish.CANCEL in found and details.read(". ".join(sentences[place + 1 :])).says_who:
                rest, found = sentence, found - {Wish.CANCEL}  # "never mind, I found it: 079 …"
            wishes |= found
            told += [rest] if rest else []
    if _INSTEAD.search(plain):
        wishes.add(Wish.INSTEAD)
    return Parts(". ".join(told), " ".join(asked), " ".join(of_form), frozenset(wishes), unanswered or "")


def asks_for_another_way(sentence: str) -> bool:
    """ "Can I have it by phone instead?": a wish, though it is put as a question."""
    return _INSTEAD.search(sentence) is not None and other_way(sentence) is not None


def other_way(text: str) -> str | None:
    """The way that is asked for in place of the other: `email` or `phone`."""
    plain = re.sub(
        r"\b(?:instead of|rather than|not)\b.*?(?:phone|e-?mail|mail|number)\w*", " ", text, flags=re.I
    )
    found = _WAY.search(plain)
    if not found:
        return None
    return "email" if "mail" in (found["way"] or found["alone"]).lower() else "phone"


def _about_form(sentence: str) -> Wish | None:
    """A question about the form itself."""
    if len(sentence.split()) > MOST_WORDS:
        return None
    if _SENT.match(sentence) or _WITH_THEM.search(sentence):
        return Wish.SENT
    if _CONSENT.search(sentence) and enquiry_reading.asks(sentence) and not _OF_A_TRIAL.search(sentence):
        return Wish.CONSENT
    if enquiry_reading.asks_why(sentence):
        return Wish.WHY
    asking = enquiry_reading.asks(sentence) or re.search(r"\b(?:did|what|show|read)\b|^you\b", sentence, re.I)
    if asking and (
        _PLUS.search(sentence) or (_READ_BACK.search(sentence) and not _NOT_OURS.search(sentence))
    ):
        return Wish.READ_BACK
    return None


def _told(sentence: str, *, at_consent: bool) -> tuple[str, set[Wish]]:
    """A sentence without the clauses that wish something of the form, and these wishes."""
    if wish := _clause_wish(sentence, at_consent=at_consent):
        return "", {wish}
    pieces = _CLAUSES.split(sentence)
    kept: list[str] = []
    wishes: set[Wish] = set()
    for place in range(0, len(pieces), 2):
        clause = pieces[place].strip()
        joint = pieces[place - 1] if place else ""
        if wish := _clause_wish(clause, at_consent=at_consent):
            wishes.add(wish)
        elif clause and (at_consent or not _says_yes(clause)):
            kept.append(clause if not kept else joint + clause)
    if (
        Wish.CANCEL in wishes
        and details.read("".join(kept)).says_who
        and not enquiry_reading.cancels(pieces[-1])
    ):
        return sentence, set()
    return "".join(kept), wishes


def _says_yes(clause: str) -> bool:
    """A yes before the summary was shown: it is asked for again then, and belongs to no detail."""
    return len(clause.split()) > 1 and enquiry_reading.agrees(clause)


def _clause_wish(clause: str, *, at_consent: bool) -> Wish | None:
    if _LATER.match(clause):
        return Wish.LATER
    if enquiry_reading.cancels(clause):
        return Wish.CANCEL
    if at_consent:
        return None
    if _FINISH.match(clause):
        return Wish.FINISH
    if _SKIP.match(clause):
        return Wish.SKIP
    return Wish.FINISH if re.search(r"\bsend\b", clause, re.I) and enquiry_reading.agrees(clause) else None
