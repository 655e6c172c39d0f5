"""How many people it carries: `make load`, or `make load ARGS="--minutes 2 --no-baseline"`.

First open widgets and advisors at a realistic pace for some minutes; then ever more patients until the slowest
twentieth of the answers takes longer than 1.5 s: the knee, beside that of a stock Rasa stack. Loopback only.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.operations.checkout import state_folder
from bot.operations.stack import Stack, StackError, temporary_stack
from bot.operations.steps import SetupFailed
from knowledge.model import Document
from tests.bench.asking import NoReply
from tests.bench.baseline.stack import BaselineError, BaselineStack
from tests.bench.baseline.training import trained
from tests.bench.crowd import SPARE_FILES, allow_files
from tests.bench.figures import Figure, percentile, table
from tests.bench.machine import Others
from tests.bench.questions import articles, endless, listed_questions
from tests.bench.start import roots
from tests.bench.widget import Widget
from tests.load import knee
from tests.load.arrivals import Stretch, Visitors
from tests.load.desks import Pair

ANSWER_MS, WORD_MS = 500.0, 300.0
"""What 95 of 100 answers, and words between people, must stay below."""


@dataclass
class Steady:
    """People at a realistic pace for some minutes."""

    stretch: Stretch
    missing: int
    others: float
    words: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


class Load:
    """One run: what is wanted, and what was found."""

    def __init__(self, wanted: argparse.Namespace) -> None:
        self._wanted = wanted
        self._luck = random.Random(2024)
        self._documents: list[Document] = articles()
        self._questions: Iterator[str] = endless(listed_questions(self._documents))
        self._began = time.monotonic()
        self.figures: list[Figure] = []
        self.record: dict[str, Any] = {"load average before": os.getloadavg()}

    def say(self, text: str) -> None:
        """Progress, with the minutes since the start."""
        seconds = int(time.monotonic() - self._began)
        print(f"[{seconds // 60:2}:{seconds % 60:02}] {text}", flush=True)

    def run(self) -> None:
        """Our stack, and then the stock one, each alone on the machine."""
        wanted = self._wanted
        ours = theirs = None
        beside = not (wanted.no_knee or wanted.no_baseline)
        kept = state_folder() / "bench" / "baseline"
        model = trained(kept, self.say, any_will_do=wanted.old_baseline) if beside else None
        with tempfile.TemporaryDirectory(prefix="nkbot-load-") as name:
            with temporary_stack(Path(name) / "ours", {"NKBOT_LIMITS": "off"}) as stack:
                stack.wait_ready()
                if wanted.minutes > 0:
                    self._steady(stack)
                if not wanted.no_knee:
                    self.say("Ever more patients")
                    ours = knee.find(
                        lambda: Widget(stack.url), roots(stack), self._questions, self._luck, self.say
                    )
            if model is not None:
                self.say("Ever more patients of the stock stack")
                with BaselineStack(model, Path(name) / "baseline", self._documents) as stock:
                    stock.wait_ready()
                    theirs = knee.find(stock.open, stock.pids, self._questions, self._luck, self.say)
        if ours is not None:
            self.figures += _knee_figures(ours, theirs)
            self.record |= {
                "knee": asdict(ours),
                "knee of the stock stack": asdict(theirs) if theirs else None,
            }
        self.record["load average after"] = os.getloadavg()

    def _steady(self, stack: Stack) -> None:
        wanted = self._wanted
        self.say(
            f"{wanted.widgets} open widgets, {wanted.advisors} advisors, {wanted.rate:g} questions a second, "
            f"for {wanted.minutes:g} minutes"
        )
        pairs = [Pair(stack, number, random.Random(self._luck.random())) for number in range(wanted.advisors)]
        visitors = Visitors([Widget(stack.url) for _ in range(wanted.widgets)])
        with Others(roots(stack)) as others:
            for pair in pairs:
                pair.start()
            stretch = visitors.ask(self._questions, wanted.rate, wanted.minutes * 60, self._luck)
            for pair in pairs:
                pair.enough()
            for pair in pairs:
                pair.join(60)
        found = Steady(stretch, visitors.missing(), others.share)
        visitors.close()
        found.words = [each * 1000 for pair in pairs for each in pair.talk.seconds]
        found.failures = [failure for pair in pairs for failure in pair.talk.failures]
        found.failures += [f"{pair.name} did not come to an end" for pair in pairs if pair.is_alive()]
        for failure in found.failures:
            self.say(f"  {failure}")
        self.figures += _steady_figures(found)
        self.record["steady"] = asdict(found)

    def save(self) -> Path:
        """Write everything that was measured as JSON; the file."""
        folder = state_folder() / "load"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{datetime.now(UTC):%Y%m%d-%H%M%S}.json"
        figures = [figure.as_json() for figure in self.figures]
        path.write_text(json.dumps({"figures": figures, "record": self.record}, indent=1), encoding="utf-8")
        return path


def _steady_figures(found: Steady) -> list[Figure]:
    asked = found.stretch
    note = f"{asked.asked:,} questions; others used {found.others:.0%} of the machine"
    rows = [
        Figure("steady: answers, p50", asked.share(0.5), "ms", note=note),
        Figure("steady: answers, p95", asked.share(0.95), "ms", ANSWER_MS),
        Figure("steady: answers, p99", asked.share(0.99), "ms"),
        Figure(
            "steady: questions lost", asked.lost + found.missing, "", 0, note="without a reply, or with two"
        ),
        Figure("steady: advisors that failed", len(found.failures), "", 0),
    ]
    if found.words:
        middle, late = (percentile(found.words, share) for share in (0.5, 0.95))
        rows.append(
            Figure("steady: words between people, p50", middle, "ms", note=f"{len(found.words):,} words")
        )
        rows.append(Figure("steady: words between people, p95", late, "ms", WORD_MS))
    return rows


def _knee_figures(ours: knee.Knee, theirs: knee.Knee | None) -> list[Figure]:
    note = f"until 95 of 100 take longer than {knee.KNEE_MS / 1000:g} s"
    if ours.too_much is None:
        note += "; ours lies higher"
    return [
        Figure(
            "knee: questions a second carried",
            ours.carried,
            "/s",
            baseline=theirs.carried if theirs else None,
            better="higher",
            note=note,
        ),
        Figure(
            "knee: patients at once",
            ours.patients,
            "",
            baseline=theirs.patients if theirs else None,
            better="higher",
            note=f"each asks every {knee.PACE_SECONDS:g} s",
        ),
    ]


def _wanted(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make load", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0, help="of the steady part; 0 leaves it out")
    parser.add_argument("--widgets", type=int, default=200)
    parser.add_argument("--advisors", type=int, default=20)
    parser.add_argument("--rate", type=float, default=5.0, help="questions a second in the steady part")
    parser.add_argument("--no-knee", action="store_true")
    parser.add_argument("--no-baseline", action="store_true", help="the assistant alone")
    parser.add_argument(
        "--old-baseline", action="store_true", help="no new training where a baseline was trained before"
    )
    return parser.parse_args(arguments)


def main() -> int:
    """Runs it and prints the table; 0 when what is promised was reached."""
    wanted = _wanted()
    load = Load(wanted)
    people = max(wanted.widgets + wanted.advisors, round(max(knee.RATES) * knee.PACE_SECONDS))
    try:
        allow_files(2 * people + SPARE_FILES)
        load.run()
    except (StackError, BaselineError, SetupFailed, NoReply) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    path = load.save()
    busy = ", ".join(f"{each:.1f}" for each in load.record["load average after"])
    print(f"\n{table(load.figures)}\n\nThe load average is {busy}. All of it is in {path}.")
    return 1 if any(figure.reached is False for figure in load.figures) else 0


if __name__ == "__main__":
    sys.exit(main())
