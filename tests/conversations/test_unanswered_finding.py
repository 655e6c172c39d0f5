"""What counts as asked in vain, and what never does."""

from __future__ import annotations

from collections.abc import Mapping

from bot.conversations.unanswered_finding import SOON_MS, Candidate, Entry, candidates


class Told:
    """A conversation written down line by line; a second passes between two of them."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def _add(self, author: str, kind: str, **more: object) -> int:
        seq = len(self.entries) + 1
        settings = {"in_reply_to": None, "created_at": seq * 1_000, **more}
        self.entries.append(Entry(seq, author, kind, **settings))  # type: ignore[arg-type]
        return seq

    def asks(self) -> int:
        return self._add("patient", "message")

    def bot(self, kind: str, to: int | None = None, **more: object) -> int:
        return self._add("bot", kind, in_reply_to=to, **more)

    def joined(self, **more: object) -> int:
        return self._add("system", "joined", **more)

    def advisor(self) -> int:
        return self._add("advisor", "message")

    def found(self, helpful: Mapping[int, bool] | None = None) -> list[Candidate]:
        return candidates(self.entries, helpful or {})


def test_an_abstention() -> None:
    told = Told()
    told.bot("smalltalk")
    question = told.asks()
    reply = told.bot("abstain", question)
    assert told.found() == [Candidate(question, reply, question * 1_000, abstained=True)]


def test_an_answer_that_helped_or_was_not_rated_is_none() -> None:
    told = Told()
    question = told.asks()
    reply = told.bot("answer", question, cites=True)
    assert told.found() == []
    assert told.found({reply: True}) == []


def test_a_thumb_down() -> None:
    told = Told()
    question = told.asks()
    reply = told.bot("answer", question, cites=True)
    assert told.found({reply: False}) == [Candidate(question, reply, 1_000, disliked=True)]


def test_a_take_over_soon_after_an_answer() -> None:
    told = Told()
    first, second = told.asks(), told.asks()
    told.bot("answer", first)
    reply = told.bot("answer", second)
    told.joined()
    told.advisor()
    told.joined()  # handed to a colleague
    assert told.found() == [Candidate(second, reply, 2_000, taken_over=True)]
    assert told.found({reply: True}) == []  # it helped; the advisor came for something else


def test_a_take_over_later_or_without_an_answer_is_none() -> None:
    told = Told()
    question = told.asks()
    told.bot("answer", question)
    told.joined(created_at=3_000 + SOON_MS)
    assert told.found() == []
    told = Told()
    question = told.asks()
    told.bot("smalltalk", question)
    told.joined()
    assert told.found() == []


def test_all_reasons_of_one_question_are_kept() -> None:
    told = Told()
    question = told.asks()
    reply = told.bot("abstain", question)
    told.joined()
    assert told.found({reply: False}) == [Candidate(question, reply, 1_000, abstained=True, disliked=True)]


def test_an_emergency_is_never_one() -> None:
    told = Told()
    question = told.asks()
    reply = told.bot("emergency", question)
    told.joined()
    assert told.found({reply: False}) == []
    told = Told()
    question = told.asks()
    told.bot("abstain", question)
    told._add("system", "emergency", in_reply_to=question)
    assert told.found() == []


def test_what_is_written_in_the_cost_enquiry_is_never_one() -> None:
    told = Told()
    question = told.asks()
    told.bot("cost", question)  # “What is your name?”
    name = told.asks()
    told.bot("abstain", name)  # the name was not understood
    aside = told.asks()
    told.bot("abstain", aside)
    told.bot("cost", aside)  # “… What is your name?”
    rated = told.asks()
    reply = told.bot("cost", rated)
    assert told.found({reply: False}) == []


def test_a_question_after_a_quoted_answer_about_cost_is_one() -> None:
    told = Told()
    told.bot("cost", told.asks(), cites=True)
    question = told.asks()
    told.bot("abstain", question)
    assert [each.message_seq for each in told.found()] == [question]


def test_a_fault_of_ours_is_none() -> None:
    told = Told()
    told.bot("abstain", told.asks(), meant=False)
    assert told.found() == []


def test_what_is_said_to_an_advisor_is_none() -> None:
    told = Told()
    told.joined()
    told.asks()
    told.advisor()
    assert told.found() == []
