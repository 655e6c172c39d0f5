"""Somebody who works with the assistant, as a program: accounts made in the database, a signed-in client."""

from __future__ import annotations

import uuid

import httpx

from bot.accounts.model import Account
from bot.accounts.sessions import csrf_token
from bot.accounts.store import Accounts
from bot.conversations.database import Database

PASSWORD = "violet river tandem"
COOKIE = "nkbot_session"


def new_account(database_url: str, role: str, name: str = "Ana Lima") -> Account:
    """An account with `PASSWORD` and a login of its own, in the web process's database."""
    database = Database(database_url)
    try:
        return Accounts(database).create(f"{role}-{uuid.uuid4().hex[:10]}", name, role, PASSWORD)
    finally:
        database.close()


def csrf_of(browser: Browser) -> str:
    """The token that a page of this browser's session would send with changes."""
    return csrf_token(browser.cookie)


class Browser:
    """A browser without its pages: keeps cookies, sends the token of changes unless told otherwise."""

    def __init__(self, url: str, peer: str = "192.0.2.1") -> None:
        self.http = httpx.Client(base_url=url, headers={"X-Forwarded-For": peer}, timeout=15)

    def sign_in(self, login: str, password: str = PASSWORD) -> httpx.Response:
        """Sends the sign-in form."""
        return self.http.post("/sign-in", json={"login": login, "password": password})

    @property
    def cookie(self) -> str:
        """The session's token, or nothing."""
        return self.http.cookies.get(COOKIE) or ""

    def get(self, path: str) -> httpx.Response:
        """Fetches something; redirections are not followed."""
        return self.http.get(path)

    def send(self, method: str, path: str, body: object = None, **headers: str) -> httpx.Response:
        """Changes something as a page does."""
        told = {"X-CSRF-Token": csrf_of(self), **headers}
        return self.http.request(method, path, json={} if body is None else body, headers=told)

    def close(self) -> None:
        """Lets go of the connections."""
        self.http.close()

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def signed_in(
    url: str, database_url: str, role: str, name: str = "Ana Lima", peer: str = "192.0.2.1"
) -> Browser:
    """Somebody new who has just signed in."""
    browser = Browser(url, peer)
    browser.sign_in(new_account(database_url, role, name).login).raise_for_status()
    return browser
