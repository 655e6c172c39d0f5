"""Chaos on three hosts, briefly: they are cut off, Redis and PostgreSQL go, a clock is wrong, processes come and go."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from bot.operations.checkout import CHECKOUT
from bot.operations.launch import die_with_parent
from tests.chaos.__main__ import NOT_HERE

pytestmark = pytest.mark.e2e

NEW = "cut off|Redis|PostgreSQL|clock"
MINUTES = 1.0


def test_every_promise_is_kept_while_three_hosts_lose_each_other() -> None:
    wanted = ["--hosts", "3", "--minutes", str(MINUTES), "--seed", "5", "--patients", "8", "--advisors", "2"]
    done = subprocess.run(
        [sys.executable, "-m", "tests.chaos", *wanted, "--faults", NEW],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=die_with_parent,
    )
    if done.returncode == NOT_HERE:
        pytest.skip(done.stderr.strip())
    assert "{" in done.stdout, done.stderr
    report: dict[str, Any] = json.loads(done.stdout[done.stdout.index("{") :])
    assert report["broken promises"] == []
    assert done.returncode == 0
    assert report["patients' messages"] > 40
    assert {each.split()[0] for each in report["taken away and put back, one at a time"]} == {
        "web",
        "rasa",
        "actions",
        "worker",
    }
    assert len(report["faults"]) > 1
