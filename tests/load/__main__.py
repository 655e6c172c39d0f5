"""How many people it carries: `make load`, or `make load ARGS="--minutes 2 --no-baseline"`.

First open widgets and advisors at a realistic pace for some minutes; then ever more questions a second until the
slowest twentieth waits longer than 1.5 s: the knee, beside that of a stock Rasa stack. Loopback only, bounded in time.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bot.operations.checkout import state_folder
from bot.operations.stack import temporary_stack
from tests.bench.asking import Asker
from tests.bench.baseline.stack import BaselineStack
from tests.bench.baseline.training import trained
from tests.bench.crowd import SPARE_FILES, allow_files
from tests.bench.figures import percentile
from tests.bench.questions import articles, endless, listed_questions
from tests.bench.widget import Widget
from tests.load.arrivals import Stretch, Visitors
from tests.load.desks import Pair

ANSWER_MS, WORD_MS, KNEE_MS = 500.0, 300.0, 1_500.0
"""What 95 of 100 answers, and words between people, must stay below; and where the knee is."""
STEPS = (5, 10, 15, 20, 30, 40, 50, 60, 80, 100, 120)
STEP_SECONDS = 15.0
VISITORS_AT_THE_KNEE = 200


def main() -> int:
    """Runs it; 0 when the steady part was carried as promised."""
    parser = argparse.ArgumentParser(prog="make load", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0, help="of the steady part")
    parser.add_argument("--widgets", type=int, default=200)
    parser.add_argument("--advisors", type=int, default=20)
    parser.add_argument("--rate", type=float, default=5.0, help="questions a second in the steady part")
    parser.add_argument("--no-baseline", action="store_true")
    parser.add_argument("--no-knee", action="store_true")
    wanted = parser.parse_args()
    luck = random.Random(2024)
    allow_files(4 * (wanted.widgets + wanted.advisors) + SPARE_FILES)
    documents = articles()
    questions = endless(listed_questions(documents))
    report: dict[str, Any] = {}
    with ExitStack() as house:
        folder = Path(house.enter_context(tempfile.TemporaryDirectory(prefix="nkbot-load-")))
        stack = house.enter_context(temporary_stack(folder / "ours", {"NKBOT_LIMITS": "off"}))
        stack.wait_ready()
        pairs = [Pair(stack, number, random.Random(luck.random())) for number in range(wanted.advisors)]
        visitors = Visitors([Widget(stack.url) for _ in range(wanted.widgets)])
        for pair in pairs:
            pair.start()
        print(
            f"{wanted.widgets} open widgets, {wanted.advisors} advisors, {wanted.rate:g} questions/s …",
            flush=True,
        )
        steady = visitors.ask(questions, wanted.rate, wanted.minutes * 60, luck)
        for pair in pairs:
            pair.enough()
        for pair in pairs:
            pair.join(60)
        report["steady"] = _told(steady, visitors.missing()) | _told_of(pairs)
        visitors.close()
        if not wanted.no_knee:
            report["knee"] = knee(lambda: Widget(stack.url), questions, luck)
    if not (wanted.no_knee or wanted.no_baseline):
        model = trained(state_folder() / "bench" / "baseline", print, any_will_do=True)
        with tempfile.TemporaryDirectory(prefix="nkbot-load-") as name:
            baseline = BaselineStack(model, Path(name), documents)
            baseline.start()
            try:
                baseline.wait_ready()
                report["knee of the stock stack"] = knee(baseline.open, questions, luck)
            finally:
                baseline.stop()
    print(json.dumps(report, indent=2))
    return 0 if _carried(report["steady"]) else 1


def knee(open_one: Callable[[], Asker], questions: Any, luck: random.Random) -> dict[str, Any]:
    """Ever more questions a second until the slowest twentieth waits too long; the last rate that was carried.

    Each step has conversations of its own: the stock stack slows down in long ones, which is measured elsewhere.
    """
    steps: list[dict[str, Any]] = []
    carried = 0.0
    for rate in STEPS:
        visitors = Visitors([open_one() for _ in range(VISITORS_AT_THE_KNEE)])
        stretch = visitors.ask(questions, rate, STEP_SECONDS, luck)
        visitors.close()
        steps.append(_told(stretch))
        print(f"  {rate}/s: p95 {stretch.share(0.95):.0f} ms, {stretch.lost} lost", flush=True)
        if stretch.share(0.95) > KNEE_MS or stretch.lost > stretch.asked / 100:
            break
        carried = rate
    return {"carried, questions a second": carried, "steps": steps}


def _told(stretch: Stretch, missing: int = 0) -> dict[str, Any]:
    return {
        "questions a second": stretch.rate,
        "asked": stretch.asked,
        "lost": stretch.lost + missing,
        "answers p50, ms": round(stretch.share(0.5), 1),
        "answers p95, ms": round(stretch.share(0.95), 1),
        "answers p99, ms": round(stretch.share(0.99), 1),
        "answers a second": round(stretch.per_second, 1),
    }


def _told_of(pairs: Sequence[Pair]) -> dict[str, Any]:
    seconds = [each for pair in pairs for each in pair.talk.seconds]
    return {
        "words between people": len(seconds),
        "words p50, ms": round(percentile(seconds, 0.5) * 1000, 1) if seconds else None,
        "words p95, ms": round(percentile(seconds, 0.95) * 1000, 1) if seconds else None,
        "advisors that failed": [failure for pair in pairs for failure in pair.talk.failures],
    }


def _carried(steady: dict[str, Any]) -> bool:
    return bool(
        steady["lost"] == 0
        and steady["answers p95, ms"] < ANSWER_MS
        and (steady["words p95, ms"] or 0.0) < WORD_MS
        and not steady["advisors that failed"]
    )


if __name__ == "__main__":
    sys.exit(main())
