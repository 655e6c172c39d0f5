"""Taking a folder of articles into the knowledge base as drafts, without touching what editors wrote."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from knowledge.model import Document
from knowledge.store import KnowledgeStore

FOLDER = "folder"


@dataclass(frozen=True, slots=True)
class Intake:
    """What bringing documents in has done, by slug.

    `kept` were changed in the folder and also edited here since; the edited text was left alone.
    """

    new: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


def bring_in(store: KnowledgeStore, documents: Iterable[Document], *, by: str = "") -> Intake:
    """Save the documents of a folder as drafts, where the folder's text changed since the last time.

    A document that was edited here after it last came from the folder is left alone: an upgrade of
    the shipped articles never overwrites an editor's work. Raises ValueError with a sentence for a
    document that cannot be kept.
    """
    new: list[str] = []
    unchanged: list[str] = []
    kept: list[str] = []
    for document in documents:
        revisions = store.revisions.of(document.slug)
        from_folder = next((each for each in revisions if each.origin == FOLDER), None)
        if from_folder is not None and store.revisions.same_text(document, from_folder):
            unchanged.append(document.slug)
        elif revisions and revisions[0].origin != FOLDER:
            kept.append(document.slug)
        else:
            _, is_new = store.revisions.save(document, origin=FOLDER, by=by)
            (new if is_new else unchanged).append(document.slug)
    return Intake(tuple(new), tuple(unchanged), tuple(kept))
