"""The log of requests: one line each, whatever an address contains."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from gunicorn.glogging import Logger  # type: ignore[import-untyped]

LONGEST = 300
_SAFE = "/:@!$&'()*+,;=-._~"


class AccessLog(Logger):  # type: ignore[misc]
    """Gunicorn's logger, which would write the address decoded: with line ends and terminal codes in it."""

    def atoms(self, resp: Any, req: Any, environ: dict[str, Any], request_time: Any) -> dict[str, Any]:
        """What a line is made of; the address as it came over the wire, and cut where nobody reads on."""
        found: dict[str, Any] = super().atoms(resp, req, environ, request_time)
        found["U"] = on_one_line(environ.get("PATH_INFO") or "")
        return found


def on_one_line(path: str) -> str:
    """A path with everything escaped that does not belong into an address. In: as WSGI gives it."""
    return quote(path, safe=_SAFE, encoding="latin-1", errors="replace")[:LONGEST]
