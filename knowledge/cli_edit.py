"""Commands that editors' pages have as buttons: showing, comparing, handing in, reviewing, looking after."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

import click

from knowledge.cli import PERSON, day, main, opened, plain_errors

if TYPE_CHECKING:
    from knowledge.store import KnowledgeStore, Revision

_by = click.option("--by", default=PERSON, show_default=True, help="Who does it, for the record.")


@main.command()
@click.argument("slug")
@click.option("--revision", type=int, help="Which revision; otherwise the newest.")
@click.option("--passages", is_flag=True, help="How it is split, and which questions each passage answers.")
@plain_errors
def show(slug: str, revision: int | None, passages: bool) -> None:
    """Print a document as Markdown."""
    with opened() as store:
        number = _revision(store, slug, revision).number
        if not passages:
            click.echo(store.revisions.markdown(slug, number), nl=False)
            return
        for each in store.revisions.passages(slug, number):
            click.echo(f"## {' > '.join(each.path) or each.title}\n\n{each.text}\n")
            for question in each.questions:
                click.echo(f"  ? {question}")
            click.echo()


@main.command()
@click.argument("slug")
@click.argument("older", type=int, required=False)
@click.argument("newer", type=int, required=False)
@plain_errors
def diff(slug: str, older: int | None, newer: int | None) -> None:
    """Compare two revisions of a document; without numbers what is live with the newest."""
    with opened() as store:
        new = _revision(store, slug, newer)
        if older is None:
            status = store.revisions.status(slug)
            before = status.live.number if status and status.live else max(new.number - 1, 1)
        else:
            before = _revision(store, slug, older).number
        lines = difflib.unified_diff(
            store.revisions.markdown(slug, before).splitlines(),
            store.revisions.markdown(slug, new.number).splitlines(),
            f"{slug}, revision {before}",
            f"{slug}, revision {new.number}",
            lineterm="",
        )
        click.echo("\n".join(lines) or f"Revisions {before} and {new.number} of {slug} say the same.")


@main.command()
@click.argument("slug", required=False)
@click.option("--limit", default=50, show_default=True, help="How many lines of the record.")
@plain_errors
def history(slug: str | None, limit: int) -> None:
    """Who did what when: with one document, or with all."""
    with opened() as store:
        if slug:
            for each in _revisions(store, slug):
                note = f"  {each.note}" if each.note else ""
                click.echo(
                    f"revision {each.number}  {day(each.created_at)}  {each.state}  {each.created_by}{note}"
                )
        events = store.reviewing.record_of(slug, limit) if slug else store.publications.events(limit)
        for event in events:
            about = " ".join(
                part
                for part in (
                    event.document or "",
                    f"revision {event.revision}" if event.revision else "",
                    f"publication {event.publication}" if event.publication else "",
                    event.note,
                )
                if part
            )
            click.echo(f"{day(event.at)}  {event.by}  {event.action}  {about}".rstrip())


@main.command("hand-in")
@click.argument("slug")
@click.option("--note", default="", help="What the reader should look at.")
@_by
@plain_errors
def hand_in(slug: str, note: str, by: str) -> None:
    """A draft is done: hand its newest revision in for review."""
    with opened() as store:
        newest = _revision(store, slug, None)
        store.reviewing.hand_in(slug, newest.number, by=by, note=note)
        click.echo(f"{slug}: revision {newest.number} is in review.")


@main.command("send-back")
@click.argument("slug")
@click.option("--note", required=True, help="What should be changed.")
@_by
@plain_errors
def send_back(slug: str, note: str, by: str) -> None:
    """Give a document in review back to its author."""
    with opened() as store:
        newest = _revision(store, slug, None)
        store.reviewing.send_back(slug, newest.number, by=by, note=note)
        click.echo(f"{slug}: revision {newest.number} is a draft again.")


@main.command()
@click.argument("slug")
@click.option("--reviewer", required=True, help="The person who has read it.")
@click.option("--on", "reviewed_on", required=True, metavar="DATE", help="The day, such as 2026-03-31.")
@_by
@plain_errors
def review(slug: str, reviewer: str, reviewed_on: str, by: str) -> None:
    """Note that a named person has read the newest revision on a named day."""
    from dataclasses import replace

    with opened() as store:
        newest = _revision(store, slug, None)
        read = replace(
            store.revisions.document(slug, newest.number),
            reviewer=" ".join(reviewer.split()),
            reviewed_on=_date(reviewed_on),
        )
        number, new = store.revisions.save(
            read, origin="editor", by=by, note=f"Reviewed by {reviewer}", based_on=newest.number
        )
        if not new:
            raise click.ClickException(f"{reviewer} is noted as its reviewer of that day already.")
        store.reviewing.record("review", slug, by=by, note=reviewer, revision=number)
        click.echo(f"{slug}: revision {number} says that {reviewer} reviewed it on {reviewed_on}.")


@main.command("use-again")
@click.argument("slug")
@click.argument("revision", type=int)
@_by
@plain_errors
def use_again(slug: str, revision: int, by: str) -> None:
    """Make an earlier revision the newest draft."""
    with opened() as store:
        newest = _revision(store, slug, None)
        earlier = store.revisions.document(slug, _revision(store, slug, revision).number)
        number, new = store.revisions.save(
            earlier, origin="editor", by=by, note=f"Revision {revision} again", based_on=newest.number
        )
        said = f"revision {number} says what revision {revision} said" if new else "nothing to change"
        click.echo(f"{slug}: {said}.")


@main.command("look-after")
@click.argument("slug")
@click.option("--owner", help="Who looks after the document; empty for nobody.")
@click.option("--due", metavar="DATE", help="When it must be read again; empty for no day.")
@_by
@plain_errors
def look_after(slug: str, owner: str | None, due: str | None, by: str) -> None:
    """Say who looks after a document, and when it must be read again."""
    with opened() as store:
        _revision(store, slug, None)
        status = store.revisions.status(slug)
        kept = status.owner if owner is None and status else owner or ""
        until = status.review_due if due is None and status else _date(due) if due else ""
        store.reviewing.look_after(slug, owner=kept, review_due=until, by=by)
        click.echo(f"{slug}: {kept or 'nobody'} looks after it, to be read again by {until or 'no set day'}.")


def _revision(store: KnowledgeStore, slug: str, number: int | None) -> Revision:
    """A revision of a document, the newest unless one is named. Fails with a sentence."""
    revisions = _revisions(store, slug)
    if number is None:
        return revisions[0]
    found = next((each for each in revisions if each.number == number), None)
    if found is None:
        raise click.ClickException(f"There is no revision {number} of “{slug}”.")
    return found


def _revisions(store: KnowledgeStore, slug: str) -> list[Revision]:
    revisions = store.revisions.of(slug)
    if not revisions:
        raise click.ClickException(f"There is no document “{slug}”. `python -m knowledge status` lists them.")
    return revisions


def _date(text: str) -> str:
    from datetime import date

    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise click.ClickException(f"“{text}” is no day; write one such as 2026-03-31.") from None
