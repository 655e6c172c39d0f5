"""Finds a Python of a wanted version. Standard library only (bare Python).

Looked for on PATH, in pyenv's versions folder, and through uv. A candidate counts only when it runs:
pyenv leaves programs on PATH that do nothing but print an error.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

Version = tuple[int, int]

APP_VERSIONS: tuple[Version, ...] = ((3, 11), (3, 12), (3, 13))
"""In order of preference: the lock files are made and tested with the first."""
RASA_VERSIONS: tuple[Version, ...] = ((3, 10),)

# What an environment needs of its Python: some distributions ship these apart.
_CHECK = "import sys, ssl, sqlite3, venv, ensurepip; print('%d.%d' % sys.version_info[:2])"


class MissingPython(Exception):
    """No usable interpreter; the sentence says what to install."""


def find(versions: Iterable[Version], purpose: str) -> Path:
    """The first interpreter that runs and has one of `versions`, in order of preference.

    `purpose` is named in the sentence of MissingPython ("Rasa", "the web process …").
    """
    wanted = list(versions)
    for version in wanted:
        for candidate in _candidates(version):
            if works(candidate, version):
                return candidate
    for version in wanted:
        fetched = _through_uv(version)
        if fetched is not None and works(fetched, version):
            return fetched
    names = " or ".join(f"{major}.{minor}" for major, minor in wanted)
    best = "{}.{}".format(*wanted[0])
    raise MissingPython(
        f"{purpose} needs Python {names} with its venv module, and none was found: install it with "
        f"`pyenv install {best}`, or install uv (`pip install uv`), which fetches it, and start again."
    )


def works(candidate: Path, version: Version) -> bool:
    """Whether the program runs, is that version, and can make environments."""
    try:
        done = subprocess.run(
            [str(candidate), "-I", "-c", _CHECK],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=30,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and done.stdout.decode().strip() == "{}.{}".format(*version)


def _candidates(version: Version) -> Iterable[Path]:
    major, minor = version
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        for name in (f"python{major}.{minor}", "python3"):
            candidate = Path(folder or ".") / name
            if os.access(candidate, os.X_OK):
                yield candidate.absolute()
    roots: list[Path] = []
    if os.environ.get("PYENV_ROOT"):
        roots.append(Path(os.environ["PYENV_ROOT"]))
    roots.append(Path.home() / ".pyenv")
    for root in roots:
        yield from sorted(root.glob(f"versions/{major}.{minor}*/bin/python{major}.{minor}"), reverse=True)


def _through_uv(version: Version) -> Path | None:
    uv = shutil.which("uv")
    if uv is None:
        return None
    name = "{}.{}".format(*version)
    for command in (["python", "find", name], ["python", "install", name], ["python", "find", name]):
        try:
            done = subprocess.run(
                [uv, *command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=600
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
        found = done.stdout.decode().strip()
        if command[1] == "find" and done.returncode == 0 and found:
            return Path(found)
    return None
