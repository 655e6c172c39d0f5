"""Parts of the report that other areas measure: understanding (under Rasa's Python) and red flags."""

from __future__ import annotations

import importlib
import importlib.util
import json
import subprocess
from pathlib import Path
from typing import Any

from bot.operations.checkout import CHECKOUT, red_flags, state_folder
from knowledge.encoder import Encoder
from tests.evaluation.figures import Share
from tests.evaluation.questions import SHARED

RASA = CHECKOUT / ".venv-rasa" / "bin" / "python"
HELD_OUT_LINES = "held_out/batch_*.yml"


def intents() -> dict[str, Any] | None:
    """CLINC150 with our pipeline; None where the data or the measurement is not there."""
    folder, script = SHARED / "public" / "clinc150", Path(__file__).with_name("clinc150.py")
    if not folder.is_dir() or not script.exists():
        return None
    done = subprocess.run(
        [RASA, "-m", "tests.evaluation.clinc150", folder, "--json"],
        check=True,
        capture_output=True,
        text=True,
        cwd=CHECKOUT,
    )
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def emergencies(encoder: Encoder) -> tuple[list[tuple[str, Share]], list[str]] | None:
    """Recall and false alarms on held-out lines, and what was got wrong; None where that is not measured."""
    files = sorted((CHECKOUT / "tests" / "safety").glob(HELD_OUT_LINES))
    if importlib.util.find_spec("bot.safety.measure") is None or not files:
        return None
    measuring = importlib.import_module("bot.safety.measure")
    reading = importlib.import_module("bot.safety.lines")
    screens = importlib.import_module("bot.safety.screen")
    screen = screens.RedFlagScreen.load(encoder, red_flags(state_folder()))
    report = measuring.measure(screen, [line for file in files for line in reading.read_lines(file)])
    shares = [
        ("recall", Share(report.recall.part, report.recall.whole)),
        ("false alarms", Share(report.false_alarms.part, report.false_alarms.whole)),
        ("recognised as the right kind", Share(report.right_kind.part, report.right_kind.whole)),
    ]
    wrong = [f"missed: {line.text}" for line in report.missed]
    return shares, wrong + [f"false alarm: {line.text}" for line in report.alarmed]
