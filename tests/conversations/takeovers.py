"""What a transcript must look like when one speaker at a time is kept to."""

from __future__ import annotations

from collections.abc import Sequence

from bot.conversations.model import Author, Message

BACK_WITH_THE_BOT = {"released", "left", "returned"}


def read(messages: Sequence[Message]) -> int:
    """Reads a whole transcript and counts its take-overs; AssertionError where the bot spoke out of turn.

    The bot says nothing between a take-over and the hand-back, and never again replies to what was
    written before a take-over.
    """
    assert [message.seq for message in messages] == list(range(1, len(messages) + 1))
    with_advisor, last_takeover, takeovers = False, 0, 0
    for message in messages:
        if message.kind == "joined":
            with_advisor, last_takeover = True, message.seq
            takeovers += 1
        elif message.author is Author.SYSTEM and message.kind in BACK_WITH_THE_BOT:
            with_advisor = False
        elif message.author is Author.BOT:
            assert not with_advisor, f"the bot spoke at {message.seq}, after the take-over at {last_takeover}"
            replied = message.in_reply_to or message.seq
            assert replied > last_takeover, f"{message.seq} replies to {replied}, from before {last_takeover}"
    # What to do in an emergency is said at once, before what was asked earlier is answered.
    answers = [
        message for message in messages if message.author is Author.BOT and message.kind != "emergency"
    ]
    replies = [message.in_reply_to for message in answers if message.in_reply_to is not None]
    assert replies == sorted(set(replies)), "a message has two replies, or they are out of order"
    return takeovers
