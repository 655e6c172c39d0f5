"""Signing in and out: who gets a session, how long it lives, and how guessing is slowed."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from bot.accounts import passwords, sessions
from bot.accounts.errors import AccountError, TooManyAttempts, WeakPassword, WrongPassword
from bot.accounts.model import Account
from bot.accounts.store import Accounts
from bot.conversations.database import Database
from tests.accounts.conftest import PASSWORD, REAL_HASHER, HandClock

HOUR = 3_600_000
PEER = "192.0.2.7"


def fail(accounts: Accounts, login: str = "boss", peer: str = PEER, device: str = "") -> type[AccountError]:
    """How an attempt with a wrong password is refused."""
    with pytest.raises(AccountError) as refused:
        accounts.sign_in(login, "not the password", peer, device)
    return type(refused.value)


def test_the_right_password_opens_a_session_and_signing_out_ends_it(
    accounts: Accounts, boss: Account
) -> None:
    session = accounts.sign_in("  BOSS ", PASSWORD, PEER)
    assert session.account.name == "Berta Boss"
    found = accounts.session(session.token)
    assert found is not None
    assert found.account.id == boss.id
    assert found.csrf == session.csrf != session.token
    accounts.sign_out(session.token)
    assert accounts.session(session.token) is None


def test_nobody_learns_whether_a_login_exists(accounts: Accounts, boss: Account) -> None:
    said = set()
    for login, password in (("boss", "wrong"), ("nobody", "wrong"), ("nobody", PASSWORD), ("", "")):
        with pytest.raises(WrongPassword) as refused:
            accounts.sign_in(login, password, PEER)
        said.add(str(refused.value))
    assert len(said) == 1


def test_unknown_and_disabled_logins_cost_the_same_work(
    database: Database, clock: HandClock, boss: Account
) -> None:
    hashed: list[int] = []

    def counted(work: Callable[[], object]) -> object:
        hashed.append(1)
        return work()

    accounts = Accounts(database, clock, counted)
    accounts.prepare()
    gone = accounts.create("gone", "Gone", "advisor", PASSWORD)
    accounts.set_disabled(gone.id, True, boss.id)
    work = []
    for login in ("boss", "nobody", "gone"):
        hashed.clear()
        fail(accounts, login)
        work.append(len(hashed))
    assert work == [1, 1, 1]


def test_passwords_are_hashed_as_the_library_recommends_and_again_when_it_recommends_more(
    accounts: Accounts, boss: Account, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def kept() -> str:
        with database.read() as connection:
            return str(connection.execute(sa.text("SELECT password_hash FROM accounts")).scalar_one())

    assert ",t=1," in kept()
    monkeypatch.setattr(passwords, "PasswordHasher", REAL_HASHER)
    today = Accounts(database)
    assert today.sign_in("boss", PASSWORD, PEER)
    assert kept().startswith("$argon2id$")
    assert not REAL_HASHER().check_needs_rehash(kept())
    assert today.sign_in("boss", PASSWORD, PEER)


def test_passwords_and_tokens_are_not_in_the_database(
    accounts: Accounts, boss: Account, database: Database
) -> None:
    session = accounts.sign_in("boss", PASSWORD, PEER)
    link = accounts.invite("advisor", "Ana", boss.id)
    with database.read() as connection:
        names = sa.inspect(connection).get_table_names()
        everything = repr([connection.execute(sa.text(f'SELECT * FROM "{name}"')).all() for name in names])
    assert "$argon2id$" in everything
    for secret in (PASSWORD, session.token, session.csrf, link):
        assert secret not in everything


def test_a_session_ends_after_a_working_day_and_when_nobody_uses_it(
    accounts: Accounts, boss: Account, clock: HandClock
) -> None:
    idle = accounts.sign_in("boss", PASSWORD, PEER)
    busy = accounts.sign_in("boss", PASSWORD, PEER)
    started = clock.now
    while clock.now + HOUR < started + sessions.LONGEST:
        clock.forward(HOUR)
        assert accounts.session(busy.token) is not None
    assert accounts.session(idle.token) is None
    clock.forward(HOUR)
    assert accounts.session(busy.token) is None


def test_looking_without_touching_keeps_no_session_alive(
    accounts: Accounts, boss: Account, clock: HandClock
) -> None:
    session = accounts.sign_in("boss", PASSWORD, PEER)
    for _ in range(3):
        clock.forward(sessions.IDLE // 3)
        last = accounts.session(session.token, touch=False)
    assert last is None


def test_five_failures_close_a_login_for_a_while(accounts: Accounts, boss: Account, clock: HandClock) -> None:
    assert [fail(accounts, peer=f"192.0.2.{n}") for n in range(5)] == [WrongPassword] * 5
    with pytest.raises(TooManyAttempts) as refused:
        accounts.sign_in("boss", PASSWORD, "198.51.100.1")
    clock.forward(refused.value.retry_after * 1000)
    assert accounts.sign_in("boss", PASSWORD, "198.51.100.1").account.id == boss.id


def test_the_pause_grows_and_does_not_grow_for_ever(
    accounts: Accounts, boss: Account, clock: HandClock
) -> None:
    pauses = []
    for attempt in range(16):
        fail(accounts, peer=f"198.51.100.{attempt}")
        with pytest.raises(AccountError) as refused:
            accounts.sign_in("boss", "wrong", f"203.0.113.{attempt}")
        if isinstance(refused.value, TooManyAttempts):
            pauses.append(refused.value.retry_after)
            clock.forward(refused.value.retry_after * 1000)
    assert pauses[0] == 30
    assert pauses == sorted(pauses)
    assert pauses[-1] == 15 * 60


def test_unknown_logins_are_slowed_alike(accounts: Accounts) -> None:
    refusals = [fail(accounts, "nobody", f"192.0.2.{n}") for n in range(6)]
    assert refusals == [WrongPassword] * 5 + [TooManyAttempts]


def test_one_peer_cannot_try_every_login(accounts: Accounts, boss: Account) -> None:
    refusals = [fail(accounts, f"somebody{n}") for n in range(21)]
    assert refusals == [WrongPassword] * 20 + [TooManyAttempts]
    with pytest.raises(TooManyAttempts):
        accounts.sign_in("boss", PASSWORD, PEER)
    assert accounts.sign_in("boss", PASSWORD, "198.51.100.1")


def test_an_ipv6_visitor_does_not_get_new_attempts_with_each_address(accounts: Accounts) -> None:
    refusals = [fail(accounts, f"somebody{n}", f"2001:db8:1:2::{n:x}") for n in range(1, 22)]
    assert refusals[-1] is TooManyAttempts
    assert fail(accounts, "somebody else", "2001:db8:1:3::1") is WrongPassword


def test_signing_in_with_a_good_account_gives_a_peer_no_more_guesses(
    accounts: Accounts, boss: Account
) -> None:
    refusals = []
    for n in range(21):
        refusals.append(fail(accounts, f"somebody{n}"))
        if n % 6 == 0:
            accounts.sign_in("boss", PASSWORD, PEER)
    assert refusals[-1] is TooManyAttempts


def test_a_restart_does_not_forget_failures(accounts: Accounts, boss: Account, database: Database) -> None:
    for _ in range(5):
        fail(accounts)
    again = Accounts(database, accounts._clock)
    assert fail(again) is TooManyAttempts


def test_guesses_sent_at_the_same_instant_get_no_more_tries(accounts: Accounts, boss: Account) -> None:
    outcomes: list[type[AccountError]] = []
    start = threading.Barrier(30)

    def guess(n: int) -> None:
        start.wait()
        outcomes.append(fail(accounts, peer=f"192.0.2.{n}"))

    threads = [threading.Thread(target=guess, args=(n,)) for n in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(each.__name__ for each in outcomes) == ["TooManyAttempts"] * 25 + ["WrongPassword"] * 5


def test_strangers_who_guess_do_not_lock_a_known_browser_out(accounts: Accounts, boss: Account) -> None:
    while fail(accounts, peer="203.0.113.9") is not TooManyAttempts:
        pass
    with pytest.raises(TooManyAttempts):
        accounts.sign_in("boss", PASSWORD, PEER)
    assert accounts.sign_in("boss", PASSWORD, PEER, "this browser").account.id == boss.id


def test_failures_fade(accounts: Accounts, boss: Account, clock: HandClock) -> None:
    for _ in range(4):
        fail(accounts)
    clock.forward(2 * HOUR)
    assert [fail(accounts) for _ in range(5)] == [WrongPassword] * 5
    assert fail(accounts) is TooManyAttempts


def test_an_office_that_mistypes_now_and_then_is_never_shut_out(
    accounts: Accounts, boss: Account, clock: HandClock
) -> None:
    for _ in range(60):
        fail(accounts)
        accounts.sign_in("boss", PASSWORD, PEER)
        clock.forward(HOUR)
    assert fail(accounts) is WrongPassword
    assert accounts.sign_in("boss", PASSWORD, PEER)


def test_right_and_wrong_attempts_at_the_same_instant_disturb_nobody(
    accounts: Accounts, boss: Account
) -> None:
    outcomes: list[str] = []
    start = threading.Barrier(8)

    def attempt(n: int) -> None:
        start.wait()
        try:
            accounts.sign_in("boss" if n % 2 else "nobody", PASSWORD, PEER)
            outcomes.append("in")
        except WrongPassword:
            outcomes.append("wrong")

    threads = [threading.Thread(target=attempt, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["in"] * 4 + ["wrong"] * 4


def test_a_new_password_ends_every_other_session(accounts: Accounts, boss: Account) -> None:
    here, there = (accounts.sign_in("boss", PASSWORD, PEER) for _ in range(2))
    now = accounts.change_password(boss.id, PASSWORD, "another long sentence")
    assert accounts.session(here.token) is accounts.session(there.token) is None
    assert accounts.session(now.token) is not None
    with pytest.raises(WrongPassword):
        accounts.sign_in("boss", PASSWORD, PEER)
    assert accounts.sign_in("boss", "another long sentence", PEER)


def test_a_stolen_session_cannot_guess_the_password(accounts: Accounts, boss: Account) -> None:
    for _ in range(5):
        with pytest.raises(WrongPassword):
            accounts.change_password(boss.id, "guess", "another long sentence")
    with pytest.raises(TooManyAttempts):
        accounts.change_password(boss.id, PASSWORD, "another long sentence")
    assert accounts.sign_in("boss", PASSWORD, PEER), "its person can still sign in"


@pytest.mark.parametrize(
    "weak",
    [
        "eleven char",
        "passwordpassword",
        "aaaaaaaaaaaaaaaa",
        "boss-berta-2026",
        "BossBossBoss!",
        "Password1234",
        "x" * 201,
        PASSWORD,
    ],
)
def test_passwords_that_are_guessed_first_are_refused(accounts: Accounts, boss: Account, weak: str) -> None:
    with pytest.raises(WeakPassword):
        accounts.change_password(boss.id, PASSWORD, weak)
    assert accounts.sign_in("boss", PASSWORD, PEER)


@pytest.mark.parametrize(
    "good", ["correct horse battery", "пароль из слов", "🦊🐻🐼🐨🐯🦁🐮🐷🐸🐵🐔🐧", " spaces around it "]
)
def test_any_characters_make_a_password(accounts: Accounts, boss: Account, good: str) -> None:
    accounts.change_password(boss.id, PASSWORD, good)
    assert accounts.sign_in("boss", good, PEER)


def test_the_same_letters_from_another_keyboard_are_the_same_password(accounts: Accounts) -> None:
    accounts.create("zoe", "Zoë", "advisor", "caf\u00e9 au lait, s'il vous")
    assert accounts.sign_in("zoe", "cafe\u0301 au lait, s'il vous", PEER)


def test_what_is_over_is_deleted(accounts: Accounts, boss: Account, clock: HandClock) -> None:
    accounts.sign_in("boss", PASSWORD, PEER)
    fail(accounts)
    assert accounts.forget_expired() == 0
    clock.forward(25 * HOUR)
    assert accounts.forget_expired() == 3
    assert accounts.forget_expired() == 0
