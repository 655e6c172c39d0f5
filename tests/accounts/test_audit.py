"""The record of who did what is complete, says no secrets, and can be read page by page."""

from __future__ import annotations

import pytest

from bot.accounts.errors import WrongPassword
from bot.accounts.model import Account
from bot.accounts.store import Accounts
from tests.accounts.conftest import PASSWORD

PEER = "192.0.2.7"


def told(accounts: Accounts) -> list[tuple[str | None, str, str | None, str]]:
    """Who, what, about whom, detail; the oldest first."""
    entries = accounts.audit.entries(limit=200)
    return [(each.account_name, each.action, each.about_name, each.detail) for each in reversed(entries)]


def test_everything_about_people_is_recorded(accounts: Accounts, boss: Account) -> None:
    session = accounts.sign_in("boss", PASSWORD, PEER)
    link = accounts.invite("advisor", "Ana", boss.id)
    ana = accounts.accept(link, "ana", "Ana Lima", "orange lamp window").account
    accounts.invite("editor", "Eda", boss.id)
    accounts.withdraw_invitation(accounts.invitations()[0].id, boss.id)
    accounts.set_role(ana.id, "editor", boss.id)
    accounts.revoke_all(ana.id, boss.id)
    accounts.set_disabled(ana.id, True, boss.id)
    accounts.set_disabled(ana.id, False, boss.id)
    accounts.sign_out(session.token)
    assert told(accounts) == [
        (None, "account_created", "Berta Boss", "administrator"),
        ("Berta Boss", "sign_in", None, ""),
        ("Berta Boss", "invited", None, "Ana, advisor"),
        ("Ana Lima", "invitation_accepted", None, "advisor"),
        ("Ana Lima", "sign_in", None, ""),
        ("Berta Boss", "invited", None, "Eda, editor"),
        ("Berta Boss", "invitation_withdrawn", None, "Eda, editor"),
        ("Berta Boss", "role_changed", "Ana Lima", "advisor → editor"),
        ("Berta Boss", "signed_out_everywhere", "Ana Lima", ""),
        ("Berta Boss", "account_disabled", "Ana Lima", ""),
        ("Berta Boss", "account_enabled", "Ana Lima", ""),
        ("Berta Boss", "sign_out", None, ""),
    ]


def test_failed_attempts_are_recorded_without_what_was_typed(accounts: Accounts, boss: Account) -> None:
    for login, password in (("boss", "hunter2 hunter2"), ("my secret as login", "hunter2 hunter2")):
        with pytest.raises(WrongPassword):
            accounts.sign_in(login, password, PEER)
    known, unknown = told(accounts)[-2:]
    assert known == (None, "sign_in_failed", "Berta Boss", "")
    assert unknown == (None, "sign_in_failed", None, "unknown login")
    assert "hunter2" not in repr(accounts.audit.entries())
    assert "secret" not in repr(accounts.audit.entries())


def test_a_change_that_is_refused_is_not_recorded_as_done(accounts: Accounts, boss: Account) -> None:
    before = told(accounts)
    with pytest.raises(Exception, match="only administrator"):
        accounts.set_role(boss.id, "advisor", boss.id)
    accounts.set_role(boss.id, "administrator", boss.id)
    accounts.set_disabled(boss.id, False, boss.id)
    assert told(accounts) == before


def test_the_record_is_read_from_its_end_page_by_page(accounts: Accounts, boss: Account) -> None:
    for n in range(7):
        accounts.audit.record(boss.id, "read", f"{n:032x}")
    first = accounts.audit.entries(limit=4)
    rest = accounts.audit.entries(before=first[-1].id, limit=4)
    assert [int(each.conversation_id or "0", 16) for each in [*first, *rest[:3]]] == [6, 5, 4, 3, 2, 1, 0]
    assert rest[3].action == "account_created"


def test_the_record_can_be_asked_about_a_person_an_action_or_a_conversation(
    accounts: Accounts, boss: Account
) -> None:
    ana = accounts.create("ana", "Ana", "advisor", PASSWORD)
    accounts.audit.record(ana.id, "take", "a" * 32)
    accounts.audit.record(boss.id, "read", "a" * 32)
    accounts.audit.record(boss.id, "read", "b" * 32)
    accounts.set_role(ana.id, "editor", boss.id)
    entries = accounts.audit.entries
    assert [each.action for each in entries(conversation_id="a" * 32)] == ["read", "take"]
    assert [each.action for each in entries(account_id=ana.id)] == ["role_changed", "take", "account_created"]
    assert [each.conversation_id for each in entries(action="read")] == ["b" * 32, "a" * 32]
    assert accounts.audit.actions() == ["account_created", "read", "role_changed", "take"]


def test_a_sentence_is_no_action_and_a_long_detail_is_cut(accounts: Accounts, boss: Account) -> None:
    with pytest.raises(ValueError, match="short word"):
        accounts.audit.record(boss.id, "I have chest pain")
    accounts.audit.record(boss.id, "export", "c" * 32, "two\nlines " + "x" * 500)
    (entry,) = accounts.audit.entries(limit=1)
    assert entry.detail.startswith("two lines xxx")
    assert len(entry.detail) == 200
