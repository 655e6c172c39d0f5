"""Files that mean harm, or are just broken: refused with a sentence, by limits, and nothing is left behind."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import docx
import pypdf
import pytest

from knowledge.importing import ImportRefused, Limits, load_file
from knowledge.importing.limits import MEGABYTE
from knowledge.importing.load import _ROOT

Write = Callable[[str, str | bytes], Path]
LONG = "The river is wide here and slow, and in the spring it floods the fields on both of its sides. "


def refusal(path: Path, limits: Limits | None = None) -> str:
    """The sentence of the refusal; it must be one that an editor can use, and the process must be gone."""
    with pytest.raises(ImportRefused) as caught:
        load_file(path, limits=limits)
    sentence = str(caught.value)
    assert re.search(r"[Pp]lease", sentence), sentence
    assert str(path.parent) not in sentence and "Traceback" not in sentence
    assert children() == []
    return sentence


def children() -> list[str]:
    """Processes of this one that still run an import."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            status = (entry / "stat").read_text().rpartition(")")[2].split()
            command = (entry / "cmdline").read_bytes()
        except (OSError, IndexError):
            continue
        if status[1] == str(os.getpid()) and b"knowledge.importing.worker" in command:
            found.append(entry.name)
    return found


def word_bytes(**replaced: bytes) -> bytes:
    """A Word file, some of whose parts are replaced or added; a name's __ stands for /."""
    file = docx.Document()
    file.add_paragraph(LONG)
    plain, out = io.BytesIO(), io.BytesIO()
    file.save(plain)
    parts = {
        name.replace("__", "/") + (".xml" if "." not in name else ""): data for name, data in replaced.items()
    }
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename not in parts:
                new.writestr(entry, old.read(entry))
        for name, data in parts.items():
            new.writestr(name, data)
    return out.getvalue()


REFUSE = """
import resource, sys
from pathlib import Path
from knowledge.importing import ImportRefused, load_file
try:
    load_file(Path(sys.argv[1]))
except ImportRefused as error:
    print(error)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def refused_elsewhere(path: Path) -> tuple[str, int]:
    """The refusal of a file, and the most memory in kilobytes that the parser's process held.

    Asked in a process of its own: the peak that this one knows is that of all children it ever had.
    """
    told = subprocess.run(
        [sys.executable, "-c", REFUSE, str(path)], check=True, capture_output=True, text=True
    ).stdout.splitlines()
    return "\n".join(told[:-1]), int(told[-1])


def test_a_zip_bomb_as_word_file(write: Write) -> None:
    out = io.BytesIO(word_bytes())
    with (
        zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("word/bomb.xml", "w") as entry,
    ):
        for _ in range(300):
            entry.write(b"0" * MEGABYTE)
    path = write("bomb.docx", out.getvalue())
    assert path.stat().st_size < 2 * MEGABYTE
    sentence, peak = refused_elsewhere(path)
    assert "unpacks to far more" in sentence
    assert peak < 250_000  # kilobytes: the 300 MB were never held


def test_a_zip_bomb_that_lies_about_its_size(write: Write) -> None:
    out = io.BytesIO(word_bytes())
    with (
        zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("word/bomb.xml", "w") as entry,
    ):
        for _ in range(80):
            entry.write(b"0" * MEGABYTE)
    size = (80 * MEGABYTE).to_bytes(4, "little")
    data = out.getvalue()
    assert data.count(size) >= 1
    sentence = refusal(write("liar.docx", data.replace(size, (1_000).to_bytes(4, "little"))))
    assert "unpacks to far more" in sentence or "damaged" in sentence


def test_an_archive_of_very_many_files(write: Write) -> None:
    out = io.BytesIO(word_bytes())
    with zipfile.ZipFile(out, "a") as archive:
        for number in range(2_500):
            archive.writestr(f"x/{number}", b"")
    assert "unpacks" in refusal(write("many.docx", out.getvalue()))


@pytest.mark.parametrize(
    ("part", "data", "says"),
    [
        ("word__vbaProject.bin", b"macro", "macros"),
        ("word__document", b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', "entities"),
        ("word__document", b"<w:document", "damaged"),
        ("word__document", b"<x>" * 10_000 + b"</x>" * 10_000, "damaged"),
        ("word__styles", b"\x00\x01", "damaged"),
    ],
)
def test_word_files_with_a_bad_part(write: Write, part: str, data: bytes, says: str) -> None:
    assert says in refusal(write("bad.docx", word_bytes(**{part: data})))


def test_a_macro_file_under_another_name(write: Write) -> None:
    with zipfile.ZipFile(io.BytesIO(word_bytes())) as archive:
        types = archive.read("[Content_Types].xml")
    types = types.replace(b"wordprocessingml.document.main+xml", b"x").replace(
        b"application/vnd.openxmlformats-officedocument.x",
        b"application/vnd.ms-word.document.macroEnabled.main+xml",
    )
    assert b"macroEnabled" in types
    assert "macros" in refusal(write("letter.docx", word_bytes(**{"[Content_Types].xml": types})))


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("empty.txt", b"", "empty"),
        ("spaces.md", b" \n\n\t ", "empty"),
        ("cut.pdf", b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog", "damaged"),
        ("noise.pdf", b"%PDF-1.7\n" + bytes(range(256)) * 400, "damaged"),
        ("cut.docx", b"PK\x03\x04" + b"x" * 500, "damaged"),
        ("locked.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "password"),
        ("not.docx", b"just text", "no Word"),
        ("not.pdf", b"just text", "no PDF"),
        ("pdf.txt", b"%PDF-1.7\nabc", "not plain text"),
        ("zip.html", b"PK\x03\x04abc", "not HTML"),
        ("picture.md", b"\x89PNG\r\n\x1a\n\0\0", "not Markdown"),
        ("binary.txt", bytes(range(256)) * 50, "readable text"),
        ("nul.txt", b"text\x00text", "readable text"),
        ("cut.txt", b"\xff\xfea", "cannot be read"),
        ("old.doc", b"x", ".docx"),
        ("macro.docm", b"x", ".docx"),
        ("run.exe", b"MZ", "kind of file"),
        ("noending", b"text", "kind of file"),
        ("script.html", b"<html><body><script>alert(1)</script></body></html>", "no text"),
        ("deep.html", b"<div>" * 10_000 + b"deep" + b"</div>" * 10_000, "nested too deeply"),
        ("deep.md", ("> " * 10_000 + "deep").encode(), "Please"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(
    write: Write, name: str, content: bytes, says: str
) -> None:
    assert says in refusal(write(name, content))


def test_other_archives_called_docx(write: Write) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "hello")
    assert "not a Word file" in refusal(write("other.docx", out.getvalue()))


def test_a_locked_pdf(make_pdf: Callable[..., Path], tmp_path: Path) -> None:
    writer = pypdf.PdfWriter(clone_from=make_pdf([[(700, 11, "F1", LONG)]]))
    writer.encrypt("secret", algorithm="RC4-128")
    path = tmp_path / "locked.pdf"
    writer.write(path)
    assert "password" in refusal(path)


def test_limits_of_size_pages_and_text(write: Write, make_pdf: Callable[..., Path]) -> None:
    limits = Limits(file_bytes=1_000, pages=2, characters=10_000)
    assert "larger than 0.001 MB" in refusal(write("a.txt", b"x" * 1_001), limits)
    limits = replace(limits, file_bytes=10 * MEGABYTE)
    assert "3 pages; 2 are the most" in refusal(make_pdf([[(700, 11, "F1", LONG)]] * 3), limits)
    assert "more text than a book" in refusal(write("a.txt", LONG * 200), limits)
    assert "more text than a book" in refusal(write("a.html", f"<p>{LONG * 200}</p>"), limits)


def test_a_file_larger_than_allowed_is_not_even_read(write: Write) -> None:
    path = write("big.txt", b"")
    os.truncate(path, 11 * MEGABYTE)
    assert "larger than 10 MB" in refusal(path)


def test_folders_pipes_and_missing_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    assert "not a file" in refusal(tmp_path / "pipe.txt")
    (tmp_path / "folder.txt").mkdir()
    assert "not a file" in refusal(tmp_path / "folder.txt")
    assert "cannot be opened" in refusal(tmp_path / "missing.txt")


def test_too_much_memory_computing_or_waiting_is_refused_and_reading_goes_on(write: Write) -> None:
    good = write("good.txt", LONG)
    heavy = write("heavy.html", "<p>a<b>c</b>" * 700_000)
    assert "memory" in refusal(heavy, Limits(memory_bytes=200 * MEGABYTE))
    assert "too long" in refusal(heavy, Limits(cpu_seconds=0))
    assert "too long" in refusal(heavy, Limits(wall_seconds=0.01))
    assert "memory" in refusal(good, Limits(output_bytes=10))
    assert load_file(good).sections


@pytest.mark.parametrize(
    ("act", "allowed"),
    [
        ("import socket; socket.create_connection(('127.0.0.1', 9))", False),
        ("import subprocess; subprocess.run(['true'])", False),
        ("import os; os.system('true')", False),
        ("print('reading')", True),
    ],
)
def test_the_reading_process_may_not_open_connections_or_start_processes(act: str, allowed: bool) -> None:
    program = f"import sys; from knowledge.importing.worker import _forbid; sys.addaudithook(_forbid); {act}"
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=_ROOT, capture_output=True, text=True, check=False
    )
    assert (result.returncode == 0) is allowed
    assert ("may not do that" in result.stderr) is not allowed
