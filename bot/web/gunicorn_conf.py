"""How gunicorn serves the web process. Read before gevent takes over, so it imports next to nothing."""

from __future__ import annotations

import ctypes
import resource
import signal
import sys

from bot.settings import BotSettings

_settings = BotSettings.from_environment()

bind = f"{_settings.host}:{_settings.port}"
worker_class = "gevent"
worker_connections = 12_000
backlog = 2_048
keepalive = 75
timeout = 120  # a worker that is still loading on a busy machine is not a hung one
graceful_timeout = 2  # event streams never end by themselves; what is under way is in the log
loglevel = _settings.log_level.lower()
logger_class = "bot.web.access_log.AccessLog"
accesslog = "-"
# The path without its query, and nothing that a browser sends along.
access_log_format = "%(t)s %(m)s %(U)s %(s)s %(B)s %(M)sms"
limit_request_line = 2_048
limit_request_fields = 60
control_socket_disable = True

_soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
_wanted = 16_384 if _hard == resource.RLIM_INFINITY else min(16_384, _hard)
if _soft < _wanted:
    resource.setrlimit(resource.RLIMIT_NOFILE, (_wanted, _hard))


_PR_SET_PDEATHSIG = 1


def post_fork(_server: object, _worker: object) -> None:
    """A worker whose gunicorn was killed ends at once, so that the next gunicorn gets the port."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
