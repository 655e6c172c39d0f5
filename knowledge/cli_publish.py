"""Commands that change what patients are answered from, and those that look after such publications.

Each publication is a job, also here: the worker and this command line keep out of each other's way, and
the editors' page shows what either does.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from knowledge.cli import PERSON, day, main, many, opened, plain_errors, read_folder, settings

if TYPE_CHECKING:
    from knowledge.publish import Plan, Published
    from knowledge.store import Job, JobAction, JobOrder, KnowledgeStore

_LOOK_SECONDS = 0.3

_note = click.option("--note", default="", help="Why, for the history.")
_through_worker = click.option(
    "--through-worker", is_flag=True, help="Have the running worker do it, and watch; without, do it here."
)


@main.command()
@click.option("--documents", type=click.Path(path_type=Path), help="First bring in the articles of a folder.")
@click.option("--slug", "slugs", multiple=True, help="Publish only this document (may be repeated).")
@click.option("--leave-held", is_flag=True, help="Succeed also when the gate holds it: editors decide later.")
@_note
@_through_worker
@plain_errors
def publish(
    documents: Path | None, slugs: tuple[str, ...], leave_held: bool, note: str, through_worker: bool
) -> None:
    """Make the newest drafts what patients are answered from."""
    from knowledge.golden import bring_in_golden
    from knowledge.intake import bring_in
    from knowledge.store import JobAction, JobOrder

    articles = read_folder(documents) if documents else []
    with opened() as store:
        if articles:
            intake = bring_in(store, articles, by=PERSON)
            click.echo(
                f"{many(len(intake.new), 'article')} new or changed, {len(intake.unchanged)} unchanged"
            )
            for slug in intake.kept:
                click.echo(
                    f"{slug}: changed in the folder, but also edited here since; the edited text stays"
                )
            if documents and (golden := bring_in_golden(store, documents / "golden.yml", by=PERSON)):
                click.echo(f"{many(golden, 'golden question')} to begin with")
        order = JobOrder(documents=slugs, note=note)
        have_done(store, JobAction.PUBLISH, order, through_worker, leave_held)


@main.command()
@click.argument("slug")
@_note
@_through_worker
@plain_errors
def withdraw(slug: str, note: str, through_worker: bool) -> None:
    """Take a document out of what patients are answered from, at once."""
    from knowledge.store import JobAction, JobOrder

    with opened() as store:
        have_done(store, JobAction.WITHDRAW, JobOrder(documents=(slug,), note=note), through_worker)


@main.command()
@click.argument("publication", type=int)
@_note
@_through_worker
@plain_errors
def rollback(publication: int, note: str, through_worker: bool) -> None:
    """Make an earlier publication live again. `status` lists them."""
    from knowledge.store import JobAction, JobOrder

    with opened() as store:
        have_done(store, JobAction.ROLLBACK, JobOrder(publication=publication, note=note), through_worker)


@main.group(invoke_without_command=True)
@click.pass_context
def jobs(context: click.Context) -> None:
    """List the latest publications asked for, and how far they are; or decide about one."""
    if context.invoked_subcommand is None:
        _list_jobs()


@jobs.command()
@click.argument("job", type=int)
@click.argument("accepted", nargs=-1, required=True, type=int, metavar="ID...")
@plain_errors
def accept(job: int, accepted: tuple[int, ...]) -> None:
    """Accept what holds a publication, by the numbers that `jobs` shows (`--` before those below zero)."""
    with opened() as store:
        store.jobs.accept(job, accepted, by=PERSON, note=", ".join(map(str, accepted)))
    click.echo("Accepted. The worker goes on with it.")


@jobs.command()
@click.argument("job", type=int)
@plain_errors
def cancel(job: int) -> None:
    """Give a publication up that is not live yet."""
    with opened() as store:
        store.jobs.cancel(job, by=PERSON)
    click.echo("Given up. What was live stays live.")


@plain_errors
def _list_jobs() -> None:
    with opened() as store:
        latest = store.jobs.latest()
    if not latest:
        click.echo("Nothing was published yet.")
    for job in latest:
        about = ", ".join(job.order.documents) or (
            f"publication {job.order.publication}" if job.order.publication else "all drafts"
        )
        far = f", {job.phase} {job.done:,} of {job.total:,}" if job.state == "running" and job.phase else ""
        note = f"  {job.order.note}" if job.order.note else ""
        click.echo(f"{job.id}  {day(job.asked_at)}  {job.state}{far}  {job.action} {about}{note}")
        for line in [job.problem, *_blocking(job)] if job.state in ("held", "failed") else []:
            click.echo(f"    {line}")


# How a job is done


def have_done(
    store: KnowledgeStore,
    action: JobAction,
    order: JobOrder,
    through_worker: bool = False,
    leave_held: bool = False,
) -> None:
    """Does a job here, or has the worker do it, and says how it ended; a fault ends the command."""
    done: Published | None = None
    if through_worker:
        job = _watch(store, store.jobs.ask(action, order, by=PERSON))
    else:
        done, job = _do_it_here(store, action, order)
    if done is not None:
        _say_left_out(done.plan)
        _say_published(done)
    elif job.state == "done":
        click.echo(f"Publication {job.publication} is live.")
    elif job.state == "held":
        click.echo(f"Held: {job.problem}")
        for line in _blocking(job):
            click.echo(f"  {line}")
        click.echo(
            f"Decide on the page of publications, or with `python -m knowledge jobs accept {job.id} …`."
        )
        if not leave_held:
            raise click.exceptions.Exit(1)
    else:
        raise click.ClickException(job.problem or "The publication was given up.")


def _do_it_here(store: KnowledgeStore, action: JobAction, order: JobOrder) -> tuple[Published | None, Job]:
    from knowledge.alone import alone, new_name, place
    from knowledge.progress import Pace, seldom
    from knowledge.work import perform

    pace, said = Pace(), False

    def say(phase: str, done: int, total: int, /) -> None:
        standing = pace(phase, done, total)
        if total:
            click.echo(str(standing), err=True)

    where = settings()
    while True:
        with alone(where.var) as nobody_else:
            begun = nobody_else and store.jobs.begin(
                action, order, by=PERSON, worker=new_name(where.var), place=place(where.var)
            )
            if begun:
                done = perform(store, where, begun, tell=seldom(say), attended=True)
                return done, store.jobs.get(begun.id)
        if not said:
            click.echo("Another publication is under way; this one comes after it.", err=True)
            said = True
        time.sleep(_LOOK_SECONDS)


def _watch(store: KnowledgeStore, number: int) -> Job:
    """Follow a job that the worker does until it is over or held."""
    from knowledge.progress import Pace

    pace, told = Pace(), ""
    while True:
        job = store.jobs.get(number)
        if job.state not in ("waiting", "running"):
            return job
        line = str(pace(job.phase, job.done, job.total)) if job.phase else "waiting for the worker"
        if line != told:
            click.echo(line, err=True)
            told = line
        time.sleep(_LOOK_SECONDS)


def _blocking(job: Job) -> list[str]:
    """What holds a job, with the numbers by which it is accepted."""
    from knowledge.gate import GateReport

    try:
        report = GateReport.from_json(job.report)
    except (ValueError, KeyError, TypeError):
        return []
    questions = {each.id: f"“{each.question}” would get a worse answer" for each in report.answers}
    findings = {each.id: f"{each.document}: {each.advice}" for each in report.findings}
    known = questions | findings
    return [f"{each}  {known[each]}" for each in report.blocking(job.order.accepted)]


def _say_left_out(plan: Plan) -> None:
    for revision in plan.unreviewed:
        click.echo(f"{revision.document}: left out, nobody has reviewed it and NKBOT_REVIEWED_ONLY is on")
    for slug in plan.withdrawn:
        click.echo(f"{slug}: left out, it was withdrawn; `publish --slug {slug}` brings it back")


def _say_published(done: Published) -> None:
    documents = many(len(done.publication.revisions), "document")
    state = "is live" if done.changed else "is live already, nothing to do"
    click.echo(f"Publication {done.publication.id} {state}: {documents}, {many(done.passages, 'passage')}.")
