"""The measures themselves: known cases come out as they must."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.shares import Share
from tests.evaluation.deciding import Outcome, risk_coverage, table, worst
from tests.evaluation.figures import Mean, certainly_better
from tests.evaluation.questions import Question, read
from tests.evaluation.ranking import ndcg
from tests.evaluation.report import Report
from tests.evaluation.talking import Said

ASKED = Question("1", "plain", "what are frogs", ("answer",), frozenset({"pond#Frogs"}))
PERSONAL = Question("3", "advice", "may i eat frogs", ("medical_advice", "answer"), frozenset({"pond#Frogs"}))
NOTHING = Question("2", "off topic", "who won", ("abstain",), frozenset())


def outcome(question: Question, kind: str, heading: str, probability: float, rank: int) -> Outcome:
    return Outcome(question, kind, heading, probability, rank)


def test_an_interval_holds_the_share_and_narrows_with_more_cases() -> None:
    few, many = Share(9, 10), Share(900, 1000)
    for share in (few, many):
        low, high = share.interval
        assert 0 <= low < share.value < high <= 1
    assert few.interval[0] < many.interval[0]
    assert Share(0, 0).value == 0
    assert Share(10, 10).interval[1] == pytest.approx(1)


def test_a_mean_and_its_bootstrap_interval() -> None:
    mean = Mean.of([0.0, 1.0] * 50)
    assert mean.low < mean.value == 0.5 < mean.high
    assert certainly_better([1.0] * 10, [0.0] * 10) == 1
    assert certainly_better([0.0] * 10, [1.0] * 10) == 0


def test_ndcg_of_the_best_order_is_one_and_of_nothing_relevant_zero() -> None:
    grades = {"a": 3, "b": 1, "c": 0}
    assert ndcg(["a", "b", "c"], grades) == pytest.approx(1)
    assert ndcg(["c", "x"], grades) == 0
    assert 0 < ndcg(["b", "a"], grades) < 1


def test_outcomes_are_told_apart() -> None:
    outcomes = [
        outcome(ASKED, "answer", "Frogs", 0.9, 1),
        outcome(ASKED, "answer", "Toads", 0.8, 2),
        outcome(ASKED, "abstain", "", 0.2, 1),
        outcome(NOTHING, "answer", "Frogs", 0.7, 0),
        outcome(NOTHING, "abstain", "", 0.1, 0),
    ]
    figures = {name: share.part for name, share in table(outcomes)}
    assert figures["answerable: answered from a right section"] == 1
    assert figures["answerable: answered from another section"] == 1
    assert figures["answerable: wrong abstentions"] == 1
    assert figures["nothing fits: false answers"] == 1
    assert [each.false_answer for each in worst(outcomes)] == [True, False, False]
    curve = risk_coverage(outcomes)
    assert curve.risk[0] == 0
    assert curve.coverage[-1] == 1


def test_a_reply_needs_the_right_section_only_where_it_answers() -> None:
    assert Said(PERSONAL, ("answer",), ("Frogs",), True).right
    assert not Said(PERSONAL, ("answer",), ("Toads",), True).right
    assert Said(PERSONAL, ("medical_advice",), (), True).right
    assert not Said(PERSONAL, ("abstain",), (), True).right
    assert not Said(ASKED, ("medical_advice",), (), True).right
    assert Said(NOTHING, ("abstain",), (), True).right
    assert not Said(NOTHING, ("abstain", "answer"), ("Frogs",), True).right


def test_a_row_that_is_no_question_is_named(tmp_path: Path) -> None:
    file = tmp_path / "q.jsonl"
    file.write_text('{"id": "1"}\n', encoding="utf-8")
    with pytest.raises(ValueError, match="line 1"):
        read(file)


def test_the_report_says_what_was_left_out() -> None:
    report = Report()
    report.heading("Answers")
    report.shares([("right", Share(1, 2))], key=True)
    report.table(("question",), [("a | b",)])
    report.left_out("retrieval", "no data")
    text = report.markdown()
    assert "a \\| b" in text
    assert "retrieval: no data" in text
    assert "50.0 %" in report.summary()
