"""Writes requirements/*.lock: every package, transitive ones included, at an exact version.

    python -m bot.operations.lock requirements/app.in

Run it with the Python of the environment that the file is for: pip resolves for the interpreter it
runs under. Nothing is installed. Labels of local builds (`2.13.0+cpu`) are left out, so that the file
fits any index; which build of PyTorch is taken is decided at installation (`environments.py`).
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any


def canonical(name: str) -> str:
    """A package's name as PEP 503 spells it: lower case, single hyphens."""
    return re.sub(r"[-_.]+", "-", name).lower()


def lock_text(report: dict[str, Any], source: Path) -> str:
    """The text of a lock file from pip's installation report."""
    pins = {
        canonical(entry["metadata"]["name"]): str(entry["metadata"]["version"]).partition("+")[0]
        for entry in report["install"]
    }
    python = ".".join(report["environment"]["python_full_version"].split(".")[:2])
    head = (
        f"# Made by `make lock` from {source.name} with Python {python}; do not edit.\n"
        "# Complete: it is installed with --no-deps.\n"
    )
    return head + "".join(f"{name}=={pins[name]}\n" for name in sorted(pins))


def resolve(source: Path) -> dict[str, Any]:
    """What pip would install into an empty environment for a requirements file."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed"]
        subprocess.run([*command, "--report", str(report), "-r", str(source)], check=True)
        loaded: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
        return loaded


def main() -> None:
    """Write the lock file beside each requirements file named on the command line."""
    for name in sys.argv[1:]:
        source = Path(name)
        target = source.with_suffix(".lock")
        target.write_text(lock_text(resolve(source), source), encoding="utf-8")
        print(f"Wrote {target}.")


if __name__ == "__main__":
    main()
