"""Commands that measure: how often search finds the right sentence, and when it is right to answer."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from knowledge.cli import main, plain_errors
from knowledge.settings import KnowledgeSettings

_ARTICLES = Path(__file__).with_name("documents")


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--questions",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help='JSON lines: {"id", "question", "gold": [{"source", "span"}]}.',
)
@click.option("--missed", is_flag=True, help="List the questions that the first three hits do not answer.")
@plain_errors
def evaluate(files: tuple[Path, ...], questions: Path, missed: bool) -> None:
    """Import FILES as they are, ask questions, and count how often the gold span is in the first hits."""
    from knowledge.encoder import Encoder
    from knowledge.evaluate import evaluate_spans, read_span_questions
    from knowledge.importing import load_file
    from knowledge.memory import build_corpus
    from knowledge.split import split

    encoder = Encoder(KnowledgeSettings.from_environment().model_dir)
    passages = [passage for file in files for passage in split(load_file(file), 1)]
    report = evaluate_spans(read_span_questions(questions), lambda: build_corpus(passages, encoder), encoder)
    click.echo(f"{report.questions} questions, {report.passages} passages; gold span in the first …")
    depths = list(next(iter(report.hits.values())))
    click.echo(f"{'':<20}" + "".join(f"{depth:>8}" for depth in depths))
    for name, found in report.hits.items():
        click.echo(f"{name:<20}" + "".join(f"{100 * found[depth]:>7.1f}%" for depth in depths))
    if missed:
        for number, question, heading in report.missed:
            click.echo(f"missed: {number}  {question}  → {heading}")


@main.command()
@click.option(
    "--documents", default=_ARTICLES, show_default="the starting articles", type=click.Path(path_type=Path)
)
@click.option(
    "--false-answers",
    default=0.10,
    show_default=True,
    type=click.FloatRange(0, 0.5),
    help="Tolerated share of answers to our unanswerable questions, most of which are near misses.",
)
@click.option("--write", is_flag=True, help="Replace the calibration that comes with the code.")
@plain_errors
def calibrate(documents: Path, false_answers: float, write: bool) -> None:
    """Fit anew when to answer and when to abstain (about five minutes)."""
    from knowledge.calibrate import fit, gather
    from knowledge.decide import SHIPPED
    from knowledge.encoder import Encoder
    from knowledge.markdown import parse_document
    from knowledge.split import split
    from knowledge.store import KnowledgeStore

    encoder = Encoder(KnowledgeSettings.from_environment().model_dir)
    read = [parse_document(file.read_text(encoding="utf-8"), file.name) for file in documents.glob("*.md")]
    passages = [passage for document in read for passage in split(document, 1)]
    # What is tried here is nothing for the knowledge base: the vectors go into a database of their own.
    with tempfile.TemporaryDirectory() as folder:
        store = KnowledgeStore(f"sqlite:///{folder}/vectors.sqlite3")
        found = fit(gather(passages, encoder, store), false_answers)
    for group, share in found.answered_right.items():
        wrong = found.answered_wrong[group]
        click.echo(f"{group:<14} answered right {100 * share:.1f}%, wrong {100 * wrong:.1f}%")
    click.echo(f"{'unanswerable':<14} answered {100 * found.false_answers:.1f}%")
    click.echo(f"threshold {found.calibration.threshold}, weights {found.calibration.weights}")
    if write:
        SHIPPED.write_text(found.calibration.to_json(), encoding="utf-8")
        click.echo(f"Written to {SHIPPED.name}; it takes effect with the next publication.")
