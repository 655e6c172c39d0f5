"""Questions for training, for choosing the threshold and for testing are kept apart."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import yaml
from numpy.typing import NDArray

from bot.operations.checkout import CHECKOUT
from knowledge.calibrate import place
from knowledge.encoder import Encoder
from knowledge.encoder_export import is_current
from knowledge.model import ReplyKind
from knowledge.settings import KnowledgeSettings
from knowledge.wording import canonical
from tests.evaluation.questions import (
    CHOOSING,
    FIFTH,
    FOURTH,
    HELD_OUT,
    SECOND,
    SIXTH,
    THIRD,
    Question,
    choosing_questions,
    fifth_questions,
    fourth_questions,
    held_out_questions,
    second_questions,
    seen_questions,
    sixth_questions,
    third_questions,
    training_texts,
)
from tests.knowledge.articles import passages
from tests.support.embedded import embedded_store, vectors

NEAR = 0.95
"""From this cosine on two questions are the same in hardly other words."""
KINDS = {"answer", "abstain", "emergency", "cost", "handoff", "medical_advice", "smalltalk"}


def listed() -> list[str]:
    return [text for passage in passages() for text in (passage.heading, *passage.questions)]


def unseen() -> list[Question]:
    """All held-out batches."""
    return [
        *held_out_questions(),
        *second_questions(),
        *third_questions(),
        *fourth_questions(),
        *fifth_questions(),
        *sixth_questions(),
    ]


def examples() -> list[str]:
    """What Rasa is trained on."""
    files = sorted((CHECKOUT / "bot" / "dialogue" / "nlu").glob("*.yml"))
    blocks = [block for file in files for block in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]]
    return [line.removeprefix("- ").strip() for block in blocks for line in block["examples"].splitlines()]


def texts(questions: Sequence[Question]) -> list[str]:
    return [question.text for question in questions]


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    folder = KnowledgeSettings.from_environment().model_dir
    if not is_current(folder):
        pytest.skip("the encoder is not exported yet")
    return Encoder(folder, threads=os.cpu_count() or 1)


def test_there_are_more_than_four_hundred_questions_of_our_own_and_most_are_held_out() -> None:
    assert len(held_out_questions()) >= 300
    assert len(second_questions()) >= 200
    assert len(third_questions()) + len(seen_questions()) >= 250
    assert len(fourth_questions()) >= 240
    assert len(fifth_questions()) >= 120
    assert len(sixth_questions()) >= 420
    assert len(choosing_questions()) + len(held_out_questions()) >= 400
    for questions in (
        held_out_questions(),
        second_questions(),
        third_questions(),
        fourth_questions(),
        fifth_questions(),
        sixth_questions(),
        choosing_questions(),
    ):
        assert sum(not question.answerable for question in questions) >= len(questions) / 4


def test_every_row_says_what_is_right() -> None:
    known = {place(passage): passage.reply for passage in passages()}
    for file in (HELD_OUT, SECOND, THIRD, FOURTH, FIFTH, SIXTH, CHOOSING):
        for line in file.read_text(encoding="utf-8").splitlines():
            assert set(json.loads(line)) == {"id", "voice", "question", "kinds", "sections"}
    everything = unseen() + choosing_questions() + seen_questions()
    assert len({question.id for question in everything}) == len(everything)
    for question in everything:
        assert set(question.kinds) <= KINDS, question.id
        assert question.sections <= set(known), question.id
        if not question.answerable:
            assert {"abstain", "handoff", "smalltalk", "cost"} & set(question.kinds), question.id
            assert "answer" not in question.kinds, question.id
        assert not any(known[each] is ReplyKind.ABSTAIN for each in question.sections), question.id


def test_no_question_stands_in_two_splits() -> None:
    train = {text.casefold() for text in (*listed(), *training_texts())}
    choose = {text.casefold() for text in texts(choosing_questions())}
    test = {text.casefold() for text in texts(unseen())}
    assert not test & train
    assert not test & {text.casefold() for text in examples()}
    assert not choose & train
    assert not test & choose


def test_no_question_is_nearly_one_of_another_split(encoder: Encoder, tmp_path: Path) -> None:
    store = embedded_store(tmp_path)

    def meanings(questions: Sequence[str]) -> NDArray[np.float32]:
        return vectors([canonical(question) for question in questions], store, encoder)

    train_texts = [*listed(), *training_texts()]
    train, choose = meanings(train_texts), meanings(texts(choosing_questions()))
    test = meanings(texts(unseen()))
    for name, asked, ours in (
        ("test", texts(unseen()), test),
        ("choose", texts(choosing_questions()), choose),
    ):
        nearest = ours @ train.T
        close = np.argwhere(nearest >= NEAR)
        assert [(name, asked[a], train_texts[b]) for a, b in close.tolist()] == []
    assert float((test @ choose.T).max()) < NEAR
