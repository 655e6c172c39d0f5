"""The console's pages."""

from __future__ import annotations

from flask import Blueprint, render_template

from bot.web.auth import signed_in
from bot.web.console import gate
from bot.web.console.talking import TEXT_LIMIT
from bot.web.services import services

blueprint = gate.in_advisors_words(Blueprint("console", __name__, url_prefix="/console"))


@blueprint.get("")
@gate.advisors
def desk() -> str:
    """Queues and the open conversation."""
    account = signed_in().account
    available = not services().presence.chose_to_be_away(account.id)
    return render_template("console.html", me=account, available=available, text_limit=TEXT_LIMIT)


@blueprint.get("/requests")
@gate.advisors
def requests() -> str:
    """Call-back requests and enquiries."""
    return render_template("console_requests.html", me=signed_in().account)
