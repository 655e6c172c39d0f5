"""Trains the stock assistant, and keeps the model until its data change."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from bot.operations.checkout import CHECKOUT, RASA_PYTHON
from bot.operations.steps import Input, command, fingerprint
from tests.bench.baseline import assistant

MODEL = "baseline.tar.gz"


def trained(state: Path, say: Callable[[str], None], *, any_will_do: bool = False) -> Path:
    """The model's file below `state`, trained when there is none of these data yet.

    With `any_will_do` one of older data is taken too: what it understands differs a little, not how fast.
    SetupFailed (of bot.operations) with the end of the log when training fails.
    """
    inputs: list[Input] = [json.dumps(assistant.CONFIG), assistant.EXAMPLES]
    inputs += [Path(assistant.__file__), CHECKOUT / "requirements" / "rasa.lock"]
    folder = state / fingerprint(inputs)[:16]
    model = folder / MODEL
    if model.exists():
        return model
    if any_will_do and (kept := sorted(state.glob(f"*/{MODEL}"))):
        return kept[0]
    for old in state.glob("*/"):
        shutil.rmtree(old)
    work = folder / "work"
    work.mkdir(parents=True)
    assistant.write(work)
    say("Training the baseline with Rasa's defaults; minutes, and only when the examples have changed …")
    started = time.monotonic()
    command(
        [str(RASA_PYTHON), "-m", "rasa", "train", "--data", "data", "--out", "models"]
        + ["--fixed-model-name", MODEL.partition(".")[0]],
        folder / "training.log",
        environment={**os.environ, **stock_environment(folder)},
        folder=work,
        advice="The baseline could not be trained.",
    )
    (work / "models" / MODEL).rename(model)
    shutil.rmtree(work)
    say(f"  trained in {time.monotonic() - started:.0f} s")
    return model


def stock_environment(home: Path) -> dict[str, str]:
    """What the stock processes get: defaults, except that they stay off the net and out of HOME."""
    return {
        "HOME": str(home),
        "MPLCONFIGDIR": str(home / "matplotlib"),
        "RASA_TELEMETRY_ENABLED": "false",
        "HF_HUB_OFFLINE": "1",
        "CUDA_VISIBLE_DEVICES": "",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "SANIC_HOST": "127.0.0.1",
        "PYTHONPATH": str(CHECKOUT),
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    }
