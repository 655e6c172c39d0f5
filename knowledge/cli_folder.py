"""Commands that write the whole knowledge base into a folder of Markdown files, and bring it back."""

from __future__ import annotations

from pathlib import Path

import click

from knowledge.cli import PERSON, main, many, opened, plain_errors
from knowledge.cli_publish import have_done

_folder = click.argument("folder", type=click.Path(path_type=Path, file_okay=False))


@main.command()
@_folder
@plain_errors
def export(folder: Path) -> None:
    """Write everything into a folder of Markdown files that git can compare."""
    from knowledge.folder import from_store, write_folder

    with opened() as store:
        everything = from_store(store)
    count = write_folder(everything, folder)
    golden = many(len(everything.golden), "golden question")
    click.echo(f"{many(len(everything.entries), 'document')} and {golden} in {many(count, 'file')}: {folder}")


@main.command("import-folder")
@_folder
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@click.option("--skip-conflicts", is_flag=True, help="Bring in the rest where both sides changed something.")
@click.option(
    "--publish", "publishing", is_flag=True, help="Then publish what is live in the folder and came in."
)
@click.option("--by", default=PERSON, show_default=True, help="Who does it, for the record.")
@plain_errors
def import_folder(folder: Path, dry_run: bool, skip_conflicts: bool, publishing: bool, by: str) -> None:
    """Bring an exported folder in. What was changed on both sides is named and never overwritten."""
    from knowledge.folder import read_folder
    from knowledge.folder_import import Kind, bring_in, compare
    from knowledge.store import JobAction, JobOrder

    read = read_folder(folder)
    with opened() as store:
        changes = compare(read, store)
        for each in changes:
            click.echo(f"{each.kind:9} {each.name}: {each.sentence}")
        conflicts = [each for each in changes if each.kind is Kind.CONFLICT]
        if not changes:
            click.echo("The folder and the knowledge base say the same.")
        if dry_run:
            return
        if conflicts and not skip_conflicts:
            raise click.ClickException(
                f"{many(len(conflicts), 'conflict')}: nothing was brought in. Settle them, or bring in the rest with "
                "--skip-conflicts."
            )
        imported = bring_in(read, store, by=by)
        if not imported.live:
            return
        if not publishing:
            click.echo(
                f"{many(len(imported.live), 'text')} came in as drafts. `python -m knowledge publish` shows them to "
                "patients."
            )
            return
        order = JobOrder(
            documents=tuple(sorted(imported.live)),
            revisions=tuple(imported.live.values()),
            note=f"From the folder {folder.name}",
        )
        have_done(store, JobAction.PUBLISH, order)
