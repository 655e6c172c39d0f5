"""Files that editors bring in: read elsewhere, refused or cleaned with a sentence, while everybody else is served."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.support.hostile_files import MEGABYTE, PROSE, hostile_files, pdf, word
from tests.support.staff import csrf_of
from tests.web.editorial import NewEditor, editor, staffed
from tests.web.staffed import Staffed, code

__all__ = ["editor", "staffed"]

PAGE = f"""<html><head><title>NK cells and you</title></head><body>
<nav><ul><li><a href=a>Home</a></li><li><a href=b>About us</a></li></ul></nav>
<h1>NK cells and you</h1><p>{PROSE}</p>
<h2>How are they given?</h2><p>The cells are given as an infusion into a vein, and a nurse stays with you.</p>
<p>Book your free consultation now!</p></body></html>"""


@contextmanager
def watched(url: str) -> Iterator[list[float]]:
    """Asks for a sign of life again and again meanwhile; the seconds that each answer took."""
    taken: list[float] = []
    over = threading.Event()

    def ask() -> None:
        with httpx.Client(timeout=30) as http:
            while not over.wait(0.02):
                began = time.monotonic()
                assert http.get(f"{url}/healthz").status_code == 200
                taken.append(time.monotonic() - began)

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield taken
    finally:
        over.set()
        thread.join()


@pytest.mark.parametrize(
    ("name", "data", "heading"),
    [
        ("About NK cells.pdf", pdf(("What NK cells do", *(PROSE[at : at + 60] for at in (0, 60)))), ""),
        ("letter.docx", word(), "What NK cells do"),
        ("page.html", PAGE.encode(), "How are they given?"),
        ("notes.md", f"# Notes\n\n## Why?\n\n{PROSE}\n".encode(), "Why?"),
        ("notes.txt", PROSE.encode(), ""),
        ("umlaut.txt", f"Größe\n\n{PROSE} Café.".encode("latin-1"), ""),
    ],
)
def test_every_kind_of_file_becomes_a_form(editor: NewEditor, name: str, data: bytes, heading: str) -> None:
    edda = editor()
    told = edda.upload(name, data)
    assert told["state"] == "done", told
    written = told["article"]
    assert any("NK cells" in each["text"] for each in written["sections"])
    assert heading in {each["heading"] for each in written["sections"]} | {written["title"], ""}
    assert all(each["evidence"] == "claim" for each in written["sections"])
    written["slug"] = f"{written['slug']}-{abs(hash(name)) % 10_000}"
    assert edda.post("documents", {"article": written}).status_code == 201


def test_what_is_left_out_is_told(editor: NewEditor) -> None:
    told = editor().upload("page.html", PAGE.encode())
    assert "Book your free consultation now!" in told["article"]["dropped"]
    assert any("About us" in text for text in told["article"]["dropped"])
    assert told["taken"] is False


def test_hostile_files_are_refused_with_a_sentence_while_everybody_else_is_served(
    editor: NewEditor, staffed: Staffed
) -> None:
    edda, ben = editor("Edda Wolf"), editor("Ben Roth")
    files = list(hostile_files())
    assert len(files) >= 20
    with watched(staffed.url) as taken, ThreadPoolExecutor(2) as pool:
        people = [edda, ben] * len(files)
        told = list(
            pool.map(lambda pair: pair[0].upload(pair[1][0], pair[1][1]), zip(people, files, strict=False))
        )
    for (name, _, says), answer in zip(files, told, strict=True):
        assert answer["state"] == "refused", (name, answer)
        assert says in answer["message"], (name, answer["message"])
        assert "/" not in answer["message"].replace("Markdown/", "")
    taken.sort()
    assert taken[int(0.95 * len(taken))] < 0.5, taken[-20:]
    assert taken[-1] < 3, taken[-20:]
    assert edda.upload("fine.txt", PROSE.encode())["state"] == "done"


def test_two_files_are_read_at_a_time_and_the_others_wait(editor: NewEditor) -> None:
    people = [editor(f"Editor {number}") for number in range(3)]
    slow = ("<p>" + PROSE + "<b>x</b></p>").encode() * 7_000
    sent = [(each, each.send_file("slow.html", slow).json()["id"]) for each in people for _ in range(2)]
    until, most, before = time.monotonic() + 120, 0, [""]
    while True:
        states = [each.get(f"uploads/{upload}").json()["state"] for each, upload in sent]
        if states == before:  # none went on while they were asked one after the other
            most = max(most, states.count("reading"))
        before = states
        if not {"waiting", "reading"} & set(states):
            break
        assert time.monotonic() < until, states
        time.sleep(0.05)
    assert 1 <= most <= 2
    assert set(states) <= {"done", "refused"}


def test_one_person_cannot_fill_the_queue(editor: NewEditor) -> None:
    edda, ben = editor("Edda Wolf"), editor("Ben Roth")
    slow = ("<p>" + PROSE + "<b>x</b></p>").encode() * 7_000
    answers = [edda.send_file("slow.html", slow) for _ in range(8)]
    refused = [each for each in answers if each.status_code != 202]
    assert refused
    assert {(each.status_code, code(each)) for each in refused} == {(429, "too_many_files")}
    assert ben.send_file("fine.txt", PROSE.encode()).status_code == 202


def test_an_upload_is_its_owners_alone(editor: NewEditor, staffed: Staffed) -> None:
    edda, ben = editor("Edda Wolf"), editor("Ben Roth")
    mine = edda.send_file("mine.txt", PROSE.encode()).json()["id"]
    assert ben.get(f"uploads/{mine}").status_code == 404
    assert edda.get(f"uploads/{mine}").status_code == 200
    without = edda.browser.http.post("/editor/api/uploads?name=a.txt", content=PROSE.encode())
    assert (without.status_code, code(without)) == (403, "csrf_wrong")
    nobody = httpx.post(f"{staffed.url}/editor/api/uploads?name=a.txt", content=PROSE.encode())
    assert nobody.status_code == 401


@pytest.mark.parametrize("name", ["", "   ", "\x00.txt", "///", "...", "x" * 3_000])
def test_names_that_are_none(editor: NewEditor, name: str) -> None:
    answer = editor().send_file(name, PROSE.encode())
    assert answer.status_code in (202, 400, 414)


@pytest.mark.parametrize(
    "name",
    [
        "../../../../tmp/evil.txt",
        "C:\\Users\\x\\evil.txt",
        "-rf.txt",
        "a;touch x.txt",
        "$(touch x).txt",
        "<img src=x onerror=alert(1)>.txt",
        "new\nline.txt",
        "ünïcödé 名前.txt",
        "a" * 300 + ".txt",
    ],
)
def test_hostile_names_are_names(editor: NewEditor, name: str) -> None:
    told = editor().upload(name, PROSE.encode())
    assert told["state"] == "done", told
    assert not set("/\\<>$;\n") & set(told["name"])
    assert len(told["name"]) <= 100


def test_eleven_megabytes_are_refused_whether_the_length_is_told_or_not(
    editor: NewEditor, staffed: Staffed
) -> None:
    edda = editor()
    told = edda.send_file("large.txt", b"x" * 11 * MEGABYTE)
    assert (told.status_code, code(told)) == (413, "file_too_large")
    assert "10 MB" in told.json()["error"]["message"]

    def pieces() -> Iterator[bytes]:
        yield from [b"x" * MEGABYTE] * 11

    try:
        sent = edda.browser.http.post(
            "/editor/api/uploads?name=large.txt",
            content=pieces(),
            headers={"X-CSRF-Token": csrf_of(edda.browser)},
        )
        assert sent.status_code == 413
    except httpx.TransportError:
        pass  # the door was shut in the middle of it, which is as good
    assert edda.upload("fine.txt", PROSE.encode())["state"] == "done"
    assert not list(Path(tempfile.gettempdir()).glob("nkbot-upload-*/large.txt"))


def test_markup_in_a_file_stays_text(editor: NewEditor) -> None:
    text = f"{PROSE} &lt;script&gt;window.hacked=1&lt;/script&gt;"
    told = editor().upload("x.html", f"<title>&lt;b&gt;T</title><p>{text}</p><p>{PROSE}</p>".encode())
    assert told["article"]["title"] == "<b>T"
    assert "<script>window.hacked=1</script>" in told["article"]["sections"][0]["text"]
