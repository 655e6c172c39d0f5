"""Advisors at the console as programs, and what their page asks for and reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bot.accounts.model import Role
from tests.support.advisor import AdvisorAtDesk
from tests.support.console import database_url
from tests.support.patient import Patient
from tests.support.web_process import WebProcess


@pytest.fixture
def ada(web: WebProcess) -> Iterator[AdvisorAtDesk]:
    advisor = AdvisorAtDesk(web.url, database_url(web), "Ada Lind")
    yield advisor
    advisor.close()


@pytest.fixture
def ben(web: WebProcess) -> Iterator[AdvisorAtDesk]:
    advisor = AdvisorAtDesk(web.url, database_url(web), "Ben Roth")
    yield advisor
    advisor.close()


@pytest.fixture
def boss(web: WebProcess) -> Iterator[AdvisorAtDesk]:
    advisor = AdvisorAtDesk(web.url, database_url(web), "Cleo", Role.ADMINISTRATOR)
    yield advisor
    advisor.close()


def ask_for_a_person(patient: Patient) -> None:
    patient.http.post(patient._path("handoff"), headers=patient.headers).raise_for_status()


def queue(advisor: AdvisorAtDesk, name: str) -> dict[str, dict[str, Any]]:
    found = advisor.http.get("/console/api/conversations", params={"queue": name}).json()
    return {row["id"]: row for row in found["conversations"]}


def whole(advisor: AdvisorAtDesk, patient: Patient, after: int = 0) -> dict[str, Any]:
    answer = advisor.http.get(
        f"/console/api/conversations/{patient.conversation}", params={"after": after} if after else {}
    )
    answer.raise_for_status()
    return dict(answer.json())
