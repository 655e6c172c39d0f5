"""Who is at the other end of a request: through which proxies it came, and whether it is this very machine."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any

_FORWARDING = (
    "HTTP_FORWARDED",
    "HTTP_VIA",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_REAL_IP",
)
"""Headers by which one sees that a proxy stands in between."""


def through_proxies(environ: Mapping[str, Any], trusted: int) -> bool:
    """Whether a request came through as many proxies as are trusted, so that what they say is believed."""
    return trusted > 0 and len(_forwarded_for(environ)) >= trusted


def is_this_machine(environ: Mapping[str, Any], trusted: int) -> bool:
    """Whether a request was made on this machine.

    A proxy on this machine makes requests, too, for anybody. So a request that came through one counts by the
    address that the trusted proxies tell, and never by that of the proxy itself.
    """
    if not any(environ.get(header) for header in _FORWARDING):
        return _is_loopback(_peer(environ))
    return through_proxies(environ, trusted) and _is_loopback(_forwarded_for(environ)[-trusted])


def _peer(environ: Mapping[str, Any]) -> str:
    """The address of the connection itself, which `ProxyFix` replaces by what the proxies say."""
    original = environ.get("werkzeug.proxy_fix.orig", environ)
    return str(original.get("REMOTE_ADDR") or "")


def _forwarded_for(environ: Mapping[str, Any]) -> list[str]:
    return [each.strip() for each in environ.get("HTTP_X_FORWARDED_FOR", "").split(",") if each.strip()]


def _is_loopback(address: str) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    return bool((getattr(found, "ipv4_mapped", None) or found).is_loopback)
