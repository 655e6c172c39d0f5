"""The whole assistant as one object: started under a supervisor, waited for, watched, stopped.

`make run` uses `Stack(settings)`; tests and the bench use `temporary_stack(folder)`, which has its own
state folder and free ports, and shares the prepared encoder and Rasa model, read-only.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Any
from xmlrpc.client import Fault, ServerProxy  # nosec B411 # only our own supervisor answers, on a private socket

from supervisor.xmlrpc import SupervisorTransport

from bot.operations import launch
from bot.operations.checkout import (
    APP_PYTHON,
    CHECKOUT,
    encoder_folder,
    quiet_environment,
    rasa_model,
    red_flags,
    seed_folder,
    state_folder,
)
from bot.operations.own_parts import silent
from bot.operations.processes import (
    GROUP,
    Program,
    control_socket,
    environment,
    programs,
    supervisor_configuration,
)
from bot.operations.secrets import make_secrets
from bot.settings import EVERYWHERE, PARTS, BotSettings
from knowledge.environment import read

STOP_SECONDS = 20


class StackError(Exception):
    """The processes could not be started or did not get ready; the sentence says what is known."""


class Stack:
    """The processes of one assistant. Use as a context manager, or call `start` and `stop`.

    `variables` are settings for the processes (`NKBOT_…`) on top of this process's environment.
    """

    def __init__(self, variables: Mapping[str, str] | None = None) -> None:
        self._variables = {**os.environ, **(variables or {})}
        var = read(BotSettings, self._variables).var
        make_secrets(var)
        self.settings = BotSettings.from_environment(self._variables)
        self.var = var
        self.programs: list[Program] = programs(self.settings)
        self._socket: Path | None = None
        self._supervisor: subprocess.Popen[bytes] | None = None
        self._held: IO[str] | None = None

    @property
    def url(self) -> str:
        """The web process's address."""
        host = "127.0.0.1" if self.settings.host in EVERYWHERE else self.settings.host
        return f"http://{host}:{self.settings.port}"

    @property
    def running(self) -> bool:
        """Whether the supervisor lives."""
        return self._supervisor is not None and self._supervisor.poll() is None

    def start(self) -> None:
        """Start everything; returns at once. StackError when a port is taken or part is not prepared.

        Call it from the main thread: on Linux the processes end with the thread that started them.
        """
        for name in ("log", "run", "rasa/home"):
            (self.var / name).mkdir(parents=True, exist_ok=True)
        self._check()
        self._hold()
        self._socket = control_socket(self.var)
        configuration = self.var / "run" / "supervisor.conf"
        configuration.write_text(
            supervisor_configuration(self.programs, self.var, self._socket), encoding="utf-8"
        )
        with (self.var / "log" / "supervisor-start.log").open("wb") as output:
            self._supervisor = subprocess.Popen(
                [str(APP_PYTHON), "-m", "bot.operations.supervise", "-c", str(configuration)],
                env={**self._variables, **quiet_environment(self.var), **environment(self.settings)},
                cwd=CHECKOUT,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # Ctrl-C reaches this process only, which then stops all in order
                preexec_fn=launch.die_with_parent,
            )

    def wait_ready(self, timeout: float = 180) -> float:
        """Wait until what runs here can serve; the seconds it took. StackError names what is not ready.

        With all parts on this host that is when `/readyz` is 200. Other hosts are not waited for.
        """
        started = time.monotonic()
        last: Any = "no answer yet"
        while time.monotonic() - started < timeout:
            if not self.running:
                raise StackError(
                    f"The supervisor ended by itself; see {self.var / 'log' / 'supervisor.log'}."
                )
            last = self._missing()
            if not last:
                return time.monotonic() - started
            time.sleep(0.1)
        raise StackError(
            f"Not everything was ready after {timeout:.0f} s ({last}); the logs are in {self.var / 'log'}."
        )

    def readiness(self) -> tuple[int, Any]:
        """The status of `/readyz` and what it says; 0 and a reason when nothing answers."""
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=5) as reply:  # nosec B310 # noqa: S310 - our own http address
                return reply.status, json.loads(reply.read())
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode(errors="replace")[:500]
        except (OSError, ValueError) as error:
            return 0, str(error)

    def _missing(self) -> Any:
        """What runs here and cannot serve yet, in words; empty when all can."""
        if self.settings.parts == PARTS:
            status, said = self.readiness()
            if status != 200:
                return said
        return ", ".join(silent(self.settings))

    def stop(self) -> None:
        """Stop everything and wait for it; does nothing when nothing runs."""
        supervisor = self._supervisor
        if supervisor is not None and supervisor.poll() is None:
            supervisor.terminate()
            try:
                supervisor.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                for each in self.programs:
                    self._signal(each.name, signal.SIGKILL)
                supervisor.kill()
                supervisor.wait()
        self._supervisor = None
        if self._socket is not None and self._socket.parent != self.var / "run":
            shutil.rmtree(self._socket.parent, ignore_errors=True)
        self._socket = None
        if self._held is not None:
            self._held.close()
            self._held = None

    def pid(self, name: str) -> int:
        """The process id of `web`, `rasa`, `actions` or `worker`; 0 while it is down."""
        return int(self._ask("getProcessInfo", f"{GROUP}:{name}")["pid"])

    def kill(self, name: str) -> int:
        """Kill a process the hard way, as a crash would; the id it had. The supervisor starts it anew."""
        pid = self.pid(name)
        if pid == 0:
            raise StackError(f"{name} is not running, so it cannot be killed.")
        os.kill(pid, signal.SIGKILL)
        return pid

    def halt(self, name: str) -> None:
        """Stop a process and keep it down until `resume`."""
        self._ask("stopProcess", f"{GROUP}:{name}", True)

    def resume(self, name: str) -> None:
        """Start a process that `halt` had stopped; returns when it has started, not when it is ready."""
        self._ask("startProcess", f"{GROUP}:{name}", False)

    @contextmanager
    def frozen(self, name: str) -> Iterator[None]:
        """A process that hangs: it is stopped in its tracks, and goes on when the block ends.

        Raises `StackError` when it is down. Its id would be 0 then, which to the system means whoever asks.
        """
        pid = self.pid(name)
        if pid == 0:
            raise StackError(f"{name} is not running, so it cannot be frozen.")
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)

    def log(self, name: str) -> str:
        """What a process has written so far (`web`, `rasa`, `actions`, `worker`, `supervisor`)."""
        path = self.var / "log" / f"{name}.log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def __enter__(self) -> Stack:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _check(self) -> None:
        if self.running:
            raise StackError("It runs already.")
        needed = {"Rasa's model": rasa_model(self.var), "the encoder": encoder_folder(self.var)}
        if "rasa" not in self.settings.parts:
            del needed["Rasa's model"]
        for what, path in needed.items():
            if not path.exists():
                raise StackError(f"{what} is missing ({path}); start with `make run` or `make test`.")
        inside = self.settings.internal_host
        for part, name, host, ports in (
            ("web", "NKBOT_PORT", self.settings.host, self.settings.web_ports),
            ("rasa", "NKBOT_RASA_PORT", inside, self.settings.rasa_ports),
            ("actions", "NKBOT_ACTIONS_PORT", inside, self.settings.actions_ports),
        ):
            for port in ports if part in self.settings.parts else ():
                if not _is_free(host, port):
                    raise StackError(
                        f"Port {port} on {host} is in use or not allowed: stop what uses it, or choose another "
                        f"with {name}."
                    )

    def _hold(self) -> None:
        """Keep others out of the state folder until `stop`; StackError when somebody is in it."""
        held = (self.var / "run" / "lock").open("w")
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            held.close()
            raise StackError(
                f"The state folder {self.var} is in use by another assistant: stop that one, or choose "
                "another folder with NKBOT_VAR."
            ) from None
        self._held = held

    def _signal(self, name: str, number: int) -> None:
        try:
            pid = self.pid(name)
        except (OSError, StackError):
            return
        if pid:
            os.kill(pid, number)

    def _ask(self, method: str, *arguments: Any) -> Any:
        if self._socket is None:
            raise StackError("Nothing has been started.")
        transport = SupervisorTransport(None, None, f"unix://{self._socket}")
        try:
            with ServerProxy("http://127.0.0.1", transport=transport) as proxy:
                return getattr(proxy.supervisor, method)(*arguments)
        except Fault as fault:
            raise StackError(f"The supervisor refused {method}: {fault.faultString}.") from None


def temporary_stack(
    folder: Path, variables: Mapping[str, str] | None = None, *, empty: bool = False
) -> Stack:
    """A stack of its own in `folder`, for a test or the bench; not started.

    It has free ports and fresh secrets, and begins with the starting knowledge base; or, `empty`, as a new host
    with nothing but what set-up makes on each. Settings of this process's environment do not reach it;
    those in `variables` do.
    """
    prepared = state_folder()
    var = folder / "var"
    seed = seed_folder(prepared)
    if not seed.exists() or not red_flags(prepared).exists():
        raise StackError(
            "The tests' knowledge base or red-flag screen is missing; start with `make test`, which makes it."
        )
    if empty:
        var.mkdir(parents=True)
    else:
        shutil.copytree(seed, var, symlinks=True)
        encoder_folder(var).unlink(missing_ok=True)
    encoder_folder(var).symlink_to(encoder_folder(prepared).resolve())
    shutil.copyfile(red_flags(prepared), red_flags(var))
    model = rasa_model(var)
    model.parent.mkdir(parents=True)
    model.symlink_to(rasa_model(prepared))
    cleared = {name: "" for name in os.environ if name.startswith("NKBOT_")}
    ports = free_ports(3)
    names = ("NKBOT_PORT", "NKBOT_RASA_PORT", "NKBOT_ACTIONS_PORT")
    own = dict(zip(names, map(str, ports), strict=True))
    return Stack({**cleared, **own, "NKBOT_VAR": str(var), **(variables or {})})


def free_ports(count: int) -> list[int]:
    """Ports on loopback that nobody uses at the moment, all different."""
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    try:
        return [each.getsockname()[1] for each in held]
    finally:
        for each in held:
            each.close()


def _is_free(host: str, port: int) -> bool:
    try:
        socket.create_server((host, port)).close()
    except OSError:
        return False
    return True
