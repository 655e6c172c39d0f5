"""The web process is started anew, and every page that was open comes back in the same moment."""

from __future__ import annotations

import socket
from contextlib import ExitStack
from pathlib import Path

from tests.support.fake_rasa import FakeRasa
from tests.support.patient import Patient
from tests.support.web_process import WebProcess

PAGES = 300
REPLY_SECONDS = 8.0
"""A patient has a reply by then, whatever happens."""


def test_a_patient_who_asks_while_all_pages_come_back_is_answered_and_no_page_is_refused(
    tmp_path: Path, rasa: FakeRasa
) -> None:
    web = WebProcess(tmp_path, rasa.url).start()
    try:
        patient = Patient(web.url)
        others = [Patient(web.url, patient.http) for _ in range(PAGES)]
        with ExitStack() as pages:
            for each in others:
                pages.enter_context(_page(web, each))
            web.kill()
        web.start()
        with ExitStack() as pages:
            back = [pages.enter_context(_page(web, each)) for each in others]
            (answer,) = patient.ask("what are nk cells", REPLY_SECONDS)
            assert answer["kind"] == "answer"
            for each in back:
                seen = b""
                while b"event: status" not in seen:
                    piece = each.recv(65_536)
                    assert piece, seen
                    seen += piece
                assert seen.startswith(b"HTTP/1.1 200")
        patient.http.close()
    finally:
        web.stop()


def _page(web: WebProcess, patient: Patient) -> socket.socket:
    """Asks for its stream, and does not wait for it."""
    line = socket.create_connection(("127.0.0.1", web.port), timeout=20)
    head = f"GET /api/conversations/{patient.conversation}/events HTTP/1.1\r\nHost: page\r\n"
    line.sendall(f"{head}Authorization: {patient.headers['Authorization']}\r\n\r\n".encode())
    return line
