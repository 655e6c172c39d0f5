"""Bringing one file in: opens it, hands it to a limited process, and gives back the document.

In: the path of a file of any origin. Out: a `Document`. Raises `ImportRefused` with a sentence for the
editor, whatever the file does to the process that reads it. Nothing is parsed in the calling process.
"""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from knowledge.importing.limits import MEGABYTE, TOO_LARGE, ImportRefused, Limits
from knowledge.importing.sniff import format_of
from knowledge.model import Document, EvidenceKind, Section, Source

_ROOT = Path(__file__).resolve().parents[2]
_SLOW = "This file takes too long to be read. Please upload its text, or split it by topic."
_BROKEN = "This file cannot be read. Please open it, save it again, and upload that."


def load_file(path: Path, *, limits: Limits | None = None) -> Document:
    """The document in the file at `path`."""
    limits = limits or Limits()
    with _opened(path, limits) as file:
        format_of(path.name, file.read(4_096))
        file.seek(0)
        answer = _ask_worker(path.name, file, limits)
    if "refused" in answer:
        raise ImportRefused(str(answer["refused"]))
    return _document(answer["document"])


def _opened(path: Path, limits: Limits) -> IO[bytes]:
    """The file, open for reading; only a regular file of a reasonable size is one."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise ImportRefused(
            "This file cannot be opened. Please check its name and that it may be read."
        ) from error
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode):
        os.close(descriptor)
        raise ImportRefused("This is not a file. Please choose a file to bring in.")
    if found.st_size > limits.file_bytes:
        os.close(descriptor)
        most = limits.file_bytes / MEGABYTE
        raise ImportRefused(
            f"This file is larger than {most:g} MB. Please upload its text, or split it by topic."
        )
    return os.fdopen(descriptor, "rb")


def _ask_worker(name: str, file: IO[bytes], limits: Limits) -> dict[str, Any]:
    command = [
        sys.executable,
        "-s",
        "-B",
        "-m",
        "knowledge.importing.worker",
        name,
        json.dumps(asdict(limits)),
    ]
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            command,
            stdin=file,
            stdout=output,
            stderr=subprocess.DEVNULL,
            cwd=_ROOT,
            env={"PYTHONPATH": str(_ROOT), "PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8"},
            start_new_session=True,
        )
        try:
            code = process.wait(limits.wall_seconds)
        except subprocess.TimeoutExpired:
            raise ImportRefused(_SLOW) from None
        finally:
            _end(process)
        return _answer(code, output, limits)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends the process if it still runs, and waits, so that nothing of it is left."""
    if process.poll() is None:
        process.kill()
    process.wait()


def _answer(code: int, output: IO[bytes], limits: Limits) -> dict[str, Any]:
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        raise ImportRefused(_SLOW)
    if output.seek(0, os.SEEK_END) >= limits.output_bytes:
        raise ImportRefused(TOO_LARGE)
    output.seek(0)
    try:
        answer = json.loads(output.read(limits.output_bytes))
    except ValueError:
        raise ImportRefused(_BROKEN) from None
    if not isinstance(answer, dict) or not ({"refused", "document"} & answer.keys()):
        raise ImportRefused(_BROKEN)
    return answer


def _document(values: dict[str, Any]) -> Document:
    """A document from the worker's JSON."""
    return Document(
        slug=values["slug"],
        title=values["title"],
        sections=tuple(
            Section(
                path=tuple(section["path"]),
                markdown=section["markdown"],
                questions=tuple(section["questions"]),
                evidence=EvidenceKind(section["evidence"]),
                source_keys=tuple(section["source_keys"]),
                facts=tuple(section["facts"]),
            )
            for section in values["sections"]
        ),
        sources=tuple(Source(**source) for source in values["sources"]),
        reviewer=values["reviewer"],
        reviewed_on=values["reviewed_on"],
        language=values["language"],
        dropped=tuple(values["dropped"]),
    )
