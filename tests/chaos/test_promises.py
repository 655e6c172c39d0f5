"""The checks of `make chaos` find what they are for: each is shown a transcript in which one promise is broken."""

from __future__ import annotations

from typing import Any

from bot.web.words import CANNOT_ANSWER
from tests.chaos import promises
from tests.chaos.people import Take
from tests.support.stubborn import Sent


def message(
    seq: int, author: str, text: str = "", kind: str = "message", to: int | None = None
) -> dict[str, Any]:
    said = {"seq": seq, "author": author, "text": text, "kind": kind, "in_reply_to": to}
    return said | {"created_at": "2026-05-10T12:00:00Z"}


GOOD = [
    message(1, "bot", "hello"),
    message(2, "patient", "a"),
    message(3, "patient", "b"),
    message(4, "bot", kind="answer", to=2),
    message(5, "bot", kind="abstain", to=3),
    message(6, "system", kind="joined"),
    message(7, "advisor", "good day"),
    message(8, "patient", "c"),
    message(9, "system", kind="released"),
]
SENT = [
    [Sent("1", "a", frozenset({2})), Sent("2", "b", frozenset({3}))],
    [Sent("3", "c", frozenset({8}))],
]


def changed(seq: int, **values: Any) -> list[dict[str, Any]]:
    return [each | values if each["seq"] == seq else each for each in GOOD]


def test_nothing_is_found_where_all_was_kept() -> None:
    assert promises.lost_doubled_or_reordered(SENT, GOOD) == []
    assert promises.talked_over(GOOD) == []
    assert promises.out_of_turn(GOOD) == []
    assert promises.unanswered(GOOD) == []
    assert promises.advisors_words_lost([Take(1, (7,))], GOOD) == []
    assert promises.page_is_wrong(range(1, 10), GOOD) == []


def test_a_lost_message_is_found() -> None:
    assert promises.lost_doubled_or_reordered(SENT, changed(3, author="system"))
    assert promises.lost_doubled_or_reordered(SENT, changed(3, text="another"))
    assert promises.lost_doubled_or_reordered(SENT, [each for each in GOOD if each["seq"] != 3])


def test_a_doubled_message_is_found() -> None:
    assert promises.lost_doubled_or_reordered(SENT, [*GOOD, message(10, "patient", "c")])
    twice = [SENT[0], [Sent("3", "c", frozenset({8, 9}))]]
    assert promises.lost_doubled_or_reordered(twice, GOOD)


def test_messages_in_another_order_are_found() -> None:
    assert promises.lost_doubled_or_reordered(list(reversed(SENT)), GOOD)


def test_a_bot_that_talks_over_an_advisor_is_found() -> None:
    assert promises.talked_over(changed(8, author="bot", kind="answer", in_reply_to=3))


def test_two_replies_and_replies_in_another_order_are_found() -> None:
    assert promises.out_of_turn(changed(5, in_reply_to=2))
    assert promises.out_of_turn(changed(4, in_reply_to=5))


def test_a_message_without_an_answer_is_found() -> None:
    owed = [*GOOD, message(10, "patient", "d")]
    assert promises.unanswered(owed) == [10]
    assert promises.unanswered([*owed, message(11, "bot", kind="abstain", to=10)]) == []


def test_an_advisors_lost_word_and_a_page_that_misses_one_are_found() -> None:
    assert promises.advisors_words_lost([Take(1, (7, 10))], GOOD)
    assert promises.page_is_wrong([1, 2, 4], GOOD)
    assert promises.page_is_wrong([1, 2, 2, 3], GOOD[:3])


def test_an_advisors_doubled_word_is_found() -> None:
    assert promises.advisors_words_doubled(GOOD) == []
    assert promises.advisors_words_doubled([*GOOD, message(10, "advisor", "good day")])


def test_a_bot_between_an_advisors_words_is_found_even_where_nobody_is_said_to_have_joined() -> None:
    spoken = [
        message(6, "advisor", "good day"),
        message(7, "bot", kind="answer", to=5),
        message(8, "advisor", "I read on"),
    ]
    assert promises.talked_into([Take(1, (6, 8))], spoken)
    assert promises.talked_into([Take(1, (6,))], spoken) == []
    assert promises.talked_into([Take(1, ())], spoken) == []
    gave_back = [spoken[0], message(7, "system", kind="left"), spoken[1] | {"seq": 8}, spoken[2] | {"seq": 9}]
    assert promises.talked_into([Take(1, (6, 9))], gave_back) == []


def test_a_patient_who_noticed_that_a_process_was_missing_is_found() -> None:
    assert promises.noticed(GOOD) == []
    assert promises.noticed(changed(5, text=CANNOT_ANSWER.text))
