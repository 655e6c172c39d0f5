"""Nobody reads or writes another person's conversation, whatever is sent: ids, tokens, numbers, paths."""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import random
import uuid
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa

from tests.support.chance import chance
from tests.support.fake_rasa import FakeRasa
from tests.support.patient import Patient
from tests.support.routes import of_one_conversation, routes
from tests.support.web_process import WebProcess

ATTEMPTS = 1_000
SECRET = "canary-narwhal"
FORGED = "canary-forged"

REFUSED = {400, 401, 403, 404, 405, 409, 413, 414, 415, 431}

Attempt = tuple[str, str, dict[str, str], dict[str, Any] | None]


@pytest.fixture
def victim(web: WebProcess, rasa: FakeRasa) -> Iterator[Patient]:
    somebody = Patient(web.url)
    for number in range(3):
        somebody.ask(f"echo {SECRET} {number}")
    yield somebody
    somebody.http.close()


def test_a_thousand_attempts_on_another_conversation_read_and_write_nothing(
    web: WebProcess, victim: Patient
) -> None:
    attacker = Patient(web.url)
    attacker.ask("echo mine")
    before = stored(web, victim.conversation)
    luck = chance()
    line = http.client.HTTPConnection("127.0.0.1", web.port, timeout=10)
    for number in range(ATTEMPTS):
        method, address, headers, sent = an_attempt(luck, victim, attacker, before)
        status, text = send(line, method, address, headers, sent)
        told = f"attempt {number}: {method} {address} {headers} {sent} gave {status}: {text[:200]}"
        assert status in REFUSED, told
        assert SECRET not in text, told
        assert status in {404, 405} or json.loads(text)["error"]["message"], told
    line.close()
    assert stored(web, victim.conversation) == before
    assert [message["text"] for message in attacker.messages()][1:] == ["echo mine", "echo mine"]
    assert victim.ask(f"echo {SECRET} still mine")[0]["text"].endswith("still mine")
    attacker.http.close()


def test_numbers_and_ids_of_another_conversation_find_only_ones_own(web: WebProcess, victim: Patient) -> None:
    """With the own token the answer is the own conversation, whatever number or message id is named."""
    attacker = Patient(web.url)
    names = {"victim": str(uuid.uuid4())}
    victim.post(f"echo {SECRET} named", names["victim"])
    before = stored(web, victim.conversation)
    base = f"/api/conversations/{attacker.conversation}"
    taken = attacker.post("echo mine", names["victim"]).json()["message"]
    assert taken["text"] == "echo mine"
    line = http.client.HTTPConnection("127.0.0.1", web.port, timeout=10)
    for place in range(12):
        status, text = send(line, "GET", f"{base}/messages?after={place}", attacker.headers, None)
        assert (status, SECRET in text) == (200, False)
        assert_stream_is_silent_about(web, base, {**attacker.headers, "Last-Event-ID": str(place)})
        if place > 3:
            rated = f"{base}/messages/{place}/feedback"
            assert send(line, "POST", rated, attacker.headers, {"helpful": True})[0] == 404
    named = f"{base}/messages?conversation_id={victim.conversation}&after=0"
    assert SECRET not in send(line, "GET", named, attacker.headers, None)[1]
    line.close()
    assert len(before["messages"]) <= len(stored(web, victim.conversation)["messages"])
    assert stored(web, victim.conversation)["feedback"] == before["feedback"]
    assert not any(FORGED in str(row) for row in stored(web, victim.conversation)["messages"])
    attacker.http.close()


def test_a_token_in_an_address_a_cookie_or_a_body_opens_nothing(web: WebProcess, victim: Patient) -> None:
    token = victim.headers["Authorization"].split()[1]
    base = f"/api/conversations/{victim.conversation}"
    line = http.client.HTTPConnection("127.0.0.1", web.port, timeout=10)
    for name in ("token", "access_token", "authorization", "bearer"):
        for headers in ({}, {"Cookie": f"{name}={token}"}, {"X-Token": token}):
            for method, place in (("GET", "messages"), ("GET", "events"), ("POST", "messages")):
                content = {"client_message_id": str(uuid.uuid4()), "text": FORGED, name: token}
                sent = content if method == "POST" else None
                status, text = send(line, method, f"{base}/{place}?{name}={token}", headers, sent)
                assert (status, SECRET in text) == (401, False)
    line.close()
    assert not any(FORGED in message["text"] for message in victim.messages())


def test_a_patients_token_opens_nothing_that_is_not_the_patients(web: WebProcess, victim: Patient) -> None:
    """Every address outside the patient API: with a token as bearer or cookie it shows no conversation."""
    token = victim.headers["Authorization"].split()[1]
    before = stored(web, victim.conversation)
    values = {"conversation_id": victim.conversation, "seq": 2, "filename": "x"}
    line = http.client.HTTPConnection("127.0.0.1", web.port, timeout=10)
    for route in routes():
        if route.address.startswith("/api/conversations"):
            continue
        for headers in (
            victim.headers,
            {"Cookie": f"session={token}; nkbot_session={token}", "X-CSRF-Token": token},
        ):
            sent = {"text": FORGED, "client_message_id": str(uuid.uuid4())}
            status, text = send(
                line, route.method, route.filled(values), headers, sent if route.method != "GET" else None
            )
            told = f"{route.method} {route.address} gave {status}"
            assert status < 500 or route.address == "/readyz", told
            assert SECRET not in text, told
            if "console" in route.address or "editor" in route.address:
                assert status in {301, 302, 303, 401, 403, 404, 415}, told
    line.close()
    assert stored(web, victim.conversation) == before


def an_attempt(luck: random.Random, victim: Patient, attacker: Patient, before: dict[str, Any]) -> Attempt:
    """One try: an address of the victim's conversation, with something that is not the victim's token."""
    route = luck.choice(of_one_conversation())
    values = {"conversation_id": victim.conversation, "seq": luck.randint(0, 9)}
    address = luck.choice(WAYS)(route.filled(values), victim, attacker, luck)
    address += luck.choice(("", "", "?after=0", f"?conversation_id={attacker.conversation}", "?token=x"))
    headers = luck.choice(TOKENS)(victim, attacker, before, luck)
    if luck.random() < 0.3:
        headers |= luck.choice(
            (
                {"Last-Event-ID": str(luck.randint(0, 9))},
                {"X-HTTP-Method-Override": "GET"},
                {"X-Original-URL": f"/api/conversations/{attacker.conversation}/messages"},
                {"X-Rewrite-URL": f"/api/conversations/{victim.conversation}/messages"},
                {"X-Forwarded-For": "127.0.0.1", "X-Forwarded-Host": "localhost"},
                {"X-Conversation-Id": victim.conversation},
                {"Cookie": f"conversation={victim.conversation}"},
                {"Origin": "null"},
            )
        )
    method = route.method if luck.random() < 0.85 else luck.choice(("PUT", "PATCH", "DELETE", "HEAD", "POST"))
    sent = None
    if method in {"POST", "PUT", "PATCH"}:
        sent = {
            "client_message_id": luck.choice((str(uuid.UUID(int=luck.getrandbits(128))), known_name(before))),
            "text": FORGED,
            "helpful": True,
            "score": 5,
            "comment": FORGED,
            "name": FORGED,
            "contact": "forged@example.org",
            "when": FORGED,
            "about": FORGED,
            "consent": True,
            "conversation_id": luck.choice((victim.conversation, attacker.conversation)),
        }
    return method, address, headers, sent


def known_name(before: dict[str, Any]) -> str:
    """The id of a message that the victim sent: it must not be a key to the message."""
    return next(str(row["client_message_id"]) for row in before["messages"] if row["client_message_id"])


Way = Callable[[str, Patient, Patient, random.Random], str]
TokenTrick = Callable[[Patient, Patient, dict[str, Any], random.Random], dict[str, str]]


def _inside_own(address: str, victim: Patient, attacker: Patient, luck: random.Random) -> str:
    """Begins with the own conversation and climbs over to the other."""
    climb = luck.choice(("/../", "/%2e%2e/", "%2f..%2f", "/..;/", "\\..\\", "%5c..%5c", "/./../", "//../"))
    rest = address.removeprefix("/api/conversations/")
    return f"/api/conversations/{attacker.conversation}{climb}{rest}"


def _twisted_id(address: str, victim: Patient, attacker: Patient, luck: random.Random) -> str:
    """The id written in another way."""
    name = victim.conversation
    tricks = (
        name.swapcase(),
        name + "%20",
        "%20" + name,
        name + "%00",
        name + "%0a",
        name + ";",
        name + ".json",
        name + "%2e",
        name[:-1] + f"%{ord(name[-1]):02x}",
        name + "," + attacker.conversation,
        name[:-1],
        name[:-1] + "%25",
        name[:-1] + "_",
        "".join(f"%{ord(letter):02x}" for letter in name),
        "%EF%BC%81" + name,
        name + "'--",
        "'%20OR%20'1'='1",
        "*",
        "%",
    )
    return address.replace(name, luck.choice(tricks))


WAYS: list[Way] = [
    lambda address, *_: address,
    lambda address, *_: address,
    lambda address, *_: address.replace("/api/", "/API/"),
    lambda address, *_: address.replace("/api/", "//api//"),
    lambda address, *_: "/static/.." + address,
    lambda address, *_: "/static/%2e%2e" + address,
    lambda address, *_: address + "/",
    lambda address, *_: address + "%2f",
    lambda address, *_: address + ";x=1",
    _inside_own,
    _inside_own,
    _twisted_id,
    _twisted_id,
]


def _bearer(value: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {value}"}


def _token(patient: Patient) -> str:
    return patient.headers["Authorization"].split()[1]


def _one_letter_off(victim: Patient, _attacker: Patient, _b: object, luck: random.Random) -> dict[str, str]:
    token, place = _token(victim), 0
    place = luck.randrange(len(token))
    return _bearer(token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :])


TOKENS: list[TokenTrick] = [
    lambda _v, attacker, _b, _l: dict(attacker.headers),
    lambda _v, attacker, _b, _l: dict(attacker.headers),
    lambda _v, attacker, _b, _l: dict(attacker.headers),
    lambda *_: {},
    _one_letter_off,
    lambda victim, _a, _b, luck: _bearer(_token(victim)[: luck.randrange(1, len(_token(victim)))]),
    lambda victim, _a, _b, _l: _bearer(_token(victim) + "="),
    lambda victim, _a, _b, _l: _bearer(_token(victim) + "," + _token(victim)),
    lambda victim, _a, _b, _l: _bearer(_token(victim).swapcase()),
    lambda victim, attacker, _b, _l: _bearer(f"{_token(attacker)} {_token(victim)}"),
    lambda victim, _a, _b, _l: {"Authorization": f"Basic {_token(victim)}"},
    lambda victim, _a, _b, _l: {
        "Authorization": "Basic " + base64.b64encode(f"x:{_token(victim)}".encode()).decode()
    },
    lambda victim, _a, _b, _l: {"Authorization": _token(victim)},
    lambda victim, _a, _b, _l: {"X-Authorization": f"Bearer {_token(victim)}"},
    lambda victim, _a, _b, _l: _bearer(hashlib.sha256(_token(victim).encode()).hexdigest()),
    lambda _v, _a, before, _l: _bearer(before["conversations"][0]["token_hash"]),
    lambda victim, _a, _b, _l: _bearer(victim.conversation),
    lambda *_: _bearer("null"),
    lambda *_: _bearer("undefined"),
    lambda *_: _bearer(""),
    lambda *_: _bearer("a" * 200),
    lambda *_: _bearer("an internal token for tests"),
    lambda _v, _a, _b, luck: _bearer(base64.urlsafe_b64encode(luck.randbytes(32)).decode().rstrip("=")),
]


def send(
    line: http.client.HTTPConnection,
    method: str,
    address: str,
    headers: dict[str, str],
    sent: dict[str, Any] | None,
    followed: bool = False,
) -> tuple[int, str]:
    """One request with the address exactly as it is given, and where that leads on.

    Of an endless answer the beginning is enough.
    """
    content = None if sent is None else json.dumps(sent).encode()
    kind = {} if sent is None else {"Content-Type": "application/json"}
    line.request(method, address, content, {**headers, **kind})
    answer = line.getresponse()
    if answer.getheader("Content-Type", "").startswith("text/event-stream"):
        text = answer.read(2_000).decode()
        line.close()
    else:
        text = answer.read().decode()
    if answer.status == 308 and not followed:
        further = urlsplit(str(answer.getheader("Location")))
        return send(line, method, f"{further.path}?{further.query}", headers, sent, followed=True)
    if method == "HEAD" and answer.status >= 400:
        text = '{"error": {"message": "no body in an answer to HEAD"}}'
    return answer.status, text


def assert_stream_is_silent_about(web: WebProcess, base: str, headers: dict[str, str]) -> None:
    line = http.client.HTTPConnection("127.0.0.1", web.port, timeout=10)
    line.request("GET", f"{base}/events", headers=headers)
    answer = line.getresponse()
    seen = b""
    while b"event: typing" not in seen:
        seen += answer.readline()
    line.close()
    assert SECRET.encode() not in seen


def stored(web: WebProcess, conversation: str) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table that belongs to a conversation, straight from the database."""
    engine = sa.create_engine(f"sqlite:///{web.log_file.parent / 'conversations.sqlite3'}")
    rows: dict[str, list[dict[str, Any]]] = {}
    with engine.connect() as connection:
        for name in sa.inspect(connection).get_table_names():
            table = sa.Table(name, sa.MetaData(), autoload_with=connection)
            key = table.c.get("conversation_id") if name != "conversations" else table.c.id
            if key is not None:
                found = connection.execute(sa.select(table).where(key == conversation).order_by(*table.c))
                rows[name] = [dict(row._mapping) for row in found]
    engine.dispose()
    return rows
