"""The first administrator, and the way back in when no administrator can sign in.

    python -m bot.operations.administrator LOGIN

gives an account a new one-time password and makes it an administrator. It takes the settings of
`make run`, and it works while the assistant runs.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from bot.accounts.errors import AccountNotFound
from bot.accounts.store import FIRST_LOGIN, Accounts
from bot.conversations import migrations
from bot.conversations.database import Database
from bot.settings import BotSettings


@contextmanager
def opened(settings: BotSettings) -> Iterator[Accounts]:
    """The accounts of an assistant, its tables up to date."""
    database = Database(settings.database_url)
    try:
        migrations.upgrade(database)
        yield Accounts(database)
    finally:
        database.close()


def first_administrator(settings: BotSettings) -> str | None:
    """What to tell the operator about signing in for the first time; None when there is nothing to tell.

    A password that the operator chose (NKBOT_ADMIN_PASSWORD) is never shown.
    """
    with opened(settings) as accounts:
        secret = accounts.ensure_first_administrator(settings.admin_password or None)
    if secret is None:
        return None
    return (
        f"Sign in as “{FIRST_LOGIN}” with the one-time password {secret}\n"
        "You choose your own password then; until you do, each start makes a new one-time password."
    )


def main() -> int:
    """Rescue the account named on the command line; the exit status."""
    if len(sys.argv) != 2:
        print("Say whose account: python -m bot.operations.administrator LOGIN", file=sys.stderr)
        return 2
    try:
        with opened(BotSettings.from_environment()) as accounts:
            secret = accounts.rescue(sys.argv[1])
    except AccountNotFound:
        print(f"Nobody has the login {sys.argv[1]!r}.", file=sys.stderr)
        return 1
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"One-time password for {sys.argv[1]}, who is an administrator now: {secret}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
