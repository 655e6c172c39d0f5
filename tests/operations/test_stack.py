"""The real processes under their supervisor: started, killed, restarted, stopped, nothing left behind."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.operations.checkout import APP_PYTHON, CHECKOUT
from bot.operations.stack import Stack, StackError, free_ports, temporary_stack
from tests.support.patient import Patient

pytestmark = pytest.mark.e2e

PATIENCE = 60


def until(what: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Wait for something to become true; the assertion shows what did not."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return
        time.sleep(0.1)
    pytest.fail(f"did not happen within {seconds} s: {what}")


def alive(pid: int) -> bool:
    """Whether a process exists and is more than an entry waiting to be collected."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def listeners(pids: set[int]) -> set[tuple[str, int]]:
    """The TCP addresses on which processes of these groups listen."""
    shown = subprocess.run(["ss", "-Hltnp"], capture_output=True, text=True, check=True).stdout
    found = set()
    for line in shown.splitlines():
        if any(f"pid={pid}," in line for pid in pids):
            host, _, port = line.split()[3].rpartition(":")
            found.add((host, int(port)))
    return found


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack whose processes these tests may kill, in the middle of a change of its token."""
    changing = {"NKBOT_INTERNAL_TOKEN": f"{'new' * 8},{'old' * 8}"}
    with temporary_stack(tmp_path_factory.mktemp("own"), changing) as running:
        running.wait_ready()
        yield running


def test_ready_says_so_and_names_every_part(own: Stack) -> None:
    status, said = own.readiness()
    assert status == 200
    for part in ("database", "rasa", "actions", "index", "worker"):
        assert part in str(said)


def test_while_the_token_is_changed_all_parts_know_each_other(own: Stack) -> None:
    (answer,) = Patient(own.url).ask("What are NK cells?")
    assert answer["kind"] == "answer"
    assert answer["citations"]


def test_what_dies_is_started_again_and_serves(own: Stack) -> None:
    killed = {name: own.kill(name) for name in ("web", "actions", "rasa", "worker")}
    until(lambda: not any(map(alive, killed.values())))
    until(lambda: all(own.pid(name) not in (0, pid) for name, pid in killed.items()))
    own.wait_ready()


def test_what_was_halted_stays_down_and_readiness_says_which_part(own: Stack) -> None:
    own.halt("actions")
    assert own.pid("actions") == 0
    until(lambda: own.readiness()[0] == 503)
    assert "actions" in str(own.readiness()[1])
    own.resume("actions")
    own.wait_ready()


def test_every_port_is_on_loopback(own: Stack) -> None:
    if not Path("/bin/ss").exists() and not Path("/usr/bin/ss").exists():
        pytest.skip("needs ss, of the package iproute2")
    pids = {own.pid(name) for name in ("web", "rasa", "actions", "worker")}
    children = subprocess.run(["ps", "-eo", "pid,ppid"], capture_output=True, text=True, check=True).stdout
    for line in children.splitlines()[1:]:
        pid, parent = map(int, line.split())
        if parent in pids:
            pids.add(pid)
    found = listeners(pids)
    assert {port for _, port in found} >= {
        own.settings.port,
        own.settings.rasa_port,
        own.settings.actions_port,
    }
    assert {host for host, _ in found} == {"127.0.0.1"}


def test_secrets_and_control_socket_are_for_the_owner_only(own: Stack) -> None:
    for path in [*(own.var / "secrets").iterdir(), *(own.var / "run").glob("*.sock")]:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_home_stays_untouched(own: Stack) -> None:
    assert Path(f"/proc/{own.pid('rasa')}/environ").read_bytes().count(b"HOME=" + bytes(own.var)) >= 1


def test_a_taken_port_is_answered_with_a_sentence(own: Stack, tmp_path: Path) -> None:
    second = temporary_stack(tmp_path, {"NKBOT_PORT": str(own.settings.port)})
    with pytest.raises(StackError, match="NKBOT_PORT") as caught:
        second.start()
    assert str(own.settings.port) in str(caught.value)
    second.stop()


def test_two_assistants_do_not_share_a_state_folder(own: Stack) -> None:
    ports = dict(zip(("NKBOT_PORT", "NKBOT_RASA_PORT", "NKBOT_ACTIONS_PORT"), free_ports(3), strict=True))
    second = Stack({"NKBOT_VAR": str(own.var), **{name: str(port) for name, port in ports.items()}})
    with pytest.raises(StackError, match="NKBOT_VAR"):
        second.start()
    second.stop()
    assert own.readiness()[0] == 200


def run_command(tmp_path: Path) -> tuple[subprocess.Popen[str], Stack]:
    """`make run`'s program as its own process, on the state folder of a stack that is not started."""
    stack = temporary_stack(tmp_path)
    names = {
        "NKBOT_VAR": str(stack.var),
        "NKBOT_PORT": str(stack.settings.port),
        "NKBOT_RASA_PORT": str(stack.settings.rasa_port),
        "NKBOT_ACTIONS_PORT": str(stack.settings.actions_port),
    }
    process = subprocess.Popen(
        [APP_PYTHON, "-m", "bot.operations.run"],
        cwd=CHECKOUT,
        env={**os.environ, **names},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return process, stack


def group_of(parent: int) -> set[int]:
    """All living processes below one."""
    table = subprocess.run(["ps", "-eo", "pid,ppid"], capture_output=True, text=True, check=True).stdout
    pairs = [tuple(map(int, line.split())) for line in table.splitlines()[1:]]
    found: set[int] = set()
    frontier = {parent}
    while frontier:
        frontier = {pid for pid, above in pairs if above in frontier} - found
        found |= frontier
    return found


def test_make_run_prints_the_address_and_ctrl_c_stops_everything(tmp_path: Path) -> None:
    process, stack = run_command(tmp_path)
    assert process.stdout is not None
    try:
        lines = []
        for line in process.stdout:
            lines.append(line)
            if "Stop with Ctrl-C" in line:
                break
        assert f"{stack.url}/" in "".join(lines), "".join(lines)
        assert stack.readiness()[0] == 200
        below = group_of(process.pid)
        assert len(below) >= 5
        process.send_signal(signal.SIGINT)
        assert process.wait(40) == 0
        assert [pid for pid in below if alive(pid)] == []
        for port in (stack.settings.port, stack.settings.rasa_port, stack.settings.actions_port):
            socket.create_server(("127.0.0.1", port)).close()
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_make_run_can_be_stopped_while_it_starts(tmp_path: Path) -> None:
    process, _stack = run_command(tmp_path)
    assert process.stdout is not None
    try:
        until(lambda: len(group_of(process.pid)) >= 4)
        below = group_of(process.pid)
        process.send_signal(signal.SIGTERM)
        assert process.wait(40) == 0
        assert [pid for pid in below if alive(pid)] == []
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_when_make_run_is_killed_nothing_keeps_running(tmp_path: Path) -> None:
    if sys.platform != "linux":
        pytest.skip("only Linux tells processes that their parent died")
    process, _stack = run_command(tmp_path)
    assert process.stdout is not None
    try:
        until(lambda: len(group_of(process.pid)) >= 4)
        below = group_of(process.pid)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
    until(lambda: not any(alive(pid) for pid in below))


def test_a_host_may_run_several_of_some_parts_and_none_of_others(tmp_path: Path) -> None:
    web, actions = neighbouring_ports(), neighbouring_ports()
    told = {
        "NKBOT_PARTS": "web actions",
        "NKBOT_WEB_PROCESSES": "2",
        "NKBOT_ACTIONS_PROCESSES": "2",
        "NKBOT_PORT": str(web),
        "NKBOT_ACTIONS_PORT": str(actions),
    }
    with temporary_stack(tmp_path, told) as running:
        running.wait_ready()  # without Rasa, which is another host's
        assert [each.name for each in running.programs] == ["actions", "actions-2", "web", "web-2"]
        for port in (web, web + 1):
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10) as reply:
                assert reply.status == 200
        parts = running.readiness()[1]
        assert f"http://127.0.0.1:{actions + 1}" in parts  # each web process asks both action servers
        running.kill("web-2")
        until(lambda: running.pid("web-2") != 0)
        running.wait_ready()


def neighbouring_ports() -> int:
    """A free port whose neighbour is free, too."""
    for port in free_ports(20):
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port + 1)):
            return port
    raise AssertionError("no two free ports next to each other")
