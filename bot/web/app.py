"""Builds the Flask application."""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from bot.settings import BotSettings
from bot.web import (
    account_errors,
    account_page,
    audit_page,
    auth,
    console,
    description,
    editor,
    errors,
    handoff_api,
    headers,
    health,
    inputs,
    insights,
    metrics_page,
    pages,
    patient_api,
    people,
    request_ids,
    sign_in,
    staff_pages,
    theming,
)
from bot.web.services import EXTENSION, build


def create_app(settings: BotSettings | None = None) -> Flask:
    """The web process as a WSGI application, with its database open and up to date.

    Turns are worked off only after `app.extensions["nkbot"].start()`; `bot.web.wsgi` does it.
    """
    app = Flask(__name__)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    settings = settings or BotSettings.from_environment()
    app.extensions[EXTENSION] = build(settings)
    if settings.trusted_proxies:
        # Only these many proxies are believed when they say who asks; others could say anything.
        trusted = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=trusted, x_proto=trusted)  # type: ignore[method-assign]
    request_ids.init_app(app, settings.trusted_proxies)
    errors.init_app(app)
    inputs.init_app(app)
    headers.init_app(app)
    for guard in (account_errors, auth, staff_pages):
        guard.init_app(app)
    for module in (patient_api, handoff_api, description, health, pages, theming):
        app.register_blueprint(module.blueprint)
    for module in (sign_in, people, audit_page, account_page):
        app.register_blueprint(module.blueprint)
    console.init_app(app)
    editor.init_app(app)
    insights.init_app(app)
    metrics_page.init_app(app, editor.parts.of(app).editing)
    return app
