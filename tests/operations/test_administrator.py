"""How an operator gets in for the first time, and again when nobody else can let them in."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from bot.accounts.model import Role
from bot.operations.administrator import first_administrator, opened
from bot.operations.checkout import APP_PYTHON, CHECKOUT
from bot.settings import BotSettings

SECRETS = {
    "NKBOT_SECRET_KEY": "a secret for tests only",
    "NKBOT_INTERNAL_TOKEN": "an internal token for tests",
}


def settings(var: Path, **more: str) -> BotSettings:
    return BotSettings.from_environment({**SECRETS, "NKBOT_VAR": str(var), **more})


def rescue(var: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NKBOT_")}
    return subprocess.run(
        [str(APP_PYTHON), "-m", "bot.operations.administrator", *arguments],
        cwd=CHECKOUT,
        env={**kept, **SECRETS, "NKBOT_VAR": str(var)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_first_start_tells_how_to_sign_in_and_later_ones_do_not(tmp_path: Path) -> None:
    told = first_administrator(settings(tmp_path))
    assert told is not None
    found = re.search(r"Sign in as “(\w+)” with the one-time password ([a-z0-9-]{23})\n", told)
    assert found, told
    with opened(settings(tmp_path)) as accounts:
        session = accounts.sign_in(found[1], found[2], "192.0.2.1")
        assert session.account.role is Role.ADMINISTRATOR
        assert session.account.must_change_password
    assert first_administrator(settings(tmp_path)) is None


def test_a_password_of_the_operators_own_is_never_printed(tmp_path: Path) -> None:
    chosen = "an operator chose this"
    assert first_administrator(settings(tmp_path, NKBOT_ADMIN_PASSWORD=chosen)) is None
    with opened(settings(tmp_path)) as accounts:
        assert not accounts.sign_in("admin", chosen, "192.0.2.1").account.must_change_password


def test_the_rescue_command_lets_an_administrator_in_again(tmp_path: Path) -> None:
    first_administrator(settings(tmp_path))
    done = rescue(tmp_path, "admin")
    assert done.returncode == 0, done.stderr
    secret = done.stdout.strip().rpartition(" ")[2]
    with opened(settings(tmp_path)) as accounts:
        assert accounts.sign_in("admin", secret, "192.0.2.1")


@pytest.mark.parametrize(
    ("arguments", "said"), [(["nobody"], "Nobody has the login"), ([], "Say whose account")]
)
def test_the_rescue_command_says_what_is_wrong(tmp_path: Path, arguments: list[str], said: str) -> None:
    done = rescue(tmp_path, *arguments)
    assert done.returncode != 0
    assert said in done.stderr
    assert "Traceback" not in done.stderr
