"""Files with something changed at random become a document or are refused with a sentence: nothing else."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import replace

import hypothesis
import pytest
from hypothesis import strategies as st

from knowledge.importing.limits import ImportRefused, Limits
from knowledge.importing.parse import parse
from tests.support.chance import chance
from tests.support.hostile_files import PROSE, pdf, pdf_with, word

HTML = (
    "<!doctype html><html lang=en><head><meta charset=utf-8><title>NK cells</title></head><body><main>"
    f"<h1>NK cells</h1><p>{PROSE}</p><h2>Kinds</h2><ul><li>One &amp; <b>two</b></li><li>Three</li></ul>"
    "<table><tr><th>A</th><th>B</th></tr><tr><td colspan=2>C</td></tr></table>"
    f"<p>{PROSE}</p></main></body></html>"
).encode()
MARKDOWN = f"---\ntitle: NK cells\n---\n# NK cells\n\n{PROSE}\n\n## Kinds\n\n| A | B |\n|---|---|\n| 1 | 2 |\n".encode()
PIECES = (
    b"\x00",
    b"\xff\xfe",
    b"<",
    b">",
    b"(",
    b"<<",
    b">>",
    b"]]>",
    b"&#xD800;",
    b"-1",
    b"99999999999",
    b"%s",
    b"\n",
)
LIMITS = replace(Limits(), unpacked_bytes=5_000_000, pages=20, characters=100_000)
EXAMPLES = 120
SECONDS = 10
"""Far more than any of these small files may take."""

Change = tuple[str, float, int, bytes]

changes = st.lists(
    st.tuples(
        st.sampled_from(["replace", "insert", "delete", "repeat"]),
        st.floats(0, 1),
        st.integers(1, 40),
        st.sampled_from(PIECES) | st.binary(min_size=1, max_size=4),
    ),
    min_size=1,
    max_size=6,
)


def changed(data: bytes, wanted: list[Change]) -> bytes:
    """The bytes after some changes, each at a place from the beginning (0) to the end (1)."""
    for how, where, length, piece in wanted:
        at = int(where * len(data))
        middle = {"replace": piece, "insert": piece + data[at : at + length], "delete": b""}
        repeated = data[at : at + length] * 20
        data = data[:at] + middle.get(how, repeated) + data[at + length :]
    return data


def inside_word(part: str) -> Callable[[list[Change]], bytes]:
    """Makes Word files of which one part is changed; the archive itself stays sound."""
    with zipfile.ZipFile(io.BytesIO(word())) as archive:
        plain = archive.read(part)
    return lambda wanted: word({part: changed(plain, wanted)})


def page(wanted: list[Change]) -> bytes:
    """A PDF whose page is changed; the file around it stays sound."""
    shown = f"BT /F1 11 Tf 1 0 0 1 60 780 Tm ({PROSE}) Tj ({PROSE}) Tj [(NK) -20 (cells)] TJ ET".encode()
    return pdf_with(zlib.compress(changed(shown, wanted)))


MAKERS: dict[str, tuple[str, Callable[[list[Change]], bytes]]] = {
    "PDF": ("a.pdf", lambda wanted: changed(pdf((PROSE, PROSE)), wanted)),
    "PDF, its page": ("a.pdf", page),
    "Word, its archive": ("a.docx", lambda wanted: changed(word(), wanted)),
    "Word, its text": ("a.docx", inside_word("word/document.xml")),
    "Word, its relations": ("a.docx", inside_word("word/_rels/document.xml.rels")),
    "Word, its styles": ("a.docx", inside_word("word/styles.xml")),
    "HTML": ("a.html", lambda wanted: changed(HTML, wanted)),
    "Markdown": ("a.md", lambda wanted: changed(MARKDOWN, wanted)),
}


@pytest.mark.parametrize("kind", MAKERS)
def test_a_changed_file_is_read_or_refused(kind: str) -> None:
    name, maker = MAKERS[kind]
    read: set[bool] = set()

    @hypothesis.seed(chance().randrange(2**32))
    @hypothesis.settings(
        max_examples=EXAMPLES,
        deadline=SECONDS * 1000,
        database=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(wanted=changes)
    @hypothesis.example(wanted=[])
    def mutate(wanted: list[Change]) -> None:
        data = maker(wanted)
        try:
            document = parse(name, data, LIMITS)
        except ImportRefused as refused:
            told = str(refused)
        except (MemoryError, RecursionError):  # the reading process makes a sentence of them
            return
        else:
            told = "Read."
            read.add(bool(document.title))
        assert told.endswith("."), "a sentence that can be shown"

    mutate()
    assert read == {True}, "what can be read has a title, and the unchanged file can"
