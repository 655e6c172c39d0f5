"""The alert rules that ship: Prometheus understands them, each rings when it should, and all figures in them exist."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from bot.operations import backup
from bot.operations.checkout import APP_PYTHON, CHECKOUT
from bot.operations.stack import Stack

FILE = CHECKOUT / "docs" / "deployment" / "alerts.yml"
RULES: list[dict[str, Any]] = [
    rule for group in yaml.safe_load(FILE.read_text("utf-8"))["groups"] for rule in group["rules"]
]
NAMES = {rule["alert"] for rule in RULES}
PROMTOOL = shutil.which("promtool")

MINUTES = 1_700
NOW, NEVER, SEEN = "0+60x1700", "0x1700", "nkbot_worker_last_seen_timestamp_seconds"
"""How promtool writes a figure that says the time of each minute, and one that says 1970 for good."""
WELL = {
    'nkbot_part_ready{part="actions"}': "1x1700",
    'nkbot_part_ready{part="rasa"}': "1x1700",
    "nkbot_database_up": "1x1700",
    f'{SEEN}{{job="worker"}}': NOW,
    f'{SEEN}{{job="back-up"}}': NOW,
    f'{SEEN}{{job="retention sweep"}}': NOW,
    'nkbot_errors_total{what="rasa"}': "0x1700",
    "process_open_fds": "5000x1700",
    "process_max_fds": "16384x1700",
    "nkbot_oldest_open_turn_seconds": "1x1700",
    'nkbot_turns_total{outcome="answer"}': "0+10x1700",
    'nkbot_turns_total{outcome="cannot_answer"}': "0x1700",
    'nkbot_turn_seconds_bucket{le="1"}': "0+10x1700",
    'nkbot_turn_seconds_bucket{le="4"}': "0+10x1700",
    'nkbot_turn_seconds_bucket{le="+Inf"}': "0+10x1700",
    "nkbot_oldest_alert_seconds": "0x1700",
    "nkbot_office_open": "1x1700",
    "nkbot_advisors_online": "2x1700",
    "nkbot_waiting": "1x1700",
    "nkbot_longest_wait_seconds": "60x1700",
    "nkbot_requests_for_people": "3x1700",
    "nkbot_publication_live": "7x1700",
    "nkbot_publication_served": "7x1700",
    'nkbot_publication_jobs{state="failed"}': "1x1700",
    'nkbot_publication_jobs{state="held"}': "0x1700",
    "nkbot_erasures_pending": "0x1700",
}
CASES: dict[str, tuple[dict[str, str], str, str]] = {
    "AssistantGone": (
        {'nkbot_part_ready{part="actions"}': "", 'nkbot_part_ready{part="rasa"}': ""},
        "1m",
        "4m",
    ),
    "PartNotReady": ({'nkbot_part_ready{part="actions"}': "0x1700"}, "1m", "4m"),
    "DatabaseAway": ({"nkbot_database_up": "0x1700"}, "0m", "2m"),
    "WorkerSilent": ({f'{SEEN}{{job="worker"}}': NEVER}, "1m", "3m"),
    "FailuresInside": ({'nkbot_errors_total{what="rasa"}': "0+1x1700"}, "3m", "20m"),
    "FilesRunOut": ({"process_open_fds": "14000x1700"}, "4m", "7m"),
    "PatientWaitsForAReply": ({"nkbot_oldest_open_turn_seconds": "9x1700"}, "0m", "2m"),
    "CannotAnswer": ({'nkbot_turns_total{outcome="cannot_answer"}': "0+1x1700"}, "2m", "20m"),
    "SlowAnswers": ({'nkbot_turn_seconds_bucket{le="1"}': "0x1700"}, "9m", "25m"),
    "EmergencyNotSeen": ({"nkbot_oldest_alert_seconds": "0+60x1700"}, "2m", "4m"),
    "NobodyOnlineInOfficeHours": ({"nkbot_advisors_online": "0x1700"}, "9m", "12m"),
    "SomebodyWaitsTooLong": ({"nkbot_longest_wait_seconds": "0+60x1700"}, "10m", "12m"),
    "LongQueue": ({"nkbot_waiting": "11x1700"}, "4m", "7m"),
    "RequestsPileUp": ({"nkbot_requests_for_people": "21x1700"}, "3h", "5h"),
    "PublicationNotServed": ({"nkbot_publication_served": "6x1700"}, "1m", "4m"),
    "PublicationFailed": ({'nkbot_publication_jobs{state="failed"}': "1x90 2x1600"}, "80m", "2h"),
    "PublicationHeld": ({'nkbot_publication_jobs{state="held"}': "1x1700"}, "3h", "5h"),
    "BackupTooOld": ({f'{SEEN}{{job="back-up"}}': NEVER}, "25h", "27h"),
    "ErasureNotConfirmed": ({"nkbot_erasures_pending": "1x1700"}, "50m", "2h"),
    "OldConversationsStay": ({f'{SEEN}{{job="retention sweep"}}': NEVER}, "25h", "27h"),
}
"""For each rule: what is not well, until when it is still silent, and when it rings."""


def test_each_rule_says_how_urgent_it_is_and_what_to_do() -> None:
    assert len(NAMES) == len(RULES)
    for rule in RULES:
        assert rule["labels"]["severity"] in {"page", "ticket"}, rule["alert"]
        assert all(rule["annotations"][each].endswith((".", "?")) for each in ("summary", "action"))


def test_every_rule_has_its_case() -> None:
    assert CASES.keys() == NAMES


@pytest.mark.skipif(PROMTOOL is None, reason="there is no promtool on this machine (Debian: prometheus)")
def test_prometheus_understands_them() -> None:
    promtool("check", "rules", str(FILE))


@pytest.mark.skipif(PROMTOOL is None, reason="there is no promtool on this machine (Debian: prometheus)")
def test_each_rings_when_it_should_and_none_else(tmp_path: Path) -> None:
    cases = [_case("all is well", WELL, {"2h": None, "27h": None})]
    for name, (unwell, silent, rings) in CASES.items():
        cases.append(_case(name, WELL | unwell, {silent: None, rings: name}))
    asked = {"rule_files": [str(FILE)], "evaluation_interval": "1m", "tests": cases}
    file = tmp_path / "alerts-test.yml"
    file.write_text(yaml.safe_dump(asked), encoding="utf-8")
    promtool("test", "rules", str(file))


def _case(name: str, figures: dict[str, str], expected: dict[str, str | None]) -> dict[str, Any]:
    """A test as promtool wants it: at these times exactly this alert rings, or none."""
    return {
        "name": name,
        "interval": "1m",
        "input_series": [{"series": each, "values": values} for each, values in figures.items() if values],
        "promql_expr_test": [
            {
                "expr": 'count by (alertname) (ALERTS{alertstate="firing"})',
                "eval_time": at,
                "exp_samples": [{"labels": f'{{alertname="{rings}"}}', "value": 1}] if rings else [],
            }
            for at, rings in expected.items()
        ],
    }


def promtool(*arguments: str) -> None:
    assert PROMTOOL is not None
    done = subprocess.run([PROMTOOL, *arguments], check=False, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.e2e
def test_all_their_figures_are_told_by_the_running_assistant(stack: Stack, tmp_path: Path) -> None:
    made = subprocess.run(
        [str(APP_PYTHON), "-m", backup.__name__, "make", str(tmp_path)],
        cwd=CHECKOUT,
        env={**os.environ, "NKBOT_VAR": str(stack.var), "NKBOT_DATABASE_URL": stack.settings.database_url},
        capture_output=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    wanted = {
        (name, label, value)
        for rule in RULES
        for name, label, value in re.findall(
            r'\b((?:nkbot|process)_[a-z_]+)(?:\{([a-z]+)="([^"]+)"\})?', rule["expr"]
        )
    }
    assert len(wanted) >= len(WELL) - 8
    until = time.monotonic() + 30
    missing = wanted
    while missing and time.monotonic() < until:
        time.sleep(0.5)
        told = [
            sample
            for family in text_string_to_metric_families(httpx.get(f"{stack.url}/metrics", timeout=15).text)
            for sample in family.samples
        ]
        missing = {
            (name, label, value)
            for name, label, value in wanted
            if not any(each.name == name and each.labels.get(label, "") == value for each in told)
        }
    assert missing == set()
