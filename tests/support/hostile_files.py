"""Files that mean harm or are just broken, as an editor might bring them in: (name, bytes, what the refusal says)."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator

import docx
import pypdf

PROSE = "NK cells are white blood cells that find and destroy sick cells in the body, and they do it alone. "
MEGABYTE = 1_000_000
Hostile = tuple[str, bytes, str]


def hostile_files() -> Iterator[Hostile]:
    """More than twenty of them, all to be refused with a sentence that holds the last part."""
    yield "bomb.docx", _zip_bomb(), "unpacks to far more"
    yield "many.docx", word({f"x/{number}": b"" for number in range(2_500)}), "unpacks"
    yield "macro.docx", word({"word/vbaProject.bin": b"macro"}), "macros"
    yield "macro.docm", word(), ".docx"
    yield "entities.docx", word({"word/document.xml": _ENTITIES}), "entities"
    yield "deep.docx", word({"word/document.xml": b"<x>" * 10_000 + b"</x>" * 10_000}), "damaged"
    yield "cut.docx", word()[:900], "damaged"
    yield "locked.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "password"
    yield "not-word.docx", b"just text", "no Word"
    yield "bomb.pdf", pdf_with(_deflated(b" " * MEGABYTE, 400)), "lease"
    yield "loop.pdf", _endless_pdf(), "lease"
    yield "locked.pdf", _locked_pdf(), "password"
    yield "noise.pdf", b"%PDF-1.7\n" + bytes(range(256)) * 400, "damaged"
    yield "page.pdf", b"<html><p>" + PROSE.encode() + b"</p></html>", "no PDF"
    yield "deep.html", b"<div>" * 10_000 + b"deep" + b"</div>" * 10_000, "nested too deeply"
    yield "only-script.html", b"<html><script>window.hacked=1</script></html>", "no text"
    yield "zip.html", b"PK\x03\x04abc", "not HTML"
    yield "picture.md", b"\x89PNG\r\n\x1a\n\0\0", "not Markdown"
    yield "deep.md", ("> " * 10_000 + "deep").encode(), "lease"
    yield "empty.txt", b"", "empty"
    yield "blank.txt", b" \n\n\t ", "empty"
    yield "binary.txt", bytes(range(256)) * 50, "readable text"
    yield "nul.txt", b"text\x00text", "readable text"
    yield "pdf.txt", b"%PDF-1.7\nabc", "not plain text"
    yield "book.txt", PROSE.encode() * 12_000, "more text than a book"
    yield "large.txt", b"x" * (11 * MEGABYTE), "larger than 10 MB"
    yield "old.doc", b"\xd0\xcf\x11\xe0" * 99, ".docx"
    yield "run.exe", b"MZ\x90\0", "kind of file"
    yield "no-ending", b"text", "kind of file"
    yield "../../etc/passwd", b"root", "kind of file"


_ENTITIES = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'


def word(parts: dict[str, bytes] | None = None, paragraphs: tuple[str, ...] = (PROSE,)) -> bytes:
    """A Word file, some of whose parts are replaced or added."""
    file = docx.Document()
    file.add_heading("What NK cells do", 1)
    for text in paragraphs:
        file.add_paragraph(text)
    plain, out = io.BytesIO(), io.BytesIO()
    file.save(plain)
    parts = parts or {}
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename not in parts:
                new.writestr(entry, old.read(entry))
        for name, data in parts.items():
            new.writestr(name, data)
    return out.getvalue()


def pdf_with(deflated: bytes) -> bytes:
    """A PDF of one page whose content is a deflated stream."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(deflated), deflated),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    return _assembled(objects)


def pdf(lines: tuple[str, ...]) -> bytes:
    """A PDF of one page with lines of text."""
    shown = "".join(f"1 0 0 1 60 {780 - 16 * at} Tm ({line}) Tj\n" for at, line in enumerate(lines))
    return pdf_with(zlib.compress(f"BT /F1 11 Tf\n{shown}ET".encode("latin-1")))


def _assembled(objects: list[bytes]) -> bytes:
    out = io.BytesIO(b"%PDF-1.7\n")
    out.seek(0, io.SEEK_END)
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % each for each in offsets))
    out.write(b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start))
    return out.getvalue()


def _endless_pdf() -> bytes:
    """Its tree of pages has itself as a branch."""
    return _assembled(
        [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>"]
    )


def _locked_pdf() -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf((PROSE,))))
    writer.encrypt("secret", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _deflated(piece: bytes, times: int) -> bytes:
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(piece) for _ in range(times)) + packer.flush()


def _zip_bomb() -> bytes:
    out = io.BytesIO(word())
    with (
        zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("word/bomb.xml", "w") as entry,
    ):
        for _ in range(200):
            entry.write(b"0" * MEGABYTE)
    return out.getvalue()
