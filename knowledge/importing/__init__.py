"""Bringing articles in from files: Markdown, plain text, HTML, PDF, DOCX.

`load_file(path)` gives the document in a file, or raises `ImportRefused` with a sentence for the editor.
"""

from __future__ import annotations

from knowledge.importing.limits import ImportRefused, Limits
from knowledge.importing.load import load_file
from knowledge.importing.sniff import SUFFIXES

__all__ = ["SUFFIXES", "ImportRefused", "Limits", "load_file"]
