"""The log of requests: one line each, whatever an address contains."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from gunicorn.glogging import Logger  # type: ignore[import-untyped]

from bot.settings import BotSettings
from bot.web.request_ids import named
from knowledge import log_lines

LONGEST = 300
_SAFE = "/:@!$&'()*+,;=-._~"


class AccessLog(Logger):  # type: ignore[misc]
    """Gunicorn's logger, which would write the address decoded: with line ends and terminal codes in it."""

    def atoms(self, resp: Any, req: Any, environ: dict[str, Any], request_time: Any) -> dict[str, Any]:
        """What a line is made of; the address as it came over the wire, and cut where nobody reads on."""
        found: dict[str, Any] = super().atoms(resp, req, environ, request_time)
        found["U"] = on_one_line(environ.get("PATH_INFO") or "")
        return found

    def setup(self, cfg: Any) -> None:
        """As gunicorn's own, with what each line is about at its end, or each line as a JSON object."""
        super().setup(cfg)
        style = BotSettings.from_environment().log_format
        self._json = style == log_lines.JSON
        for handler in self.access_log.handlers:
            handler.setFormatter(log_lines.LineFormatter(style, "web", self.access_fmt))
        if self._json:
            for handler in self.error_log.handlers:
                handler.setFormatter(log_lines.LineFormatter(style, "web"))

    def access(self, resp: Any, req: Any, environ: dict[str, Any], request_time: Any) -> None:
        """One line for a request whose answer has been sent."""
        with log_lines.about(**named(environ)):
            if self._json:
                self.access_log.info(
                    "answered", extra={log_lines.FIELDS: self._fields(resp, req, environ, request_time)}
                )
            else:
                super().access(resp, req, environ, request_time)

    def _fields(self, resp: Any, req: Any, environ: dict[str, Any], request_time: Any) -> dict[str, Any]:
        atoms = self.atoms(resp, req, environ, request_time)
        names = {"method": "m", "path": "U", "status": "s", "bytes": "B", "ms": "M"}
        found = {name: atoms[atom] for name, atom in names.items()}
        return {**found, "status": int(found["status"])}


def on_one_line(path: str) -> str:
    """A path with everything escaped that does not belong into an address. In: as WSGI gives it."""
    return quote(path, safe=_SAFE, encoding="latin-1", errors="replace")[:LONGEST]
