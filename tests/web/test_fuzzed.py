"""The patient API under fuzz: whatever is sent, the answer is one that its description allows.

schemathesis makes requests out of docs/openapi.yml, right ones and wrong ones, and compares the answers of
a real web process with it.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import Any

import hypothesis
import pytest
import schemathesis
from hypothesis import strategies as st
from schemathesis.checks import CHECKS
from schemathesis.config import GenerationConfig, ProjectConfig, ProjectsConfig

from bot.operations.checkout import CHECKOUT
from tests.support.chance import chance
from tests.support.fake_rasa import FakeRasa
from tests.support.patient import Patient
from tests.support.web_process import WebProcess

EXAMPLES = 30
STREAM_EVENTS = 3
"""A stream goes on for good: so many events are read of it."""

CHECKED = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
)
# Not checked: `unsupported_method` and `ignored_auth`, which tests/web/test_bad_input.py and
# test_foreign_conversations.py hold for every address; the others follow resources from call to call.

CONFIG = schemathesis.Config(
    projects=ProjectsConfig(
        default=ProjectConfig(
            max_stream_events=STREAM_EVENTS,
            generation=GenerationConfig(with_security_parameters=False, database="none"),
        )
    )
)
SCHEMA = schemathesis.openapi.from_path(str(CHECKOUT / "docs" / "openapi.yml"), config=CONFIG)
OPERATIONS = {found.ok().label: found.ok() for found in SCHEMA.get_all_operations()}
RIGHT, WRONG = schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE
ENDING = ("DELETE /api/conversations/{conversation_id}", "POST /api/conversations/{conversation_id}/close")
NO_SCHEMA_SAYS = (
    "POST /api/conversations/{conversation_id}/messages",
    "POST /api/conversations/{conversation_id}/callback",
)
"""Right requests may be refused here: no schema says what a text is that can be seen, or a phone number."""

SELDOM_RIGHT = ("POST /api/conversations/{conversation_id}/callback",)
"""Chance writes no phone number."""


class Callers:
    """Who asks: the owner of a conversation, one with another's token, one without a token, and anybody for any id."""

    known = ("owner", "owner", "owner", "other", "nobody", "anybody")

    def __init__(self, url: str) -> None:
        self._url = url
        self._owner = Patient(url)
        self._other = Patient(url)

    def called(self, who: str, label: str) -> Caller:
        """What somebody sends along; the owner of something that this operation ends begins a new one."""
        if who == "anybody":
            return Caller(None, self._owner.headers)
        if who == "owner" and label in ENDING:
            self._owner.http.close()
            self._owner = Patient(self._url)
        headers = {"owner": self._owner.headers, "other": self._other.headers}.get(who, {})
        return Caller(self._owner.conversation, headers)

    def close(self) -> None:
        """Lets go of the connections."""
        self._owner.http.close()
        self._other.http.close()


@dataclass(frozen=True)
class Caller:
    """The conversation in the address, or `None` for whatever is made up, and the headers."""

    conversation: str | None
    headers: dict[str, str]

    def inside(self, operation: Any) -> dict[str, Any]:
        """What is fixed in a request that is made for an operation."""
        if self.conversation is None or not operation.path_parameters:
            return {}
        fixed: dict[str, Any] = {"conversation_id": self.conversation}
        if "{seq}" in operation.path:
            fixed["seq"] = 1  # the greeting
        return {"path_parameters": fixed}


@pytest.mark.parametrize("mode", [RIGHT, WRONG], ids=["right", "wrong"])
@pytest.mark.parametrize("label", OPERATIONS)
def test_every_answer_is_one_that_the_description_allows(
    web: WebProcess, rasa: FakeRasa, label: str, mode: schemathesis.GenerationMode
) -> None:
    operation = OPERATIONS[label]
    accepts = () if label in NO_SCHEMA_SAYS else ("positive_data_acceptance",)
    checks, seen = CHECKS.get_by_names([*CHECKED, *accepts]), set[int]()
    if mode is WRONG and not can_be_wrong(operation):
        pytest.skip("it takes nothing that could be wrong")

    @hypothesis.seed(chance().randrange(2**32))
    @hypothesis.settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[
            hypothesis.Phase.generate
        ],  # a failing request is shown as it was sent: making it smaller takes long
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(data=st.data(), who=st.sampled_from(Callers.known))
    def fuzz(data: st.DataObject, who: str) -> None:
        known = callers.called(who, label)
        case = data.draw(operation.as_strategy(mode, **known.inside(operation)))
        answer = case.call_and_validate(base_url=web.url, headers=known.headers, checks=checks, timeout=10)
        seen.add(answer.status_code)

    with closing(Callers(web.url)) as callers:
        fuzz()
    assert "Traceback" not in web.log()
    if mode is RIGHT and label not in SELDOM_RIGHT:
        assert seen & {200, 201, 204}, f"no request went through: {seen}"


def can_be_wrong(operation: Any) -> bool:
    """Whether there is something in a request that the schema restricts."""
    return bool(operation.path_parameters or operation.query or operation.headers or operation.body)
