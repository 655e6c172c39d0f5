"""What every page for staff shows around its content: who has signed in, and where one can go."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, current_app, request, url_for

from bot.accounts.model import Account, Role
from bot.web.auth import AREAS, current
from bot.web.services import services

ROLE_NAMES = {
    Role.ADVISOR: "Advisor",
    Role.EDITOR: "Editor",
    Role.ADMINISTRATOR: "Administrator",
}

ROLE_MEANINGS = {
    Role.ADVISOR: "Talks with patients.",
    Role.EDITOR: "Writes and publishes what the assistant knows.",
    Role.ADMINISTRATOR: "Talks with patients and looks after people and records.",
}

_DESK = frozenset({Role.ADVISOR, Role.ADMINISTRATOR})
_ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
_KNOWLEDGE = frozenset({Role.EDITOR, Role.ADMINISTRATOR})
_NAVIGATION = (
    ("conversations", "Conversations", "console.desk", _DESK),
    ("work-items", "Requests", "console.requests", _DESK),
    ("knowledge", "Knowledge", "editor.page", _KNOWLEDGE),
    ("insights", "Insights", "insights.page", _KNOWLEDGE),
    ("people", "People", "people.page", _ADMINISTRATOR),
    ("audit", "Audit", "audit.page", _ADMINISTRATOR),
    ("account", "Account", "account.page", frozenset(Role)),
)


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of a navigation. `here` is a value of aria-current: "page", "true" for a page below it, or ""."""

    key: str
    name: str
    url: str
    here: str


def init_app(app: Flask) -> None:
    """Gives `me`, `csrf`, `places` and `clinic_name` to every template."""
    app.context_processor(_context)


def places(account: Account) -> list[Place]:
    """Where this person may go. A page that does not exist (yet) is left out."""
    if account.must_change_password:
        return []
    known = current_app.view_functions
    return [
        Place(key, name, url_for(endpoint), _here(endpoint))
        for key, name, endpoint, roles in _NAVIGATION
        if account.role in roles and endpoint in known
    ]


def _here(endpoint: str) -> str:
    if request.endpoint == endpoint:
        return "page"
    # All pages of editors stand below one entry, and have a navigation of their own.
    return "true" if endpoint == "editor.page" and request.blueprint == "editor" else ""


def _context() -> dict[str, object]:
    shared: dict[str, object] = {"clinic_name": services().settings.clinic_name}
    session = current() if request.path.startswith(AREAS) else None
    if session is not None:
        shared |= {
            "me": session.account,
            "csrf": session.csrf,
            "places": places(session.account),
            "role_names": ROLE_NAMES,
        }
    return shared
