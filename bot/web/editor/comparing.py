"""Two states of a document side by side, line by line, with the words that differ marked.

Lines are what an editor knows: title, sources, headings, questions, paragraphs. In: two documents. Out: rows of
JSON, each with a left and a right side of which one may be missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

from knowledge.model import Document, ReplyKind, Section

_WORD = re.compile(r"\s+|\w+|[^\w\s]")
_MOST_WORDS = 3_000
"""A longer line is marked as a whole: comparing its words would take too long."""
_ALIKE = 0.35
"""Lines that share less than this of their words are two different lines."""

_AHEAD = 60
"""Lines in which a version of a line is looked for."""

_Line = tuple[str, str]
"""(kind, text); kinds are `title`, `field`, `source`, `heading`, `question`, `text`, `dropped`."""
_Side = dict[str, Any] | None

EVIDENCE_NAMES = {"established": "established", "early": "early research", "claim": "a claim"}


def compare(before: Document, after: Document) -> list[dict[str, Any]]:
    """The rows; `kind` of a row is `same`, `changed`, `removed` or `added`."""
    left, right = list(_lines(before)), list(_lines(after))
    rows: list[dict[str, Any]] = []
    for what, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if what == "equal":
            rows.extend(_row("same", _whole(left[a + at]), _whole(right[c + at])) for at in range(b - a))
        else:
            rows.extend(_changed(left[a:b], right[c:d]))
    return rows


def _lines(document: Document) -> Iterator[_Line]:
    yield "title", document.title
    yield "field", f"Language: {document.language}"
    review = f"{document.reviewer}, {document.reviewed_on}".strip(", ")
    yield "field", f"Clinical review: {review or 'pending'}"
    for source in document.sources:
        yield "source", f"Source: {source.title}{f' ({source.url})' if source.url else ''}"
    before: tuple[str, ...] = ()
    for section in document.sections:
        shared = 0
        while shared < min(len(before), len(section.path) - 1) and before[shared] == section.path[shared]:
            shared += 1
        for depth in range(shared, len(section.path)):
            yield "heading", f"{'#' * (depth + 2)} {section.path[depth]}"
        before = section.path
        yield from _about(section, document)
        yield from (("text", line) for line in section.markdown.split("\n") if line.strip())
    for text in document.dropped:
        yield "dropped", f"Left out: {' '.join(text.split())}"


def _about(section: Section, document: Document) -> Iterator[_Line]:
    titles = {source.key: source.title for source in document.sources}
    rests = "; ".join(titles.get(key, key) for key in section.source_keys)
    yield "field", f"Kind: {EVIDENCE_NAMES[section.evidence]}{f'. Rests on: {rests}' if rests else ''}"
    if section.reply is not ReplyKind.ANSWER:
        yield "field", f"Reply: {section.reply}"
    if section.facts:
        yield "field", f"Facts: {', '.join(section.facts)}"
    yield from (("question", question) for question in section.questions)


def _changed(left: Sequence[_Line], right: Sequence[_Line]) -> Iterator[dict[str, Any]]:
    """Pairs lines that are versions of each other, in order; the others are removed or added."""
    at = 0
    for one in left:
        words = set(_WORD.findall(one[1]))
        near = range(at, min(at + _AHEAD, len(right)))
        match = next((to for to in near if _is_version(one, words, right[to])), None)
        if match is None:
            yield _row("removed", _whole(one, "removed"), None)
            continue
        yield from (_row("added", None, _whole(each, "added")) for each in right[at:match])
        yield _by_words(one, right[match])
        at = match + 1
    yield from (_row("added", None, _whole(each, "added")) for each in right[at:])


def _is_version(one: _Line, words: set[str], other: _Line) -> bool:
    if one[0] != other[0]:
        return False
    theirs = set(_WORD.findall(other[1]))
    return 2 * len(words & theirs) >= _ALIKE * (len(words) + len(theirs))


def _by_words(one: _Line, other: _Line) -> dict[str, Any]:
    left, right = _WORD.findall(one[1]), _WORD.findall(other[1])
    if len(left) + len(right) > _MOST_WORDS:
        return _row("changed", _whole(one, "removed"), _whole(other, "added"))
    removed: list[list[str]] = []
    added: list[list[str]] = []
    for what, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        same = what == "equal"
        if a < b:
            removed.append(["same" if same else "removed", "".join(left[a:b])])
        if c < d:
            added.append(["same" if same else "added", "".join(right[c:d])])
    return _row("changed", {"kind": one[0], "words": removed}, {"kind": other[0], "words": added})


def _whole(line: _Line, mark: str = "same") -> dict[str, Any]:
    return {"kind": line[0], "words": [[mark, line[1]]]}


def _row(kind: str, left: _Side, right: _Side) -> dict[str, Any]:
    return {"kind": kind, "left": left, "right": right}


# Two people's changes together


def merge(base: Document, theirs: Document, mine: Document) -> tuple[Document, list[str]]:
    """Mine and theirs in one, section by section; and the names of the parts that both changed.

    What only one of the two changed is taken from them. Where both changed the same part, mine stands: the
    author sees theirs beside it and decides.
    """
    clashes: list[str] = []
    whole = {
        name: _either(getattr(base, name), getattr(theirs, name), getattr(mine, name), label, clashes)
        for name, label in _FIELDS.items()
    }
    sections = _sections(base, theirs, mine, clashes)
    return Document(slug=mine.slug, sections=tuple(sections), **whole), clashes


_FIELDS = {
    "title": "the title",
    "sources": "the sources",
    "language": "the language",
    "reviewer": "the reviewer",
    "reviewed_on": "the day of the review",
    "dropped": "what was left out",
}
_Key = tuple[tuple[str, ...], int]


def _either(base: Any, theirs: Any, mine: Any, name: str, clashes: list[str]) -> Any:
    if mine in (base, theirs):
        return theirs
    if theirs != base:
        clashes.append(name)
    return mine


def _keyed(document: Document) -> dict[_Key, Section]:
    """Sections by heading path; the n-th with the same path has the number n."""
    found: dict[_Key, Section] = {}
    for section in document.sections:
        again = sum(1 for path, _ in found if path == section.path)
        found[section.path, again] = section
    return found


def _sections(base: Document, theirs: Document, mine: Document, clashes: list[str]) -> Iterator[Section]:
    was, his, my = _keyed(base), _keyed(theirs), _keyed(mine)
    for key in _order(list(his), list(my)):
        name = f"“{key[0][-1] if key[0] else mine.title}”"
        chosen = _either(was.get(key), his.get(key), my.get(key), name, clashes)
        if chosen is None and key in his and name in clashes:
            chosen = his[key]  # I removed what they changed: it stays until somebody has looked at it
        if chosen is not None:
            yield chosen


def _order(theirs: list[_Key], mine: list[_Key]) -> Iterator[_Key]:
    """Their order, with what only I have after what it stood behind."""
    placed: list[_Key] = list(theirs)
    known = set(theirs)
    for before, key in zip_longest([None, *mine[:-1]], mine):
        if key is None or key in known:
            continue
        at = placed.index(before) + 1 if before in known else 0
        placed.insert(at, key)
        known.add(key)
    yield from placed
