"""The environments: the lock files are complete, and an environment that differs is refused."""

from __future__ import annotations

import re
import subprocess
from importlib import metadata
from pathlib import Path

import pytest

from bot.operations import environments
from bot.operations.checkout import APP_PYTHON, CHECKOUT, RASA_PYTHON
from bot.operations.lock import canonical, lock_text
from bot.operations.steps import SetupFailed

REQUIREMENTS = CHECKOUT / "requirements"


@pytest.mark.parametrize("name", ["app", "rasa"])
def test_every_package_is_locked_to_an_exact_version(name: str) -> None:
    lines = (REQUIREMENTS / f"{name}.lock").read_text().splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    assert len(pins) > 50
    assert [line for line in pins if not re.fullmatch(r"[a-z0-9-]+==[0-9][0-9a-z.]*", line)] == []
    asked = {
        canonical(re.split(r"[\[<>=\s]", line)[0])
        for line in (REQUIREMENTS / f"{name}.in").read_text().splitlines()
        if line.strip() and not line.startswith("#")
    }
    assert asked - set(environments.locked(REQUIREMENTS / f"{name}.lock")) == set()


def test_this_environment_is_what_the_lock_says_and_nothing_is_missing() -> None:
    found = environments.installed(APP_PYTHON)
    environments.complain(found, environments.locked(REQUIREMENTS / "app.lock"))
    assert not any(name.startswith("nvidia") for name in found)
    assert metadata.version("torch").endswith("+cpu")


def test_rasas_environment_is_what_the_lock_says() -> None:
    found = environments.installed(RASA_PYTHON)
    environments.complain(found, environments.locked(REQUIREMENTS / "rasa.lock"))
    version = subprocess.run([RASA_PYTHON, "--version"], capture_output=True, text=True, check=True)
    assert version.stdout.startswith("Python 3.10.")


def test_both_environments_encode_with_the_same_versions() -> None:
    app = environments.locked(REQUIREMENTS / "app.lock")
    rasa = environments.locked(REQUIREMENTS / "rasa.lock")
    for name in ("onnxruntime", "tokenizers"):
        assert app[name] == rasa[name]


def test_cuda_packages_are_refused_with_a_sentence() -> None:
    with pytest.raises(SetupFailed, match="NVIDIA") as caught:
        environments.complain({"torch": "2.13.0", "nvidia-cublas": "13.1"}, {"torch": "2.13.0"})
    assert environments.TORCH_CPU_INDEX in str(caught.value)


def test_another_version_is_refused_and_a_local_build_is_not() -> None:
    environments.complain({"torch": "2.13.0+cpu", "pip": "26"}, {"torch": "2.13.0"})
    with pytest.raises(SetupFailed, match="flask 3.0 instead of 3.1"):
        environments.complain({"flask": "3.0"}, {"flask": "3.1"})
    with pytest.raises(SetupFailed, match="flask missing instead of 3.1"):
        environments.complain({}, {"flask": "3.1"})


def test_a_lock_file_has_no_local_labels_and_one_spelling() -> None:
    report = {
        "environment": {"python_full_version": "3.11.7"},
        "install": [
            {"metadata": {"name": "torch", "version": "2.13.0+cpu"}},
            {"metadata": {"name": "Typing_Extensions", "version": "4.16.0"}},
        ],
    }
    text = lock_text(report, Path("app.in"))
    assert [line for line in text.splitlines() if not line.startswith("#")] == [
        "torch==2.13.0",
        "typing-extensions==4.16.0",
    ]
