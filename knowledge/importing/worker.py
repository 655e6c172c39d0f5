"""The limited process that reads one uploaded file: `python -m knowledge.importing.worker NAME LIMITS`.

In: the file's bytes on standard input, its name, and the limits as JSON. Out: one JSON object on
standard output, `{"document": …}` or `{"refused": "sentence"}`. It sets its own limits of memory,
computing time and output before it loads any parser, and from then on may open no network connection
and start no process. Whatever happens to it, the process that started it goes on.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Sequence
from dataclasses import asdict

from knowledge.importing.limits import TOO_LARGE, ImportRefused, Limits

_FORBIDDEN = (
    "socket.",
    "subprocess.",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.spawn",
    "os.system",
    "os.startfile",
)


def main(arguments: Sequence[str]) -> int:
    """Reads standard input, writes the answer; 0 when there is one."""
    file_name, limits = arguments[0], Limits(**json.loads(arguments[1]))
    limit_process(limits)
    data = sys.stdin.buffer.read(limits.file_bytes + 1)
    try:
        from knowledge.importing.parse import parse

        sys.addaudithook(_forbid)
        answer: dict[str, object] = {"document": asdict(parse(file_name, data, limits))}
    except ImportRefused as refused:
        answer = {"refused": str(refused)}
    except MemoryError:
        answer = {"refused": TOO_LARGE}
    except RecursionError:
        answer = {
            "refused": "This file is nested too deeply to be read. Please upload its text as plain text."
        }
    sys.stdout.write(json.dumps(answer))
    return 0


def limit_process(limits: Limits) -> None:
    """Bounds this process; the kernel ends or refuses whatever goes beyond."""
    _limit(resource.RLIMIT_AS, limits.memory_bytes)
    _limit(resource.RLIMIT_CPU, limits.cpu_seconds)
    _limit(resource.RLIMIT_FSIZE, limits.output_bytes)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_NOFILE, 64)


def _limit(what: int, most: int) -> None:
    hard = resource.getrlimit(what)[1]
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (most, most))


def _forbid(event: str, _arguments: tuple[object, ...]) -> None:
    if event.startswith(_FORBIDDEN):
        raise PermissionError("A file that is being read may not do that.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
