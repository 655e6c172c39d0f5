"""`GET /metrics`: how this process and the whole assistant are doing, for Prometheus.

Answered on the machine itself, or to whoever has the token. Each web process tells its own counts; what comes out of
the database is the same from all of them.
"""

from __future__ import annotations

import hmac
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from flask import Blueprint, Flask, Response, g, request
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from bot.conversations.clock import system_clock
from bot.conversations.gauges import Gauges, Standing
from bot.web.editor.parts import Editing, PublicationFigures
from bot.web.errors import Problem
from bot.web.metrics import Metrics
from bot.web.peers import is_this_machine
from bot.web.services import EXTENSION, Services, services

blueprint = Blueprint("metrics", __name__)

KEEP_SECONDS = 2.0
"""So long figures out of the database are kept: asking often costs it nothing."""
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def init_app(app: Flask, editing: Editing) -> None:
    """Counts every request, and adds what the database knows to the application's registry."""
    parts = cast(Services, app.extensions[EXTENSION])
    parts.metrics.registry.register(_Told(parts, editing))
    app.before_request(_begin)
    app.after_request(_count(parts.metrics))
    app.register_blueprint(blueprint)


@blueprint.get("/metrics")
def metrics() -> Response:
    """Everything that is counted, in Prometheus' own format."""
    parts = services()
    if not _may_read(parts.settings.metrics_token, parts.settings.trusted_proxies):
        raise Problem(401, "metrics_closed")
    encode, kind = choose_encoder(request.headers.get("Accept", ""))
    return Response(encode(parts.metrics.registry), content_type=kind)


def _may_read(token: str, trusted_proxies: int) -> bool:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    sent = given.strip().encode("utf-8", "surrogateescape")
    # Compared in any case, so that the time taken tells nothing.
    same = hmac.compare_digest(sent, token.encode()) and scheme.lower() == "bearer"
    return (bool(token) and same) or is_this_machine(request.environ, trusted_proxies)


def _begin() -> None:
    g.began = time.perf_counter()


def _count(metrics: Metrics) -> Callable[[Response], Response]:
    def count(response: Response) -> Response:
        rule = request.url_rule
        method = request.method if request.method in _METHODS else "other"
        seconds = time.perf_counter() - g.get("began", time.perf_counter())
        metrics.answered("none" if rule is None else rule.rule, method, response.status_code, seconds)
        if "fault" in g:
            metrics.failed(g.fault)
        return response

    return count


@dataclass(frozen=True, slots=True)
class _Figures:
    """What the databases told; None where one did not answer."""

    standing: Standing | None
    publications: PublicationFigures | None


class _Told(Collector):
    """Adds what the database, the parts and the open streams tell at the moment of asking."""

    def __init__(self, parts: Services, editing: Editing) -> None:
        self._parts = parts
        self._editing = editing
        self._gauges = Gauges(parts.database)
        self._lock = threading.Lock()
        self._known: _Figures | None = None
        self._known_at = 0.0

    def describe(self) -> Iterable[Metric]:
        """Nothing: else the registry would ask the database when it is put together."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """All of it, as Prometheus' client wants it."""
        parts, found = self._parts, self._figures()
        yield _one("nkbot_database_up", "Whether the database answers.", found.standing is not None)
        yield _each("nkbot_part_ready", "Whether a part can serve, as /readyz says.", "part", self._ready())
        yield _each(
            "nkbot_open_streams",
            "Open event streams of this process.",
            "whose",
            {"patients": len(parts.streams), "staff": len(parts.desk)},
        )
        yield _one(
            "nkbot_office_open", "Whether advisors answer at this hour.", parts.office.is_open(system_clock())
        )
        if found.standing is not None:
            yield from _standing(found.standing)
        if found.publications is not None:
            yield from _publications(found.publications)
        served = parts.readiness.served
        if served is not None:
            yield _one("nkbot_publication_served", "The publication that answers are made from.", served)

    def _ready(self) -> dict[str, float]:
        return {name: part.ready for name, part in self._parts.readiness.parts().items()}

    def _figures(self) -> _Figures:
        with self._lock:
            if self._known is None or time.monotonic() - self._known_at >= KEEP_SECONDS:
                self._known = _Figures(self._read(), self._editing.figures())
                self._known_at = time.monotonic()
            return self._known

    def _read(self) -> Standing | None:
        try:
            return self._gauges.read()
        except SQLAlchemyError:
            return None


def _standing(found: Standing) -> Iterator[Metric]:
    yield _each("nkbot_conversations", "Conversations, by who speaks.", "status", found.conversations)
    for name, what, value in (
        ("nkbot_waiting", "Patients who wait for a person.", found.conversations["waiting"]),
        ("nkbot_longest_wait_seconds", "How long the first in line has waited.", found.longest_wait / 1000),
        ("nkbot_open_turns", "Messages that the assistant still owes a reply.", found.open_turns),
        ("nkbot_oldest_open_turn_seconds", "Age of the oldest of them.", found.oldest_turn_age / 1000),
        ("nkbot_alerts_open", "Emergencies that no advisor has seen.", found.alerts),
        ("nkbot_oldest_alert_seconds", "Age of the oldest of them.", found.alert_age / 1000),
        ("nkbot_advisors_online", "Advisors who can take a conversation.", found.advisors_online),
        ("nkbot_requests_for_people", "Call-back requests and enquiries to be done.", found.requests),
        ("nkbot_erasures_pending", "Erasures that Rasa has not confirmed.", found.erasures),
    ):
        yield _one(name, what, value)
    last = {name: moment / 1000 for name, moment in found.last_seen.items()}
    yield _each(
        "nkbot_worker_last_seen_timestamp_seconds",
        "When the worker was last seen, and each job last done.",
        "job",
        last,
    )


def _publications(found: PublicationFigures) -> Iterator[Metric]:
    if found.live is not None:
        yield _one("nkbot_publication_live", "The publication that is to be served.", found.live)
        age = max(system_clock() - found.live_since, 0) / 1000
        yield _one("nkbot_publication_age_seconds", "How long it has been live.", age)
    yield _each("nkbot_publication_jobs", "The worker's publications, by state.", "state", found.jobs)


def _one(name: str, what: str, value: float) -> Metric:
    return GaugeMetricFamily(name, what, value=float(value))


def _each(name: str, what: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(name, what, labels=[label])
    for key, value in values.items():
        family.add_metric([key], float(value))
    return family
