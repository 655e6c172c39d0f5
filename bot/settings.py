"""Settings of everything that talks with people: addresses, state, secrets, what the clinic is called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from knowledge.environment import (
    anything,
    database_address,
    folder,
    http_address,
    number,
    on_or_off,
    one_of,
    read,
    variable,
)
from knowledge.settings import CHECKOUT

SHORTEST_SECRET = 16


def _country(value: str) -> str:
    if len(value) == 2 and value.isascii() and value.isalpha():
        return value.upper()
    raise ValueError("a country's two letters, such as US or DE")


def _secret(value: str) -> str:
    if len(value) < SHORTEST_SECRET:
        raise ValueError(f"a secret of at least {SHORTEST_SECRET} characters")
    return value


@dataclass(frozen=True)
class BotSettings:
    """What web, worker and operations need to know; `from_environment()` is the usual way to get it.

    The two secrets come from a variable or, without one, from the file that set-up made.
    """

    host: str = variable("NKBOT_HOST", "127.0.0.1", anything, "The address on which the web process listens.")
    port: int = variable("NKBOT_PORT", 8000, number(1, 65535), "The port on which the web process listens.")
    var: Path = variable(
        "NKBOT_VAR",
        CHECKOUT / "var",
        folder,
        "The state folder: databases, index, logs, secrets.",
        shown="var",
    )
    database_url: str = variable(
        "NKBOT_DATABASE_URL",
        "",
        database_address,
        "One database for everything, as an SQLAlchemy URL (`postgresql://user:password@host/name`).",
        shown="SQLite files in the state folder",
    )
    rasa_port: int = variable("NKBOT_RASA_PORT", 5005, number(1, 65535), "Rasa's port, on loopback only.")
    actions_port: int = variable(
        "NKBOT_ACTIONS_PORT", 5055, number(1, 65535), "The action server's port, on loopback only."
    )
    rasa_url: str = variable(
        "NKBOT_RASA_URL", "", http_address, "Where Rasa is reached.", shown="loopback, Rasa's port"
    )
    actions_url: str = variable(
        "NKBOT_ACTIONS_URL",
        "",
        http_address,
        "Where the action server is reached.",
        shown="loopback, the action server's port",
    )
    limits: bool = variable(
        "NKBOT_LIMITS", True, on_or_off, "Rate limits for patients; `off` is for an evaluation on loopback."
    )
    clinic_name: str = variable(
        "NKBOT_CLINIC_NAME", "the clinic", anything, "What the assistant calls the clinic."
    )
    country: str = variable(
        "NKBOT_COUNTRY",
        "",
        _country,
        "The clinic's country in two letters, for its emergency number.",
        shown="none: “your local emergency number”",
    )
    log_level: str = variable(
        "NKBOT_LOG_LEVEL",
        "INFO",
        one_of("DEBUG", "INFO", "WARNING", "ERROR"),
        "How much the logs tell; never what a patient wrote.",
    )
    secret_key: str = variable(
        "NKBOT_SECRET_KEY",
        "",
        _secret,
        "Signs cookies.",
        shown="made at set-up, in the state folder",
        secret=True,
    )
    internal_token: str = variable(
        "NKBOT_INTERNAL_TOKEN",
        "",
        _secret,
        "The token with which web, Rasa and the action server know each other.",
        shown="made at set-up, in the state folder",
        secret=True,
    )

    def __post_init__(self) -> None:
        """Fill in what follows from other settings."""
        if not self.database_url:
            object.__setattr__(self, "database_url", f"sqlite:///{self.var / 'conversations.sqlite3'}")
        if not self.rasa_url:
            object.__setattr__(self, "rasa_url", f"http://127.0.0.1:{self.rasa_port}")
        if not self.actions_url:
            object.__setattr__(self, "actions_url", f"http://127.0.0.1:{self.actions_port}")
        for name in ("secret_key", "internal_token"):
            if not getattr(self, name):
                object.__setattr__(self, name, _from_file(secret_file(self.var, name)))

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> BotSettings:
        """The settings from `NKBOT_…` variables and the secret files.

        ValueError with a sentence: a value is not allowed, or a secret is missing.
        """
        settings = read(cls, environment)
        for name in ("secret_key", "internal_token"):
            if not getattr(settings, name):
                raise ValueError(
                    f"There is no secret in {secret_file(settings.var, name)}. Start with `make run`, which "
                    f"makes it, or set NKBOT_{name.upper()}."
                )
        return settings


def secret_file(var: Path, name: str) -> Path:
    """Where set-up keeps the secret called `name`."""
    return var / "secrets" / name


def red_flags_file(var: Path) -> Path:
    """Where the red-flag screen keeps what it learned at set-up."""
    return var / "red-flags.npz"


def _from_file(path: Path) -> str:
    try:
        text = path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return ""
    return text
