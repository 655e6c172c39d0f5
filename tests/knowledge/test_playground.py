"""The playground: what would be answered, before patients can ask it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest

from knowledge.playground import Playground
from knowledge.playground_process import PlaygroundProblem, PlaygroundProcess
from tests.knowledge.knowing import LUNCH, PARKING, REST, Home, article

WHERE = "Where can I park?"
YARD = article("parking", "You can park in the yard, one hour is free.", question=WHERE)
DOGS = article("dogs", "Dogs may wait with you in the garden.", question="May I bring my dog?")


@pytest.fixture
def playground(home: Home) -> Iterator[Playground]:
    made = Playground(home.settings, home.encoder)
    yield made
    made.close()


@pytest.fixture
def process(home: Home) -> Iterator[PlaygroundProcess]:
    made = PlaygroundProcess({"NKBOT_VAR": str(home.var)})
    yield made
    made.close()


def texts(found: dict[str, Any]) -> tuple[str | None, str | None]:
    """What patients are told now, and what they would be."""
    live, draft = found["live"], found["draft"]
    return live and live["reply"]["text"], draft and draft["reply"]["text"]


def test_before_anything_is_written_there_is_nothing_to_ask(playground: Playground) -> None:
    assert texts(playground.ask(WHERE)) == (None, None)


def test_before_the_first_publication_drafts_can_be_asked(home: Home, playground: Playground) -> None:
    home.store.save_revision(PARKING)
    assert texts(playground.ask(WHERE)) == (None, PARKING.sections[0].markdown)


def test_a_draft_is_seen_beside_what_is_live(home: Home, playground: Playground) -> None:
    home.publish(PARKING, REST)
    assert texts(playground.ask(WHERE)) == (PARKING.sections[0].markdown, None)
    home.store.save_revision(YARD)
    found = playground.ask(WHERE)
    assert texts(found) == (PARKING.sections[0].markdown, YARD.sections[0].markdown)
    assert found["changed"] == [{"document": "parking", "revision": 2, "title": "About parking"}]
    assert found["draft"]["reply"]["citations"][0]["revision"] == 2
    assert home.live_texts() == [PARKING.sections[0].markdown, REST.sections[0].markdown]


def test_the_draft_says_exactly_what_is_said_once_it_is_published(home: Home, playground: Playground) -> None:
    home.publish(PARKING, REST, LUNCH)
    home.store.save_revision(YARD)
    asked = [WHERE, "How long should I rest?", "is the yard free", "who won the football match"]
    before = [playground.ask(question)["draft"] for question in asked]
    home.publish()
    after = [playground.ask(question)["live"] for question in asked]
    for promised, said in zip(before, after, strict=True):
        assert promised["reply"] == said["reply"]
        assert promised["probability"] == pytest.approx(said["probability"], abs=1e-3)


def test_one_documents_draft_leaves_the_others_as_they_are(home: Home, playground: Playground) -> None:
    home.publish(PARKING, REST)
    home.store.save_revision(YARD)
    home.store.save_revision(DOGS)
    found = playground.ask(WHERE, document="dogs")
    assert [each["document"] for each in found["changed"]] == ["dogs"]
    assert texts(found)[1] == PARKING.sections[0].markdown
    with pytest.raises(Exception, match="no document “cats”"):
        playground.ask(WHERE, document="cats")


def test_scores_and_the_decision_are_shown(home: Home, playground: Playground) -> None:
    home.publish(PARKING, REST)
    side = playground.ask(WHERE)["live"]
    best = side["hits"][0]
    assert (best["document"], best["title"]) == ("parking", "About parking")
    assert best["text"] == PARKING.sections[0].markdown
    assert best["late"] > 0.5
    assert {"score", "dense", "lexical", "question"} <= best.keys()
    assert side["probability"] >= side["threshold"]
    assert "answers from" in side["why"]["verdict"]


def test_why_there_is_no_answer_is_said_in_plain_words(home: Home, playground: Playground) -> None:
    home.publish(PARKING, REST, LUNCH)
    side = playground.ask("Do you have a swimming pool?")["live"]
    assert side["reply"]["kind"] == "abstain"
    assert "says that it does not know" in side["why"]["verdict"]
    assert any("“swimming” or “pool”" in reason for reason in side["why"]["reasons"])
    assert side["why"]["advice"]
    assert "no word" in playground.ask("and?")["live"]["why"]["verdict"]


def test_earlier_questions_are_taken_into_account(home: Home, playground: Playground) -> None:
    home.publish(PARKING, REST, LUNCH)
    alone = playground.ask("and for how long?")["live"]
    after = playground.ask("and for how long?", ["Should I rest at home?"])["live"]
    assert alone["probability"] < after["probability"]


def test_golden_questions_are_asked_of_both(home: Home, playground: Playground) -> None:
    home.store.golden.save(WHERE, expects="answer", document="parking")
    home.store.golden.save("May I bring my dog?", expects="answer", document="dogs")
    home.publish(PARKING, REST)
    home.store.save_revision(DOGS)
    found = playground.golden()
    assert [each.verdict for each in found] == ["same", "better"]
    home.publish()
    assert [each.verdict for each in playground.golden()] == ["same", "same"]


def test_the_process_answers_and_loads_no_pytorch(home: Home, process: PlaygroundProcess) -> None:
    home.publish(PARKING)
    home.store.save_revision(YARD)
    assert process.memory() is None
    found = process.ask(WHERE)
    assert texts(found) == (PARKING.sections[0].markdown, YARD.sections[0].markdown)
    memory = process.memory()
    assert memory is not None
    assert 20 << 20 < memory < 600 << 20
    code = "import sys, knowledge.playground; print('torch' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"


def test_a_fault_is_a_sentence_and_the_process_goes_on(home: Home, process: PlaygroundProcess) -> None:
    home.publish(PARKING)
    with pytest.raises(PlaygroundProblem, match="no document “cats”"):
        process.ask(WHERE, document="cats")
    assert process.ask(WHERE)["live"]


def test_a_process_that_died_is_started_again(home: Home, process: PlaygroundProcess) -> None:
    home.publish(PARKING)
    process.ask(WHERE)
    for _ in range(3):
        running = process._process
        assert running is not None
        os.kill(running.pid, signal.SIGKILL)
        assert process.ask(WHERE)["live"]["reply"]["kind"] == "answer"


def test_the_process_ends_when_nobody_asks(home: Home) -> None:
    home.publish(PARKING)
    process = PlaygroundProcess({"NKBOT_VAR": str(home.var)}, idle=0.3)
    process.ask(WHERE)
    until = time.monotonic() + 10
    while process.memory() is not None and time.monotonic() < until:
        time.sleep(0.05)
    assert process.memory() is None
    assert process.ask(WHERE)["live"]
    process.close()


def test_without_an_encoder_the_fault_is_told(home: Home) -> None:
    (home.var / "encoder").unlink()
    process = PlaygroundProcess({"NKBOT_VAR": str(home.var)})
    with pytest.raises(PlaygroundProblem, match="no encoder"):
        process.ask(WHERE)
    process.close()
