"""A document as the editors' form holds it: headings in a row with a level each, instead of paths.

In and out: the JSON of the page (`to_article`, `from_article`). What cannot be kept is told as mistakes that
name the field they are in; all of them at once, so that nobody mends a form line by line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from knowledge.markdown import (
    DEEPEST,
    LANGUAGE,
    SLUG,
    DocumentFormatError,
    mistake_in_body,
    parse_document,
    render_document,
)
from knowledge.model import Document, EvidenceKind, ReplyKind, Section, Source

LONGEST_LINE = 300
"""Characters of a title, a heading, a question or a source."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong, as a sentence, and where: `section` or `source` count from 0, `line` from 1.

    `missing`: nothing is wrong, something is not there yet; who has just begun need not be told.
    """

    sentence: str
    field: str = ""
    section: int | None = None
    source: int | None = None
    line: int | None = None
    missing: bool = False


class Mistaken(ValueError):
    """A form or a text that is no document yet; `mistakes` says why."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__(mistakes[0].sentence)
        self.mistakes = tuple(mistakes)


def to_article(document: Document) -> dict[str, Any]:
    """A document as the form shows it."""
    return {
        "slug": document.slug,
        "title": document.title,
        "language": document.language,
        "reviewer": document.reviewer,
        "reviewed_on": document.reviewed_on,
        "sources": [
            {"key": source.key, "title": source.title, "url": source.url} for source in document.sources
        ],
        "sections": list(_entries(document)),
        "dropped": list(document.dropped),
    }


def from_text(markdown: str) -> Document:
    """The document in a text of our format. Raises `Mistaken` with the line."""
    try:
        return parse_document(markdown, "This text")
    except DocumentFormatError as error:
        raise Mistaken([Mistake(error.sentence, "markdown", line=error.line)]) from error


def from_article(article: Mapping[str, Any]) -> Document:
    """The document in a form. Raises `Mistaken`; the types of all fields are checked before (`inputs`)."""
    reader = _Reader(article)
    document = reader.document()
    if reader.mistakes:
        raise Mistaken(reader.mistakes)
    try:
        render_document(document)
    except ValueError as error:
        raise Mistaken([Mistake(str(error))]) from error
    return document


def _entries(document: Document) -> Iterator[dict[str, Any]]:
    before: tuple[str, ...] = ()
    for section in document.sections:
        shared = 0
        while shared < min(len(before), len(section.path) - 1) and before[shared] == section.path[shared]:
            shared += 1
        for depth in range(shared, len(section.path) - 1):
            yield _entry(depth + 1, section.path[depth], Section((), ""))
        before = section.path
        yield _entry(len(section.path), section.path[-1] if section.path else "", section)


def _entry(level: int, heading: str, section: Section) -> dict[str, Any]:
    return {
        "level": level,
        "heading": heading,
        "text": section.markdown,
        "questions": list(section.questions),
        "evidence": section.evidence.value,
        "sources": list(section.source_keys),
        "facts": list(section.facts),
        "reply": section.reply.value,
    }


class _Reader:
    """One pass over a form; what is wrong is collected in `mistakes`."""

    def __init__(self, article: Mapping[str, Any]) -> None:
        self._article = article
        self.mistakes: list[Mistake] = []

    def document(self) -> Document:
        title = self._line(self._article["title"], "title", "Give the document a title.")
        slug = self._article["slug"].strip()
        if not SLUG.fullmatch(slug):
            made_of = "The address is made of small letters, digits and hyphens, at most 80."
            self._wrong(made_of, "slug", missing=not slug)
        language = self._article["language"].strip() or "en"
        if not LANGUAGE.fullmatch(language):
            self._wrong("The language is a code such as en or de.", "language")
        sources = self._sources()
        return Document(
            slug=slug,
            title=title,
            sections=tuple(self._sections({source.key for source in sources})),
            sources=sources,
            reviewer=_one_line(self._article["reviewer"]),
            reviewed_on=self._article["reviewed_on"].strip(),
            language=language,
            dropped=tuple(text for each in self._article["dropped"] if (text := each.strip())),
        )

    def _wrong(
        self,
        sentence: str,
        field: str,
        *,
        missing: bool = False,
        section: int | None = None,
        source: int | None = None,
        line: int | None = None,
    ) -> None:
        self.mistakes.append(Mistake(sentence, field, section, source, line, missing))

    def _line(
        self, text: str, field: str, missing: str, section: int | None = None, source: int | None = None
    ) -> str:
        line = _one_line(text)
        if not line:
            self._wrong(missing, field, missing=True, section=section, source=source)
        if len(line) > LONGEST_LINE:
            too_long = f"This is too long; {LONGEST_LINE} characters are the most."
            self._wrong(too_long, field, section=section, source=source)
        return line

    def _sources(self) -> tuple[Source, ...]:
        found: list[Source] = []
        for at, each in enumerate(self._article["sources"]):
            title, url = _one_line(each["title"]), each["url"].strip()
            if not title and not url:
                continue
            self._line(title, "title", "Say what this source is called; patients see it.", source=at)
            if url and not re.match(r"https?://\S+\Z", url):
                self._wrong("A web address begins with https:// or http://.", "url", source=at)
            if not each["key"].strip() or each["key"] in {source.key for source in found}:
                self._wrong("Every source needs a key of its own.", "key", source=at)
            found.append(Source(each["key"].strip(), title, url))
        return tuple(found)

    def _sections(self, known: set[str]) -> Iterator[Section]:
        entries = self._article["sections"]
        stack: list[str] = []
        for at, entry in enumerate(entries):
            text, questions = _body(entry["text"]), _lines(entry["questions"])
            heading = _one_line(entry["heading"]).strip("#").strip()
            if not text and not questions and not heading:
                continue
            if entry["level"] > 0:
                heading = self._line(heading, "heading", "Give this section a heading.", section=at)
                level = min(entry["level"], len(stack) + 1, DEEPEST)
                stack = [*stack[: level - 1], heading]
            if not text:
                below = entries[at + 1]["level"] if at + 1 < len(entries) else 0
                if questions or below <= entry["level"]:
                    no_text = "This section has no text yet. Write it, or remove the section."
                    self._wrong(no_text, "text", missing=True, section=at)
                continue
            self._check_text(text, at)
            yield Section(
                path=tuple(stack) if entry["level"] > 0 else (),
                markdown=text,
                questions=questions,
                evidence=EvidenceKind(entry["evidence"]),
                source_keys=tuple(key for key in entry["sources"] if key in known),
                facts=_lines(entry["facts"]),
                reply=ReplyKind(entry["reply"]),
            )
        if not any(_body(entry["text"]) for entry in entries):
            nothing = "Write some text: there is nothing yet that could answer a question."
            self._wrong(nothing, "sections", missing=True)

    def _check_text(self, text: str, at: int) -> None:
        wrong = mistake_in_body(text)
        if wrong is not None:
            self._wrong(wrong[1], "text", section=at, line=wrong[0])


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _lines(texts: Sequence[str]) -> tuple[str, ...]:
    """Texts on one line each, without empty ones and without the same one twice."""
    return tuple(dict.fromkeys(line for each in texts if (line := _one_line(each))))


def _body(text: str) -> str:
    """A text without the empty lines around it, and with one kind of line end."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    while lines and not lines[0].strip():
        lines.pop(0)
    while lines and not lines[-1].strip():
        lines.pop()
    return "\n".join(lines)
