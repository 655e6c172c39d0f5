"""Parts of the report that other areas measure: understanding (under Rasa's Python) and red flags."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from bot.operations.checkout import CHECKOUT, RASA_PYTHON, red_flags, state_folder
from bot.safety.lines import read_lines
from bot.safety.measure import measure
from bot.safety.screen import RedFlagScreen
from bot.shares import Share
from knowledge.encoder import Encoder
from tests.evaluation.questions import SHARED
from tests.safety.batches import files

HELD_OUT_LINES = "held_out/batch_*.yml"


def intents() -> dict[str, Any] | None:
    """CLINC150 with our pipeline; None where the data or the measurement is not there."""
    folder, script = SHARED / "public" / "clinc150", Path(__file__).with_name("clinc150.py")
    if not folder.is_dir() or not script.exists():
        return None
    done = subprocess.run(
        [RASA_PYTHON, "-m", "tests.evaluation.clinc150", folder, "--json"],
        check=True,
        capture_output=True,
        text=True,
        cwd=CHECKOUT,
    )
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def emergencies(encoder: Encoder) -> tuple[list[tuple[str, Share]], list[str]]:
    """Recall and false alarms on held-out lines, and what was got wrong."""
    screen = RedFlagScreen.load(encoder, red_flags(state_folder()))
    report = measure(screen, [line for file in files() for line in read_lines(file)])
    shares = [
        ("recall", report.recall),
        ("false alarms", report.false_alarms),
        ("recognised as the right kind", report.right_kind),
    ]
    wrong = [f"missed: {line.text}" for line in report.missed]
    return shares, wrong + [f"false alarm: {line.text}" for line in report.alarmed]
