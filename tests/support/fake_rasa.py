"""Stands in for Rasa and the action server, beside the tests with the real ones.

What it answers follows from the patient's text, so that a test reads as a conversation.
"""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

CITATION = {
    "document": "nk-cells-and-stem-cells",
    "revision": 2,
    "title": "NK cells and stem cells",
    "source": "US National Cancer Institute dictionary",
    "url": "https://example.org/dictionary",
    "reviewed_on": "",
    "passage": "0f" * 32,
    "quote": "NK cells find and destroy sick cells.",
}

TABLE = """They are **two different kinds** of cells:

| | NK cells | Stem cells |
|---|---|---|
| What they do | Find and destroy sick cells | Become other kinds of cells |
| Where they come from | Bone marrow, cord blood | Bone marrow, cord blood, fat |
| Used for | Cancer, infections (research) | Blood cancers, blood diseases |

Both grow from the same parent cells."""

STEPS = """The cells are prepared in six steps:

1. **Collect.** Blood is taken from a donor.
2. **Separate.** The NK cells are picked out.
3. **Wake up.** Messenger proteins make them active.
4. **Grow.** They multiply for two to three weeks.
5. **Check.** The laboratory tests purity and safety.
6. **Freeze or give.** They are stored cold, or given at once."""


def reply_to(text: str) -> list[dict[str, Any]]:
    """The messages for a patient's text."""
    if "difference" in text:
        return [
            {
                "kind": "answer",
                "text": TABLE,
                "citations": [CITATION],
                "quick_replies": ["How are they made?"],
            }
        ]
    if "made" in text:
        reviewed = {**CITATION, "title": "How the cells are prepared", "reviewed_on": "2026-05-03", "url": ""}
        return [{"kind": "answer", "text": STEPS, "citations": [reviewed, CITATION], "quick_replies": []}]
    if "long" in text:
        paragraph = "NK cells are white blood cells that find and destroy sick cells. " * 6
        return [{"kind": "answer", "text": "\n\n".join([paragraph] * 6), "citations": [CITATION]}]
    if "not known" in text:
        return [
            {"kind": "abstain", "text": "I found no reliable answer.", "quick_replies": ["Talk to a person"]}
        ]
    if "human" in text:
        return [{"kind": "handoff", "text": "I have noted that you would like a person."}]
    if "enquire" in text:
        wish = {"name": "Giulia", "contact": text.split()[-1], "about": "a price"}
        return [{"kind": "cost", "text": "An advisor will write to you.", "enquiry": wish}]
    if "echo" in text:
        return [{"kind": "smalltalk", "text": text, "quick_replies": [text[:40]]}]
    if "unsound" in text:
        return [{"kind": "answer", "text": "An answer without any source."}]
    if "empty" in text:
        return []
    return [
        {
            "kind": "answer",
            "text": f"About “{text}”: NK cells are white blood cells.",
            "citations": [CITATION],
            "quick_replies": ["What is the difference to stem cells?", "Talk to a person"],
            "evidence": {"secret-score": 0.75},
        }
    ]


class FakeRasa:
    """A server whose behaviour a test may change while it runs."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.only: str | None = None
        """Notes the requests of this conversation alone: a turn of a test before may arrive late."""
        self.tokens: list[str] = []
        self.about: dict[tuple[str, int], tuple[str, ...]] = {}
        """Which request and turn a message was said to be of."""
        self.forgotten: list[str] = []
        self.details_forgotten: list[str] = []
        self.go_on = threading.Event()
        self.reset()
        owner = self
        connections: set[socket.socket] = set()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True
            wbufsize = -1

            def setup(self) -> None:
                super().setup()
                connections.add(self.connection)

            def finish(self) -> None:
                connections.discard(self.connection)
                super().finish()

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                owner.tokens.append(self.headers.get("Authorization", ""))
                about = tuple(self.headers.get(name, "") for name in ("X-Request-ID", "X-Turn"))
                owner.about[body["conversation_id"], body["message_seq"]] = about
                if owner.only in (None, body.get("conversation_id")):
                    owner.requests.append(body)
                owner.go_on.wait(60)
                if owner.fail_next > 0:
                    owner.fail_next -= 1
                    self._answer(500, {"error": {"code": "failed", "message": "It failed."}})
                else:
                    self._answer(200, {"messages": reply_to(body["text"])})

            def do_DELETE(self) -> None:
                owner.tokens.append(self.headers.get("Authorization", ""))
                owner.go_on.wait(60)
                if "/details/" in self.path:
                    owner.details_forgotten.append(self.path.partition("/conversations/")[2])
                    self._answer(204, None)
                elif owner.forgets:
                    owner.forgotten.append(self.path.rpartition("/")[2])
                    self._answer(204, None)
                else:
                    self._answer(503, {"error": {"code": "dialogue_state", "message": "Ask again."}})

            def do_GET(self) -> None:
                self._answer(200 if owner.ready else 503, {"ready": owner.ready})

            def _answer(self, status: int, body: object) -> None:
                written = b"" if status == 204 else json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(written)))
                self.end_headers()
                self.wfile.write(written)
                self.wfile.flush()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._connections = connections
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def reset(self) -> None:
        """Behaves well again, and forgets what it was asked."""
        self.requests.clear()
        self.only = None
        self.tokens.clear()
        self.forgotten.clear()
        self.details_forgotten.clear()
        self.forgets = True
        self.fail_next = 0
        self.ready = True
        self.go_on.set()

    def hang(self) -> None:
        """Takes messages and says nothing, until `go_on` is set."""
        self.go_on.clear()

    def texts(self) -> list[str]:
        """What patients wrote, as it arrived."""
        return [request["text"] for request in self.requests]

    def disconnect(self) -> None:
        """Cuts the connections that are open."""
        for each in list(self._connections):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def stop(self) -> None:
        """Takes the server away."""
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def running() -> Iterator[FakeRasa]:
    """A fake for the length of a block."""
    fake = FakeRasa()
    try:
        yield fake
    finally:
        fake.stop()
