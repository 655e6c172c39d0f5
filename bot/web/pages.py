"""The chat page."""

from __future__ import annotations

from flask import Blueprint, render_template

from bot.web.inputs import TEXT_LIMIT
from bot.web.services import services
from bot.web.words import greeting

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
def chat() -> str:
    """The page to chat in. What it says before the first message is the greeting of the log."""
    settings = services().settings
    return render_template(
        "chat.html",
        clinic_name=settings.clinic_name,
        greeting=greeting(settings),
        text_limit=TEXT_LIMIT,
        emergency_number="local emergency number",
    )
