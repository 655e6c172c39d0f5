"""The working parts that only the console has, one set for each web process."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import cast

from flask import Flask, current_app

from bot.web.console.board import Board
from bot.web.console.gate import Readings
from bot.web.services import EXTENSION
from bot.web.suggestions import Suggestions
from knowledge.settings import KnowledgeSettings

_EXTENSION = "nkbot.console"


@dataclass(frozen=True)
class Parts:
    """What the console's views work with besides `Services`."""

    suggestions: Suggestions
    board: Board
    readings: Readings = field(default_factory=Readings)


def init_app(app: Flask) -> None:
    """Puts the parts together; nothing is opened yet."""
    suggestions = Suggestions(KnowledgeSettings.from_environment())
    app.extensions[_EXTENSION] = Parts(suggestions, Board(app.extensions[EXTENSION]))


def parts() -> Parts:
    """The parts of the application that answers the current request."""
    return cast(Parts, current_app.extensions[_EXTENSION])
