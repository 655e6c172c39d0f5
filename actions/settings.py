"""What the action server needs to know of its surroundings: its port and the shared token."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from knowledge.environment import anything, folder, number, one_of, read, several_secrets, variable
from knowledge.log_lines import JSON, TEXT
from knowledge.settings import CHECKOUT


@dataclass(frozen=True)
class ActionSettings:
    """The variables are those of `bot.settings`, which this package must not import."""

    var: Path = variable("NKBOT_VAR", CHECKOUT / "var", folder, "The state folder.", shown="var")
    host: str = variable(
        "NKBOT_INTERNAL_HOST", "127.0.0.1", anything, "The address on which the action server listens."
    )
    port: int = variable("NKBOT_ACTIONS_PORT", 5055, number(1, 65535), "The action server's port.")
    internal_tokens: tuple[str, ...] = variable(
        "NKBOT_INTERNAL_TOKEN",
        (),
        several_secrets,
        "The processes' shared token; several while it is being changed, and all are accepted.",
        secret=True,
    )
    log_format: str = variable("NKBOT_LOG_FORMAT", TEXT, one_of(TEXT, JSON), "How the log is written.")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> ActionSettings:
        """The settings from `NKBOT_…` variables and the secret's file.

        ValueError with a sentence: a value is not allowed, or the token is missing or too short.
        """
        settings = read(cls, environment)
        path = settings.var / "secrets" / "internal_token"
        if settings.internal_tokens:
            return settings
        try:
            written = path.read_text(encoding="ascii")
        except OSError:
            raise ValueError(
                f"The processes' shared token is missing. Start with `make run`, which makes {path}, "
                "or set NKBOT_INTERNAL_TOKEN to the same long random value for every process."
            ) from None
        try:
            return replace(settings, internal_tokens=several_secrets(written))
        except ValueError as error:
            raise ValueError(f"{path} must hold {error}.") from None
