"""Checks what Rasa answered before any of it reaches a patient."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from bot.conversations import contact
from bot.conversations.model import BOT_KINDS, Reply, Wish


class UnsoundReply(Exception):
    """What Rasa answered must not go to a patient. The message never repeats any of it."""


_TEXT_LIMIT = 20_000
_MESSAGES_LIMIT = 10
_CITATIONS_LIMIT = 20
_QUICK_REPLIES_LIMIT = 10

_WISH_TEXTS = frozenset(field.name for field in fields(Wish))
_CITATION_TEXTS = ("document", "title", "source", "url", "reviewed_on", "passage", "quote")


def parse(payload: object) -> list[Reply]:
    """The replies in `{"messages": […]}`. Raises `UnsoundReply`.

    An empty list is not sound either: it is how Rasa hides a failure.
    """
    messages = payload.get("messages") if isinstance(payload, dict) else None
    if not isinstance(messages, list) or not 1 <= len(messages) <= _MESSAGES_LIMIT:
        raise UnsoundReply("no messages")
    return [_reply(message) for message in messages]


def _reply(message: object) -> Reply:
    if not isinstance(message, dict):
        raise UnsoundReply("a message is not an object")
    kind, text = message.get("kind"), message.get("text")
    if kind not in BOT_KINDS:
        raise UnsoundReply("a message has an unknown kind")
    if not isinstance(text, str) or not text.strip() or len(text) > _TEXT_LIMIT or "\x00" in text:
        raise UnsoundReply("a message has no sound text")
    citations = _items(message, "citations", _CITATIONS_LIMIT)
    quick_replies = _items(message, "quick_replies", _QUICK_REPLIES_LIMIT)
    if kind == "answer" and not citations:
        raise UnsoundReply("an answer has no citation")
    if not all(isinstance(quick_reply, str) and quick_reply.strip() for quick_reply in quick_replies):
        raise UnsoundReply("a quick reply is not a text")
    evidence = message.get("evidence")
    return Reply(
        kind=kind,
        text=text,
        citations=tuple(_citation(citation) for citation in citations),
        quick_replies=tuple(quick_replies),
        evidence=evidence if isinstance(evidence, dict) else None,
        enquiry=_wish(message.get("enquiry")),
        leaves=_wish(message.get("leaves")),
        corrects=_wish(message.get("corrects")),
        withdraws=message.get("withdraws") is True,
        calls_off=message.get("calls_off") is True,
        takes_up_again=message.get("takes_up_again") is True,
        reads_back=message.get("reads_back") is True,
    )


def _wish(left: object) -> Wish | None:
    """What the patient left for an advisor, checked once more before it is kept."""
    if left is None:
        return None
    if not isinstance(left, dict) or not set(left) <= _WISH_TEXTS:
        raise UnsoundReply("an enquiry has unknown fields")
    if not all(isinstance(value, str) and "\x00" not in value for value in left.values()):
        raise UnsoundReply("an enquiry has a field that is not a text")
    try:
        wish = Wish(**{"name": "", "contact": "", **left})
        contact.checked(wish.contact)
    except contact.NoContact:
        raise UnsoundReply("an enquiry has no way to answer it") from None
    return wish


def _items(message: Mapping[str, Any], name: str, limit: int) -> list[Any]:
    items = message.get(name) or []
    if not isinstance(items, list) or len(items) > limit:
        raise UnsoundReply(f"{name} is not a short list")
    return items


def _citation(citation: object) -> dict[str, Any]:
    if not isinstance(citation, dict):
        raise UnsoundReply("a citation is not an object")
    fields: dict[str, Any] = {}
    for name in _CITATION_TEXTS:
        value = citation.get(name, "")
        if not isinstance(value, str):
            raise UnsoundReply("a citation has a field that is not a text")
        fields[name] = value
    if not fields["title"] or not fields["quote"]:
        raise UnsoundReply("a citation lacks its title or its quote")
    revision = citation.get("revision")
    if not isinstance(revision, int):
        raise UnsoundReply("a citation lacks its revision")
    fields["revision"] = revision
    if not fields["url"].startswith(("https://", "http://")):
        fields["url"] = ""  # anything else must not become a link
    return fields
