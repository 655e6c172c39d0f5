"""What hostile clients send: values, bodies, fields, addresses."""

from __future__ import annotations

import gzip
from typing import Any
from urllib.parse import quote

from tests.support.advisor import PASSWORD

SURROGATE, NUL = "half \ud83e of a pair", "before\x00after"

VALUES: list[Any] = [
    None,
    True,
    0,
    -1,
    2**31,
    2**70,
    1e308,
    float("nan"),
    "",
    " \u200b\u2060",
    NUL,
    SURROGATE,
    "a" * 9_000,
    "\u202e<script>window.hacked=1</script>\u0000"[:-1],
    "' OR '1'='1'; DROP TABLE messages; --",
    "{{7*7}}${7*7}%s%n{0}",
    [],
    ["a", {"b": None}],
    {},
    {"passage": SURROGATE, "quote": NUL},
    [{"passage": SURROGATE, "quote": NUL}],
    [{"passage": "x" * 64, "quote": "a" * 5_000}] * 2,
]

BODIES: dict[str, tuple[bytes, dict[str, Any]]] = {
    "nothing": (b"", {}),
    "null": (b"null", {}),
    "a list": (b"[]", {}),
    "a text": (b'"text"', {}),
    "a number": (b"1e999", {}),
    "half of it": (b'{"text": "a', {}),
    "deep lists": (b"[" * 15_000, {}),
    "deep objects": (b'{"text":' * 1_900 + b"1" + b"}" * 1_900, {}),
    "deep field": (b'{"text":' + b"[" * 7_000 + b"]" * 7_000 + b"}", {}),
    "100 kB": (b'{"text": "' + b"a" * 100_000 + b'"}', {}),
    "twice the same key": (b'{"text": "a", "text": 5, "text": null}', {}),
    "not UTF-8": (b'{"text": "\xff\xfe\xed\xa0\x80"}', {}),
    "UTF-16": ('{"text": "a"}'.encode("utf-16"), {}),
    "a byte order mark": (b'\xef\xbb\xbf{"text": "a"}', {}),
    "a long number": (b'{"text": ' + b"9" * 9_000 + b"}", {}),
    "packed": (gzip.compress(b'{"text": "a"}'), {"Content-Encoding": "gzip"}),
    "a form": (b"text=a", {"Content-Type": "application/x-www-form-urlencoded"}),
    "a file": (b"--x\r\n\r\na\r\n--x--", {"Content-Type": "multipart/form-data; boundary=x"}),
    "a strange type": (b'{"text": "a"}', {"Content-Type": "application/json; charset=utf-7"}),
    "a broken type": (b'{"text": "a"}', {"Content-Type": b";;;=\xe9"}),
}

ARTICLE: dict[str, Any] = {
    "slug": "parking",
    "title": "Parking",
    "language": "en",
    "reviewer": "",
    "reviewed_on": "",
    "sources": [],
    "sections": [
        {
            "level": 1,
            "heading": "Where to park",
            "text": "There is a car park.",
            "evidence": "established",
            "reply": "answer",
            "questions": [],
            "sources": [],
            "facts": [],
        }
    ],
    "dropped": [],
}

GOOD: dict[str, Any] = {
    "client_message_id": "00000000-0000-4000-8000-000000000000",
    "text": "hello",
    "helpful": True,
    "score": 3,
    "comment": "good",
    "name": "Robin",
    "contact": "robin@example.org",
    "when": "mornings",
    "about": "costs",
    "consent": True,
    "ownership": None,
    "to": None,
    "citations": [],
    "question": "what are nk cells",
    "title": "Hello",
    "available": True,
    "login": "robin",
    "password": "wrong " + PASSWORD,
    "role": "advisor",
    "token": "a" * 43,
    "disabled": False,
    "state": "open",
    "owner": "me",
    "current": "wrong",
    "new": "another long password",
    "article": ARTICLE,
    "markdown": None,
    "convert": None,
    "based_on": 0,
    "with": 1,
    "number": 1,
    "keep_review": False,
    "note": "a note",
    "review_due": "2031-01-31",
    "reviewer": "Robin Reader",
    "reviewed_on": "2026-01-31",
    "documents": [],
    "publication": 1,
    "accepted": [],
    "expects": "answer",
    "document": "",
    "section": "",
    "before": [],
    "heading": "Where to park",
    "questions": [],
    "into": None,
}
"""Whatever an address takes is among these fields; it ignores the others."""

OWN_FIELDS: dict[str, tuple[str, ...]] = {
    "messages": ("client_message_id", "text", "citations"),
    "feedback": ("helpful",),
    "rating": ("score", "comment"),
    "callback": ("name", "contact", "when", "about", "consent"),
    "take": ("ownership",),
    "transfer": ("to",),
    "notes": ("text",),
    "suggestions": ("question",),
    "canned-replies": ("title", "text"),
    "search": ("text",),
    "presence": ("available",),
    "invitations": ("name", "role"),
    "role": ("role",),
    "disabled": ("disabled",),
    "password": ("current", "new"),
    "look": ("token",),
    "accept": ("token", "login", "name", "password"),
    "sign-in": ("login", "password"),
    "handoff": (),
    "cancel": (),
    "close": (),
    "release": (),
    "erase": (),
    "typing": (),
    "seen": (),
    "sign-out": (),
    "sign-out-elsewhere": (),
    "password-link": (),
    "conversations": (),
    "work-items": ("state", "owner"),
}
"""By the last word of an address, the editor's pages aside."""

WRITTEN = ("article", "markdown")

EDITOR_FIELDS: dict[str, tuple[str, ...]] = {
    "documents": (*WRITTEN, "note"),
    "revisions": (*WRITTEN, "based_on", "keep_review", "note"),
    "preview": (*WRITTEN, "convert"),
    "compare": (*WRITTEN, "with"),
    "merge": (*WRITTEN, "based_on", "with", "into"),
    "care": ("owner", "review_due"),
    "hand-in": ("number", "note"),
    "send-back": ("number", "note"),
    "review": ("number", "reviewer", "reviewed_on", "review_due"),
    "use-again": ("number", "based_on"),
    "publish": ("note",),
    "withdraw": ("note",),
    "golden": ("question", "expects", "document", "section", "note"),
    "pasted": ("text", "expects"),
    "asked": (),
    "playground": ("question", "document", "before"),
    "publications": ("documents", "note"),
    "rollback": ("publication", "note"),
    "accept": ("accepted",),
    "cancel": (),
    "retry": (),
    "state": ("state", "note"),
    "move": ("questions", "into"),
    "draft": ("document", "heading", "text", "title", "questions"),
    "uploads": (),
}
"""By the last word of an address of the editor's pages. What files may hold has tests of its own."""


def own_fields(address: str) -> tuple[str, ...] | None:
    """The fields that an address takes; None for one that is not listed here."""
    parts = [part for part in address.split("/") if part and not part.startswith("<")]
    return (EDITOR_FIELDS if parts[0] == "editor" else OWN_FIELDS).get(parts[-1])


FOR_THE_DATABASE: list[Any] = [2**70, NUL, SURROGATE, "a" * 9_000, "' OR '1'='1'; --", [], {}]
"""What a second database could take differently."""

QUERY = ("after", "before", "queue", "state", "kind", "owner", "account", "action", "conversation", "next")
QUERY_VALUES = ("", "-1", "x", "9" * 30, "١", "%00", "%ED%A0%80", "%FF", "1.5", "a" * 900, "%0d%0aX:%201")
IDS = (
    "x",
    "%FF%FE",
    quote("🧬"),
    "a" * 1_500,
    "%2e%2e",
    "..%2f..%2fetc",
    "'--",
    "0" * 32,
    "A" * 32,
    "%ED%A0%BE",
    "%00",
)
NUMBERS = ("0", "-1", str(2**31), str(2**63), "9" * 40, "%D9%A1", "1.0", "+1", "1%00")
