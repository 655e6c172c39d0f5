"""The command line of the knowledge base. Every error is one plain sentence and an exit code that is not 0.

Heavy parts are imported inside the commands that need them, so that `--help` is instant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec

import click

from knowledge.settings import KnowledgeSettings

if TYPE_CHECKING:
    from knowledge.model import Document, Reply
    from knowledge.store import KnowledgeStore

P = ParamSpec("P")
PERSON = "command line"


@click.group()
def main() -> None:
    """Look after what the assistant knows: bring documents in, publish, search, undo."""


def plain_errors(command: Callable[P, None]) -> Callable[P, None]:
    """Turn the errors that carry a sentence into that sentence, without a traceback."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        from sqlalchemy.exc import OperationalError

        from knowledge.encoder import EncoderError
        from knowledge.importing import ImportRefused
        from knowledge.live import NotReady
        from knowledge.publish import PublishRefused
        from knowledge.snapshot import SnapshotRefused
        from knowledge.store import EditConflict, JobRefused, ReviewRefused, StoreError

        known = (
            EditConflict,
            EncoderError,
            ImportRefused,
            JobRefused,
            NotReady,
            PublishRefused,
            ReviewRefused,
            SnapshotRefused,
            StoreError,
            ValueError,
        )
        try:
            command(*args, **kwargs)
        except known as error:
            raise click.ClickException(str(error)) from error
        except KeyError as error:
            raise click.ClickException(str(error.args[0])) from error
        except OperationalError as error:
            raise click.ClickException(
                f"The knowledge base's database does not answer: {error.orig}"
            ) from error
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            raise click.ClickException(f"{where}{error.strerror or error}.") from error

    return run


@main.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--slug", help="The document's short name; otherwise made from the file's. One file only.")
@plain_errors
def import_files(files: tuple[Path, ...], slug: str | None) -> None:
    """Bring files in as drafts: Markdown, text, HTML, PDF, DOCX."""
    from dataclasses import replace

    from knowledge.importing import ImportRefused, load_file

    if slug and len(files) > 1:
        raise click.UsageError("--slug names one document; give one file with it.")
    refused = 0
    with opened() as store:
        for file in files:
            try:
                document = load_file(file)
                if slug:
                    document = replace(document, slug=slug)
                number, new = store.revisions.save(document, origin="import", by=PERSON)
            except (ImportRefused, ValueError, OSError) as error:
                refused += 1
                click.echo(f"{file}: {error}", err=True)
                continue
            count = len(store.revisions.passages(document.slug, number))
            said = f"revision {number}, {many(count, 'passage')}" if new else f"as in revision {number}"
            left_out = f", {many(len(document.dropped), 'block')} left out" if document.dropped else ""
            click.echo(f"{document.slug}: {said}{left_out}")
    if refused:
        raise click.ClickException(f"{many(refused, 'file')} could not be brought in.")
    click.echo("Patients see drafts after `python -m knowledge publish`.")


@main.command()
@click.argument("question")
@click.option("--before", multiple=True, help="An earlier question of the conversation (may be repeated).")
@click.option("--limit", default=5, show_default=True, help="How many hits to show.")
@plain_errors
def search(question: str, before: tuple[str, ...], limit: int) -> None:
    """Ask what is live: the hits with their scores, and the reply a patient would get."""
    from knowledge.live import LiveSearcher

    live = LiveSearcher(settings(), watch=False)
    live.refresh()
    serving = live.serving()
    for hit in serving.searcher.search(question, before, limit=limit):
        place = " > ".join((hit.passage.title, *hit.passage.path))
        click.echo(
            f"{hit.score:.3f}  dense {hit.dense:.3f}  question {hit.question:.3f}  words {hit.lexical:.3f}  {place}"
        )
    _say_reply(serving.answer(question, before))
    live.close()


@main.command()
@plain_errors
def status() -> None:
    """What is live, which documents there are, and what was live before."""
    with opened() as store:
        live = store.live_publication()
        if live is None:
            click.echo("Nothing is published yet. Run `python -m knowledge publish`.")
        else:
            count = len(store.published_passages(live.id))
            click.echo(f"Live: publication {live.id} of {day(live.made_live_at)}, {many(count, 'passage')}")
        for each in store.revisions.statuses():
            shown = f"revision {each.live.number} live" if each.live else str(each.latest.state)
            newer = each.live is not None and each.latest.number > each.live.number
            draft = f", revision {each.latest.number} {each.latest.state}" if newer else ""
            review = "" if each.latest.reviewed else ", clinical review pending"
            click.echo(f"  {each.slug}: {shown}{draft}, {many(each.passages, 'passage')}{review}")
        history = store.history()
        if history:
            click.echo("Publications:")
        for publication in history:
            mark = "live" if publication.live else "    "
            note = f"  {publication.note}" if publication.note else ""
            documents = many(len(publication.revisions), "document")
            click.echo(f"  {mark} {publication.id}  {day(publication.made_live_at)}  {documents}{note}")


def read_folder(folder: Path) -> list[Document]:
    """The articles of a folder, all of its *.md files. ValueError with a sentence for one with a mistake."""
    from knowledge.markdown import parse_document

    files = sorted(folder.glob("*.md"))
    if not files:
        raise ValueError(f"There are no articles (*.md) in {folder}.")
    found: dict[str, Path] = {}
    articles: list[Document] = []
    for file in files:
        document = parse_document(file.read_text(encoding="utf-8"), file.name)
        if document.slug in found:
            raise ValueError(
                f"{file.name} and {found[document.slug].name} have the same slug, {document.slug}; change one."
            )
        found[document.slug] = file
        articles.append(document)
    return articles


# What the commands share


def settings() -> KnowledgeSettings:
    return KnowledgeSettings.from_environment()


@contextmanager
def opened() -> Iterator[KnowledgeStore]:
    from knowledge.store import KnowledgeStore

    store = KnowledgeStore(settings().database_url)
    try:
        yield store
    finally:
        store.close()


def _say_reply(reply: Reply) -> None:
    click.echo(f"\n[{reply.kind}]\n{reply.text}")
    for citation in reply.citations:
        click.echo(f"\n“{citation.quote}”\n— {citation.title}; {citation.source}")
    probability, threshold = reply.evidence.get("probability"), reply.evidence.get("threshold")
    click.echo(f"\nprobability {probability}, answers from {threshold}")


def many(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def day(milliseconds: int | None) -> str:
    if milliseconds is None:
        return "never"
    return datetime.fromtimestamp(milliseconds / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")
