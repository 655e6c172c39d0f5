"""The second navigation, which all pages of editors share."""

from __future__ import annotations

from flask import Flask, current_app, request, url_for

from bot.accounts.model import Role
from bot.web.auth import current
from bot.web.staff_pages import Place

_ENTRIES = (
    ("documents", "Documents", "editor.page"),
    ("playground", "Playground", "editor.playground"),
    ("golden", "Golden questions", "editor.golden"),
    ("unanswered", "Unanswered", "editor.unanswered"),
    ("publications", "Publications", "editor.publications"),
)
_ROLES = frozenset({Role.EDITOR, Role.ADMINISTRATOR})
_BELOW = {
    "editor.document": "documents",
    "editor.history": "documents",
    "editor.new": "documents",
    "editor.revision": "documents",
    "editor.unanswered_group": "unanswered",
}
"""Pages that stand below one of the entries."""


def init_app(app: Flask) -> None:
    """Gives `editor_places` to the templates of editors' pages, and `address(endpoint)` to all of them."""
    app.context_processor(_context)


def address(endpoint: str) -> str:
    """Where a page is; "" for one that does not exist (yet)."""
    return url_for(endpoint) if endpoint in current_app.view_functions else ""


def _context() -> dict[str, object]:
    if not request.path.startswith("/editor"):
        return {}
    session = current()
    if session is None or session.account.role not in _ROLES:
        return {"editor_places": [], "address": address}
    return {"editor_places": _places(), "address": address}


def _places() -> list[Place]:
    return [
        Place(key, name, address(endpoint), _here(key, endpoint))
        for key, name, endpoint in _ENTRIES
        if address(endpoint)
    ]


def _here(key: str, endpoint: str) -> str:
    if request.endpoint == endpoint:
        return "page"
    return "true" if _BELOW.get(request.endpoint or "") == key else ""
