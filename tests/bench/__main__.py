"""`make bench`: everything measured in one run, printed as one table, and kept in the state folder.

python -m tests.bench [--only search,engines,publishing,start,answers,hops,turns,desk,widgets,streams] [--quick]
                          [--no-baseline] [--old-baseline] [--patience SECONDS] [--passages N] [--embedded N]
                          [--vectors N]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from bot.operations.checkout import state_folder
from bot.operations.stack import Stack, StackError, temporary_stack
from bot.operations.steps import SetupFailed
from tests.bench import answers, crowd, desk, engines, hops, live, publishing, search, start, streams, turns
from tests.bench.answers import Side
from tests.bench.asking import NoReply
from tests.bench.baseline.desk import StockDesk
from tests.bench.baseline.stack import BaselineError, BaselineStack
from tests.bench.baseline.training import trained
from tests.bench.figures import Figure, table
from tests.bench.questions import articles, endless, listed_questions
from tests.bench.widget import Widget

PARTS = ("search", "engines", "publishing", "start", "answers", "hops", "turns", "desk", "widgets", "streams")
BESIDE_STOCK_RASA = {"start", "answers", "hops", "turns"}
QUICK_ROUNDS = 2
SEARCH_MS = {10_000: 2.0, 1_000_000: 5.0}
RECALL = 0.95
QUICK_LENGTH = turns.Length(turns=40, window=5, conversations=2)


class Bench:
    """One run: what is wanted, and what was found."""

    def __init__(
        self,
        only: set[str],
        quick: bool,
        with_baseline: bool,
        patience: float,
        any_baseline: bool,
        passages: int | None = None,
        embedded: int | None = None,
        vectors: int | None = None,
    ) -> None:
        self.only = only
        self.quick = quick
        self.with_baseline = with_baseline
        self.patience = patience
        self.any_baseline = any_baseline
        self.passages = passages or (publishing.QUICK_FIRST if quick else publishing.FIRST)
        self.embedded = embedded or (publishing.QUICK_SAMPLE if quick else publishing.SAMPLE)
        self.engine_sizes = sorted({engines.SIZE, vectors or engines.SIZE})
        self.figures: list[Figure] = []
        self.record: dict[str, object] = {}
        self._started = time.monotonic()

    def say(self, text: str) -> None:
        """Progress, with the minutes since the start."""
        seconds = int(time.monotonic() - self._started)
        print(f"[{seconds // 60:2}:{seconds % 60:02}] {text}", flush=True)

    def run(self) -> None:
        """Measure the parts that are wanted."""
        kept = state_folder() / "bench" / "baseline"
        serving = self.only - {"search", "engines", "publishing"}
        beside_rasa = self.with_baseline and self.only & BESIDE_STOCK_RASA
        model = trained(kept, self.say, any_will_do=self.any_baseline) if beside_rasa else None
        if "search" in self.only:
            self._search()
        if "engines" in self.only:
            self._compare_engines()
        if "publishing" in self.only:
            self._publish()
        if serving:
            with ExitStack() as until_done:
                self._serve(model, until_done)

    def _search(self) -> None:
        """Nearest passages in a small and in a large knowledge base of made vectors."""
        self.say("Searching among made vectors")
        rows = []
        for count in search.SIZES[:1] if self.quick else search.SIZES:
            row = search.measure(count)
            self.say(
                f"  {count:,}: {row.p50:.2f} ms, recall {row.recall:.3f}; made in {row.build_seconds:.0f} s"
            )
            self.figures += _search_figures(row)
            rows.append(asdict(row))
        self.record["search"] = rows

    def _compare_engines(self) -> None:
        """FAISS and pgvector with the same made vectors."""
        self.say("FAISS and pgvector beside each other")
        if reason := engines.why_not():
            self.say(f"  only FAISS: {reason}")
        rows: list[engines.Row] = []
        for count in self.engine_sizes:
            rows += engines.measure(count)
            self.figures += engines.figures(rows, count)
        self.say("\n" + engines.table(rows))
        self.record["engines"] = [asdict(row) for row in rows]

    def _publish(self) -> None:
        """A large knowledge base, for the first time and after an edit."""
        self.say("Publishing a large knowledge base")
        among = publishing.QUICK_FIRST if self.quick else publishing.EDITED_AMONG
        with tempfile.TemporaryDirectory(prefix="nkbot-bench-") as folder:
            found, self.record["publishing"] = publishing.measure(
                Path(folder),
                self.passages,
                self.embedded,
                among,
                publishing.EDITS,
                self.with_baseline,
                self.patience,
                self.say,
            )
        self.figures += found

    def _serve(self, model: Path | None, until_done: ExitStack) -> None:
        """Start both stacks and ask them."""
        folder = Path(until_done.enter_context(tempfile.TemporaryDirectory(prefix="nkbot-bench-")))
        documents = articles()
        questions = endless(listed_questions(documents))

        self.say("Starting the assistant")
        stack = temporary_stack(folder / "ours", {"NKBOT_LIMITS": "off"})
        until_done.callback(stack.stop)
        ready = start.start(stack)
        self.say(f"  ready after {ready:.1f} s")
        sides = [Side("ours", lambda: Widget(stack.url), start.roots(stack))]

        baseline_ready = None
        if model is not None:
            self.say("Starting the baseline")
            baseline = BaselineStack(model, folder / "baseline", documents)
            until_done.callback(baseline.stop)
            baseline_ready = start.start_baseline(baseline)
            self.say(f"  first answer after {baseline_ready:.1f} s")
            sides.append(Side("baseline", baseline.open, baseline.pids))

        if "start" in self.only:
            self.figures.append(start.ready_figure(ready, baseline_ready))
            self._weigh("after the start", sides)
        if "answers" in self.only:
            self.say("Question → cited answer")
            rounds = QUICK_ROUNDS if self.quick else answers.ROUNDS
            found, self.record["answers"] = answers.measure(sides, questions, rounds, self.patience, self.say)
            self.figures += found
        if "hops" in self.only:
            self.say("Where the time of a turn goes")
            found, self.record["hops"] = hops.measure(stack, questions, self.patience, self.say)
            self.figures += found
        if "turns" in self.only:
            self._grow(sides, questions)
        if "start" in self.only and self.only & {"answers", "hops", "turns"}:
            self._weigh("after all this", sides)
        if self.only & {"desk", "widgets", "streams"}:
            self._live(stack, folder / "desk", next(questions), until_done)

    def _grow(self, sides: list[Side], questions: Iterator[str]) -> None:
        """Long conversations against new ones."""
        self.say("Long conversations")
        answers.warm_up(sides, questions)
        length = QUICK_LENGTH if self.quick else turns.Length()
        found, self.record["turns"] = turns.measure(sides, questions, length, self.patience, self.say)
        self.figures += found

    def _live(self, stack: Stack, folder: Path, question: str, until_done: ExitStack) -> None:
        """Advisors and patients, alone and among many open widgets."""
        sides = [live.Side(stack.url, stack.pid("web"), start.roots(stack), live.sign_in(stack))]
        if "streams" in self.only:
            self._stream(sides[0])
        if self.with_baseline and self.only & {"desk", "widgets"}:
            stock = until_done.enter_context(StockDesk(folder))
            sides.append(live.Side(stock.url, stock.pid, [stock.pid], {}))
        if "desk" in self.only:
            self.say("Take-over, answer, question")
            rounds = desk.QUICK_ROUNDS if self.quick else desk.ROUNDS
            found, self.record["desk"] = live.measure(sides, rounds, question, self.patience)
            self.figures += found
        if "widgets" in self.only:
            widgets = crowd.QUICK_WIDGETS if self.quick else crowd.WIDGETS
            self.say(f"{widgets:,} open widgets")
            rounds = desk.QUICK_ROUNDS if self.quick else desk.ROUNDS
            found, self.record["widgets"] = live.among(
                sides, widgets, rounds, question, self.patience, self.say
            )
            self.figures += found

    def _stream(self, side: live.Side) -> None:
        """A web process full of open streams, beside the same with few."""
        few, many = (
            (streams.QUICK_FEW, streams.QUICK_STREAMS) if self.quick else (streams.FEW, streams.STREAMS)
        )
        length = streams.QUICK if self.quick else streams.Length()
        self.say(f"{many:,} open streams on one web process, beside {few:,}")
        found, self.record["streams"] = streams.measure(side, (few, many), length, self.patience, self.say)
        self.figures += found

    def _weigh(self, when: str, sides: list[Side]) -> None:
        """Memory of both stacks at rest."""
        weights = [start.idle_memory(side.roots) for side in sides]
        self.figures += start.memory_figures(when, weights[0], weights[1] if len(weights) > 1 else None)
        self.record[f"memory {when}, MB"] = {side.name: start.by_process(side.roots) for side in sides}

    def save(self) -> Path:
        """Write everything that was measured as JSON; the file."""
        folder = state_folder() / "bench"
        folder.mkdir(parents=True, exist_ok=True)
        now = datetime.now(UTC)
        path = folder / f"{now:%Y%m%d-%H%M%S}.json"
        content = {
            "at": now.isoformat(timespec="seconds"),
            "quick": self.quick,
            "machine": {
                "processors": os.cpu_count(),
                "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1),
                "system": platform.platform(),
                "load_average": os.getloadavg(),
            },
            "seconds": round(time.monotonic() - self._started),
            "figures": [figure.as_json() for figure in self.figures],
            "record": self.record,
        }
        path.write_text(json.dumps(content, indent=1), encoding="utf-8")
        return path


def _search_figures(row: search.Row) -> list[Figure]:
    """The baseline is what a flat index does: comparing with every vector."""
    name = f"search of {row.vectors:,}"
    reach = SEARCH_MS.get(row.vectors)
    return [
        Figure(
            f"{name}: p50", row.p50, "ms", reach, row.exact_p50, note=f"{row.kind}, {row.megabytes:.0f} MB"
        ),
        Figure(f"{name}: recall@10", row.recall, "", RECALL, better="higher"),
    ]


def main() -> int:
    """Measure, print the table, keep the record; the exit status."""
    parser = argparse.ArgumentParser(
        prog="make bench", description="Measure the assistant beside its baseline."
    )
    parser.add_argument("--only", default=",".join(PARTS), help="parts, comma-separated: " + ", ".join(PARTS))
    parser.add_argument("--quick", action="store_true", help="fewer rounds and shorter conversations")
    parser.add_argument("--no-baseline", action="store_true", help="the assistant alone")
    parser.add_argument(
        "--old-baseline", action="store_true", help="no new training where a baseline was trained before"
    )
    parser.add_argument(
        "--patience",
        type=float,
        default=5,
        metavar="SECONDS",
        help="wait so long before each round for other programs to be quiet (default 5)",
    )
    parser.add_argument(
        "--passages",
        type=int,
        metavar="N",
        help=f"passages of the first publication (default {publishing.FIRST:,}; 100,000 take many minutes)",
    )
    parser.add_argument(
        "--embedded",
        type=int,
        metavar="N",
        help=f"how many of them are really embedded (default {publishing.SAMPLE:,}); the others at their rate",
    )
    parser.add_argument(
        "--vectors",
        type=int,
        metavar="N",
        help=f"compare the search engines with so many made vectors, too (besides {engines.SIZE:,}; "
        "1,000,000 take half an hour)",
    )
    options = parser.parse_args()
    only = set(options.only.split(","))
    if unknown := only - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    bench = Bench(
        only,
        options.quick,
        not options.no_baseline,
        options.patience,
        options.old_baseline,
        options.passages,
        options.embedded,
        options.vectors,
    )
    try:
        bench.run()
    except (StackError, BaselineError, SetupFailed, NoReply) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    path = bench.save()
    print(f"\n{table(bench.figures)}\n\nAll of it is in {path}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
