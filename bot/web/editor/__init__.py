"""The pages of editors: documents and what is done with them before patients read a word.

Small modules, one idea each. Everything under /editor needs a session of an editor or an administrator; only the
page that shows a revision as it was is open to advisors, too. A new page is a module of its own that adds its
view to `pages.blueprint` (so that its endpoint is `editor.NAME` and the navigation finds it), brings its API as a
blueprint of its own, and stands in `_MODULES`.
"""

from __future__ import annotations

from flask import Flask

from bot.web.editor import (
    documents,
    golden,
    history,
    navigation,
    pages,
    parts,
    playground,
    publications,
    steps,
    unanswered,
    uploads,
    words,
)
from bot.web.words import PROBLEMS

_MODULES = (documents, golden, history, playground, publications, steps, unanswered, uploads)
"""Those with an API; their `blueprint` is registered."""


def init_app(app: Flask) -> None:
    """Adds the editor's pages to the application."""
    PROBLEMS.update(words.PROBLEMS)
    parts.init_app(app)
    playground.init_app(app)
    navigation.init_app(app)
    for module in _MODULES:
        app.register_blueprint(module.blueprint)
    app.register_blueprint(pages.blueprint)
