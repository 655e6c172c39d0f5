"""Where things are in the checkout and in the state folder. Standard library only (bare Python)."""

from __future__ import annotations

import os
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent.parent
APP = CHECKOUT / ".venv"
"""The environment of everything but Rasa."""
RASA = CHECKOUT / ".venv-rasa"
"""The environment of Rasa and of what it loads."""
APP_PYTHON = APP / "bin" / "python"
RASA_PYTHON = RASA / "bin" / "python"
RASA_COMMAND = (
    str(RASA_PYTHON),
    "-c",
    "import skops.io; from rasa.__main__ import main; main()",
)
"""Rasa's command line. At import skops looks for 765 types in every module there is: 2 s as the first,
10 s after TensorFlow, and Rasa imports it late, when it loads the model."""
DOCUMENTS = CHECKOUT / "knowledge" / "documents"


def state_folder() -> Path:
    """The state folder: `NKBOT_VAR`, else `var` in the checkout."""
    given = os.environ.get("NKBOT_VAR", "").strip()
    return Path(given).expanduser().absolute() if given else CHECKOUT / "var"


def encoder_folder(var: Path) -> Path:
    """The exported encoder."""
    return var / "encoder"


def red_flags(var: Path) -> Path:
    """What the red-flag screen learned; the same file as `bot.settings.red_flags_file`."""
    return var / "red-flags.npz"


def rasa_model(var: Path) -> Path:
    """The trained Rasa model."""
    return var / "rasa" / "models" / "nkbot.tar.gz"


def seed_folder(var: Path) -> Path:
    """A state folder with nothing but the published starting knowledge base; tests copy it."""
    return var / "seed"


def quiet_environment(var: Path) -> dict[str, str]:
    """What every process gets: one computing thread each, no telemetry, nothing written to HOME."""
    home = var / "rasa" / "home"
    return {
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "TF_NUM_INTRAOP_THREADS": "1",
        "TF_NUM_INTEROP_THREADS": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "TF_ENABLE_ONEDNN_OPTS": "0",
        "CUDA_VISIBLE_DEVICES": "",
        "TOKENIZERS_PARALLELISM": "false",
        "HF_HUB_OFFLINE": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "RASA_TELEMETRY_ENABLED": "false",
        "RASA_CACHE_DIRECTORY": str(var / "rasa" / "cache"),
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "MPLCONFIGDIR": str(home / "matplotlib"),
        "PYTHONUNBUFFERED": "1",
        "PYTHONPATH": str(CHECKOUT),
        "NKBOT_VAR": str(var),
    }
