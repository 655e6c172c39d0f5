"""Our document format: Markdown with front matter, and a `section` block under each heading.

`parse_document` reads it and `render_document` writes it; what was written reads back as the same
`Document`. The text of a section is kept as it stands. A mistake raises `DocumentFormatError`, whose
sentence names the file and the line and says what to do.

A text between the `#` title and the first `##` is a section of its own only with a `section` block;
without one it greets whoever reads the file, and is no part of the document.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.frontmatter import DocumentFormatError, Fields, read_fields, yaml_list, yaml_string
from knowledge.model import Document, EvidenceKind, ReplyKind, Section, Source

__all__ = ["DEEPEST", "DocumentFormatError", "mistake_in_body", "parse_document", "render_document"]

DEEPEST = 5
"""The most headings that may stand below each other, the title not counted."""
_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*\Z")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)\Z")
SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,78}[a-z0-9])?")
LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_DATE = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])")


@dataclass(frozen=True, slots=True)
class _Part:
    """A heading and the lines below it; `line` is the heading's, the body starts on the next."""

    line: int
    level: int
    heading: str
    body: list[str]


def parse_document(text: str, name: str) -> Document:
    """The document written in `text`; `name` (of the file) is only for the sentence of an error."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    start, fields = _front_matter(lines, name)
    title = fields.string("title", required=True)
    sources = _sources(fields)
    document = Document(
        slug=fields.matching(
            "slug", SLUG, "lower-case letters, digits and hyphens, at most 80", required=True
        ),
        title=title,
        sections=tuple(_sections(lines, start, name, title, {source.key for source in sources})),
        sources=sources,
        reviewer=fields.string("reviewer"),
        reviewed_on=fields.matching("reviewed_on", _DATE, "a date such as 2025-03-31"),
        language=fields.matching("language", LANGUAGE, "a language code such as en") or "en",
        dropped=fields.strings("dropped"),
    )
    fields.no_others()
    return document


def mistake_in_body(body: str) -> tuple[int, str] | None:
    """(line from 1, sentence) where a text cannot stand below one heading as it is; None when it can."""
    try:
        parts = list(_parts(body.split("\n"), 0, ""))
    except DocumentFormatError as error:
        return error.line, error.sentence
    if len(parts) == 1:
        return None
    return parts[1].line, "A line that begins with # is a heading: give it a section of its own."


def _front_matter(lines: list[str], name: str) -> tuple[int, Fields]:
    """(index of the first line after the front matter, its fields)."""
    if lines[0].strip() != "---":
        raise DocumentFormatError(name, 1, "the file must begin with front matter between two lines of ---")
    for at in range(1, len(lines)):
        if lines[at].rstrip() == "---":
            return at + 1, read_fields(lines[1:at], name, first_line=2)
    raise DocumentFormatError(name, 1, "the front matter is never closed; end it with a line of ---")


def _sources(fields: Fields) -> tuple[Source, ...]:
    sources: list[Source] = []
    for entry in fields.mappings("sources"):
        source = Source(
            key=entry.string("key", required=True),
            title=entry.string("title", required=True),
            url=entry.string("url"),
        )
        if source.url and not source.url.startswith(("https://", "http://")):
            raise entry.error("url", "the url must begin with https:// or http://, or be empty")
        if any(source.key == other.key for other in sources):
            raise entry.error("key", f"the source key “{source.key}” is used twice; give each source its own")
        entry.no_others()
        sources.append(source)
    return tuple(sources)


# The body


def _sections(lines: list[str], start: int, name: str, title: str, known: set[str]) -> Iterator[Section]:
    stack: list[str] = []
    for part in _parts(lines, start, name):
        if part.level == 0:
            if any(line.strip() for line in part.body):
                raise DocumentFormatError(
                    name, part.line + 1, "text must stand below a heading; begin with “# ” and the title"
                )
            continue
        if part.level == 1:
            if part.heading != title:
                raise DocumentFormatError(
                    name,
                    part.line,
                    "the # heading and the title of the front matter differ; make them the same",
                )
            if stack:
                raise DocumentFormatError(name, part.line, "a second # heading; use ## for a section")
        else:
            if part.level - 1 > len(stack) + 1:
                raise DocumentFormatError(
                    name, part.line, f"this heading skips a level; use {'#' * (len(stack) + 2)} here"
                )
            stack = [*stack[: part.level - 2], part.heading]
        section = _section(part, tuple(stack), name, known)
        if section is not None:
            yield section


def _parts(lines: list[str], start: int, name: str) -> Iterator[_Part]:
    """Cuts the lines at headings; a line of # inside a fenced block is no heading."""
    part = _Part(start, 0, "", [])
    fence = ""
    fence_line = 0
    for at in range(start, len(lines)):
        line = lines[at]
        fenced = _FENCE.match(line)
        heading = None if fence else _HEADING.match(line)
        if heading is not None:
            yield part
            part = _Part(at + 1, len(heading.group(1)), (heading.group(2) or "").strip(), [])
            if not part.heading:
                raise DocumentFormatError(
                    name, at + 1, "this heading has no words; write them or remove the #"
                )
            continue
        part.body.append(line)
        if fence:
            if fenced and fenced.group(1).startswith(fence) and not fenced.group(2).strip():
                fence = ""
        elif fenced and not (fenced.group(1)[0] == "`" and "`" in fenced.group(2)):
            fence, fence_line = fenced.group(1), at + 1
    if fence:
        raise DocumentFormatError(
            name, fence_line, f"this block is never closed; end it with a line of {fence}"
        )
    yield part


def _section(part: _Part, path: tuple[str, ...], name: str, known: set[str]) -> Section | None:
    """The section of a heading; None for a heading with nothing below it, and for a lead without a block."""
    found = _section_block(part, name)
    if found is None:
        body = _body(part.body)
        return Section(path=path, markdown=body) if body and path else None
    fields, rest = found
    body = _body(part.body[rest:])
    if not body:
        raise DocumentFormatError(
            name, part.line, "this section has no text; write it or remove the section block"
        )
    keys = fields.strings("sources")
    for key in keys:
        if key not in known:
            raise fields.error("sources", f"the source “{key}” is not among the sources of the front matter")
    section = Section(
        path=path,
        markdown=body,
        questions=fields.strings("questions"),
        evidence=_evidence(fields),
        source_keys=keys,
        facts=fields.strings("facts"),
        reply=_reply(fields),
    )
    fields.no_others()
    return section


def _section_block(part: _Part, name: str) -> tuple[Fields, int] | None:
    """(fields of the block directly below the heading, index in the body after it), if there is one."""
    at = 0
    while at < len(part.body) and not part.body[at].strip():
        at += 1
    if at == len(part.body) or not re.fullmatch(r"```[ \t]*section[ \t]*", part.body[at]):
        return None
    for end in range(at + 1, len(part.body)):
        if re.fullmatch(r"```[ \t]*", part.body[end]):
            return read_fields(part.body[at + 1 : end], name, first_line=part.line + at + 2), end + 1
    raise DocumentFormatError(name, part.line + at + 1, "this section block is never closed; end it with ```")


def _evidence(fields: Fields) -> EvidenceKind:
    written = fields.string("evidence") or EvidenceKind.ESTABLISHED
    try:
        return EvidenceKind(written)
    except ValueError:
        kinds = ", ".join(EvidenceKind)
        raise fields.error(
            "evidence", f"“{written[:40]}” is no kind of evidence; use one of {kinds}"
        ) from None


def _reply(fields: Fields) -> ReplyKind:
    written = fields.string("reply") or ReplyKind.ANSWER
    try:
        return ReplyKind(written)
    except ValueError:
        kinds = ", ".join(ReplyKind)
        raise fields.error("reply", f"“{written[:40]}” is no kind of reply; use one of {kinds}") from None


def _body(lines: list[str]) -> str:
    """The lines without the blank ones around them."""
    first, last = 0, len(lines)
    while first < last and not lines[first].strip():
        first += 1
    while last > first and not lines[last - 1].strip():
        last -= 1
    return "\n".join(lines[first:last])


# Writing


def render_document(document: Document) -> str:
    """The text of a document; `parse_document` gives back an equal one.

    Raises ValueError with a sentence where the format cannot hold the document, for example because a
    section's text has a heading of its own: nothing is ever lost silently.
    """
    text = "\n".join([*_front_lines(document), "", f"# {document.title}", "", *_section_lines(document)])
    text = text.rstrip("\n") + "\n"
    try:
        again = parse_document(text, document.slug)
    except DocumentFormatError as error:
        raise ValueError(f"This document cannot be written as Markdown: {error}") from error
    if again != document:
        raise ValueError(
            f"The document “{document.slug}” cannot be written as Markdown without a loss"
            f"{_first_difference(document, again)}; headings belong in the section's path, and its text must "
            "begin and end with words."
        )
    return text


def _front_lines(document: Document) -> list[str]:
    lines = ["---", f"slug: {document.slug}", f"title: {yaml_string(document.title)}"]
    lines.append(f"language: {document.language}")
    lines.append(f"reviewer: {yaml_string(document.reviewer)}")
    lines.append(f"reviewed_on: {yaml_string(document.reviewed_on)}")
    if document.sources:
        lines.append("sources:")
    for source in document.sources:
        lines.append(f"  - key: {yaml_string(source.key)}")
        lines.append(f"    title: {yaml_string(source.title)}")
        lines.append(f"    url: {yaml_string(source.url)}")
    if document.dropped:
        lines.append("dropped:")
        lines.extend(f"  - {yaml_string(text)}" for text in document.dropped)
    return [*lines, "---"]


def _section_lines(document: Document) -> Iterator[str]:
    before: tuple[str, ...] = ()
    for section in document.sections:
        if len(section.path) > DEEPEST:
            where = " > ".join(section.path)
            raise ValueError(f"The heading path “{where}” is too deep; five levels are the most.")
        shared = 0
        while shared < min(len(before), len(section.path) - 1) and before[shared] == section.path[shared]:
            shared += 1
        for depth in range(shared, len(section.path)):
            yield f"{'#' * (depth + 2)} {section.path[depth]}"
            yield ""
        before = section.path
        yield "```section"
        yield f"evidence: {section.evidence}"
        if section.reply is not ReplyKind.ANSWER:
            yield f"reply: {section.reply}"
        if section.source_keys:
            yield f"sources: {yaml_list(section.source_keys)}"
        if section.facts:
            yield f"facts: {yaml_list(section.facts)}"
        if section.questions:
            yield "questions:"
            for question in section.questions:
                yield f"  - {yaml_string(question)}"
        yield "```"
        yield ""
        yield section.markdown
        yield ""


def _first_difference(document: Document, again: Document) -> str:
    for one, other in zip(document.sections, again.sections, strict=False):
        if one != other:
            return f" (section “{' > '.join(one.path) or document.title}”)"
    return ""
