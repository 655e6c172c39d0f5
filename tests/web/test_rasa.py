"""What the web process sends to Rasa."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
import pytest

from bot.conversations.model import Turn
from bot.web.rasa import BotUnavailable, RasaClient
from knowledge.encoder import LATEST, Encoded
from tests.support import fake_rasa
from tests.support.fake_rasa import FakeRasa

ENCODED = Encoded("an-encoder", (1, 2), np.ones((2, 768), np.float32))


def test_what_the_screen_encoded_goes_along_once(rasa: FakeRasa) -> None:
    turn = Turn(1, "a-conversation", 2, "how long does it take?", ownership=1, attempt=1, accepted_at=0)
    client = RasaClient([rasa.url], "an internal token for tests")
    LATEST.name(turn.text, ENCODED)
    for _ in range(2):
        assert client.reply(turn, 5)
    message = {"conversation_id": turn.conversation_id, "message_seq": turn.message_seq, "text": turn.text}
    # A turn of a test before may arrive late: only ours counts.
    ours = [sent for sent in rasa.requests if sent["conversation_id"] == turn.conversation_id]
    assert ours == [{**message, "encoded": ENCODED.to_json()}, message]


def turn_of(conversation: str) -> Turn:
    return Turn(1, conversation, 2, "how long does it take?", ownership=1, attempt=1, accepted_at=0)


def asked(servers: list[FakeRasa], conversation: str) -> list[int]:
    """How often each server was asked about a conversation."""
    return [sum(each["conversation_id"] == conversation for each in server.requests) for server in servers]


@pytest.fixture
def two() -> Iterator[list[FakeRasa]]:
    with fake_rasa.running() as one, fake_rasa.running() as other:
        yield [one, other]


def test_a_conversation_stays_with_one_rasa_and_many_share_both(two: list[FakeRasa]) -> None:
    client = RasaClient([each.url for each in two], "token")
    for number in range(40):
        for _ in range(2):
            assert client.reply(turn_of(f"c{number}"), 5)
    shares = [asked(two, f"c{number}") for number in range(40)]
    assert all(sorted(share) == [0, 2] for share in shares)
    assert 8 < sum(share[0] > 0 for share in shares) < 32


def test_when_a_rasa_is_down_another_answers_in_the_same_breath(two: list[FakeRasa]) -> None:
    client = RasaClient([each.url for each in two], "token")
    assert client.reply(turn_of("c"), 5)
    preferred, other = two if asked(two, "c")[0] else two[::-1]
    preferred.stop()
    preferred.disconnect()
    began = time.monotonic()
    assert client.reply(turn_of("c"), 5)
    assert time.monotonic() - began < 0.5
    assert asked([other], "c") == [1]


def test_a_rasa_that_hangs_costs_one_question_half_of_its_time_and_the_next_none(two: list[FakeRasa]) -> None:
    client = RasaClient([each.url for each in two], "token")
    assert client.reply(turn_of("c"), 5)
    preferred = two[0] if asked(two, "c")[0] else two[1]
    preferred.hang()
    began = time.monotonic()
    assert client.reply(turn_of("c"), 2)
    assert time.monotonic() - began < 1.5
    began = time.monotonic()
    assert client.reply(turn_of("c"), 2)
    assert time.monotonic() - began < 0.5
    preferred.go_on.set()


def test_a_turn_that_fails_in_one_rasa_is_asked_of_another(two: list[FakeRasa]) -> None:
    client = RasaClient([each.url for each in two], "token")
    assert client.reply(turn_of("c"), 5)
    preferred, other = two if asked(two, "c")[0] else two[::-1]
    preferred.fail_next = 1
    assert client.reply(turn_of("c"), 5)
    assert asked([preferred, other], "c") == [2, 1]
    for each in two:
        each.fail_next = 1
    with pytest.raises(BotUnavailable) as fault:
        client.reply(turn_of("c"), 5)
    assert fault.value.may_retry
    assert client.reply(turn_of("c"), 5)
