"""What the accounts module hands out: plain, frozen objects."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody may do. Nobody's role includes another's; views name every role they let in."""

    ADVISOR = "advisor"
    EDITOR = "editor"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in. `name` is what patients and colleagues see."""

    id: int
    login: str
    name: str
    role: Role
    must_change_password: bool
    created_at: int
    last_sign_in_at: int | None
    disabled_at: int | None


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session. `token` opens it and belongs into the cookie only; `csrf` belongs into the page."""

    token: str
    csrf: str
    account: Account


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link that still works. `account_id`: whose password it resets; None when it makes an account."""

    id: int
    role: Role
    name: str
    account_id: int | None
    invited_by: str
    created_at: int
    expires_at: int


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One line of the record. Names are those of today; `account_id` None is nobody known."""

    id: int
    at: int
    account_id: int | None
    account_name: str | None
    action: str
    conversation_id: str | None
    about_id: int | None
    about_name: str | None
    detail: str
