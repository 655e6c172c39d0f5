"""What the Rasa process needs to know about its surroundings, from `NKBOT_` variables.

The same names and defaults as the settings of the other processes, which run on a newer Python and
cannot be imported here.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Tuple

MINIMUM_TOKEN_LENGTH = 16


def state_folder() -> Path:
    """The state folder (`NKBOT_VAR`, default `var`)."""
    return Path(os.environ.get("NKBOT_VAR") or "var")


def encoder_folder() -> Path:
    """Where set-up has put the encoder."""
    return state_folder() / "encoder"


def log_format() -> str:
    """How log lines are written: `text` or `json` (`NKBOT_LOG_FORMAT`)."""
    return os.environ.get("NKBOT_LOG_FORMAT", "").strip().lower() or "text"


def internal_tokens() -> Tuple[str, ...]:
    """The token that web, Rasa and the action server share; several while it is changed, and all are accepted.

    From `NKBOT_INTERNAL_TOKEN`, else from `secrets/internal_token` in the state folder, with commas or on lines
    of their own. Raises `ValueError` with a sentence when there is none or one is too short to be a secret.
    """
    written = os.environ.get("NKBOT_INTERNAL_TOKEN", "").strip()
    path = state_folder() / "secrets" / "internal_token"
    if not written:
        try:
            written = path.read_text(encoding="utf-8").strip()
        except OSError:
            raise ValueError(
                f"The processes' shared token is missing. Run 'make run', which makes {path}, "
                "or set NKBOT_INTERNAL_TOKEN to the same long random value for every process."
            ) from None
    tokens = tuple(each.strip() for each in written.replace("\n", ",").split(",") if each.strip())
    if not tokens or min(map(len, tokens)) < MINIMUM_TOKEN_LENGTH:
        raise ValueError(
            f"The processes' shared token is shorter than {MINIMUM_TOKEN_LENGTH} characters. "
            "Set NKBOT_INTERNAL_TOKEN to a long random value."
        )
    return tokens


def database_connections() -> int:
    """How many connections to PostgreSQL this process may open at most."""
    return int(os.environ.get("NKBOT_DATABASE_CONNECTIONS") or 10)


def tracker_database_url() -> str:
    """SQLAlchemy 1.4 address of the database that keeps the dialogue state.

    PostgreSQL when `NKBOT_DATABASE_URL` names one, else `tracker.sqlite3` in the state folder.
    """
    configured = os.environ.get("NKBOT_DATABASE_URL", "").strip()
    scheme, separator, rest = configured.partition("://")
    if separator and scheme.split("+")[0] in ("postgresql", "postgres"):
        # The other processes drive PostgreSQL with psycopg 3, which SQLAlchemy 1.4 does not know.
        return f"postgresql+psycopg2://{rest}"
    return f"sqlite:///{state_folder() / 'tracker.sqlite3'}"
