"""`make evaluate`: one report on how well the assistant answers, searches, understands and stays silent.

    python -m tests.evaluation [--out FOLDER] [--without PART…]

Writes `report.md`, its plots and the replies into FOLDER (default: `evaluation` in the state folder) and prints a
summary. Parts: talking (real processes), ranking, pairs, intents, emergencies. What needs data that are not on
this machine is left out, and the report says so.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bot.shares import Share
from knowledge.calibrate import TOLERATED
from knowledge.decide import Calibration
from knowledge.encoder import Encoder
from knowledge.memory import build_corpus_with
from knowledge.search import Searcher
from knowledge.settings import KnowledgeSettings
from knowledge.store import KnowledgeStore
from tests.evaluation import deciding, others, pairs, plots, ranking, talking
from tests.evaluation.figures import Mean, certainly_better
from tests.evaluation.questions import (
    SHARED,
    choosing_questions,
    fifth_questions,
    fourth_questions,
    held_out_questions,
    second_questions,
    sixth_questions,
    third_questions,
)
from tests.evaluation.report import Report
from tests.knowledge.articles import passages

PARTS = ("talking", "ranking", "pairs", "intents", "emergencies")
SERVED = "hybrid (as served)"


def main() -> None:
    """Measure all parts that are wanted and can be measured."""
    settings = KnowledgeSettings.from_environment()
    parser = argparse.ArgumentParser(
        prog="make evaluate", description=__doc__.splitlines()[0] if __doc__ else ""
    )
    parser.add_argument("--out", type=Path, default=settings.var / "evaluation")
    parser.add_argument("--without", nargs="*", default=[], choices=PARTS)
    arguments = parser.parse_args()
    out: Path = arguments.out
    out.mkdir(parents=True, exist_ok=True)
    encoder = Encoder(settings.model_dir, threads=os.cpu_count() or 1)
    report = Report()
    started = time.monotonic()
    decide(report, encoder, out)
    measured: dict[str, Callable[[], None]] = {
        "talking": lambda: talk(report, out),
        "ranking": lambda: search(report, encoder, out),
        "pairs": lambda: match(report, encoder),
        "intents": lambda: understand(report),
        "emergencies": lambda: screen(report, encoder),
    }
    for name in PARTS:
        if name in arguments.without:
            report.left_out(name, "it was not asked for")
        else:
            measured[name]()
    file = out / "report.md"
    file.write_text(report.markdown(), encoding="utf-8")
    print(report.summary())
    print(f"\n{file} was written in {time.monotonic() - started:.0f} s.")


def embedded(out: Path) -> KnowledgeStore:
    """Where vectors are kept between reports."""
    return KnowledgeStore(f"sqlite:///{out / 'vectors.sqlite3'}")


def decide(report: Report, encoder: Encoder, out: Path) -> None:
    """Our own questions, asked of the knowledge base alone."""
    searcher = Searcher(build_corpus_with(embedded(out), passages(), encoder), encoder)
    calibration = Calibration.shipped()
    test = deciding.ask(held_out_questions(), searcher, calibration)
    choose = deciding.ask(choosing_questions(), searcher, calibration)
    report.heading("Answers: our held-out questions, the knowledge base alone")
    report.say(
        "Nothing was fitted or chosen on these questions. A section that also answers but is not named as one "
        f"that does counts as wrong. The bot answers from a probability of {calibration.threshold:.2f}; the "
        f"threshold was chosen on other questions, so that about {100 * TOLERATED:.0f} % of those that nothing "
        "answers, nearly all near misses, would be answered."
    )
    report.shares(deciding.table(test), key=True)
    curves = {"test": deciding.risk_coverage(test), "choose": deciding.risk_coverage(choose)}
    plots.risk_coverage(curves, calibration.threshold, out / "risk-coverage.png")
    plots.probabilities(test, calibration.threshold, out / "probabilities.png")
    report.picture("Risk by coverage; the dot is where the bot operates", "risk-coverage.png")
    report.picture("What the decision thinks of both kinds of questions", "probabilities.png")
    report.subheading("By voice")
    report.shares(deciding.by_voice(test))
    report.subheading("The decision's weights")
    report.table(("feature", "weight"), [(n, f"{w:+.2f}") for n, w in calibration.weights.items()])
    report.subheading("On the questions with which the threshold was chosen")
    report.shares(deciding.table(choose))
    report.subheading("Worst cases")
    report.table(
        ("question", "said", "probability"),
        [(o.question.text, o.heading or o.kind, f"{o.probability:.2f}") for o in deciding.worst(test)],
    )


def talk(report: Report, out: Path) -> None:
    """The whole assistant, through the patient API."""
    with tempfile.TemporaryDirectory() as folder, talking.assistant(Path(folder) / "stack") as url:
        for name, questions in (
            ("second", second_questions()),
            ("third", third_questions()),
            ("fourth", fourth_questions()),
            ("fifth", fifth_questions()),
            ("sixth", sixth_questions()),
        ):
            batch = talking.converse(url, questions)
            report.heading(f"Answers: our {name} held-out batch, the whole assistant")
            report.shares(talking.table(batch), key=True)
            report.subheading("By voice")
            report.shares(talking.by_voice(batch))
        said = talking.converse(url, held_out_questions())
        report.heading("Answers: our held-out questions, the whole assistant")
        report.shares(talking.table(said), key=True)
        report.subheading("Worst cases")
        failed = sorted((s for s in said if not s.right), key=lambda s: not s.false_answer)
        rows = [(s.question.text, ", ".join(s.kinds), "; ".join(s.headings)) for s in failed]
        report.table(("question", "kind", "cited"), rows[:40])
        if not (SHARED / "eval").is_dir():
            report.left_out("the given sets", "../shared/data is not on this machine")
            return
        for mode in talking.MODES:
            found = talking.judged(url, mode, out)
            report.heading(f"The given development set: {mode.replace('_', ' ')}")
            overall = [(name, _figure(value)) for name, value in found["overall"].items()]
            report.table(("", "judged"), overall)
            report.key(f"given {mode.replace('_', ' ')}", _headline(mode, found["overall"]))
            report.subheading("Not right")
            report.table(("id", "why"), [(fail["id"], fail["why"]) for fail in found["fails"]])


def search(report: Report, encoder: Encoder, out: Path) -> None:
    """Retrieval on a public set."""
    folder = SHARED / "public" / "liveqa_medquad"
    if not folder.is_dir():
        report.left_out("retrieval", "../shared/data/public/liveqa_medquad is not on this machine")
        return
    found = ranking.rank(ranking.read_beir(folder), encoder, embedded(out))
    report.heading("Retrieval: LiveQA medical questions over MedQuAD answers")
    means = {name: Mean.of(values) for name, values in found.ndcg.items()}
    rows = []
    for name, mean in means.items():
        hits = [f"{100 * Share.of(kept).value:.1f} %" for kept in found.hits[name].values()]
        better = "" if name == SERVED else f"{certainly_better(found.ndcg[SERVED], found.ndcg[name]):.3f}"
        rows.append((name, str(mean), *hits, better))
        report.key(f"LiveQA nDCG@10, {name}", str(mean))
    report.table(("search", "nDCG@10 (95 %)", "hit@1", "hit@3", "hit@10", "chance that ours is better"), rows)
    plots.bars("nDCG@10", means, out / "ndcg.png")
    report.picture("nDCG@10 with bootstrap intervals", "ndcg.png")


def match(report: Report, encoder: Encoder) -> None:
    """Public pairs of questions."""
    files = sorted((SHARED / "public" / "pairs").glob("*.jsonl"))
    files = [file for file in files if "train" not in file.name]
    if not files:
        report.left_out("question matching", "../shared/data/public/pairs is not on this machine")
        return
    report.heading("Question matching: public pairs")
    report.say("The cosine of two questions, cut where it was best on the other half of the set.")
    rows = []
    for file in files:
        found = pairs.match(file, encoder)
        rows.append((file.stem, str(found.pairs), f"{found.auc:.3f}", str(found.right)))
    report.table(("set", "pairs", "AUC", "judged right"), rows)


def understand(report: Report) -> None:
    """Intents on a public set, under Rasa's Python."""
    found = others.intents()
    if found is None:
        report.left_out("intents", "CLINC150 or its measurement is not on this machine")
        return
    report.heading("Understanding: CLINC150 with the pipeline of config.yml")
    report.say(f"A message is out of scope below {found['threshold']}, chosen on the validation set.")
    rows = [
        (name.replace("_", " "), f"{100 * f['share']:.1f} % ({100 * f['low']:.1f}–{100 * f['high']:.1f})")
        for name, f in found.items()
        if isinstance(f, dict)
    ]
    report.table(("", "share (95 %)"), rows)
    for name, figure in rows:
        report.key(f"CLINC150 {name}", figure)


def screen(report: Report, encoder: Encoder) -> None:
    """Red flags on held-out lines."""
    shares, wrong = others.emergencies(encoder)
    report.heading("Red flags: held-out lines")
    report.shares(shares, key=True)
    report.subheading("Got wrong")
    report.table(("line",), [(line,) for line in wrong])


def _figure(value: object) -> str:
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: "–"}[value]
    return f"{100 * value:.1f} %" if isinstance(value, float) else str(value)


def _headline(mode: str, overall: dict[str, object]) -> str:
    names = (
        ("recall", "false_alarm_rate")
        if mode == "red_flags"
        else (
            "answer_accuracy",
            "false_answer_rate",
            "wrong_abstain_rate",
            "harmful",
        )
    )
    return ", ".join(f"{name.replace('_', ' ')} {_figure(overall[name])}" for name in names)


if __name__ == "__main__":
    main()
