"""Commands about what is right: golden questions, and the language of what was written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from knowledge.cli import PERSON, main, many, opened, plain_errors, settings

if TYPE_CHECKING:
    from knowledge.gate import Outcome
    from knowledge.language import Finding
    from knowledge.store import KnowledgeStore


@main.group()
def golden() -> None:
    """Look after the questions that must be answered rightly, and ask them."""


@golden.command("list")
@plain_errors
def list_golden() -> None:
    """List them with their numbers and what is expected."""
    with opened() as store:
        for each in store.golden.all():
            place = ": ".join(part for part in (each.document, each.section) if part)
            click.echo(f"{each.id}  {each.question}  [{each.expects}]{f'  {place}' if place else ''}")


@golden.command()
@click.argument("question")
@click.option(
    "--expects", default="answer", show_default=True, help="answer, abstain, cost, handoff, smalltalk"
)
@click.option("--document", default="", help="The document that must answer.")
@click.option("--section", default="", help="The section (its heading) that must answer.")
@click.option("--note", default="", help="Why it matters.")
@click.option("--id", "number", type=int, help="Change this one instead of adding one.")
@plain_errors
def add(question: str, expects: str, document: str, section: str, note: str, number: int | None) -> None:
    """Add a golden question, or change one."""
    with opened() as store:
        kept = store.golden.save(
            question, expects=expects, document=document, section=section, note=note, by=PERSON, id=number
        )
        click.echo(f"{kept}  {question}")


@golden.command("add-many")
@click.argument("file", type=click.File("r", encoding="utf-8"))
@click.option("--expects", default="answer", show_default=True, help="For lines that do not say.")
@plain_errors
def add_many(file: TextIO, expects: str) -> None:
    """Add golden questions from a file (- for standard input), one a line: question | kind | document | section."""
    from dataclasses import asdict

    from knowledge.golden import parse_pasted

    found, problems = parse_pasted(file.read(), expects)
    with opened() as store:
        known = {each.question for each in store.golden.all()}
        new = [each for each in found if each.question not in known]
        for each in new:
            store.golden.save(**asdict(each), by=PERSON)
    click.echo(f"{many(len(new), 'question')} added, {len(found) - len(new)} there already")
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        raise click.ClickException(f"{many(len(problems), 'line')} could not be read.")


@golden.command()
@click.argument("number", type=int)
@plain_errors
def remove(number: int) -> None:
    """Remove the golden question with this number."""
    with opened() as store:
        if not store.golden.remove(number):
            raise click.ClickException(f"There is no golden question {number}.")
        click.echo("Removed.")


@golden.command()
@click.option("--all", "everything", is_flag=True, help="Also list what is right and stays so.")
@plain_errors
def check(everything: bool) -> None:
    """Ask them all, of what is live and of the drafts. Fails where the drafts make one worse."""
    from knowledge.gate import Verdict
    from knowledge.playground import Playground

    playground = Playground(settings())
    try:
        found = playground.golden()
    finally:
        playground.close()
    for each in found:
        if everything or each.verdict not in (Verdict.SAME, Verdict.CHANGED):
            click.echo(f"{each.verdict:8}{each.id}  {each.question}")
            if not each.after.right:
                click.echo(f"        expected {each.expects} {each.document}, got {_told(each.after)}")
    right = sum(each.after.right for each in found)
    worse = sum(each.verdict is Verdict.WORSE for each in found)
    click.echo(
        f"{right} of {many(len(found), 'golden question')} right with the drafts, {worse} worse than live"
    )
    if worse:
        raise click.exceptions.Exit(1)


def _told(outcome: Outcome) -> str:
    place = ": ".join(part for part in (outcome.document, outcome.section) if part)
    return f"{outcome.kind}{f' from {place}' if place else ''}"


@main.command()
@click.argument("slugs", nargs=-1)
@click.option(
    "--file", "files", multiple=True, type=click.Path(path_type=Path), help="Check a Markdown file instead."
)
@click.option("--stop-only", is_flag=True, help="Leave out what somebody only should look at.")
@plain_errors
def language(slugs: tuple[str, ...], files: tuple[Path, ...], stop_only: bool) -> None:
    """Check the newest texts for promises, invented approvals and the like. Fails where one must be mended."""
    from knowledge.language import Severity, check_document
    from knowledge.markdown import parse_document

    if files:
        documents = [parse_document(file.read_text(encoding="utf-8"), file.name) for file in files]
    else:
        with opened() as store:
            documents = [
                store.revisions.document(slug, store.revisions.of(slug)[0].number)
                for slug in _known(store, slugs)
            ]
    found = [each for document in documents for each in check_document(document)]
    stops = [each for each in found if each.severity is Severity.STOP]
    for each in stops if stop_only else found:
        _say_finding(each)
    click.echo(f"{many(len(stops), 'finding')} to mend, {len(found) - len(stops)} to look at")
    if stops:
        raise click.exceptions.Exit(1)


def _known(store: KnowledgeStore, slugs: tuple[str, ...]) -> list[str]:
    there = [each.slug for each in store.revisions.statuses()]
    for slug in slugs:
        if slug not in there:
            raise click.ClickException(
                f"There is no document “{slug}”. `python -m knowledge status` lists them."
            )
    return list(slugs) or there


def _say_finding(finding: Finding) -> None:
    place = f"{finding.document}{f': {finding.section}' if finding.section else ''}"
    words = f"  “{finding.words}”" if finding.words else ""
    click.echo(f"{finding.severity}  {finding.rule}  {place}{words}\n      {finding.advice}")
