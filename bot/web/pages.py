"""The chat page: by itself at `/`, and as the clinic's own site embeds it at `/widget`."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from flask import Blueprint, Response, make_response, render_template

from bot.safety.replies import known_emergency_number
from bot.settings import BotSettings
from bot.web import headers, theme
from bot.web.inputs import TEXT_LIMIT
from bot.web.services import services
from bot.web.theming import CACHE
from bot.web.words import greeting

blueprint = Blueprint("pages", __name__)

_LOADER = (Path(__file__).parent / "static" / "widget" / "loader.js").read_text(encoding="utf-8")


@blueprint.get("/")
def chat() -> str:
    """The page to chat in. What it says before the first message is the greeting of the log."""
    return _page(services().settings, embedded=False)


@blueprint.get("/widget")
def widget() -> Response:
    """The same page for the frame on a clinic's site; only sites of the setting may embed it."""
    settings = services().settings
    return headers.embeddable(make_response(_page(settings, embedded=True)), settings.sites)


@blueprint.get("/widget.js")
def loader() -> Response:
    """The script that a clinic's site loads: draws the button and opens the frame."""
    settings = services().settings
    light, dark = (theme.palette(settings.accent, ground) for ground in (theme.LIGHT, theme.DARK))
    told = {
        "title": title(settings.clinic_name),
        "sites": settings.sites,
        "light": _launcher(light),
        "dark": _launcher(dark),
    }
    return Response(
        _LOADER.replace("__SETTINGS__", json.dumps(told), 1),
        mimetype="text/javascript",
        headers={"Cache-Control": CACHE, "Cross-Origin-Resource-Policy": "cross-origin"},
    )


def title(clinic_name: str) -> str:
    """What the page is called."""
    named = clinic_name != BotSettings.clinic_name
    return f"Ask {clinic_name}" if named else "Ask about NK cell therapy"


def _page(settings: BotSettings, *, embedded: bool) -> str:
    return render_template(
        "chat.html",
        title=title(settings.clinic_name),
        clinic_name=settings.clinic_name,
        greeting=greeting(settings),
        text_limit=TEXT_LIMIT,
        emergency_number=known_emergency_number(settings.country) or "your local emergency number",
        embedded=embedded,
        sites=json.dumps(settings.sites if embedded else []),
        light=theme.LIGHT.surfaces[0],
        dark=theme.DARK.surfaces[0],
    )


def _launcher(colors: theme.Palette) -> dict[str, str]:
    every = asdict(colors)
    return {"accent": every["accent"], "strong": every["accent_strong"], "on": every["on_accent"]}
