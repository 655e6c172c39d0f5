"""Signing in and out, and what one-time links lead to. These pages are open to everybody."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, render_template, request

from bot.accounts.model import SignedIn
from bot.accounts.passwords import SHORTEST
from bot.web import auth, known_browser, limits
from bot.web.inputs import json_object
from bot.web.services import services
from bot.web.staff_inputs import text
from bot.web.staff_pages import ROLE_NAMES
from bot.web.wire import moment

blueprint = Blueprint("sign_in", __name__)


@blueprint.get("/sign-in")
def page() -> str:
    """The page to sign in. Who has signed in already is led on by its script: a link from another site
    comes without the cookie, and only a request of our own page brings it."""
    return render_template("sign-in.html")


@blueprint.get("/sign-in/session")
def session() -> Response:
    """Whether this browser has signed in already, and where its person starts."""
    found = auth.current()
    return jsonify({"signed_in": found is not None, **(_start(found) if found else {})})


@blueprint.post("/sign-in")
def sign_in() -> Response:
    """Begins a session."""
    auth.refuse_foreign_origin()
    body = json_object(request)
    login, password = text(body, "login"), text(body, "password")
    peer, device = request.remote_addr or "", known_browser.device(login)
    return _begin(services().accounts.sign_in(login, password, peer, device))


@blueprint.post("/console/api/sign-out")
@auth.require()
@auth.may_change_password_later
def sign_out() -> Response:
    """Ends the session of this browser."""
    services().accounts.sign_out(auth.signed_in().token)
    return auth.forget(Response(status=204))


@blueprint.get("/invitation")
def invitation() -> str:
    """The page that one-time links lead to. The token stands behind `#`: no server ever logs it."""
    return render_template("invitation.html", shortest=SHORTEST)


@blueprint.post("/invitation/look")
def look() -> Response:
    """What a link offers."""
    auth.refuse_foreign_origin()
    services().limits.check(limits.SMALL_THINGS, request.remote_addr or "")
    offered, owner = services().accounts.invitation(text(json_object(request), "token"))
    told = {
        "purpose": "account" if owner is None else "password",
        "name": offered.name if owner is None else owner.name,
        "login": None if owner is None else owner.login,
        "role": ROLE_NAMES[offered.role],
        "expires_at": moment(offered.expires_at),
    }
    return jsonify(told)


@blueprint.post("/invitation/accept")
def accept() -> Response:
    """Uses a link: makes the account, or sets the password, and begins a session."""
    auth.refuse_foreign_origin()
    services().limits.check(limits.SMALL_THINGS, request.remote_addr or "")
    body = json_object(request)
    token, login, name, password = (text(body, each) for each in ("token", "login", "name", "password"))
    return _begin(services().accounts.accept(token, login, name, password))


def _begin(found: SignedIn) -> Response:
    old = request.cookies.get(auth.cookie_name())
    if old and old != found.token:
        services().accounts.sign_out(old)
    return known_browser.remember(auth.keep(jsonify(_start(found)), found), found.account.login)


def _start(found: SignedIn) -> dict[str, object]:
    """Where somebody goes on, and whether they may go anywhere else."""
    return {"home": auth.home(found.account), "stay": found.account.must_change_password}
