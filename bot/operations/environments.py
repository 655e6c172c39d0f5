"""Makes the two Python environments exactly as their lock files say. Standard library only (bare Python)."""

from __future__ import annotations

import json
import platform
import re
import shutil
import subprocess
from pathlib import Path

from bot.operations.steps import SetupFailed, command

TORCH_CPU_INDEX = "https://download.pytorch.org/whl/cpu"
KEPT = {"pip"}
"""Packages of an environment that no lock file names."""


def locked(lock: Path) -> dict[str, str]:
    """Package names (PEP 503) and exact versions of a lock file."""
    pins = {}
    for line in lock.read_text(encoding="utf-8").splitlines():
        text = line.partition("#")[0].strip()
        if text:
            name, _, version = text.partition("==")
            pins[_canonical(name)] = version
    return pins


def make(folder: Path, interpreter: Path, lock: Path, log: Path) -> None:
    """Make or update the environment in `folder`; SetupFailed with a sentence when that does not work."""
    python = folder / "bin" / "python"
    if not _same_version(python, interpreter):
        shutil.rmtree(folder, ignore_errors=True)
        command(
            [str(interpreter), "-m", "venv", str(folder)], log, advice="The environment could not be made."
        )
    pins = locked(lock)
    torch = pins.pop("torch", None)
    superfluous = sorted(set(installed(python)) - set(pins) - {"torch"} - KEPT)
    if superfluous:
        command([str(python), "-m", "pip", "uninstall", "--yes", "--quiet", *superfluous], log)
    exact = folder / "exact.txt"
    exact.write_text("".join(f"{name}=={version}\n" for name, version in pins.items()), encoding="utf-8")
    _pip(python, ["--requirement", str(exact)], log)
    if torch is not None:
        _install_torch(python, torch, log)
    complain(installed(python), {**pins, **({"torch": torch} if torch else {})})


def complain(found: dict[str, str], pins: dict[str, str]) -> None:
    """SetupFailed when the packages found are not exactly the locked ones, or bring NVIDIA's along."""
    cuda = sorted(name for name in found if name.startswith("nvidia-"))
    if cuda:
        raise SetupFailed(
            f"PyTorch brought NVIDIA packages along ({', '.join(cuda[:3])}, …), several GB that are never "
            "used here: delete .venv and start again with an index that offers PyTorch's CPU build "
            f"({TORCH_CPU_INDEX})."
        )
    wrong = [
        f"{name} {found.get(name, 'missing')} instead of {version}"
        for name, version in sorted(pins.items())
        if found.get(name, "").partition("+")[0] != version
    ]
    if wrong:
        raise SetupFailed(f"The environment is not what the lock file says ({'; '.join(wrong[:5])}).")


def installed(python: Path) -> dict[str, str]:
    """Names (PEP 503) and versions of the packages in an environment."""
    listing = subprocess.run(
        [str(python), "-m", "pip", "list", "--format=json", "--disable-pip-version-check"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    return {_canonical(each["name"]): each["version"] for each in json.loads(listing.stdout)}


def _install_torch(python: Path, version: str, log: Path) -> None:
    """PyTorch's CPU build: where pip is told to look, else from PyTorch's own index.

    On Linux the plain `torch` of PyPI is the CUDA build; elsewhere it is the CPU build.
    """
    if platform.system() != "Linux":
        _pip(python, [f"torch=={version}"], log)
        return
    wanted = f"torch=={version}+cpu"
    try:
        _pip(python, [wanted], log)
    except SetupFailed:
        _pip(python, ["--extra-index-url", TORCH_CPU_INDEX, wanted], log)


def _pip(python: Path, arguments: list[str], log: Path) -> None:
    command(
        [str(python), "-m", "pip", "install", "--no-deps", "--disable-pip-version-check", *arguments],
        log,
        advice="Packages could not be installed; check the connection to the package index and start again.",
    )


def _same_version(python: Path, interpreter: Path) -> bool:
    made_with = _says(python, "import sys, pip; print(sys.version)")
    return bool(made_with) and made_with == _says(interpreter, "import sys; print(sys.version)")


def _says(python: Path, code: str) -> str:
    try:
        done = subprocess.run(
            [str(python), "-I", "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
    except OSError:
        return ""
    return done.stdout.decode().strip() if done.returncode == 0 else ""


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
