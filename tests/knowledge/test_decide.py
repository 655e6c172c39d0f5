"""When to answer: the shipped calibration keeps what it promises on questions of our own."""

from __future__ import annotations

import json

import pytest

from knowledge.calibrate import read_answerable, read_unanswerable
from knowledge.decide import HITS_NEEDED, Calibration, decide
from knowledge.encoder import Encoder
from knowledge.memory import build_corpus
from knowledge.search import Searcher
from knowledge.split import split
from tests.knowledge.articles import passages
from tests.knowledge.knowing import REST, article


@pytest.fixture
def searcher(article_searcher: Searcher) -> Searcher:
    return article_searcher


def _share_answered(searcher: Searcher, questions: list[str]) -> float:
    found = [searcher.find(question, limit=HITS_NEEDED) for question in questions]
    return sum(decide(each, searcher.corpus, Calibration.shipped()).answer for each in found) / len(found)


def test_what_nothing_answers_is_rarely_answered(searcher: Searcher) -> None:
    assert _share_answered(searcher, read_unanswerable()[::3]) <= 0.12


def test_what_the_articles_answer_is_mostly_answered(searcher: Searcher) -> None:
    assert _share_answered(searcher, [question for question, _ in read_answerable()[::3]]) >= 0.6
    listed = [passage.questions[0] for passage in passages() if passage.questions]
    assert _share_answered(searcher, listed) >= 0.95


def test_the_only_section_answers_its_own_heading_and_a_question_that_it_lists(encoder: Encoder) -> None:
    """No lead over other sections can be seen there, and it is about nothing that our articles are about."""
    mine = article("parking", "You can park behind the house.", question="Where can I park?")
    only = Searcher(build_corpus(split(mine, 1), encoder), encoder)
    for asked in (mine.sections[0].path[-1], *mine.sections[0].questions):
        assert decide(only.find(asked, limit=HITS_NEEDED), only.corpus, Calibration.shipped()).answer, asked


def test_where_nothing_is_near_no_likelihood_is_left(encoder: Encoder) -> None:
    """The questions look like ones that articles answer; the only article is about something else."""
    alone = Searcher(build_corpus(split(REST, 1), encoder), encoder)
    for question in ("is there a fever after the infusion", "do I need someone to drive me back"):
        found = alone.find(question, limit=HITS_NEEDED)
        decision = decide(found, alone.corpus, Calibration.shipped())
        assert (decision.answer, decision.probability) == (False, 0.0)
        assert decision.features["topic"] > 0.3
    found = alone.find("how long do I have to rest", limit=HITS_NEEDED)
    assert decide(found, alone.corpus, Calibration.shipped()).answer


def test_a_calibration_of_another_version_is_refused_with_advice() -> None:
    data = json.loads(Calibration.shipped().to_json())
    del data["weights"]["margin"]
    with pytest.raises(ValueError, match="knowledge calibrate"):
        Calibration.from_json(json.dumps(data))


def test_a_calibration_of_another_encoder_is_refused_with_advice() -> None:
    data = json.loads(Calibration.shipped().to_json())
    data |= {"topic": data["topic"][:384], "topic_bends": {}}
    with pytest.raises(ValueError, match=r"384.*knowledge calibrate"):
        Calibration.from_json(json.dumps(data))


def test_a_calibration_survives_being_stored() -> None:
    shipped = Calibration.shipped()
    again = Calibration.from_json(shipped.to_json())
    assert (again.weights, again.threshold) == (shipped.weights, shipped.threshold)
    assert again.topic == shipped.topic
