"""A real nginx with the site's file of the operator's guide, on loopback, with a certificate of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
SITE = CHECKOUT / "docs" / "deployment" / "nginx.conf"
NAME = "assistant.clinic.example"
_START_SECONDS = 20
_AROUND = """
{user}
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/start.log;
events {{ worker_connections 1024; }}
http {{
    include /etc/nginx/mime.types;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


def why_not() -> str | None:
    """Why it cannot be started here, as a sentence; None when it can."""
    for program in ("nginx", "openssl"):
        if _program(program) is None:
            return f"there is no {program} on this machine: install the package {program}"
    return None


@dataclass(frozen=True)
class Front:
    """Where it listens, and which ports the parts behind it were given."""

    https: str
    http: str
    certificate: Path


@contextmanager
def running(
    folder: Path, *upstreams: int, host: str = "127.0.0.1", ports: tuple[int, int] = (0, 0)
) -> Iterator[Front]:
    """Starts nginx before web processes on these ports of loopback; stops it at the end.

    `ports` are those for https and http; 0 takes a free one.
    """
    nginx = _program("nginx")
    assert nginx is not None
    secure, plain = (wanted or _free_port(host) for wanted in ports)
    certificate, key = _certificate(folder)
    site = SITE.read_text(encoding="utf-8")
    for written, here in (
        ("listen 443 ssl", f"listen {host}:{secure} ssl"),
        ("listen 80;", f"listen {host}:{plain};"),
        ("/etc/ssl/assistant.pem", str(certificate)),
        ("/etc/ssl/assistant.key", str(key)),
        ("/var/log/nginx/nkbot.log", str(folder / "error.log")),
        ("alias /srv/nkbot/", f"alias {CHECKOUT}/"),
        (
            "    server 127.0.0.1:8000 max_fails=1 fail_timeout=5s;",
            "\n".join(f"    server 127.0.0.1:{port} max_fails=1 fail_timeout=5s;" for port in upstreams),
        ),
    ):
        assert site.count(written) == 1, f"{SITE.name} does not say {written!r} once"
        site = site.replace(written, here)
    (folder / "site.conf").write_text(site, encoding="utf-8")
    user = "user root;" if os.geteuid() == 0 else ""
    main = folder / "nginx.conf"
    main.write_text(_AROUND.format(folder=folder, user=user), encoding="utf-8")
    process = subprocess.Popen([nginx, "-p", str(folder), "-c", str(main)])
    try:
        _wait(host, secure, process)
        yield Front(f"https://{host}:{secure}", f"http://{host}:{plain}", certificate)
    finally:
        process.terminate()
        process.wait(20)


def _wait(host: str, port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        assert process.poll() is None, "nginx did not start: its words are above"
        try:
            socket.create_connection((host, port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("nginx does not answer")


def _certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate that is good for a day, and its key."""
    certificate, key = folder / "assistant.pem", folder / "assistant.key"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"]
    command += ["-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME},IP:127.0.0.1"]
    subprocess.run(
        [*command, "-keyout", str(key), "-out", str(certificate)], check=True, stderr=subprocess.DEVNULL
    )
    return certificate, key


def _program(name: str) -> str | None:
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")


def _free_port(host: str) -> int:
    with socket.socket() as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
        return port
