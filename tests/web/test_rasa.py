"""What the web process sends to Rasa."""

from __future__ import annotations

import numpy as np

from bot.conversations.model import Turn
from bot.web.rasa import RasaClient
from knowledge.encoder import LATEST, Encoded
from tests.support.fake_rasa import FakeRasa

ENCODED = Encoded("an-encoder", (1, 2), np.ones((2, 384), np.float32))


def test_what_the_screen_encoded_goes_along_once(rasa: FakeRasa) -> None:
    turn = Turn(1, "a-conversation", 2, "how long does it take?", ownership=1, attempt=1, accepted_at=0)
    client = RasaClient(rasa.url, "an internal token for tests")
    LATEST.name(turn.text, ENCODED)
    for _ in range(2):
        assert client.reply(turn, 5)
    message = {"conversation_id": turn.conversation_id, "message_seq": turn.message_seq, "text": turn.text}
    # A turn of a test before may arrive late: only ours counts.
    ours = [sent for sent in rasa.requests if sent["conversation_id"] == turn.conversation_id]
    assert ours == [{**message, "encoded": ENCODED.to_json()}, message]
