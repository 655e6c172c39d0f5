"""Two hosts on one machine: network namespaces with a line between them. Linux, root and iproute2 only."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

_PATH = "/usr/sbin:/sbin:/usr/bin:/bin"


def why_not() -> str | None:
    """Why there can be none here, as a sentence; None when there can."""
    ip = shutil.which("ip", path=_PATH)
    if ip is None:
        return "there is no ip on this machine: install the package iproute2"
    if os.geteuid() != 0:
        return "network namespaces need root"
    name = f"nkbot-{secrets.token_hex(4)}"
    made = subprocess.run([ip, "netns", "add", name], check=False, capture_output=True)
    if made.returncode != 0:
        return "this machine does not let us make network namespaces"
    subprocess.run([ip, "netns", "delete", name], check=True)
    return None


@dataclass(frozen=True)
class Host:
    """One of them: its namespace, and its address on the line."""

    name: str
    address: str

    def command(self, *command: str) -> list[str]:
        """The command line that runs something there."""
        return ["ip", "netns", "exec", self.name, *command]

    def run(self, *command: str) -> str:
        """Runs something there to its end; what it printed."""
        done = subprocess.run(self.command(*command), check=True, capture_output=True, text=True)
        return done.stdout


@contextmanager
def two_hosts() -> Iterator[tuple[Host, Host]]:
    """Two that reach each other and nobody else."""
    mark = secrets.token_hex(3)
    hosts = (Host(f"nkbot-{mark}-a", "10.77.0.1"), Host(f"nkbot-{mark}-b", "10.77.0.2"))
    for host in hosts:
        subprocess.run(["ip", "netns", "add", host.name], check=True)
    try:
        first, second = hosts
        first.run("ip", "link", "add", "line0", "type", "veth", "peer", "name", "line1")
        first.run("ip", "link", "set", "line1", "netns", second.name)
        for host, line in zip(hosts, ("line0", "line1"), strict=True):
            host.run("ip", "address", "add", f"{host.address}/24", "dev", line)
            host.run("ip", "link", "set", line, "up")
            host.run("ip", "link", "set", "lo", "up")
        yield hosts
    finally:
        for host in hosts:
            subprocess.run(["ip", "netns", "delete", host.name], check=False)
