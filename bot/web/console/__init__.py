"""The console of advisors: queues, one conversation and what may be done with it, live news, work items.

Small blueprints, one idea each. Everything under /console/api needs a session of an advisor or an
administrator and is written to the record of who did what; a patient's token opens nothing here.
"""

from __future__ import annotations

from flask import Flask

from bot.web.console import (
    actions,
    canned,
    conversations,
    live,
    page,
    parts,
    suggesting,
    talking,
    words,
    work,
)
from bot.web.words import PROBLEMS


def init_app(app: Flask) -> None:
    """Adds the console to the application."""
    PROBLEMS.update(words.PROBLEMS)
    parts.init_app(app)
    for module in (page, conversations, actions, talking, suggesting, canned, work, live):
        app.register_blueprint(module.blueprint)
