"""Which promises were broken, from what patients and advisors were told and what the transcript says at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from bot.web.words import CANNOT_ANSWER
from tests.chaos.people import Take
from tests.support.stubborn import Sent

Transcript = Sequence[dict[str, Any]]
_AN_ADVISOR_LEAVES = {"released", "returned", "left", "closed"}


def lost_doubled_or_reordered(groups: Iterable[Sequence[Sent]], transcript: Transcript) -> list[str]:
    """Promise 1: what was acknowledged stands once, where the acknowledgement said, in the order of sending."""
    broken = []
    if [each["seq"] for each in transcript] != list(range(1, len(transcript) + 1)):
        broken.append("the sequence numbers have gaps")
    said = {each["seq"]: each["text"] for each in transcript if each["author"] == "patient"}
    acknowledged: dict[int, str] = {}
    last = 0
    for group in groups:
        places = sorted(place for sent in group for place in sent.places)
        broken += [f"acknowledged at {sorted(sent.places)}" for sent in group if len(sent.places) != 1]
        if places and places[0] <= last:
            broken.append(f"message {places[0]} stands before an earlier one")
        last = max([last, *places])
        acknowledged.update({place: sent.text for sent in group for place in sent.places})
    for place, text in acknowledged.items():
        if said.get(place) != text:
            broken.append(f"message {place} was acknowledged and is {'another' if place in said else 'lost'}")
    doubled = set(said) - set(acknowledged)
    if doubled:
        broken.append(f"messages {sorted(doubled)} were written and never acknowledged, or twice")
    return broken


def talked_over(transcript: Transcript) -> list[str]:
    """Promise 4: from an advisor's taking over to the giving back the bot says nothing."""
    broken, advisor = [], False
    for each in transcript:
        if each["author"] == "system":
            if each["kind"] == "joined":
                advisor = True
            elif each["kind"] in _AN_ADVISOR_LEAVES:
                advisor = False
        elif each["author"] == "bot" and advisor:
            broken.append(f"the bot speaks at {each['seq']} while an advisor has the conversation")
    return broken


def out_of_turn(transcript: Transcript) -> list[str]:
    """Each message has at most one reply of the bot, and replies come in the messages' order.

    What tells somebody to get help comes before everything else, and is left out.
    """
    replies = [
        each["in_reply_to"]
        for each in transcript
        if each["author"] == "bot" and each["in_reply_to"] and each["kind"] != "emergency"
    ]
    broken = [f"two replies to {seq}" for seq in sorted({seq for seq in replies if replies.count(seq) > 1})]
    return broken if replies == sorted(replies) else [*broken, "replies are not in the order of the messages"]


def unanswered(transcript: Transcript) -> list[int]:
    """Messages that the bot owes a reply and has not given one; what an advisor had in hand is not owed."""
    replied = {each["in_reply_to"] for each in transcript if each["author"] == "bot"}
    owed: list[int] = []
    advisor = False
    for each in transcript:
        if each["author"] == "system" and each["kind"] == "joined":
            advisor, owed = True, []
        elif each["author"] == "system" and each["kind"] in _AN_ADVISOR_LEAVES:
            advisor = False
        elif each["author"] == "patient" and not advisor and each["seq"] not in replied:
            owed.append(each["seq"])
    return owed


def advisors_words_lost(takes: Iterable[Take], transcript: Transcript) -> list[str]:
    """What an advisor was told is sent stands in the transcript."""
    written = {each["seq"] for each in transcript if each["author"] == "advisor"}
    return [
        f"an advisor's message {seq} is lost" for take in takes for seq in take.written if seq not in written
    ]


def advisors_words_doubled(transcript: Transcript) -> list[str]:
    """What an advisor wrote once stands once; they never write the same twice."""
    said = Counter(each["text"] for each in transcript if each["author"] == "advisor")
    return [f"“{text}” stands {times} times" for text, times in said.items() if times > 1]


def talked_into(takes: Iterable[Take], transcript: Transcript) -> list[str]:
    """Promise 4, from what the advisor was told: between two of their words the bot says nothing.

    Unless the conversation went back to the bot in between.
    """
    broken = []
    for take in takes:
        between = [
            each for each in transcript if take.written and take.written[0] < each["seq"] < take.written[-1]
        ]
        if any(each["kind"] in _AN_ADVISOR_LEAVES for each in between if each["author"] == "system"):
            continue
        broken += [
            f"the bot speaks at {each['seq']} into an advisor's words"
            for each in between
            if each["author"] == "bot"
        ]
    return broken


def noticed(transcript: Transcript) -> list[str]:
    """Where one of several was taken away, and another one could have answered."""
    return [
        f"“cannot answer” at {each['seq']} ({each['created_at']}) though others could"
        for each in transcript
        if each["author"] == "bot" and each["text"] == CANNOT_ANSWER.text
    ]


def page_is_wrong(shown: Sequence[int], transcript: Transcript) -> list[str]:
    """The patient's page showed every message once, in order."""
    wanted = [each["seq"] for each in transcript]
    return [] if list(shown) == wanted else ["the page misses, doubles or mixes up messages"]
