"""Which part can serve: what `/readyz` tells an operator."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from typing import TypeVar

import urllib3
from sqlalchemy.exc import SQLAlchemyError

from bot.conversations.database import Database
from bot.conversations.heartbeats import FRESH_MS, Heartbeats

Told = TypeVar("Told")

_log = logging.getLogger(__name__)

_SECONDS = 2.0
_KEEP_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the whole; `detail` is a sentence for the operator.

    Where several servers make up a part, `servers` tells of each by its address, and one that can serve is
    enough for the part.
    """

    ready: bool
    detail: str
    servers: Mapping[str, str] = field(default_factory=dict)


class Readiness:
    """Asks every part; the answer is kept for a moment, so that asking often costs the parts nothing."""

    def __init__(
        self, database: Database, rasa_urls: Sequence[str], actions_urls: Sequence[str], token: str
    ) -> None:
        self._database = database
        self._heartbeats = Heartbeats(database)
        self._rasa_urls, self._actions_urls = tuple(rasa_urls), tuple(actions_urls)
        self._http = urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(total=_SECONDS))
        self._headers = {"Authorization": f"Bearer {token}"}
        self._news: Callable[[], str] = lambda: ""
        self._lock = threading.Lock()
        self._known: dict[str, Part] = {}
        self._known_at = -_KEEP_SECONDS
        self.served: int | None = None
        """The publication that answers are made from, as the action server last told."""

    def parts(self) -> dict[str, Part]:
        """Database, Rasa, actions, index and worker, each with whether it can serve."""
        with self._lock:
            if time.monotonic() - self._known_at >= _KEEP_SECONDS:
                self._known = {
                    "database": self._ask_database(),
                    "rasa": self._ask_rasa(),
                    **self._ask_actions(),
                    "worker": self._with_news(self._ask_worker()),
                }
                self._known_at = time.monotonic()
            return self._known

    def hear_of_publications(self, news: Callable[[], str]) -> None:
        """`news` gives a sentence when a publication failed or waits for a decision, else nothing."""
        self._news = news

    def worker_lives(self) -> bool:
        """Whether somebody would do what only the worker does."""
        return self._ask_worker().ready

    def _ask_database(self) -> Part:
        try:
            self._database.check()
        except SQLAlchemyError as error:
            return Part(False, f"The database does not answer ({type(error).__name__}).")
        return Part(True, "The database answers.")

    def _ask_rasa(self) -> Part:
        return _together(self._each(self._ask_one_rasa, self._rasa_urls))

    def _ask_one_rasa(self, url: str) -> Part:
        status, _ = self._get(f"{url.rstrip('/')}/webhooks/nkbot/health")
        if status == 200:
            return Part(True, "Rasa answers.")
        return Part(False, "Rasa does not answer." if status is None else f"Rasa answers with {status}.")

    def _ask_actions(self) -> dict[str, Part]:
        asked = self._each(self._ask_one_action_server, self._actions_urls)
        return {
            name: _together({url: parts[name] for url, parts in asked.items()})
            for name in ("actions", "index")
        }

    def _ask_one_action_server(self, url: str) -> dict[str, Part]:
        status, body = self._get(f"{url.rstrip('/')}/ready")
        if status is None:
            missing = Part(False, "The action server does not answer.")
            return {
                "actions": missing,
                "index": Part(False, "Unknown while the action server does not answer."),
            }
        if status not in {200, 503} or not isinstance(body, dict):
            return {
                "actions": Part(False, f"The action server answers with {status}."),
                "index": Part(False, "Unknown: the action server does not tell."),
            }
        served = body.get("publication")
        self.served = served if isinstance(served, int) else None
        ready = status == 200 and body.get("ready", True) is True
        detail = body.get("detail") or body.get("reason")
        told = (
            detail
            if isinstance(detail, str)
            else "The index can serve."
            if ready
            else "The index cannot serve."
        )
        return {"actions": Part(True, "The action server answers."), "index": Part(ready, told)}

    def _ask_worker(self) -> Part:
        try:
            silent = self._heartbeats.silent_for()
        except SQLAlchemyError:
            return Part(False, "Unknown while the database does not answer.")
        if silent is None:
            return Part(False, "The worker has never reported.")
        if silent <= FRESH_MS:
            return Part(True, "The worker is at work.")
        return Part(
            False,
            f"The worker has not reported for {silent // 1000} s: it is down, or the database takes no writes "
            "(is the disk full?).",
        )

    def _with_news(self, worker: Part) -> Part:
        """Work that was not carried out is told; the worker is none the less ready for more."""
        return Part(worker.ready, " ".join(filter(None, (worker.detail, self._news()))))

    def _each(self, ask: Callable[[str], Told], urls: Sequence[str]) -> dict[str, Told]:
        """Asks all at once: a host that is away costs its two seconds a single time."""
        if len(urls) == 1:
            return {urls[0]: ask(urls[0])}
        with ThreadPoolExecutor(len(urls)) as asking:
            return dict(zip(urls, asking.map(ask, urls), strict=True))

    def _get(self, url: str) -> tuple[int | None, object]:
        try:
            response = self._http.request("GET", url, headers=self._headers)
        except urllib3.exceptions.HTTPError:
            return None, None
        try:
            return response.status, json.loads(response.data)
        except ValueError:
            return response.status, None


def _together(servers: Mapping[str, Part]) -> Part:
    """What several servers are as one part."""
    if len(servers) == 1:
        return next(iter(servers.values()))
    ready = [url for url, part in servers.items() if part.ready]
    details = {url: part.detail for url, part in servers.items()}
    missing = [f"{url}: {part.detail}" for url, part in servers.items() if not part.ready]
    return Part(bool(ready), " ".join([f"{len(ready)} of {len(servers)} can serve.", *missing]), details)


def report(parts: dict[str, Part]) -> dict[str, object]:
    """The body of `/readyz`."""
    return {
        "ready": all(part.ready for part in parts.values()),
        "parts": {
            name: {key: value for key, value in asdict(part).items() if key != "servers" or value}
            for name, part in parts.items()
        },
    }
