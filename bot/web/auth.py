"""Who is asking: the session behind the cookie, roles, and the token that every change must carry.

Views of advisors, editors and administrators say `@require("advisor", "administrator")`. The session is
read from the database at every request, so what was revoked is felt at once. Streams that stay open ask
again with `watch()`.
"""

from __future__ import annotations

import functools
import hmac
import time
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast
from urllib.parse import quote

from flask import (
    Flask,
    Response,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from bot.accounts.model import Account, Role, SignedIn
from bot.web.errors import Problem
from bot.web.services import EXTENSION, Services, services

AREAS = ("/console", "/editor", "/insights")
"""Everything below these addresses is for people who have signed in."""

CSRF_HEADER = "X-CSRF-Token"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_COOKIE = "nkbot_session"
_RECHECK_SECONDS = 2.0

P = ParamSpec("P")
R = TypeVar("R")


def init_app(app: Flask) -> None:
    """Guards the areas of staff; makes the first administrator when the operator chose a password."""
    parts = cast(Services, app.extensions[EXTENSION])
    if parts.settings.admin_password:
        parts.accounts.ensure_first_administrator(parts.settings.admin_password)
    parts.accounts.prepare()
    app.before_request(_guard)


def require(*roles: str) -> Callable[[Callable[P, R]], Callable[P, R | AnyResponse]]:
    """Lets only people with one of these roles into a view; without any, everybody who has signed in.

    Others are led to the sign-in page, or get 401 or 403 where the address is one of an API. Somebody who
    still has a one-time password is led to choose their own.
    """
    allowed = frozenset(Role(role) for role in roles)

    def decorate(view: Callable[P, R]) -> Callable[P, R | AnyResponse]:
        @functools.wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R | AnyResponse:
            refusal = _refusal(allowed)
            return view(*args, **kwargs) if refusal is None else refusal

        guarded.__dict__["roles"] = allowed
        return guarded

    return decorate


def may_change_password_later(view: Callable[P, R]) -> Callable[P, R]:
    """Marks a view, below `require`, as open to those who have still to choose their own password."""
    view.__dict__["before_password"] = True
    return view


def signed_in() -> SignedIn:
    """The session of the current request. Raises `Problem` 401 when there is none."""
    found = current()
    if found is None:
        raise Problem(401, "not_signed_in")
    return found


def me() -> Account:
    """The account of the current request. Raises `Problem` 401 when nobody has signed in."""
    return signed_in().account


def current() -> SignedIn | None:
    """The session of the current request, looked up once; None when there is none."""
    if "session" not in g:
        token = request.cookies.get(cookie_name(), "")
        g.session = services().accounts.session(token) if token else None
    return cast("SignedIn | None", g.session)


def watch(*roles: str) -> Callable[[], bool]:
    """For a stream: a function that says whether its session may still go on. Cheap; call it often.

    Call `watch` while the request is there, and what it gives within the stream, every few seconds at
    least. It asks the database at most every two seconds.
    """
    accounts, token = services().accounts, signed_in().token
    allowed = frozenset(Role(role) for role in roles)
    asked_at, last = time.monotonic(), True

    def may_go_on() -> bool:
        nonlocal asked_at, last
        if last and time.monotonic() - asked_at >= _RECHECK_SECONDS:
            found = accounts.session(token, touch=False)
            last = found is not None and (not allowed or found.account.role in allowed)
            asked_at = time.monotonic()
        return last

    return may_go_on


def keep(response: Response, session: SignedIn) -> Response:
    """Gives the session's cookie to the browser; it is gone when the browser ends."""
    secure = _is_secure()
    response.set_cookie(
        cookie_name(), session.token, httponly=True, samesite="Strict", secure=secure, path="/"
    )
    return response


def forget(response: Response) -> Response:
    """Takes the session's cookie away."""
    response.delete_cookie(cookie_name(), httponly=True, samesite="Strict", secure=_is_secure(), path="/")
    return response


def cookie_name() -> str:
    """With https the name itself makes browsers refuse a cookie set by another host or without https."""
    return f"__Host-{_COOKIE}" if _is_secure() else _COOKIE


def home(account: Account) -> str:
    """Where somebody goes after signing in."""
    if account.must_change_password:
        return "/console/account"
    endpoints = {Role.EDITOR: "editor.page"}
    endpoint = endpoints.get(account.role, "console.desk")
    return url_for(endpoint) if endpoint in current_app.view_functions else "/console/account"


def refuse_foreign_origin() -> None:
    """Raises `Problem` 403 when another site sends a change. For views outside the areas of staff."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        raise Problem(403, "csrf_wrong")


def _guard() -> AnyResponse | None:
    """Whatever a view forgets: nothing in the areas of staff is open, and no change goes without token."""
    if not _is_staff_area() or request.endpoint is None:
        return None
    session = current()
    if session is None:
        return _to_sign_in()
    if request.method not in _SAFE:
        refuse_foreign_origin()
        sent = request.headers.get(CSRF_HEADER, "")
        if not hmac.compare_digest(sent.encode(), session.csrf.encode()):
            raise Problem(403, "csrf_wrong")
    view: Any = current_app.view_functions[request.endpoint]
    if session.account.must_change_password and not getattr(view, "before_password", False):
        if _is_api():
            raise Problem(403, "password_change_needed")
        return redirect("/console/account")
    return None


def _refusal(allowed: frozenset[Role]) -> AnyResponse | None:
    session = current()
    if session is None:
        return _to_sign_in()
    if allowed and session.account.role not in allowed:
        if _is_api():
            raise Problem(403, "not_allowed")
        return make_response(render_template("not-allowed.html"), 403)
    return None


def _to_sign_in() -> AnyResponse:
    if _is_api() or request.method not in _SAFE:
        raise Problem(401, "not_signed_in")
    where = quote(request.full_path.rstrip("?"), safe="")
    return redirect(f"{url_for('sign_in.page')}?next={where}")


def _is_staff_area() -> bool:
    return any(request.path == area or request.path.startswith(f"{area}/") for area in AREAS)


def _is_api() -> bool:
    return any(request.path.startswith(f"{area}/api/") for area in AREAS)


def _is_secure() -> bool:
    return services().settings.public_url.startswith("https://")
