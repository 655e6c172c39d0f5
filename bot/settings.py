"""Settings of everything that talks with people: addresses, state, secrets, what the clinic is called."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.conversations.office import OfficeHours
from knowledge.environment import (
    anything,
    database_address,
    folder,
    http_address,
    http_addresses,
    number,
    on_or_off,
    one_of,
    one_secret,
    read,
    redis_address,
    several_secrets,
    variable,
)
from knowledge.log_lines import JSON, TEXT
from knowledge.settings import CHECKOUT

SECRETS = ("secret_key", "internal_token")
"""Each comes from its variable, else from its file in the state folder; never from a default."""

_ALL_IPV4 = "0.0.0.0"  # nosec B104 # noqa: S104 - only compared with
EVERYWHERE = (_ALL_IPV4, "::", "")
"""Hosts that mean: listen on every address of the machine."""

MOST_SUGGESTIONS = 6
PARTS = ("web", "rasa", "actions", "worker")
"""What an assistant is made of; each may run on another host."""
MOST_PROCESSES = 16
"""Of one part on one host: they take ports that follow each other."""
LONGEST_SUGGESTION = 80
_ORIGIN = re.compile(r"(https?)://([a-z0-9.-]+|\[[0-9a-f:]+\])(?::([0-9]{1,5}))?")


def _country(value: str) -> str:
    if len(value) == 2 and value.isascii() and value.isalpha():
        return value.upper()
    raise ValueError("a country's two letters, such as US or DE")


def _sites(value: str) -> tuple[str, ...]:
    """Origins as browsers write them and compare them letter by letter: scheme, host, a port that is not usual.

    They go into a header, so nothing else may be in them.
    """
    found = []
    for site in value.replace(",", " ").split():
        written = _ORIGIN.fullmatch(site.lower().rstrip("/"))
        if written is None:
            raise ValueError("exact web addresses without a path, such as https://www.clinic.example")
        scheme, host, port = written.groups()
        usual = {"http": "80", "https": "443"}[scheme]
        found.append(f"{scheme}://{host}" + (f":{port}" if port and port != usual else ""))
    return tuple(dict.fromkeys(found))


def _parts(value: str) -> tuple[str, ...]:
    wanted = set(value.replace(",", " ").lower().split())
    if not wanted or wanted - set(PARTS):
        raise ValueError("some of " + ", ".join(PARTS) + ", with spaces between them")
    return tuple(part for part in PARTS if part in wanted)


def _questions(value: str) -> tuple[str, ...]:
    found = tuple(question.strip() for question in value.split("|") if question.strip())
    if len(found) > MOST_SUGGESTIONS or any(len(question) > LONGEST_SUGGESTION for question in found):
        raise ValueError(
            f"up to {MOST_SUGGESTIONS} questions of up to {LONGEST_SUGGESTION} characters, with | between them"
        )
    return found


def _color(value: str) -> str:
    digits = value.lstrip("#").lower()
    if len(digits) == 6 and set(digits) <= set("0123456789abcdef"):
        return f"#{digits}"
    raise ValueError("a colour such as #0f6b5c")


def _time_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError("a time zone's name, such as Europe/Zurich") from None
    return value


def _office_hours(value: str) -> str:
    OfficeHours.parse(value)
    return value


@dataclass(frozen=True)
class BotSettings:
    """What web, worker and operations need to know; `from_environment()` is the usual way to get it.

    The two secrets come from a variable or, without one, from the file that set-up made.
    """

    host: str = variable("NKBOT_HOST", "127.0.0.1", anything, "The address on which the web process listens.")
    port: int = variable("NKBOT_PORT", 8000, number(1, 65535), "The port on which the web process listens.")
    var: Path = variable(
        "NKBOT_VAR",
        CHECKOUT / "var",
        folder,
        "The state folder: databases, index, logs, secrets.",
        shown="var",
    )
    database_url: str = variable(
        "NKBOT_DATABASE_URL",
        "",
        database_address,
        "One database for everything, as an SQLAlchemy URL (`postgresql://user:password@host/name`).",
        shown="SQLite files in the state folder",
    )
    database_connections: int = variable(
        "NKBOT_DATABASE_CONNECTIONS",
        10,
        number(2, 500),
        "The most connections to PostgreSQL that one web, Rasa or worker process opens for conversations.",
    )
    redis_url: str = variable(
        "NKBOT_REDIS_URL",
        "",
        redis_address,
        "Redis, for several web processes (`redis://:password@host:6379/0`): news at once, limits for all together.",
        shown="none: each web process looks at the log",
        secret=True,
    )
    parts: tuple[str, ...] = variable(
        "NKBOT_PARTS",
        PARTS,
        _parts,
        "What runs on this host: some of `web`, `rasa`, `actions`, `worker`, with spaces between them.",
        shown="all",
    )
    web_processes: int = variable(
        "NKBOT_WEB_PROCESSES",
        1,
        number(1, MOST_PROCESSES),
        "How many web processes this host runs, on ports that follow each other.",
    )
    rasa_processes: int = variable(
        "NKBOT_RASA_PROCESSES", 1, number(1, MOST_PROCESSES), "How many Rasas this host runs, likewise."
    )
    actions_processes: int = variable(
        "NKBOT_ACTIONS_PROCESSES",
        1,
        number(1, MOST_PROCESSES),
        "How many action servers this host runs, likewise.",
    )
    internal_host: str = variable(
        "NKBOT_INTERNAL_HOST",
        "127.0.0.1",
        anything,
        "The address on which Rasa and the action servers listen: loopback, or one in a private network.",
    )
    rasa_port: int = variable("NKBOT_RASA_PORT", 5005, number(1, 65535), "Rasa's port, for other parts only.")
    actions_port: int = variable(
        "NKBOT_ACTIONS_PORT", 5055, number(1, 65535), "The action server's port, for other parts only."
    )
    rasa_url: str = variable(
        "NKBOT_RASA_URL",
        "",
        http_addresses,
        "Where Rasa is reached; several addresses with spaces between them.",
        shown="this host's Rasas",
    )
    actions_url: str = variable(
        "NKBOT_ACTIONS_URL",
        "",
        http_addresses,
        "Where the action server is reached; several addresses with spaces between them.",
        shown="this host's action servers",
    )
    limits: bool = variable(
        "NKBOT_LIMITS", True, on_or_off, "Rate limits for patients; `off` is for an evaluation on loopback."
    )
    clinic_name: str = variable(
        "NKBOT_CLINIC_NAME", "the clinic", anything, "What the assistant calls the clinic."
    )
    greeting: str = variable(
        "NKBOT_GREETING",
        "",
        anything,
        "A sentence of the clinic's own, said after the assistant has told what it is.",
        shown="none",
    )
    suggested_questions: tuple[str, ...] = variable(
        "NKBOT_SUGGESTED_QUESTIONS",
        (),
        _questions,
        "Questions offered before the first message, with a vertical bar between them.",
        shown="four general ones",
    )
    accent: str = variable(
        "NKBOT_COLOR",
        "",
        _color,
        "The clinic's colour for buttons and the patient's messages; made darker or lighter where needed.",
        shown="green",
    )
    sites: tuple[str, ...] = variable(
        "NKBOT_SITES",
        (),
        _sites,
        "Web sites that may embed the widget, as addresses without a path, with spaces between them.",
        shown="none",
    )
    public_url: str = variable(
        "NKBOT_PUBLIC_URL",
        "",
        http_address,
        "The address under which people reach the web process; with https, cookies are sent over https only.",
        shown="the address it listens on",
    )
    trusted_proxies: int = variable(
        "NKBOT_TRUSTED_PROXIES",
        0,
        number(0, 5),
        "How many proxies stand in front; their word for a visitor's address is believed.",
    )
    office_hours: str = variable(
        "NKBOT_OFFICE_HOURS",
        "",
        _office_hours,
        "When advisors answer, such as `Mon-Fri 09:00-17:00; Sat 10:00-14:00`.",
        shown="always",
    )
    time_zone: str = variable(
        "NKBOT_TIME_ZONE", "UTC", _time_zone, "The time zone of the office hours, such as Europe/Zurich."
    )
    callback_after: int = variable(
        "NKBOT_CALLBACK_AFTER",
        120,
        number(10, 3600),
        "Seconds after which somebody who waits is asked how to be called back.",
    )
    retention_days: int = variable(
        "NKBOT_RETENTION_DAYS",
        180,
        number(0, 3650),
        "Days after its last message when a conversation is erased everywhere; 0 keeps it for good.",
    )
    admin_password: str = variable(
        "NKBOT_ADMIN_PASSWORD",
        "",
        one_secret,
        "The first administrator's password.",
        shown="made at set-up and printed once",
        secret=True,
    )
    country: str = variable(
        "NKBOT_COUNTRY",
        "",
        _country,
        "The clinic's country in two letters, for its emergency number.",
        shown="none: “your local emergency number”",
    )
    log_level: str = variable(
        "NKBOT_LOG_LEVEL",
        "INFO",
        one_of("DEBUG", "INFO", "WARNING", "ERROR"),
        "How much the logs tell; never what a patient wrote.",
    )
    log_format: str = variable(
        "NKBOT_LOG_FORMAT",
        TEXT,
        one_of(TEXT, JSON),
        "How each process writes its log: lines of `text`, or one `json` object a line.",
    )
    secret_keys: tuple[str, ...] = variable(
        "NKBOT_SECRET_KEY",
        (),
        several_secrets,
        "Signs cookies; of several with commas between them the first signs, and all are known.",
        shown="made at set-up, in the state folder",
        secret=True,
    )
    internal_tokens: tuple[str, ...] = variable(
        "NKBOT_INTERNAL_TOKEN",
        (),
        several_secrets,
        "The token with which web, Rasa and the action server know each other; of several with commas between "
        "them the first is sent, and all are accepted.",
        shown="made at set-up, in the state folder",
        secret=True,
    )
    metrics_token: str = variable(
        "NKBOT_METRICS_TOKEN",
        "",
        one_secret,
        "The token with which a Prometheus on another machine may read `/metrics`.",
        shown="none: from the machine itself only",
        secret=True,
    )

    def __post_init__(self) -> None:
        """Fill in what follows from other settings."""
        if not self.database_url:
            object.__setattr__(self, "database_url", f"sqlite:///{self.var / 'conversations.sqlite3'}")
        if not self.rasa_url:
            object.__setattr__(self, "rasa_url", self._here(self.rasa_ports))
        if not self.actions_url:
            object.__setattr__(self, "actions_url", self._here(self.actions_ports))
        for name in SECRETS:
            if not getattr(self, f"{name}s"):
                object.__setattr__(self, f"{name}s", _from_file(secret_file(self.var, name)))

    @property
    def internal_token(self) -> str:
        """The token with which to ask the other processes."""
        return self.internal_tokens[0]

    @property
    def web_ports(self) -> range:
        """The ports of this host's web processes."""
        return range(self.port, self.port + self.web_processes)

    @property
    def rasa_ports(self) -> range:
        """The ports of this host's Rasas."""
        return range(self.rasa_port, self.rasa_port + self.rasa_processes)

    @property
    def actions_ports(self) -> range:
        """The ports of this host's action servers."""
        return range(self.actions_port, self.actions_port + self.actions_processes)

    def _here(self, ports: range) -> str:
        """The addresses of what listens inside on this host."""
        host = "127.0.0.1" if self.internal_host in EVERYWHERE else self.internal_host
        return " ".join(f"http://{host}:{port}" for port in ports)

    @property
    def rasa_urls(self) -> tuple[str, ...]:
        """The addresses of all Rasas."""
        return tuple(self.rasa_url.split())

    @property
    def actions_urls(self) -> tuple[str, ...]:
        """The addresses of all action servers."""
        return tuple(self.actions_url.split())

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> BotSettings:
        """The settings from `NKBOT_…` variables and the secret files.

        ValueError with a sentence: a value is not allowed, or a secret is missing.
        """
        settings = read(cls, environment)
        for name in SECRETS:
            if not getattr(settings, f"{name}s"):
                raise ValueError(
                    f"There is no secret in {secret_file(settings.var, name)}. Start with `make run`, which "
                    f"makes it, or set NKBOT_{name.upper()}."
                )
        return settings


def secret_file(var: Path, name: str) -> Path:
    """Where set-up keeps the secret called `name`."""
    return var / "secrets" / name


def red_flags_file(var: Path) -> Path:
    """Where the red-flag screen keeps what it learned at set-up."""
    return var / "red-flags.npz"


def _from_file(path: Path) -> tuple[str, ...]:
    try:
        text = path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return ()
    if not text:
        return ()
    try:
        return several_secrets(text)
    except ValueError as error:
        raise ValueError(f"{path} must hold {error}.") from None
