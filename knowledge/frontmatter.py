"""YAML of our document format: front matter and section blocks, read with line numbers.

Every value is a text, a list of texts, or a list of mappings; nothing is turned into a date, a number
or a boolean ("no" is a question a patient may ask). Only the node tree is built, so YAML's tags and
references do nothing. A mistake raises `DocumentFormatError` with the line it is on.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

import yaml


class DocumentFormatError(ValueError):
    """A document's text is not in our format; the message is one sentence with file and line."""

    def __init__(self, name: str, line: int, sentence: str) -> None:
        super().__init__(f"{name}, line {line}: {sentence}.")
        self.line = line
        self.sentence = f"{sentence[:1].upper()}{sentence[1:]}."


def read_fields(lines: Sequence[str], name: str, *, first_line: int) -> Fields:
    """The fields of a YAML mapping that starts on line `first_line` of the file `name`."""
    try:
        node = yaml.compose("\n".join(lines), Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = first_line + (mark.line if mark else 0)
        problem = error.problem or "it cannot be read"
        sentence = f"this is not valid YAML ({problem}); put texts with a colon or a quote mark in quotes"
        raise DocumentFormatError(name, line, sentence) from error
    except yaml.YAMLError as error:
        raise DocumentFormatError(
            name, first_line, "a character here is not allowed in YAML; remove it"
        ) from error
    except RecursionError:
        raise DocumentFormatError(name, first_line, "this is nested too deeply; use plain lists") from None
    if node is None:
        return Fields({}, {}, name, first_line)
    return _fields(node, name, first_line)


class Fields:
    """The values of one mapping by name, each with its line; asks for a kind and says when it is another."""

    def __init__(
        self, nodes: dict[str, yaml.Node], lines: dict[str, int], name: str, first_line: int
    ) -> None:
        self._nodes = nodes
        self._lines = lines
        self._name = name
        self._first = first_line
        self._asked: set[str] = set()

    def string(self, field: str, *, required: bool = False) -> str:
        """A text, stripped; empty when the field is missing, unless it is required."""
        self._asked.add(field)
        node = self._nodes.get(field)
        text = "" if node is None else self._text(field, node)
        if required and not text:
            raise self.error(field, f"“{field}” is missing or empty; fill it in")
        return text

    def matching(self, field: str, pattern: re.Pattern[str], meaning: str, *, required: bool = False) -> str:
        """A text of a certain form, described by `meaning` for the sentence of the error."""
        text = self.string(field, required=required)
        if text and not pattern.fullmatch(text):
            raise self.error(field, f"“{field}” must be {meaning}")
        return text

    def strings(self, field: str) -> tuple[str, ...]:
        """A list of texts, none of them empty; () when the field is missing."""
        texts = tuple(self._text(field, node) for node in self._items(field))
        if not all(texts):
            raise self.error(field, f"“{field}” has an empty entry; fill it in or remove it")
        return texts

    def mappings(self, field: str) -> list[Fields]:
        """A list of mappings; [] when the field is missing."""
        return [_fields(node, self._name, self._first) for node in self._items(field)]

    def no_others(self) -> None:
        """Refuses fields that nobody asked for: they are typing mistakes."""
        for field in self._nodes:
            if field not in self._asked:
                known = ", ".join(sorted(self._asked))
                raise self.error(field, f"“{field[:40]}” is not a field here; known are {known}")

    def error(self, field: str, sentence: str) -> DocumentFormatError:
        """An error on the line of a field (or of the mapping, when the field is missing)."""
        return DocumentFormatError(self._name, self._lines.get(field, self._first), sentence)

    def _items(self, field: str) -> Sequence[yaml.Node]:
        self._asked.add(field)
        node = self._nodes.get(field)
        if node is None or (isinstance(node, yaml.ScalarNode) and not node.value):
            return ()
        if not isinstance(node, yaml.SequenceNode):
            raise self.error(field, f"“{field}” must be a list, each entry on a line of its own with “- ”")
        items: Sequence[yaml.Node] = node.value
        return items

    def _text(self, field: str, node: yaml.Node) -> str:
        if not isinstance(node, yaml.ScalarNode):
            raise self.error(field, f"“{field}” must be plain text; put it in quotes")
        return str(node.value).strip()


def _fields(node: yaml.Node, name: str, first_line: int) -> Fields:
    line = first_line + (node.start_mark.line if node.start_mark else 0)
    if not isinstance(node, yaml.MappingNode):
        raise DocumentFormatError(name, line, "fields are expected here, each as “name: value”")
    nodes: dict[str, yaml.Node] = {}
    lines: dict[str, int] = {}
    for key, value in node.value:
        field = str(key.value) if isinstance(key, yaml.ScalarNode) else "?"
        at = first_line + key.start_mark.line
        if field in nodes:
            raise DocumentFormatError(name, at, f"“{field[:40]}” stands here twice; keep one")
        nodes[field], lines[field] = value, at
    return Fields(nodes, lines, name, first_line)


# Writing

_PLAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 .'’()/?_-]*[A-Za-z0-9.'’()/?_-])?")
_NOT_PRINTABLE = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)


def yaml_string(text: str) -> str:
    """A text as YAML on one line: plain where that is safe, else in double quotes."""
    if _PLAIN.fullmatch(text) and text.isascii():
        return text
    return _NOT_PRINTABLE.sub(
        lambda match: f"\\u{ord(match.group()):04x}", json.dumps(text, ensure_ascii=False)
    )


def yaml_list(texts: Sequence[str]) -> str:
    """Texts as a YAML list on one line."""
    return f"[{', '.join(yaml_string(text) for text in texts)}]"
