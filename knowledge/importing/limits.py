"""How much a file may cost, and the one error an editor sees when a file cannot be brought in."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1_000_000
TOO_LARGE = "This file needs too much memory to be read. Please upload its text, or split it by topic."


class ImportRefused(Exception):
    """A file was not brought in; the message is one plain sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds for one file; a file over any of them is refused, never cut."""

    file_bytes: int = 10 * MEGABYTE
    """Size of the file itself."""
    unpacked_bytes: int = 50 * MEGABYTE
    """Size of everything inside a DOCX, which is a zip archive, once unpacked."""
    archive_entries: int = 2_000
    """Files inside a DOCX."""
    pages: int = 200
    """Pages of a PDF."""
    characters: int = 1 * MEGABYTE
    """Text that comes out of a file: about 150,000 words, a thick book."""
    memory_bytes: int = 1_024 * MEGABYTE
    """Address space of the process that reads the file, the interpreter included."""
    cpu_seconds: int = 30
    """Computing time of that process."""
    wall_seconds: float = 60.0
    """Time until the process is ended whatever it does."""
    output_bytes: int = 40 * MEGABYTE
    """What that process may hand back."""
