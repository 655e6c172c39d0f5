"""The page of people: who may sign in, as what; invitations; shutting accounts. For administrators."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request

from bot.accounts.model import Account, Invitation
from bot.web import auth
from bot.web.inputs import json_object
from bot.web.services import services
from bot.web.staff_inputs import role, switch, text
from bot.web.staff_pages import ROLE_MEANINGS, ROLE_NAMES
from bot.web.wire import moment

blueprint = Blueprint("people", __name__)

_API = "/console/api/people"
_require = auth.require("administrator")


@blueprint.get("/console/people")
@_require
def page() -> str:
    """The page; its script fetches the rest."""
    return render_template("people.html", meanings=ROLE_MEANINGS)


@blueprint.get(_API)
@_require
def people() -> Response:
    """Everybody, and every link that still works."""
    accounts = services().accounts
    open_sessions = accounts.open_sessions()
    told = {
        "people": [_person(each, open_sessions.get(each.id, 0)) for each in accounts.list()],
        "invitations": [_invitation(each) for each in accounts.invitations()],
    }
    return jsonify(told)


@blueprint.post(f"{_API}/invitations")
@_require
def invite() -> tuple[Response, int]:
    """Makes a link. It is told once, here."""
    body = json_object(request)
    token = services().accounts.invite(role(body), text(body, "name"), auth.me().id)
    return jsonify({"link": _link(token)}), 201


@blueprint.delete(f"{_API}/invitations/<int(max=2147483647):invitation_id>")
@_require
def withdraw(invitation_id: int) -> tuple[str, int]:
    """Makes a link stop working."""
    services().accounts.withdraw_invitation(invitation_id, auth.me().id)
    return "", 204


@blueprint.post(f"{_API}/<int(max=2147483647):account_id>/role")
@_require
def set_role(account_id: int) -> Response:
    """What somebody may do, from their next request on."""
    changed = services().accounts.set_role(account_id, role(json_object(request)), auth.me().id)
    return _changed(changed)


@blueprint.post(f"{_API}/<int(max=2147483647):account_id>/disabled")
@_require
def set_disabled(account_id: int) -> Response:
    """Shuts an account or opens it again."""
    disabled = switch(json_object(request), "disabled")
    changed = services().accounts.set_disabled(account_id, disabled, auth.me().id)
    if disabled:
        services().presence.gone(account_id)
    return _changed(changed)


@blueprint.post(f"{_API}/<int(max=2147483647):account_id>/sign-out")
@_require
def sign_out_everywhere(account_id: int) -> Response:
    """Ends all sessions of somebody; of one's own, all but this one."""
    mine = auth.signed_in()
    accounts = services().accounts
    but = mine.token if account_id == mine.account.id else None
    accounts.revoke_all(account_id, mine.account.id, but=but)
    return _changed(accounts.get(account_id))


@blueprint.post(f"{_API}/<int(max=2147483647):account_id>/password-link")
@_require
def password_link(account_id: int) -> tuple[Response, int]:
    """A link with which somebody who forgot their password chooses a new one."""
    token = services().accounts.new_password_link(account_id, auth.me().id)
    return jsonify({"link": _link(token)}), 201


def _changed(account: Account) -> Response:
    return jsonify(_person(account, services().accounts.open_sessions().get(account.id, 0)))


def _link(token: str) -> str:
    base = services().settings.public_url or request.url_root.rstrip("/")
    return f"{base}/invitation#{token}"


def _person(account: Account, open_sessions: int) -> dict[str, Any]:
    last = account.last_sign_in_at
    return {
        "id": account.id,
        "login": account.login,
        "name": account.name,
        "role": account.role,
        "role_name": ROLE_NAMES[account.role],
        "sessions": open_sessions,
        "last_sign_in_at": None if last is None else moment(last),
        "disabled": account.disabled_at is not None,
        "me": account.id == auth.me().id,
    }


def _invitation(invitation: Invitation) -> dict[str, Any]:
    return {
        "id": invitation.id,
        "name": invitation.name,
        "role_name": ROLE_NAMES[invitation.role],
        "purpose": "account" if invitation.account_id is None else "password",
        "invited_by": invitation.invited_by,
        "expires_at": moment(invitation.expires_at),
    }
