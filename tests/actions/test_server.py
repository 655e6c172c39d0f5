"""The real action server with a real knowledge base: answers with the token, and repeats nothing."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from knowledge.encoder import LATEST, Encoded, Encoder
from knowledge.intake import bring_in
from tests.actions.calls import call, said
from tests.knowledge.conftest import encoder, encoder_dir  # noqa: F401 - fixtures
from tests.knowledge.knowing import CALIBRATION, PARKING, Home

CHECKOUT = Path(__file__).parents[2]
TOKEN = "the-token-of-this-test-0123456789"
TOKEN_BEFORE = "the-token-before-this-one-0123456789"
CANARY = "my secret illness is canary fever"
START_SECONDS = 60


class ActionProcess:
    """`python -m actions` on a free port."""

    def __init__(self, var: Path, token: str = TOKEN, log: str = "actions.log", **settings: str) -> None:
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log_file = var / log
        kept = {name: value for name, value in os.environ.items() if not name.startswith("NKBOT_")}
        own = {
            "NKBOT_VAR": str(var),
            "NKBOT_INTERNAL_TOKEN": f"{token},{TOKEN_BEFORE}",
            "PYTHONUNBUFFERED": "1",
            **settings,
        }
        with self.log_file.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "actions", "--port", str(self.port)],
                cwd=CHECKOUT,
                env={**kept, **own},
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        self.client = httpx.Client(
            base_url=self.url, headers={"Authorization": f"Bearer {token}"}, timeout=10
        )

    def wait(self, status: int, told: str) -> httpx.Response:
        """Wait until `/ready` answers with this status and says so."""
        until = time.monotonic() + START_SECONDS
        response = None
        while time.monotonic() < until:
            assert self.process.poll() is None, self.log()
            try:
                response = self.client.get("/ready")
            except httpx.TransportError:
                response = None
            if response is not None and response.status_code == status and told in response.text:
                return response
            time.sleep(0.1)
        raise AssertionError(f"not {status} in time: {response and response.text}\n{self.log()}")

    def run(self, action: str, text: str, intent: str = "question") -> httpx.Response:
        return self.client.post("/webhook", json=call(action, said(text, intent)))

    def log(self) -> str:
        return self.log_file.read_text(encoding="utf-8", errors="replace")

    def stop(self) -> None:
        self.client.close()
        self.process.terminate()
        self.process.wait(10)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder, encoder_dir: Path) -> Iterator[Home]:  # noqa: F811
    """A state folder with an encoder and an empty knowledge base."""
    var = tmp_path_factory.mktemp("actions")
    (var / "encoder").symlink_to(encoder_dir)
    made = Home(var, f"sqlite:///{var / 'knowledge.sqlite3'}", encoder)
    yield made
    made.store.close()


@pytest.fixture(scope="module")
def process(home: Home) -> Iterator[ActionProcess]:
    """The server, up before anything is published, as after a fresh installation."""
    started = ActionProcess(home.var)
    try:
        yield started
    finally:
        started.stop()


def test_before_anything_is_published_it_says_so_and_answers_nothing(process: ActionProcess) -> None:
    ready = process.wait(503, "Nothing is published yet").json()
    assert ready["ready"] is False
    response = process.run("action_answer", "where can I park?")
    assert response.status_code == 503
    assert response.json()["error"]["code"] == "not_ready"


def test_publishing_makes_it_answer_with_the_source(process: ActionProcess, home: Home) -> None:
    bring_in(home.store, [PARKING])
    home.publisher.publish(CALIBRATION)
    assert process.wait(200, "can be searched").json()["ready"] is True
    response = process.run("action_answer", "where can I park?")
    assert response.status_code == 200
    (reply,) = response.json()["responses"]
    assert reply["custom"]["kind"] == "answer"
    assert "behind the house" in reply["custom"]["text"]
    assert reply["custom"]["citations"][0]["quote"] in reply["custom"]["text"]


def test_an_encoding_that_rasa_sends_along_is_used_and_a_damaged_one_is_not(
    process: ActionProcess,
    home: Home,
    encoder: Encoder,  # noqa: F811
) -> None:
    """Recognised by an encoding that says something else than the words do."""
    asked = "which spot is there for an automobile?"
    right = process.run("action_answer", asked).json()["responses"][0]["custom"]
    encoder.encode([asked.upper()])
    encoded = LATEST.take(asked.upper())
    assert encoded is not None
    turned = "is there any spot for an automobile?"
    encoder.encode([turned])
    made = LATEST.take(turned)
    assert made is not None
    backwards = Encoded(made.encoder, made.ids, -made.rows).to_json()
    for sent, used in (
        (encoded.to_json(), asked),
        ({**backwards, "rows": "AAAA"}, asked),
        (backwards, turned),
    ):
        body = {**call("action_answer", said(used)), "encoded": sent}
        reply = process.client.post("/webhook", json=body).json()["responses"][0]["custom"]
        assert (reply["evidence"] == right["evidence"]) == (used == asked)


@pytest.mark.parametrize("header", [None, "", "Bearer wrong", f"Basic {TOKEN}", TOKEN, f"Bearer {TOKEN}x"])
@pytest.mark.parametrize("path", ["/webhook", "/ready", "/actions", "/health", "/nothing", "/"])
def test_every_request_needs_the_token(process: ActionProcess, header: str | None, path: str) -> None:
    headers = {} if header is None else {"Authorization": header}
    for method in ("GET", "POST", "OPTIONS"):
        response = httpx.request(method, f"{process.url}{path}", headers=headers, timeout=10)
        assert response.status_code == 401, method


def test_while_the_token_is_changed_both_are_accepted(process: ActionProcess) -> None:
    for token, refused in ((TOKEN, False), (TOKEN_BEFORE, False), (f"{TOKEN},{TOKEN_BEFORE}", True)):
        told = httpx.get(f"{process.url}/ready", headers={"Authorization": f"Bearer {token}"}, timeout=10)
        assert (told.status_code == 401) == refused


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (CANARY.encode(), 400),
        (b"[]", 400),
        (b"{}", 400),
        (b"\xff", 400),
        (json.dumps({"next_action": "action_answer", "tracker": CANARY}).encode(), 400),
        (json.dumps({"tracker": {"sender_id": CANARY}}).encode(), 400),
        (json.dumps(call("action_unknown", said(CANARY))).encode(), 404),
        (json.dumps({"next_action": "action_answer", "tracker": {"events": [CANARY]}}).encode(), 500),
        (b"x" * (2 * 1024 * 1024), 413),
    ],
    ids=["text", "list", "empty", "bytes", "tracker", "no-action", "unknown", "broken", "long"],
)
def test_an_error_repeats_nothing_of_the_request(process: ActionProcess, body: bytes, status: int) -> None:
    response = httpx.post(
        f"{process.url}/webhook",
        content=body,
        headers={"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"},
        timeout=10,
    )
    assert response.status_code == status
    assert "canary" not in response.text
    assert set(response.json()) == {"error"}


def test_the_log_holds_no_patient_text(process: ActionProcess) -> None:
    for action in (
        "action_answer",
        "action_cost",
        "action_medical_advice",
        "action_handoff",
        "action_affirm",
    ):
        assert process.run(action, CANARY).status_code == 200
    log = process.log()
    assert "An action failed" in log, "the broken request before must have left a line"
    assert "canary" not in log


def test_it_listens_on_loopback_only(process: ActionProcess) -> None:
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    wanted = f":{process.port:04X}"
    listening = [
        line.split()[1] for line in lines if line.split()[1].endswith(wanted) and line.split()[3] == "0A"
    ]
    assert listening == [f"0100007F{wanted}"]


def test_it_loads_no_torch(process: ActionProcess) -> None:
    loaded = Path(f"/proc/{process.process.pid}/maps").read_text()
    assert "onnxruntime" in loaded
    assert "libtorch" not in loaded


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"NKBOT_INTERNAL_TOKEN": "short"}, "NKBOT_INTERNAL_TOKEN"),
        ({"NKBOT_INTERNAL_TOKEN": ""}, "make run"),
        ({"NKBOT_ACTIONS_PORT": "many"}, "NKBOT_ACTIONS_PORT"),
    ],
)
def test_a_wrong_setting_ends_it_with_a_sentence(
    tmp_path: Path, variables: dict[str, str], told: str
) -> None:
    environment = {**os.environ, "NKBOT_VAR": str(tmp_path), "NKBOT_INTERNAL_TOKEN": TOKEN, **variables}
    ended: Any = subprocess.run(
        [sys.executable, "-m", "actions"],
        cwd=CHECKOUT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode == 2
    assert told in ended.stderr
    assert "Traceback" not in ended.stderr


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
