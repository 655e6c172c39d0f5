"""Every address of the web process, so that a test of "every address" grows with the application."""

from __future__ import annotations

import functools
import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass

from bot.settings import BotSettings
from bot.web.app import create_app
from bot.web.services import EXTENSION

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


@functools.cache
def routes() -> tuple[Route, ...]:
    """All routes of the application, apart from static files, in a stable order."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("NKBOT_")}
    own = {"SECRET_KEY": "a secret for tests only", "INTERNAL_TOKEN": "an internal token for tests"}
    with tempfile.TemporaryDirectory() as folder:
        variables = {f"NKBOT_{name}": value for name, value in (own | {"VAR": folder}).items()}
        app = create_app(BotSettings.from_environment(clean | variables))
        app.extensions[EXTENSION].database.close()
    return tuple(
        sorted(
            Route(rule.rule, method)
            for rule in app.url_map.iter_rules()
            if rule.endpoint != "static"
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        )
    )


def of_one_conversation() -> list[Route]:
    """The patient API's routes below one conversation."""
    return [route for route in routes() if route.address.startswith("/api/conversations/<")]
