"""The page of figures for whoever runs the desk or writes the answers: how the last weeks went."""

from __future__ import annotations

from flask import Flask

from bot.web.insights import page
from bot.web.insights.counting import install


def init_app(app: Flask) -> None:
    """Adds the page to the application; nothing is counted before somebody asks."""
    install(app)
    app.register_blueprint(page.blueprint)
