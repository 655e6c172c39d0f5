"""From another machine nothing can be reached but nginx, with and without the guide's firewall."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support import namespaces, nginx
from tests.support.namespaces import Host

FIREWALL = nginx.CHECKOUT / "docs" / "deployment" / "nftables.conf"
_HERE = Path(__file__).parent
_WHY_NOT = namespaces.why_not() or nginx.why_not()

pytestmark = [pytest.mark.e2e, pytest.mark.skipif(_WHY_NOT is not None, reason=str(_WHY_NOT))]


def open_ports(seen_from: Host, of: Host, *ports: int) -> list[int]:
    """Scans one of our own two hosts from the other."""
    told = seen_from.run(sys.executable, str(_HERE / "open_ports.py"), of.address, *map(str, ports))
    return [int(line) for line in told.split()]


@contextmanager
def whole_site(host: Host, folder: Path) -> Iterator[None]:
    """The stack and nginx on a host."""
    process = subprocess.Popen(
        host.command(sys.executable, "-m", "tests.deployment.whole_site", str(folder), host.address),
        cwd=nginx.CHECKOUT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        lines = iter(process.stdout.readline, "")
        assert any("all can serve" in line for line in lines), "the site did not start: see above"
        yield
    finally:
        process.stdin.close()
        process.wait(60)
        process.stdout.close()


def test_only_nginx_can_be_reached_from_another_machine(tmp_path: Path) -> None:
    with namespaces.two_hosts() as (clinic, outside), whole_site(clinic, tmp_path):
        assert open_ports(outside, clinic) == [80, 443]
        chat = outside.run(
            sys.executable,
            "-c",
            "import httpx, ssl, sys; trust = ssl.create_default_context(cafile=sys.argv[1]);"
            f"trust.check_hostname = False; print(httpx.get('https://{clinic.address}/', verify=trust).text)",
            str(tmp_path / "assistant.pem"),
        )
        assert "<html" in chat


@pytest.mark.skipif(
    shutil.which("nft", path="/usr/sbin:/usr/bin") is None, reason="install the package nftables"
)
def test_the_firewall_keeps_everything_else_out() -> None:
    listen = (
        "import http.server as s; s.test(s.SimpleHTTPRequestHandler, port=int(__import__('sys').argv[1]))"
    )
    with namespaces.two_hosts() as (clinic, outside):
        servers = [
            subprocess.Popen(
                clinic.command(sys.executable, "-c", listen, str(port)),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=_HERE,
            )
            for port in (443, 5005)
        ]
        try:
            while open_ports(outside, clinic, 443, 5005) != [443, 5005]:
                assert all(server.poll() is None for server in servers)
            clinic.run("nft", "-f", str(FIREWALL))
            clinic.run("nft", "-f", str(FIREWALL))  # a second time changes nothing
            assert open_ports(outside, clinic, 443, 5005, 8000) == [443]
            assert open_ports(clinic, clinic, 443, 5005) == [443, 5005], "the machine itself is not kept out"
        finally:
            for server in servers:
                server.kill()
                server.wait()
