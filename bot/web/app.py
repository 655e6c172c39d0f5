"""Builds the Flask application."""

from __future__ import annotations

from flask import Flask

from bot.settings import BotSettings
from bot.web import errors, handoff_api, headers, health, inputs, pages, patient_api
from bot.web.services import EXTENSION, build


def create_app(settings: BotSettings | None = None) -> Flask:
    """The web process as a WSGI application, with its database open and up to date.

    Turns are worked off only after `app.extensions["nkbot"].runner.start()`; `bot.web.wsgi` does it.
    """
    app = Flask(__name__)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.extensions[EXTENSION] = build(settings or BotSettings.from_environment())
    errors.init_app(app)
    inputs.init_app(app)
    headers.init_app(app)
    for module in (patient_api, handoff_api, health, pages):
        app.register_blueprint(module.blueprint)
    return app
