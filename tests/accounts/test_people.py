"""Who may do what: invitations, roles, disabled accounts, the first and the last administrator."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from bot.accounts.errors import (
    AccountError,
    AccountNotFound,
    InvalidLogin,
    InvalidName,
    InvitationGone,
    LastAdministrator,
    LoginTaken,
    WeakPassword,
    WrongPassword,
)
from bot.accounts.model import Account, Role
from bot.accounts.store import FIRST_LOGIN, Accounts
from bot.conversations.database import Database
from tests.accounts.conftest import PASSWORD, HandClock

HOUR = 3_600_000
PEER = "192.0.2.7"
OTHER = "orange lamp window"


def at_once(*works: Callable[[], object]) -> list[object]:
    """What each gave or raised when all began at the same instant."""
    outcomes: list[object] = []
    start = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> None:
        start.wait()
        try:
            outcomes.append(work())
        except AccountError as refused:
            outcomes.append(type(refused))

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_an_invitation_makes_an_account_and_signs_in(accounts: Accounts, boss: Account) -> None:
    link = accounts.invite("advisor", "Ana", boss.id)
    offered, owner = accounts.invitation(link)
    assert (offered.role, offered.name, owner) == (Role.ADVISOR, "Ana", None)
    session = accounts.accept(link, "Ana@Clinic.example", "Ana  Lima", OTHER)
    assert session.account.role is Role.ADVISOR
    assert (session.account.login, session.account.name) == ("ana@clinic.example", "Ana Lima")
    assert accounts.session(session.token) is not None
    assert accounts.invitations() == []


def test_an_invitation_works_once_though_many_open_it_at_the_same_instant(
    accounts: Accounts, boss: Account
) -> None:
    link = accounts.invite("advisor", "Ana", boss.id)

    def accept(n: int) -> Callable[[], object]:
        return lambda: accounts.accept(link, f"ana{n}", "Ana", OTHER)

    outcomes = at_once(*(accept(n) for n in range(8)))
    assert outcomes.count(InvitationGone) == 7
    assert len(accounts.list()) == 2


def test_an_invitation_works_for_72_hours(accounts: Accounts, boss: Account, clock: HandClock) -> None:
    link = accounts.invite("editor", "Eda", boss.id)
    clock.forward(72 * HOUR - 1)
    accounts.invitation(link)
    clock.forward(1)
    for work in (lambda: accounts.invitation(link), lambda: accounts.accept(link, "eda", "Eda", OTHER)):
        with pytest.raises(InvitationGone):
            work()


def test_a_withdrawn_or_made_up_link_opens_nothing(accounts: Accounts, boss: Account) -> None:
    link = accounts.invite("editor", "Eda", boss.id)
    (open_one,) = accounts.invitations()
    accounts.withdraw_invitation(open_one.id, boss.id)
    for token in (link, "", "made-up", link[:-1]):
        with pytest.raises(InvitationGone):
            accounts.accept(token, "eda", "Eda", OTHER)
    with pytest.raises(InvitationGone):
        accounts.withdraw_invitation(open_one.id, boss.id)
    assert len(accounts.list()) == 1


def test_a_refused_form_leaves_the_link_good(accounts: Accounts, boss: Account) -> None:
    link = accounts.invite("advisor", "Ana", boss.id)
    for refused, login, name, password in (
        (LoginTaken, "BOSS", "Ana", OTHER),
        (InvalidLogin, "a b", "Ana", OTHER),
        (InvalidLogin, "x", "Ana", OTHER),
        (InvalidName, "ana", "   ", OTHER),
        (InvalidName, "ana", "\u202eanA", OTHER),
        (InvalidName, "ana", "A" * 81, OTHER),
        (WeakPassword, "ana", "Ana", "short"),
    ):
        with pytest.raises(refused):
            accounts.accept(link, login, name, password)
    assert accounts.accept(link, "ana", "Ana", OTHER)


def test_a_link_for_a_new_password_replaces_the_old_one(accounts: Accounts, boss: Account) -> None:
    ana = accounts.create("ana", "Ana", "advisor", PASSWORD)
    old = accounts.sign_in("ana", PASSWORD, PEER)
    first, second = (accounts.new_password_link(ana.id, boss.id) for _ in range(2))
    with pytest.raises(InvitationGone):
        accounts.accept(first, "", "", OTHER)
    session = accounts.accept(second, "boss", "Somebody else", OTHER)
    assert (session.account.login, session.account.name) == ("ana", "Ana")
    assert accounts.session(old.token) is None
    with pytest.raises(WrongPassword):
        accounts.sign_in("ana", PASSWORD, PEER)


def test_a_new_role_counts_from_the_next_request_on(accounts: Accounts, boss: Account) -> None:
    ana = accounts.create("ana", "Ana", "advisor", PASSWORD)
    session = accounts.sign_in("ana", PASSWORD, PEER)
    accounts.set_role(ana.id, "editor", boss.id)
    found = accounts.session(session.token)
    assert found is not None
    assert found.account.role is Role.EDITOR


def test_a_disabled_account_is_out_at_once_with_all_its_links(accounts: Accounts, boss: Account) -> None:
    second = accounts.create("second", "Second", "administrator", PASSWORD)
    session = accounts.sign_in("second", PASSWORD, PEER)
    own = accounts.new_password_link(second.id, boss.id)
    given = accounts.invite("administrator", "A friend", second.id)
    accounts.set_disabled(second.id, True, boss.id)
    assert accounts.session(session.token) is None
    with pytest.raises(WrongPassword):
        accounts.sign_in("second", PASSWORD, PEER)
    for link in (own, given):
        with pytest.raises(InvitationGone):
            accounts.accept(link, "friend", "Friend", OTHER)
    with pytest.raises(AccountNotFound):
        accounts.new_password_link(second.id, boss.id)
    accounts.set_disabled(second.id, False, boss.id)
    assert accounts.session(session.token) is None
    assert accounts.sign_in("second", PASSWORD, PEER)


def test_signing_somebody_out_everywhere_may_spare_one_session(accounts: Accounts, boss: Account) -> None:
    kept, lost = (accounts.sign_in("boss", PASSWORD, PEER) for _ in range(2))
    assert accounts.open_sessions() == {boss.id: 2}
    assert accounts.revoke_all(boss.id, boss.id, but=kept.token) == 1
    assert accounts.session(kept.token) is not None
    assert accounts.session(lost.token) is None


def test_the_last_administrator_stays(accounts: Accounts, boss: Account) -> None:
    second = accounts.create("second", "Second", "administrator", PASSWORD)
    accounts.set_disabled(second.id, True, boss.id)
    with pytest.raises(LastAdministrator):
        accounts.set_disabled(boss.id, True, boss.id)
    with pytest.raises(LastAdministrator):
        accounts.set_role(boss.id, "advisor", boss.id)
    assert accounts.get(boss.id).role is Role.ADMINISTRATOR


def test_two_administrators_who_remove_each_other_at_the_same_instant_leave_one(
    accounts: Accounts, boss: Account
) -> None:
    second = accounts.create("second", "Second", "administrator", PASSWORD)
    for _ in range(5):
        outcomes = at_once(
            lambda: accounts.set_disabled(boss.id, True, second.id),
            lambda: accounts.set_role(second.id, "advisor", boss.id),
        )
        assert outcomes.count(LastAdministrator) == 1
        left = [each for each in accounts.list() if each.role is Role.ADMINISTRATOR and not each.disabled_at]
        assert len(left) == 1
        accounts.set_disabled(boss.id, False, second.id)
        accounts.set_role(second.id, "administrator", boss.id)


def test_unknown_people_and_roles_are_refused(accounts: Accounts, boss: Account) -> None:
    for work in (
        lambda: accounts.get(99),
        lambda: accounts.set_role(99, "advisor", boss.id),
        lambda: accounts.set_disabled(99, True, boss.id),
        lambda: accounts.revoke_all(99, boss.id),
        lambda: accounts.new_password_link(99, boss.id),
        lambda: accounts.rescue("nobody"),
    ):
        with pytest.raises(AccountNotFound):
            work()
    with pytest.raises(ValueError):
        accounts.set_role(boss.id, "owner", boss.id)


def test_the_first_administrator_gets_a_one_time_password_until_it_is_used(accounts: Accounts) -> None:
    lost = accounts.ensure_first_administrator()
    told = accounts.ensure_first_administrator()
    assert lost
    assert told
    with pytest.raises(WrongPassword):
        accounts.sign_in(FIRST_LOGIN, lost, PEER)
    session = accounts.sign_in(FIRST_LOGIN, told, PEER)
    assert session.account.must_change_password
    assert accounts.ensure_first_administrator() is None
    changed = accounts.change_password(session.account.id, told, OTHER)
    assert not changed.account.must_change_password
    assert accounts.ensure_first_administrator() is None
    assert accounts.sign_in(FIRST_LOGIN, OTHER, PEER)


def test_an_operators_own_password_is_not_told_again(accounts: Accounts) -> None:
    assert accounts.ensure_first_administrator(OTHER) is None
    assert not accounts.sign_in(FIRST_LOGIN, OTHER, PEER).account.must_change_password
    assert accounts.ensure_first_administrator("something quite different") is None
    assert accounts.sign_in(FIRST_LOGIN, OTHER, PEER)


def test_processes_that_start_together_make_one_first_administrator(database: Database) -> None:
    many = [Accounts(database) for _ in range(4)]
    at_once(*((lambda each=each: each.ensure_first_administrator(OTHER)) for each in many))
    assert [each.login for each in many[0].list()] == [FIRST_LOGIN]
    assert many[0].sign_in(FIRST_LOGIN, OTHER, PEER)


def test_an_operator_can_let_a_locked_out_administrator_in(accounts: Accounts, boss: Account) -> None:
    ana = accounts.create("ana", "Ana", "advisor", PASSWORD)
    accounts.set_disabled(ana.id, True, boss.id)
    secret = accounts.rescue("ANA")
    session = accounts.sign_in("ana", secret, PEER)
    assert session.account.role is Role.ADMINISTRATOR
    assert session.account.must_change_password
