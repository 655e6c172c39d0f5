"""Which processes make up the assistant, and the supervisor's configuration for them."""

from __future__ import annotations

import os
import shlex
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.operations.checkout import APP_PYTHON, CHECKOUT, RASA_COMMAND, rasa_model
from bot.settings import BotSettings

GROUP = "nkbot"
LONGEST_SOCKET_PATH = 100
"""Linux allows 107 bytes for the path of a socket; the supervisor adds a process id for a while."""


@dataclass(frozen=True)
class Program:
    """A process to keep alive. `steady_after`: seconds after which a start counts as a success."""

    name: str
    command: list[str]
    steady_after: int
    variables: dict[str, str] = field(default_factory=dict)


def programs(settings: BotSettings) -> list[Program]:
    """The processes that this host runs of one assistant, in the order in which they start."""
    made = {
        "rasa": [_rasa(settings, port) for port in settings.rasa_ports],
        "actions": [_actions(settings, port) for port in settings.actions_ports],
        "web": [_web(port) for port in settings.web_ports],
        "worker": [Program("worker", [str(APP_PYTHON), "-m", "bot.worker"], steady_after=2)],
    }
    return [
        replace(each, name=each.name if number == 1 else f"{each.name}-{number}")
        for part, several in made.items()
        if part in settings.parts
        for number, each in enumerate(several, 1)
    ]


def _rasa(settings: BotSettings, port: int) -> Program:
    command = [*RASA_COMMAND, "run", "--model", str(rasa_model(settings.var))]
    command += ["--interface", settings.internal_host, "--port", str(port)]
    return Program(
        "rasa",
        [*command, "--credentials", "credentials.yml", "--endpoints", "endpoints.yml"],
        steady_after=5,
    )


def _actions(settings: BotSettings, port: int) -> Program:
    return Program(
        "actions",
        [str(APP_PYTHON), "-m", "actions", "--port", str(port)],
        steady_after=3,
        variables={"SANIC_HOST": settings.internal_host},
    )


def _web(port: int) -> Program:
    return Program(
        "web", [str(APP_PYTHON), "-m", "bot.web"], steady_after=3, variables={"NKBOT_PORT": str(port)}
    )


def environment(settings: BotSettings) -> dict[str, str]:
    """The settings that all processes must read alike, as variables, defaults filled in."""
    return {
        "NKBOT_VAR": str(settings.var),
        "NKBOT_HOST": settings.host,
        "NKBOT_PORT": str(settings.port),
        "NKBOT_DATABASE_CONNECTIONS": str(settings.database_connections),
        "NKBOT_PARTS": " ".join(settings.parts),
        "NKBOT_WEB_PROCESSES": str(settings.web_processes),
        "NKBOT_RASA_PROCESSES": str(settings.rasa_processes),
        "NKBOT_ACTIONS_PROCESSES": str(settings.actions_processes),
        "NKBOT_INTERNAL_HOST": settings.internal_host,
        "NKBOT_RASA_PORT": str(settings.rasa_port),
        "NKBOT_ACTIONS_PORT": str(settings.actions_port),
        "NKBOT_RASA_URL": settings.rasa_url,
        "NKBOT_ACTIONS_URL": settings.actions_url,
        "NKBOT_LIMITS": "on" if settings.limits else "off",
        "NKBOT_CLINIC_NAME": settings.clinic_name,
        "NKBOT_COUNTRY": settings.country,
        "NKBOT_GREETING": settings.greeting,
        "NKBOT_SUGGESTED_QUESTIONS": "|".join(settings.suggested_questions),
        "NKBOT_COLOR": settings.accent,
        "NKBOT_SITES": " ".join(settings.sites),
        "NKBOT_PUBLIC_URL": settings.public_url,
        "NKBOT_TRUSTED_PROXIES": str(settings.trusted_proxies),
        "NKBOT_OFFICE_HOURS": settings.office_hours,
        "NKBOT_TIME_ZONE": settings.time_zone,
        "NKBOT_CALLBACK_AFTER": str(settings.callback_after),
        "NKBOT_RETENTION_DAYS": str(settings.retention_days),
        "NKBOT_LOG_LEVEL": settings.log_level,
        "NKBOT_LOG_FORMAT": settings.log_format,
        "NKBOT_INTERNAL_TOKEN": ",".join(settings.internal_tokens),
        "INTERNAL_TOKEN_SENT": settings.internal_token,  # not a setting: Rasa cannot take the first of several
    }


def control_socket(var: Path) -> Path:
    """Where the supervisor listens for commands: in the state folder, or nearer when that is too deep."""
    path = var / "run" / "supervisor.sock"
    if len(str(path).encode()) <= LONGEST_SOCKET_PATH:
        return path
    return Path(tempfile.mkdtemp(prefix="nkbot-")) / "supervisor.sock"


def supervisor_configuration(wanted: list[Program], var: Path, socket: Path) -> str:
    """The supervisor's configuration file. Whatever ends is started again, with growing pauses."""
    logs, run = var / "log", var / "run"
    parts = [
        "; Made at every start by bot/operations; changes here are lost.",
        "[unix_http_server]",
        f"file={_plain(socket)}",
        "chmod=0600",
        "[supervisord]",
        f"logfile={_plain(logs / 'supervisor.log')}",
        "logfile_maxbytes=5MB",
        "logfile_backups=2",
        f"pidfile={_plain(run / 'supervisor.pid')}",
        f"childlogdir={_plain(logs)}",
        "nodaemon=true",
        "silent=true",
        "minfds=8192",
        *(["user=root"] if os.geteuid() == 0 else []),  # else it warns; nothing changes
        "[rpcinterface:supervisor]",
        "supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface",
        "[supervisorctl]",
        f"serverurl=unix://{_plain(socket)}",
        f"[group:{GROUP}]",
        "programs=" + ",".join(each.name for each in wanted),
    ]
    launch = [str(APP_PYTHON), "-I", "-S", str(Path(__file__).with_name("launch.py"))]
    for each in wanted:
        variables = [f"{name}={value}" for name, value in each.variables.items()]
        parts += [
            f"[program:{each.name}]",
            "command=" + _plain(shlex.join([*launch, *variables, "--", *each.command])),
            f"directory={_plain(CHECKOUT)}",
            "autorestart=true",
            f"startsecs={each.steady_after}",
            "startretries=1000000",
            "stopwaitsecs=4",  # Rasa would wait for idle connections; what is under way is in the log
            "stopasgroup=true",
            "killasgroup=true",
            "redirect_stderr=true",
            f"stdout_logfile={_plain(_plain(logs / each.name))}.log",  # replaced twice by the supervisor
            "stdout_logfile_maxbytes=10MB",
            "stdout_logfile_backups=4",
        ]
    return "\n".join(parts) + "\n"


def _plain(value: object) -> str:
    """A value in which the supervisor replaces nothing."""
    return str(value).replace("%", "%%")
