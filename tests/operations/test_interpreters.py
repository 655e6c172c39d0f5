"""Finding a Python: only one that runs counts, and a missing one is answered with one sentence."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bot.operations import interpreters

THIS = (sys.version_info[0], sys.version_info[1])
NOBODY_HAS = (3, 99)


def program(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with nothing on PATH and nothing in pyenv's folder."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("PYENV_ROOT", raising=False)
    return tmp_path


def test_a_shim_that_only_prints_an_error_is_passed_over(alone: Path) -> None:
    name = f"python{THIS[0]}.{THIS[1]}"
    program(alone / "bin" / name, "echo 'pyenv: command not found' >&2; exit 127")
    real = program(
        alone / ".pyenv" / "versions" / f"{THIS[0]}.{THIS[1]}.4" / "bin" / name, f'exec {sys.executable} "$@"'
    )
    assert interpreters.find([THIS], "Rasa") == real


def test_a_plain_python3_of_the_right_version_will_do(alone: Path) -> None:
    real = program(alone / "bin" / "python3", f'exec {sys.executable} "$@"')
    assert interpreters.find([NOBODY_HAS, THIS], "the web process") == real


def test_uv_is_asked_when_nothing_else_is_there(alone: Path) -> None:
    real = program(alone / "fetched" / "python", f'exec {sys.executable} "$@"')
    uv = f"""
    case "$2" in
      install) touch {alone}/installed ;;
      find) test -e {alone}/installed && echo {real} ;;
    esac"""
    program(alone / "bin" / "uv", uv)
    program(alone / "bin" / "touch", 'exec /usr/bin/touch "$@"')
    assert interpreters.find([THIS], "Rasa") == real


def test_a_missing_python_is_one_sentence_that_says_what_to_install(alone: Path) -> None:
    with pytest.raises(interpreters.MissingPython) as caught:
        interpreters.find([NOBODY_HAS], "Rasa")
    said = str(caught.value)
    assert said.startswith("Rasa needs Python 3.99")
    assert "pyenv install 3.99" in said
    assert "uv" in said
    assert "\n" not in said
