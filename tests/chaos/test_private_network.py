"""Hosts on one machine reach each other; one is cut off in each way and comes back, and nothing is left behind."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.operations.checkout import CHECKOUT
from tests.chaos.__main__ import NOT_HERE

REACH = """
import socket, sys, time
from tests.support.private_network import Cut, NetworkRefused, PrivateNetwork

try:
    network = PrivateNetwork()
except NetworkRefused as reason:
    print(reason)
    sys.exit(3)
places = [network.add(number) for number in (1, 2)]
with places[0].entered():
    listening = socket.create_server((places[0].address, 0))
port = listening.getsockname()[1]

def reached(seen_from=None):
    try:
        if seen_from is None:
            socket.create_connection((places[0].address, port), 1).close()
        else:
            with seen_from.entered():
                socket.create_connection((places[0].address, port), 1).close()
    except OSError:
        return False
    return True

def everybody():
    return [reached(), reached(places[0]), reached(places[1])]

def soon():
    until = time.monotonic() + 20  # the system may take a second to notice that a line is up
    while everybody() != [True, True, True]:
        assert time.monotonic() < until

soon()
for how in Cut:
    places[0].cut_off(how)
    assert everybody() == [False, True, False], how
    places[0].rejoin()
    soon()
"""


def interfaces() -> set[str]:
    return {line.split()[0] for line in Path("/proc/net/dev").read_text().splitlines()}


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)


def test_a_host_is_cut_off_and_comes_back_and_the_machine_is_as_it_was() -> None:
    done = run(sys.executable, "-c", REACH)
    if done.returncode == 3:
        pytest.skip(done.stdout.strip())
    assert done.returncode == 0, done.stderr
    assert not interfaces() & {"switch:", "nowhere:", "line1:", "line2:"}, (
        "it is on the machine's own network"
    )


def test_without_the_right_to_make_networks_chaos_says_so_and_ends() -> None:
    powerless = [] if run("id", "-u").stdout.strip() != "0" else ["setpriv", "--bounding-set=-all", "--"]
    if powerless and shutil.which("setpriv") is None:
        pytest.skip("there is no setpriv to give up rights with")
    done = run(*powerless, sys.executable, "-m", "tests.chaos", "--hosts", "3")
    assert done.returncode == NOT_HERE
    assert done.stderr.startswith("There can be no 3 hosts here: ")
    assert "Traceback" not in done.stderr
