"""Whether the processes of this host answer, each asked at its own port."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterator

from bot.settings import EVERYWHERE, BotSettings

_SECONDS = 3.0


def silent(settings: BotSettings) -> list[str]:
    """The addresses of this host's web processes, Rasas and action servers that cannot serve yet."""
    return [address for address in _addresses(settings) if not _answers(address, settings.internal_token)]


def _addresses(settings: BotSettings) -> Iterator[str]:
    outside, inside = (
        "127.0.0.1" if host in EVERYWHERE else host for host in (settings.host, settings.internal_host)
    )
    for part, host, ports, path in (
        ("web", outside, settings.web_ports, "healthz"),
        ("rasa", inside, settings.rasa_ports, "webhooks/nkbot/health"),
        ("actions", inside, settings.actions_ports, "ready"),
    ):
        if part in settings.parts:
            yield from (f"http://{host}:{port}/{path}" for port in ports)


def _answers(address: str, token: str) -> bool:
    asked = urllib.request.Request(address, headers={"Authorization": f"Bearer {token}"})  # noqa: S310
    try:
        with urllib.request.urlopen(asked, timeout=_SECONDS):  # nosec B310 # noqa: S310 - our own http address
            return True
    except (OSError, ValueError):  # also answers that are not 200
        return False
