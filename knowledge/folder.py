"""The knowledge base as a folder of Markdown files that git can compare.

    knowledge.yml                 which format this is
    golden.yml                    the golden questions
    documents/SLUG.md             the text that patients see, or saw until it was withdrawn
    documents/SLUG.draft.md       a newer text that they do not see
    documents/SLUG.yml            where the document stands, who looks after it, until when

Two exports of the same knowledge base are the same, byte by byte. Checksums (`…_was`) tell what a file was
when it was exported, so that `knowledge.folder_import` knows who changed what since. What people did when,
and earlier revisions, stay in the database.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from knowledge.frontmatter import read_fields, yaml_string
from knowledge.golden import Golden, parse_golden, render_golden
from knowledge.markdown import SLUG, parse_document, render_document
from knowledge.model import Document
from knowledge.store import DocumentStatus, KnowledgeStore, Revision, RevisionState

FORMAT = "1"
LARGEST = 5_000_000
"""Bytes of one file; a document that long would be no article."""
_MANIFEST, _GOLDEN, _DOCUMENTS = "knowledge.yml", "golden.yml", "documents"
_KEPT_BESIDE = frozenset({"README.md", "LICENSE"})
_DAY = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])")


_Kind = TypeVar("_Kind", bound=StrEnum)


class FolderRefused(ValueError):
    """A folder or a file in it is not what it should be; the message names it and says what to do."""


class Standing(StrEnum):
    """What patients see of a document."""

    LIVE = "live"
    WITHDRAWN = "withdrawn"
    DRAFT = "draft"
    """Nothing, and never did."""


class DraftState(StrEnum):
    """Where the newer text of a document stands."""

    NONE = ""
    DRAFT = "draft"
    REVIEW = "review"
    ASIDE = "aside"
    """It was live, and an earlier text was made live again."""


REVISION_STATES = {
    DraftState.DRAFT: RevisionState.DRAFT,
    DraftState.REVIEW: RevisionState.REVIEW,
    DraftState.ASIDE: RevisionState.REPLACED,
}


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a document beside its texts."""

    standing: Standing
    draft: DraftState = DraftState.NONE
    owner: str = ""
    review_due: str = ""


@dataclass(frozen=True, slots=True)
class Was:
    """Checksums of a document as it was exported; empty in a file that somebody wrote by hand."""

    text: str = ""
    draft: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One document: what patients see or saw (`text`) and what is newer (`draft`), as Markdown."""

    slug: str
    text: str | None
    draft: str | None
    about: About
    was: Was = Was()

    @property
    def newest(self) -> str:
        """The newest text."""
        return self.draft if self.draft is not None else self.text or ""

    @property
    def newest_was(self) -> str:
        """The checksum of what was the newest text when this was exported."""
        return self.was.draft or self.was.text

    def now(self) -> Was:
        """The checksums of what it is now."""
        about = f"{self.about.owner}\n{self.about.review_due}"
        return Was(
            checksum(self.text) if self.text is not None else "",
            checksum(self.draft) if self.draft is not None else "",
            checksum(about),
        )


@dataclass(frozen=True, slots=True)
class Folder:
    """A whole knowledge base. `golden_was` is the checksum of the golden questions as exported."""

    entries: tuple[Entry, ...]
    golden: tuple[Golden, ...]
    golden_was: str = ""


def checksum(text: str) -> str:
    """Names a text; 128 bits are plenty against chance."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def normal(document: Document) -> str:
    """A document as it is written here, whatever it looked like in a file or an older revision."""
    return render_document(document)


# From the database


def from_store(store: KnowledgeStore) -> Folder:
    """The knowledge base as it is now."""
    entries = tuple(_entry(store, status) for status in store.revisions.statuses())
    return Folder(entries, tuple(Golden.of(each) for each in store.golden.all()))


def _entry(store: KnowledgeStore, status: DocumentStatus) -> Entry:
    shown, newest = status.live, status.latest
    standing = Standing.LIVE
    if shown is None:
        shown = _withdrawn(store, status)
        standing = Standing.DRAFT if shown is None else Standing.WITHDRAWN
    text = _markdown(store, shown) if shown else None
    draft = _markdown(store, newest) if shown is None or newest.id != shown.id else None
    state = DraftState.NONE
    if draft is not None:
        state = _DRAFT_STATES.get(newest.state, DraftState.ASIDE)
    return Entry(status.slug, text, draft, About(standing, state, status.owner, status.review_due))


_DRAFT_STATES = {RevisionState.DRAFT: DraftState.DRAFT, RevisionState.REVIEW: DraftState.REVIEW}


def _withdrawn(store: KnowledgeStore, status: DocumentStatus) -> Revision | None:
    """What patients saw until it was withdrawn: the newest revision of which that is true."""
    if status.latest.state is RevisionState.WITHDRAWN:
        return status.latest
    if status.latest.number == 1:
        return None
    revisions = store.revisions.of(status.slug)
    return next((each for each in revisions if each.state is RevisionState.WITHDRAWN), None)


def _markdown(store: KnowledgeStore, revision: Revision) -> str:
    return normal(store.revisions.document(revision.document, revision.number))


# Onto the disk


def write_folder(folder: Folder, path: Path) -> int:
    """Writes all files, removes those of documents that are gone, and returns how many files there are.

    What is not of this format (a `.git`, a README) is left alone. Raises `FolderRefused` where the folder
    holds something else, and OSError.
    """
    if path.exists() and not path.is_dir():
        raise FolderRefused(f"{path} is a file; name a folder.")
    if path.is_dir() and not (path / _MANIFEST).exists() and any(_ours_or_foreign(path)):
        raise FolderRefused(f"{path} holds other files; name an empty folder, or one of an earlier export.")
    files = dict(_files(folder))
    documents = path / _DOCUMENTS
    if documents.is_symlink():
        raise FolderRefused(f"{documents} is a link; remove it, nothing is written through one.")
    documents.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        _write(path / name, text)
    for old in sorted(documents.iterdir()):
        if f"{_DOCUMENTS}/{old.name}" not in files and _parts(old.name) is not None and not old.is_dir():
            old.unlink()
    return len(files)


def _ours_or_foreign(path: Path) -> Iterator[Path]:
    return (
        each for each in path.iterdir() if not each.name.startswith(".") and each.name not in _KEPT_BESIDE
    )


def _write(path: Path, text: str) -> None:
    """Replaced in one step, and left alone where it says the same: git and people see only what changed."""
    data = text.encode("utf-8")
    if path.is_file() and not path.is_symlink() and path.read_bytes() == data:
        return
    beside = path.with_name(f".{path.name}.new")
    beside.write_bytes(data)
    beside.replace(path)


def _files(folder: Folder) -> Iterator[tuple[str, str]]:
    was = checksum(render_golden(folder.golden))
    yield _MANIFEST, f'format: "{FORMAT}"\ngolden_was: {was}\n'
    yield _GOLDEN, render_golden(folder.golden)
    for entry in sorted(folder.entries, key=lambda each: each.slug):
        stem = f"{_DOCUMENTS}/{entry.slug}"
        if entry.text is not None:
            yield f"{stem}.md", entry.text
        if entry.draft is not None:
            yield f"{stem}.draft.md", entry.draft
        yield f"{stem}.yml", _render_about(entry)


def _render_about(entry: Entry) -> str:
    was = entry.now()
    fields = {
        "standing": entry.about.standing.value,
        "draft": entry.about.draft.value,
        "owner": entry.about.owner,
        "review_due": entry.about.review_due,
        "text_was": was.text,
        "draft_was": was.draft,
        "about_was": was.about,
    }
    return "".join(f"{name}: {yaml_string(value)}\n" for name, value in fields.items() if value)


# From the disk


def read_folder(path: Path) -> Folder:
    """Everything in a folder, checked. Raises `FolderRefused` or ValueError with a sentence; OSError."""
    if not path.is_dir():
        raise FolderRefused(f"There is no folder {path}.")
    if not (path / _MANIFEST).is_file():
        raise FolderRefused(f"{path} is no export of a knowledge base: it has no {_MANIFEST}.")
    for each in sorted(_ours_or_foreign(path)):
        if each.name not in (_MANIFEST, _GOLDEN, _DOCUMENTS):
            raise FolderRefused(f"{each.name} does not belong here; take it out of the folder.")
    manifest = read_fields(_read(path / _MANIFEST).splitlines(), _MANIFEST, first_line=1)
    if (version := manifest.string("format", required=True)) != FORMAT:
        raise FolderRefused(f"{_MANIFEST} says format {version[:20]}, but this program reads {FORMAT}.")
    golden_was = manifest.string("golden_was")
    manifest.no_others()
    golden = path / _GOLDEN
    questions = parse_golden(_read(golden), _GOLDEN) if golden.exists() or golden.is_symlink() else ()
    return Folder(tuple(_entries(path / _DOCUMENTS)), questions, golden_was)


def _entries(documents: Path) -> Iterator[Entry]:
    if documents.is_symlink() or (documents.exists() and not documents.is_dir()):
        raise FolderRefused(f"{_DOCUMENTS} must be a folder, not a link or a file.")
    found: dict[str, dict[str, Path]] = {}
    for each in sorted(documents.iterdir()) if documents.is_dir() else ():
        parts = _parts(each.name)
        if parts is None:
            if each.name.startswith("."):
                continue
            raise FolderRefused(
                f"{_DOCUMENTS}/{each.name} does not belong here; files are called SLUG.md, SLUG.draft.md and SLUG.yml."
            )
        found.setdefault(parts[0], {})[parts[1]] = each
    for slug, files in found.items():
        yield _read_entry(slug, files)


def _parts(name: str) -> tuple[str, str] | None:
    """(slug, kind of file) of a file's name; None for a name that is not ours."""
    for ending in (".draft.md", ".md", ".yml"):
        if name.endswith(ending):
            slug = name.removesuffix(ending)
            return (slug, ending) if SLUG.fullmatch(slug) else None
    return None


def _read_entry(slug: str, files: dict[str, Path]) -> Entry:
    text = _document(files[".md"], slug) if ".md" in files else None
    draft = _document(files[".draft.md"], slug) if ".draft.md" in files else None
    name = f"{_DOCUMENTS}/{slug}"
    if text is None and draft is None:
        raise FolderRefused(f"{name}.yml stands alone; its text, {slug}.md or {slug}.draft.md, is missing.")
    if ".yml" not in files:
        # Somebody wrote a new document by hand.
        return Entry(slug, None, draft or text, About(Standing.DRAFT, DraftState.DRAFT))
    fields = read_fields(_read(files[".yml"]).splitlines(), f"{name}.yml", first_line=1)
    about = About(
        standing=_one_of(Standing, fields.string("standing", required=True), f"{name}.yml", "standing"),
        draft=_one_of(DraftState, fields.string("draft"), f"{name}.yml", "draft"),
        owner=fields.string("owner"),
        review_due=fields.matching("review_due", _DAY, "a date such as 2026-03-31"),
    )
    was = Was(fields.string("text_was"), fields.string("draft_was"), fields.string("about_was"))
    fields.no_others()
    if (text is None) != (about.standing is Standing.DRAFT):
        wanted = "must have" if text is None else "cannot have"
        raise FolderRefused(f"{name}.yml says {about.standing}; such a document {wanted} a file {slug}.md.")
    if (draft is None) != (about.draft is DraftState.NONE):
        raise FolderRefused(
            f"{name}.yml and the files differ: “draft” must say draft, review or aside where there is a "
            f"{slug}.draft.md, and must be missing where there is none."
        )
    return Entry(slug, text, draft, about, was)


def _one_of(kind: type[_Kind], value: str, name: str, field: str) -> _Kind:
    try:
        return kind(value)
    except ValueError:
        known = ", ".join(each.value for each in kind if each.value)
        raise FolderRefused(f"{name}: “{field}” must be one of {known}, not “{value[:40]}”.") from None


def _document(path: Path, slug: str) -> str:
    name = f"{_DOCUMENTS}/{path.name}"
    document = parse_document(_read(path), name)
    if document.slug != slug:
        raise FolderRefused(f"{name} says that its slug is {document.slug}; name the file after it.")
    return normal(document)


def _read(path: Path) -> str:
    """A file's text. Links are refused: they could lead anywhere."""
    if path.is_symlink() or not path.is_file():
        raise FolderRefused(f"{path.name} is not a plain file; links and folders are not read.")
    with path.open("rb") as file:
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise FolderRefused(f"{path.name} is larger than {LARGEST // 1_000_000} MB, which no article is.")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise FolderRefused(f"{path.name} is not UTF-8 text.") from None
