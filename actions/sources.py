""" "Where is that from?": the source of what was said just before, with the words that it rests on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from actions import words
from actions.asked import Asked
from knowledge.model import Citation, Reply
from knowledge.units import plain

_THAT = (
    r"(?:(?:that|this|these|those)(?:\s+(?:table|list|numbers?|figures?|answer|sentence|claim))?|it|"
    r"the\s+(?:table|list|numbers?|figures?|answer|last\s+\w+)|your\s+(?:last\s+)?answer)"
)
_SOURCE = r"(?:sources?|stud(?:y|ies)|references?|evidence|proof|links?)"
_OPENING = r"(?:(?:ok|okay|and|so|but|hm+|please|thanks?|thank\s+you|well|really|sorry)\b[\s,.!?]*)*"
_ASKS = re.compile(
    rf"^{_OPENING}(?:"
    r"(?:(?:can|could|would|will)\s+you\s+)?(?:at\s+least\s+|please\s+)?(?:show|give|tell|send|name)\s+(?:me\s+|us\s+)?"
    rf"(?:the|your|a|any)\s+{_SOURCE}(?:\s+(?:of|for|to|behind)\s+{_THAT})?"
    rf"|(?:where|what|which\s+\w+)\s+(?:is|was|are|does|did|do)\s+(?:{_THAT}|you)\s+(?:come\s+|coming\s+|taken\s+|"
    rf"get\s+{_THAT}\s+|have\s+{_THAT}\s+|got\s+{_THAT}\s+)?from"
    rf"|where\s+did\s+you\s+(?:get|read|find|hear)\s+{_THAT}"
    rf"|(?:what|which|who)(?:['’]?s|\s+is|\s+are)?\s+(?:the|your)\s+{_SOURCE}(?:\s+(?:of|for|behind)\s+{_THAT})?"
    rf"|(?:which|what)\s+{_SOURCE}(?:\s+(?:is|was|says?|said|shows?|showed)\s+{_THAT})?"
    r"|who\s+(?:says|said|wrote)\s+(?:that|this|it|so)|says\s+who"
    rf"|how\s+do\s+you\s+know\s+(?:that|this|it)|(?:the\s+)?source(?:\s+(?:of|for)\s+{_THAT})?"
    r")\W*(?:please)?\W*$",
    re.I,
)


def told(message: Asked) -> Reply | None:
    """The source of the last reply that had one; None where the message does not ask for it or there is none."""
    cited: Mapping[str, Any] | None = message.last.get("cited")
    if not cited or not _ASKS.match(" ".join(message.text.split())):
        return None
    citation = Citation(**cited)
    text = words.SOURCE.format(title=citation.title, source=citation.source, quote=plain(citation.quote))
    return Reply(kind="answer", text=text, citations=(citation,))
