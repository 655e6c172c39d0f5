"""Asking, as the playground does: what is said, why, and what was found."""

from __future__ import annotations

import json
from typing import Any

import click

from knowledge.cli import main, plain_errors, settings


@main.command()
@click.argument("question")
@click.option("--before", multiple=True, help="An earlier question of the conversation (may be repeated).")
@click.option("--draft", is_flag=True, help="Ask the drafts, not what is live.")
@click.option("--document", help="With --draft: only this document's draft over what is live.")
@click.option("--json", "as_json", is_flag=True, help="Everything, both sides, as JSON.")
@plain_errors
def ask(question: str, before: tuple[str, ...], draft: bool, document: str | None, as_json: bool) -> None:
    """Ask a question: the reply that a patient gets, or would get, and why."""
    from knowledge.playground import Playground

    playground = Playground(settings())
    try:
        found = playground.ask(question, before, document)
    finally:
        playground.close()
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
        return
    side = found["live"]
    if draft or document:
        if found["draft"] is None and side is not None:
            click.echo("No draft waits: this is what is live.\n")
        side = found["draft"] or side
    if side is None:
        raise click.ClickException("Nothing is published yet. Ask the drafts with --draft.")
    _say(side)


def _say(side: dict[str, Any]) -> None:
    reply, why = side["reply"], side["why"]
    click.echo(f"[{reply['kind']}]\n{reply['text']}")
    for citation in reply["citations"]:
        click.echo(f"\n“{citation['quote']}”\n— {citation['title']}; {citation['source']}")
    click.echo(f"\n{why['verdict']}")
    for line in (*why["reasons"], *why["advice"]):
        click.echo(f"- {line}")
    if side["hits"]:
        click.echo("\ntogether  meaning  question  words  word by word")
    for hit in side["hits"]:
        click.echo(
            f"{hit['score']:8.3f}  {hit['dense']:7.3f}  {hit['question']:8.3f}  {hit['lexical']:5.3f}  "
            f"{hit['late']:12.3f}  {hit['title']} > {hit['heading']}"
        )
