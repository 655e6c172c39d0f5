"""The record of who did what, for administrators."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request

from bot.accounts.model import AuditEntry
from bot.conversations.tokens import is_id
from bot.web import auth
from bot.web.audit_words import in_words
from bot.web.errors import Problem
from bot.web.inputs import is_storable, sequence
from bot.web.services import services
from bot.web.wire import moment

blueprint = Blueprint("audit", __name__)

PAGE = 50


@blueprint.get("/console/audit")
@auth.require("administrator")
def page() -> str:
    """The page; its script fetches the entries."""
    accounts = services().accounts.list()
    actions = [(each, in_words(each)) for each in services().audit.actions()]
    return render_template("audit.html", people=accounts, actions=sorted(actions, key=lambda each: each[1]))


@blueprint.get("/console/api/audit")
@auth.require("administrator")
def entries() -> Response:
    """Entries, the newest first: `before` a number, of one `account`, one `action`, one `conversation`."""
    conversation, action = request.args.get("conversation") or None, request.args.get("action") or None
    if (conversation is not None and not is_id(conversation)) or not is_storable(action or ""):
        raise Problem(400, "bad_request")
    found = services().audit.entries(
        before=sequence(request.args.get("before"), "bad_request") or None,
        limit=PAGE + 1,
        conversation_id=conversation,
        account_id=sequence(request.args.get("account"), "bad_request") or None,
        action=action,
    )
    return jsonify({"entries": [_entry(each) for each in found[:PAGE]], "more": len(found) > PAGE})


def _entry(entry: AuditEntry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "at": moment(entry.at),
        "who": entry.account_name,
        "action": entry.action,
        "what": in_words(entry.action),
        "about": entry.about_name,
        "conversation": entry.conversation_id,
        "detail": entry.detail,
    }
