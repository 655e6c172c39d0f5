"""The language check: words in a document that must not, or should not, reach a patient.

What is looked for stands in `language.yml`, to be read and reviewed by people who do not program. A
phrase is judged in its sentence: a question, a denial, a warning, and a claim that says whose it is are
all fine. On top of that, every section is measured for how hard it is to read, and what is missing
(a source, a reviewer) is named.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from knowledge.model import Document, EvidenceKind, ReplyKind, Section
from knowledge.readability import LONG_SENTENCE, TOO_HARD, grade, reading_age, words
from knowledge.units import plain, sentences

REVIEW = "review"
"""The rule that says that nobody has reviewed a document."""
RULES = Path(__file__).with_name("language.yml")
ENOUGH_WORDS = 40
"""A shorter section says too little for its reading level to be measured."""


class Severity(StrEnum):
    """What a finding asks for."""

    STOP = "stop"
    """Must be mended, or accepted by name, before patients see it."""
    LOOK = "look"
    """Somebody should look at it; nothing waits for that."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something the language check found.

    `id` is below zero and the same for the same words in the same place, so that it can be accepted by
    name beside golden questions, whose ids are above. `section` is the innermost heading, empty where the
    whole document is meant; `words` are verbatim and stand in `sentence`, both empty where something is
    missing; `advice` is one sentence that says what to do.
    """

    id: int
    document: str
    section: str
    rule: str
    severity: Severity
    words: str
    advice: str
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing to look for; `sourced` is its severity in a section that names a source (None: fine)."""

    name: str
    severity: Severity
    sourced: Severity | None
    advice: str
    phrases: re.Pattern[str]
    flagged: tuple[str, ...]
    fine: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """What `language.yml` says."""

    rules: tuple[Rule, ...]
    negations: re.Pattern[str]
    denials: re.Pattern[str]
    warnings: re.Pattern[str]
    attributions: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class _Said:
    """A sentence, and what it hangs on: the line that introduces its list, or the head of its table."""

    text: str
    lead: str = ""


def check_document(document: Document) -> list[Finding]:
    """What an editor should mend or look at, in reading order, what concerns the whole document first."""
    found: dict[int, Finding] = {}
    for finding in (
        *_about(document),
        *(each for section in document.sections for each in _in(document, section)),
    ):
        found.setdefault(finding.id, finding)
    return list(found.values())


def finding_id(document: str, section: str, rule: str, words: str) -> int:
    """A number below zero that stays the same while the words and their place do; JSON and browsers hold it."""
    name = "\n".join((document, section, rule, words)).encode("utf-8", "replace")
    return -1 - int.from_bytes(hashlib.sha256(name).digest()[:6])


@cache
def rules() -> Rules:
    """The rules that come with the code."""
    said = yaml.safe_load(RULES.read_text(encoding="utf-8"))
    return Rules(
        tuple(_rule(each) for each in said["rules"]),
        *(_pattern([said[name]]) for name in ("negations", "denials", "warnings", "attributions")),
    )


# What is missing


def _about(document: Document) -> Iterator[Finding]:
    name, day = document.reviewer.strip(), document.reviewed_on
    if not (name and day):
        missing = {
            (False, False): "Nobody has reviewed this document yet; name who did, and on which day.",
            (True, False): "The day of the review is missing; say when it was.",
            (False, True): "Who reviewed this document is missing; name the person.",
        }
        yield _finding(document, "", REVIEW, Severity.LOOK, "", missing[bool(name), bool(day)])
    yield from _phrases(document, "", Section((), document.title), [_Said(document.title)])


def _missing(document: Document, section: Section, heading: str) -> Iterator[Finding]:
    if section.source_keys or section.reply in (ReplyKind.SMALLTALK, ReplyKind.HANDOFF):
        return
    if section.evidence is EvidenceKind.CLAIM:
        advice = "This section is a claim, but nobody is named whose it is; name the source."
        yield _finding(document, heading, "source", Severity.STOP, "", advice)
    elif section.reply is not ReplyKind.ABSTAIN:
        advice = "This section names no source; say where it comes from."
        yield _finding(document, heading, "source", Severity.LOOK, "", advice)


# What is said


def _in(document: Document, section: Section) -> Iterator[Finding]:
    heading = section.path[-1] if section.path else document.title
    said = list(_said(section))
    yield from _missing(document, section, heading)
    yield from _phrases(document, heading, section, (_Said(heading), *said))
    yield from _hard_to_read(document, heading, said)


def _phrases(document: Document, place: str, section: Section, said: Iterable[_Said]) -> Iterator[Finding]:
    for each in said:
        for rule in rules().rules:
            severity = rule.sourced if section.source_keys else rule.severity
            if rule.name == "approval" and _OUR_SUBJECT.search(each.text):
                severity = (
                    rule.severity
                )  # that NK cells are approved is news: a source alone does not make it so
            if severity is None:
                continue
            for match in rule.phrases.finditer(each.text):
                weighed = _weighed(each, match, section, severity)
                if weighed is not None:
                    found = match.group().strip()
                    yield _finding(document, place, rule.name, weighed, found, rule.advice, each.text)


_OUR_SUBJECT = re.compile(
    r"\b(nk|natural killer|our|this (therapy|treatment)|the (therapy|treatment))\b", re.I
)
_CLAUSE = re.compile(
    r";|\bbut\b|\bhowever\b|,\s+(?:and\s+)?(?:it|this|we|our|they|you|which)\b|\bnot only\b", re.I
)


def _weighed(said: _Said, match: re.Match[str], section: Section, severity: Severity) -> Severity | None:
    """How much a phrase weighs in its sentence; None where the sentence takes it back or says whose it is."""
    known = rules()
    whole = f"{said.lead} {said.text}"
    if said.text.rstrip('*_"”’) ').endswith("?"):
        return None
    if known.warnings.search(whole):
        return None
    start, end = match.span()
    borders = [border.start() for border in _CLAUSE.finditer(said.text)]
    begins = max((border for border in borders if border <= start), default=0)
    ends = min((border for border in borders if border >= end), default=len(said.text))
    before, after = said.text[begins:start], said.text[end:ends]
    if begins == 0:
        before = f"{said.lead} {before}"
    if known.negations.search(before):
        return None
    if denied := known.denials.search(after):
        between = after[: denied.start()]
        if " and " not in between and "," not in between:
            return None
    if known.attributions.search(whole):
        return None if section.evidence is EvidenceKind.CLAIM or severity is Severity.LOOK else Severity.LOOK
    return Severity.LOOK if section.evidence is EvidenceKind.CLAIM and section.source_keys else severity


def _hard_to_read(document: Document, heading: str, said: Sequence[_Said]) -> Iterator[Finding]:
    told = [each.text for each in said]
    if sum(len(words(each)) for each in told) >= ENOUGH_WORDS and (level := grade(told)) > TOO_HARD:
        advice = (
            f"This reads like a text for people of {reading_age(level)} or older; use shorter sentences and "
            "everyday words."
        )
        yield _finding(document, heading, "reading", Severity.LOOK, "", advice)
    for each in told:
        if (count := len(words(each))) > LONG_SENTENCE:
            advice = f"This sentence has {count} words; make two or three of it."
            yield _finding(document, heading, "long", Severity.LOOK, each, advice, each)


_ITEM = re.compile(r"^\s*(?:[-*•+]|\d+[.)])\s+")
_RULE_LINE = re.compile(r"^\s*\|?[\s:|-]*-{2,}[\s:|-]*$")


def _said(section: Section) -> Iterator[_Said]:
    """The sentences of a section, with list items and table rows as sentences of their own."""
    lead = ""
    for block in re.split(r"\n\s*\n", section.markdown):
        lines = block.strip("\n").split("\n")
        if "|" in lines[0] and any(_RULE_LINE.match(line) for line in lines[:3]):
            head = f"{lead} {_row(lines[0])}"
            yield from (_Said(_row(line), head) for line in lines[1:] if not _RULE_LINE.match(line))
            continue
        open_lines: list[str] = []
        for line in lines:
            if _ITEM.match(line):
                lead = _introduction(open_lines) or lead
                yield from _spoken(open_lines)
                open_lines = []
                yield from (_Said(each, lead) for each in sentences(_words_of(_ITEM.sub("", line))))
            else:
                open_lines.append(line.lstrip("#> "))
        yield from _spoken(open_lines)
        if open_lines:
            lead = _introduction(open_lines)


def _spoken(lines: Sequence[str]) -> Iterator[_Said]:
    yield from (_Said(each) for each in sentences(_words_of("\n".join(lines))))


def _introduction(lines: Sequence[str]) -> str:
    """The last sentence of a paragraph that ends with a colon: what follows belongs to it."""
    told = sentences(plain("\n".join(lines)))
    return told[-1] if told and told[-1].endswith(":") else ""


def _words_of(markdown: str) -> str:
    """Without marks of emphasis, also single ones, which would part the words of a phrase."""
    return re.sub(r"(?<!\w)[*_]+|[*_]+(?!\w)", "", plain(markdown))


def _row(line: str) -> str:
    return _words_of("; ".join(cell.strip() for cell in line.strip().strip("|").split("|") if cell.strip()))


def _finding(
    document: Document,
    section: str,
    rule: str,
    severity: Severity,
    found: str,
    advice: str,
    sentence: str = "",
) -> Finding:
    number = finding_id(document.slug, section, rule, found)
    return Finding(number, document.slug, section, rule, severity, found, advice, sentence)


# Reading the rules


def _rule(said: dict[str, Any]) -> Rule:
    severity = Severity(said["severity"])
    sourced = said.get("sourced", severity)
    return Rule(
        name=said["name"],
        severity=severity,
        sourced=None if sourced == "fine" else Severity(sourced),
        advice=said["advice"],
        phrases=_pattern(said["phrases"]),
        flagged=tuple(said["flagged"]),
        fine=tuple(said["fine"]),
    )


def _pattern(phrases: Sequence[str]) -> re.Pattern[str]:
    """One pattern for all phrases; blanks in a phrase match any run of blanks."""
    spaced = (re.sub(r" (?!\?)", r"\\s+", phrase) for phrase in phrases)
    return re.compile(rf"(?<!\w)(?:{'|'.join(spaced)})(?!\w)", re.I)
