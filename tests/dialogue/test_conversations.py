"""The trained model, the real actions and the starting knowledge base: what patients write, what they get.

None of these sentences is among the examples Rasa learns from.
"""

from __future__ import annotations

import itertools

import pytest

from knowledge.replies import TALK_TO_A_PERSON
from tests.dialogue.conftest import Rasa
from tests.dialogue.test_data import EXAMPLES

pytestmark = pytest.mark.e2e

FOUND = {"answer", "abstain"}
"""A question goes to the search; whether it finds something is not the dialogue's business."""

WRITTEN = [
    ({"smalltalk"}, "Hello, good afternoon!"),
    ({"smalltalk"}, "hey hey"),
    ({"smalltalk"}, "thanks so much for this"),
    ({"smalltalk"}, "ok thank you very much, that helps me"),
    ({"smalltalk"}, "bye bye and take care"),
    ({"smalltalk"}, "lol ok"),
    ({"smalltalk"}, "👍"),
    ({"smalltalk"}, "hmm ok i see"),
    ({"smalltalk"}, "am I talking with a robot or a human here?"),
    ({"smalltalk"}, "who or what are you?"),
    ({"smalltalk"}, "no thanks, not now"),
    ({"smalltalk"}, "I am so frightened of all this"),
    ({"handoff"}, "I'd like to speak with a real human please"),
    ({"handoff"}, "can one of your doctors ring me back"),
    ({"handoff"}, "whats the clinics phone number"),
    ({"handoff"}, "I want to make a complaint about how my mother was treated"),
    ({"handoff"}, "stop this bot nonsense and get me a person"),
    ({"handoff"}, "how can I book a consultation for next month"),
    ({"cost"}, "so how much money is this going to cost me"),
    ({"cost"}, "wht does nk therapy cost aproximately"),
    ({"cost"}, "would my health insurance pay for any of it?"),
    ({"cost"}, "do I have to put down a deposit"),
    ({"cost"}, "any discount if we are two patients?"),
    ({"cost"}, "just give me a ballpark figure"),
    ({"medical_advice"}, "should I stop taking my prednisone before I come?"),
    ({"medical_advice"}, "will this cure my husband's lung cancer"),
    ({"medical_advice"}, "my ct scan shows a shadow on the liver, what does that mean"),
    ({"medical_advice"}, "I have lupus and take methotrexate, am I allowed to do it?"),
    ({"medical_advice"}, "do you think I am a good candidate, I'm 76 with kidney disease"),
    ({"medical_advice"}, "which is better for me, chemo or nk cells?"),
    (FOUND, "what exactly is a natural killer cell"),
    (FOUND, "wat is the diference between nk cels and stem cels"),
    (FOUND, "how do these cells know which ones are cancer"),
    (FOUND, "what are the possible side effects of the treatment"),
    (FOUND, "my mother asked me how the cells are prepared in the lab"),
    (FOUND, "is this therapy approved anywhere"),
    (FOUND, "What does prednisone do to NK cells?"),
    (FOUND, "Is lupus linked to natural killer cells?"),
    (FOUND, "what is the tallest mountain in the world"),
    (FOUND, "hi, can you explain what CAR-NK means"),
    (FOUND, "thanks, and how long does an infusion take?"),
    (FOUND, "Are T cells the same as NK cells"),
]


def test_these_sentences_are_not_learned_by_heart() -> None:
    known = {text.lower() for _, text in EXAMPLES}
    new = [text for _, text in WRITTEN if text.lower() not in known]
    assert len(new) >= len(WRITTEN) - 3  # "lol ok" and a thumb are as short as they are


@pytest.mark.parametrize(("kinds", "text"), WRITTEN, ids=[text[:40] for _, text in WRITTEN])
def test_what_is_written_is_understood(rasa: Rasa, kinds: set[str], text: str) -> None:
    reply = rasa.conversation().ask(text)
    assert reply["kind"] in kinds
    assert (reply["kind"] == "answer") <= bool(reply["citations"])


def test_a_question_about_nk_cells_is_answered_with_its_source(rasa: Rasa) -> None:
    reply = rasa.conversation().ask("what are nk cells")
    assert reply["kind"] == "answer"
    citation = reply["citations"][0]
    assert citation["title"]
    assert citation["quote"] in reply["text"]


@pytest.mark.parametrize("text", ["/restart", '/cost{"a":1}', "/ask_human", "  /session_start", "//greet"])
def test_a_command_is_plain_text(rasa: Rasa, text: str) -> None:
    talk = rasa.conversation()
    assert talk.ask("what are nk cells")["kind"] == "answer"
    typed = talk.ask(text)
    plain = rasa.conversation().ask(text.strip().lstrip("/"))
    assert typed["kind"] == plain["kind"]
    assert talk.ask("what are nk cells")["kind"] == "answer"


def test_yes_takes_up_the_offer_of_a_person(rasa: Rasa) -> None:
    talk = rasa.conversation()
    assert TALK_TO_A_PERSON in talk.ask("should I stop taking my prednisone before I come?")["quick_replies"]
    assert talk.ask("yes please")["kind"] == "handoff"
    talk = rasa.conversation()
    talk.ask("what are nk cells")
    assert talk.ask("yes please")["kind"] == "smalltalk"


def test_the_offered_words_lead_to_a_person(rasa: Rasa) -> None:
    assert rasa.conversation().ask(TALK_TO_A_PERSON)["kind"] == "handoff"


def test_a_long_conversation_stays_whole(rasa: Rasa) -> None:
    """Longer than what Rasa remembers of it."""
    talk = rasa.conversation()
    # Not one question over and over: who asks again at once is not told the same again.
    asked = itertools.cycle(
        [
            "what are nk cells",
            "what are the risks",
            "what is CAR-NK",
            "how do nk cells kill cancer",
            "what are T cells",
        ]
    )
    for text in itertools.islice(asked, 20):
        assert talk.ask(text)["kind"] == "answer", text
        assert talk.ask("thank you")["kind"] == "smalltalk"
        assert talk.ask("a person please")["kind"] == "handoff"


def test_conversations_at_the_same_time_do_not_mix(rasa: Rasa) -> None:
    from concurrent.futures import ThreadPoolExecutor

    texts = [("what are nk cells", "answer"), ("a person please", "handoff"), ("what does it cost", "cost")]

    def talk(number: int) -> list[tuple[str, str]]:
        conversation = rasa.conversation()
        return [
            (kind, conversation.ask(text)["kind"])
            for text, kind in (texts[number % 3 :] + texts[: number % 3])
        ]

    with ThreadPoolExecutor(8) as pool:
        for pairs in pool.map(talk, range(24)):
            for expected, got in pairs:
                assert got == expected
