"""One's own account: password, where one is signed in."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, render_template, request

from bot.accounts.passwords import SHORTEST
from bot.web import auth
from bot.web.inputs import json_object
from bot.web.services import services
from bot.web.staff_inputs import text

blueprint = Blueprint("account", __name__)


@blueprint.get("/console/account")
@auth.require()
@auth.may_change_password_later
def page() -> str:
    """The page."""
    elsewhere = services().accounts.open_sessions().get(auth.me().id, 1) - 1
    return render_template("account.html", shortest=SHORTEST, elsewhere=max(0, elsewhere))


@blueprint.post("/console/api/account/password")
@auth.require()
@auth.may_change_password_later
def change_password() -> Response:
    """Sets one's own password. All sessions end; this browser gets a new one."""
    body = json_object(request)
    current, new = text(body, "current"), text(body, "new")
    session = services().accounts.change_password(auth.me().id, current, new)
    return auth.keep(jsonify({"home": auth.home(session.account)}), session)


@blueprint.post("/console/api/account/sign-out-elsewhere")
@auth.require()
def sign_out_elsewhere() -> tuple[str, int]:
    """Ends all one's sessions but this one."""
    mine = auth.signed_in()
    services().accounts.revoke_all(mine.account.id, mine.account.id, but=mine.token)
    return "", 204
