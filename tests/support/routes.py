"""Every address of the web process, so that a test of "every address" grows with the application."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.settings import BotSettings
from bot.web.app import create_app

_ARGUMENT = re.compile(r"<(?:[^<>:]*:)?(\w+)>")


@dataclass(frozen=True, order=True)
class Route:
    """One method of one address; `address` has its arguments in `<name>` form."""

    address: str
    method: str

    @property
    def arguments(self) -> list[str]:
        """The names of what is filled in."""
        return _ARGUMENT.findall(self.address)

    def filled(self, values: Mapping[str, object]) -> str:
        """The address with its arguments; what is not given becomes 1."""
        return _ARGUMENT.sub(lambda found: str(values.get(found[1], 1)), self.address)


def routes(folder: Path) -> list[Route]:
    """All routes of the application, apart from static files, in a stable order."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("NKBOT_")}
    settings = BotSettings.from_environment(
        {
            **clean,
            "NKBOT_VAR": str(folder),
            "NKBOT_SECRET_KEY": "a secret for tests only",
            "NKBOT_INTERNAL_TOKEN": "an internal token for tests",
        }
    )
    rules = create_app(settings).url_map.iter_rules()
    return sorted(
        Route(rule.rule, method)
        for rule in rules
        if rule.endpoint != "static"
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    )


def of_one_conversation(all_routes: list[Route]) -> list[Route]:
    """The patient API's routes below one conversation."""
    return [route for route in all_routes if route.address.startswith("/api/conversations/<")]
