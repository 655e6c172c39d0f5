"""The description of the patient API says what the code does: every address, every limit, every code."""

from __future__ import annotations

import ast
import json
import re
from typing import Any

import httpx
import jsonschema_rs
import yaml

from bot.conversations.model import AFTERWORD_KIND, BOT_KINDS, Status
from bot.operations.checkout import CHECKOUT
from bot.web import handoff_api, inputs, patient_api
from bot.web.words import PROBLEMS
from tests.support.fake_rasa import FakeRasa
from tests.support.patient import Patient
from tests.support.routes import routes
from tests.support.web_process import WebProcess
from tests.web import test_fuzzed

DESCRIBED = yaml.safe_load((CHECKOUT / "docs" / "openapi.yml").read_text(encoding="utf-8"))
SCHEMAS: dict[str, Any] = DESCRIBED["components"]["schemas"]
METHODS = {"get", "put", "post", "delete", "patch"}


def test_it_describes_every_address_and_none_that_does_not_exist() -> None:
    described = {
        (path, method.upper())
        for path, operations in DESCRIBED["paths"].items()
        for method in operations
        if method in METHODS
    }
    existing = {
        (re.sub(r"<(?:[^<>]*:)?(\w+)>", r"{\1}", route.address), route.method)
        for route in routes()
        if route.address.startswith("/api/conversations")
    }
    assert described == existing


def test_what_is_served_is_what_is_fuzzed(web: WebProcess) -> None:
    served = httpx.get(f"{web.url}/api/openapi.yml", timeout=15)
    assert served.status_code == 200
    assert served.headers["Content-Type"].startswith("application/yaml")
    assert yaml.safe_load(served.text) == DESCRIBED == test_fuzzed.SCHEMA.raw_schema


def test_each_operation_is_named_as_the_function_that_does_it() -> None:
    named = {
        operation["operationId"]
        for operations in DESCRIBED["paths"].values()
        for method, operation in operations.items()
        if method in METHODS
    }
    assert named <= vars(patient_api).keys() | vars(handoff_api).keys()


def test_its_limits_are_those_of_the_code() -> None:
    new, callback, rating = (SCHEMAS[name]["properties"] for name in ("NewMessage", "Callback", "Rating"))
    assert new["text"]["maxLength"] == inputs.TEXT_LIMIT
    assert callback["name"]["maxLength"] == callback["contact"]["maxLength"] == handoff_api.SHORT
    assert callback["when"]["maxLength"] == handoff_api.SHORT
    assert callback["about"]["maxLength"] == handoff_api.LONG
    assert rating["comment"]["maxLength"] == patient_api.COMMENT_LIMIT
    assert (
        f"{inputs.BODY_LIMIT // 1024} kB" in DESCRIBED["components"]["responses"]["TooLarge"]["description"]
    )


def test_its_words_are_those_of_the_code() -> None:
    assert SCHEMAS["Status"]["enum"] == [each.value for each in Status]
    (of_the_bot,) = (
        rule["then"]["properties"]["kind"]["enum"]
        for rule in SCHEMAS["Message"]["allOf"]
        if "kind" in rule["then"]["properties"] and "enum" in rule["then"]["properties"]["kind"]
    )
    assert set(of_the_bot) == BOT_KINDS | {AFTERWORD_KIND}


def test_it_names_the_codes_that_the_patient_api_can_answer() -> None:
    described = set(codes(DESCRIBED["components"]["responses"]))
    assert described <= PROBLEMS.keys()
    raised = {
        argument.value
        for module in ("patient_api", "handoff_api", "inputs", "limits")
        for call in ast.walk(
            ast.parse((CHECKOUT / "bot" / "web" / f"{module}.py").read_text(encoding="utf-8"))
        )
        if isinstance(call, ast.Call)
        for argument in call.args
        if isinstance(argument, ast.Constant) and argument.value in PROBLEMS
    }
    assert raised <= described


def codes(part: object) -> list[str]:
    """All values that a property called `code` may have, below this part."""
    if isinstance(part, list):
        return [code for each in part for code in codes(each)]
    if not isinstance(part, dict):
        return []
    found = [code for each in part.values() for code in codes(each)]
    code = part.get("code")
    if isinstance(code, dict):
        found += code.get("enum", [code["const"]] if "const" in code else [])
    return found


def test_its_schemas_refuse_what_must_not_be_sent() -> None:
    message = {
        "seq": 2,
        "author": "bot",
        "kind": "answer",
        "text": "NK cells are white blood cells.",
        "citations": [],
        "quick_replies": [],
        "in_reply_to": 1,
        "created_at": "2026-05-03T10:00:00.000Z",
    }
    citation = dict.fromkeys(SCHEMAS["Citation"]["required"], "x") | {"revision": 1, "url": ""}
    sound = {**message, "citations": [citation]}
    assert valid("Message", sound)
    assert not valid("Message", message), "an answer without a source"
    assert not valid("Message", {**sound, "kind": "opinion"})
    assert not valid("Message", {**sound, "evidence": {}}), "what is for advisors only"
    assert not valid("Message", {**sound, "citations": [{**citation, "url": "javascript:x"}]})


def valid(name: str, instance: object) -> bool:
    """Whether something has the form of the schema with this name."""
    schema = {"$ref": f"#/components/schemas/{name}", "components": DESCRIBED["components"]}
    return jsonschema_rs.validator_for(schema).is_valid(instance)


def test_the_stream_sends_what_is_described(patient: Patient, rasa: FakeRasa) -> None:
    patient.ask("what is the difference?")
    address = f"/api/conversations/{patient.conversation}/events"
    seen: set[str] = set()
    with patient.http.stream("GET", address, headers=patient.headers) as stream:
        event: dict[str, str] = {}
        for line in stream.iter_lines():
            name, _, value = line.partition(": ")
            if name in ("id", "event", "data"):
                event[name] = value
            if line or "data" not in event:
                continue
            assert valid("Event", event)
            (data,) = (
                each["properties"]["data"]["contentSchema"]["$ref"]
                for each in SCHEMAS["Event"]["oneOf"]
                if each["properties"]["event"]["const"] == event["event"]
            )
            assert valid(data.rpartition("/")[2], json.loads(event["data"])), event
            seen.add(event["event"])
            event = {}
            if seen == {"message", "status", "typing"}:
                break
