"""Security headers on every response: one strict Content-Security-Policy for all pages.

The widget's page is the only one that others may embed, and only the sites on the clinic's list.
"""

from __future__ import annotations

from collections.abc import Iterable

from flask import Flask, Response, request

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors ",
    )
)

_HEADERS = {
    "Content-Security-Policy": _POLICY + "'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}


def init_app(app: Flask) -> None:
    """Adds the headers to whatever the application answers."""
    app.after_request(_add)


def embeddable(response: Response, sites: Iterable[str]) -> Response:
    """Lets these sites (origins) embed a page; without any, nobody may."""
    allowed = " ".join(sites)
    if allowed:
        response.headers["Content-Security-Policy"] = _POLICY + allowed
    return response


def _add(response: Response) -> Response:
    may_be_embedded = "Content-Security-Policy" in response.headers
    for name, value in _HEADERS.items():
        if (
            name != "X-Frame-Options" or not may_be_embedded
        ):  # it cannot name sites, and would forbid them all
            response.headers.setdefault(name, value)
    if not request.path.startswith("/static/"):
        response.headers.setdefault("Cache-Control", "no-store")
    return response
