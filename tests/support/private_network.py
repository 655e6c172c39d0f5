"""Several hosts on one machine that nobody else can see: network namespaces on a switch. Linux, root, iproute2.

The process that makes it lives in it: from then on it and what it starts have a network and mounts of their own. No
namespace has a name and no interface is the machine's, so all is gone with the last of these processes, however they
end, and any number of such networks may stand side by side.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

_NEW_NETWORK = 0x40000000
_NEW_MOUNTS = 0x00020000
_SWITCH = "switch"
_NOWHERE = "nowhere"
"""A switch that nobody else is on."""
_PATH = "/usr/sbin:/sbin:/usr/bin:/bin"


class NetworkRefused(Exception):
    """There can be none here; the sentence says why."""


class Cut(StrEnum):
    """How a host is cut off: its line has no signal, or all looks well and nothing arrives."""

    LINE_DOWN = "line down"
    SILENT = "packets vanish"


@dataclass(frozen=True)
class Place:
    """A host: its address, its namespace, and its line's end at the switch."""

    address: str
    line: str
    _namespace: int

    @contextmanager
    def entered(self) -> Iterator[None]:
        """What this thread opens or starts inside the block is on that host."""
        with _leaving_again():
            _call("setns", self._namespace, _NEW_NETWORK)
            yield

    def cut_off(self, how: Cut) -> None:
        """From now on nothing comes or goes; what runs there goes on. More than once is the same as once."""
        if how is Cut.LINE_DOWN:
            _ip("link", "set", self.line, "down")
        else:
            _ip("link", "set", self.line, "master", _NOWHERE)

    def rejoin(self) -> None:
        """As if nothing had been."""
        _ip("link", "set", self.line, "master", _SWITCH)
        _ip("link", "set", self.line, "up")


class PrivateNetwork:
    """A switch that this process is on, too, at `address`. NetworkRefused when there can be none."""

    def __init__(self) -> None:
        if sys.platform != "linux" or shutil.which("ip", path=_PATH) is None:
            raise NetworkRefused("hosts of their own need Linux with ip: install the package iproute2")
        try:
            _call("unshare", _NEW_NETWORK | _NEW_MOUNTS)
            # What is mounted from here on is nobody else's.
            subprocess.run(["mount", "--make-rprivate", "/"], check=True, capture_output=True)
            _ip("link", "set", "lo", "up")
            for switch in (_SWITCH, _NOWHERE):
                _ip("link", "add", switch, "type", "bridge", "forward_delay", "0")
                _ip("link", "set", switch, "up")
        except (OSError, subprocess.CalledProcessError) as error:
            raise NetworkRefused(f"this machine does not let us make networks of our own ({error})") from None
        self._address = "10.77.0.{}"
        self.address = self._address.format(100)
        _ip("address", "add", f"{self.address}/24", "dev", _SWITCH)

    def add(self, number: int) -> Place:
        """One more host, by a number from 1 to 99."""
        line, address = f"line{number}", self._address.format(number)
        with _leaving_again():
            _call("unshare", _NEW_NETWORK)
            namespace = _own_namespace()  # it lives as long as this, or anybody in it
            inside = f"/proc/{os.getpid()}/fd/{namespace}"
            _ip("link", "set", "lo", "up")
        _ip("link", "add", line, "type", "veth", "peer", "name", "eth0", "netns", inside)
        place = Place(address, line, namespace)
        with place.entered():
            _ip("address", "add", f"{address}/24", "dev", "eth0")
            _ip("link", "set", "eth0", "up")
        place.rejoin()
        return place


def _ip(*command: str) -> None:
    subprocess.run(["ip", *command], check=True, capture_output=True)


def _own_namespace() -> int:
    return os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)


@contextmanager
def _leaving_again() -> Iterator[None]:
    before = _own_namespace()
    try:
        yield
    finally:
        _call("setns", before, _NEW_NETWORK)
        os.close(before)


def _call(name: str, *arguments: int) -> None:
    """Python learns these calls with 3.12."""
    if getattr(ctypes.CDLL(None, use_errno=True), name)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
