"""The stock model for the baseline: the original one, as it is published, run by PyTorch."""

from __future__ import annotations

import atexit
from contextlib import ExitStack
from functools import cache
from pathlib import Path

from knowledge.encoder_export import original_model


@cache
def stock_model() -> Path:
    """The folder of the original model, unpacked once for this process and deleted when it ends."""
    kept = ExitStack()
    atexit.register(kept.close)
    return kept.enter_context(original_model())
