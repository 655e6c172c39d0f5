"""The gate: a publication that makes a golden question worse does not go live unseen."""

from __future__ import annotations

from knowledge.decide import Calibration
from knowledge.gate import GateReport, GoldenGate, Outcome, Verdict
from knowledge.language import Severity
from knowledge.live import Serving
from knowledge.memory import build_corpus
from knowledge.model import Document
from knowledge.search import Searcher
from knowledge.split import split
from tests.knowledge.knowing import LUNCH, PARKING, REST, Home, article

WHERE = "Where can I park?"
YARD = article("parking", "You can park in the yard, one hour is free.", question=WHERE)
ELSEWHERE = article("driving", "You can park behind the house, two hours are free.", question=WHERE)


def serving(home: Home, *documents: Document) -> Serving:
    """What would be live with the newest revisions of these documents, which are saved."""
    passages = []
    for document in documents:
        number = home.store.save_revision(document)
        passages += split(document, number)
    searcher = Searcher(build_corpus(passages, home.encoder), home.encoder)
    return Serving(0, searcher, Calibration.shipped(), ())


def gate(home: Home, live: Serving | None, candidate: Serving) -> GateReport:
    return GoldenGate(home.store)(live, candidate)


def verdicts(report: GateReport) -> list[Verdict]:
    return [each.verdict for each in report.answers]


def test_the_same_knowledge_gives_the_same_replies(home: Home) -> None:
    home.store.golden.save(WHERE, expects="answer", document="parking", section=WHERE)
    live = serving(home, PARKING, REST, LUNCH)
    report = gate(home, live, live)
    assert verdicts(report) == [Verdict.SAME]
    assert report.blocking() == ()
    assert report.findings == ()


def test_a_text_that_changed_in_its_place_is_shown_and_holds_nothing(home: Home) -> None:
    home.store.golden.save(WHERE, expects="answer", document="parking")
    report = gate(home, serving(home, PARKING, REST), serving(home, YARD, REST))
    assert verdicts(report) == [Verdict.CHANGED]
    assert "behind the house" in str(report.answers[0].before)
    assert "in the yard" in report.answers[0].after.text
    assert report.blocking() == ()


def test_a_question_that_is_not_answered_any_more_holds_until_it_is_accepted(home: Home) -> None:
    golden = home.store.golden.save(WHERE, expects="answer")
    report = gate(home, serving(home, PARKING, REST), serving(home, REST))
    assert verdicts(report) == [Verdict.WORSE]
    assert report.blocking() == (golden,)
    assert report.blocking([golden + 1]) == (golden,)
    assert report.blocking([golden]) == ()


def test_an_answer_from_another_document_is_worse_where_one_is_named(home: Home) -> None:
    home.store.golden.save(WHERE, expects="answer", document="parking")
    home.store.golden.save("Where can we park?", expects="answer")
    report = gate(home, serving(home, PARKING), serving(home, ELSEWHERE))
    assert verdicts(report) == [Verdict.WORSE, Verdict.SAME]
    assert report.answers[0].after.document == "driving"


def test_an_answer_where_none_is_expected_is_worse(home: Home) -> None:
    home.store.golden.save(WHERE, expects="abstain")
    report = gate(home, serving(home, REST), serving(home, REST, PARKING))
    assert verdicts(report) == [Verdict.WORSE]
    assert (report.answers[0].after.kind, report.answers[0].after.document) == (
        "answer",
        "parking",
    )


def test_what_was_wrong_before_never_holds(home: Home) -> None:
    home.store.golden.save(WHERE, expects="answer")
    home.store.golden.save("Who won the football match yesterday?", expects="answer")
    report = gate(home, serving(home, REST), serving(home, REST, PARKING))
    assert verdicts(report) == [Verdict.BETTER, Verdict.WRONG]
    assert report.blocking() == ()
    assert report.counts() == {"same": 0, "changed": 0, "better": 1, "worse": 0, "wrong": 1}


def test_before_the_first_publication_nothing_can_get_worse(home: Home) -> None:
    home.store.golden.save(WHERE, expects="answer")
    home.store.golden.save("May I bring my dog?", expects="answer")
    report = gate(home, None, serving(home, PARKING))
    assert verdicts(report) == [Verdict.BETTER, Verdict.WRONG]
    assert report.answers[0].before is None


def test_only_what_is_new_is_checked_for_its_language(home: Home) -> None:
    report = gate(home, serving(home, PARKING, REST), serving(home, YARD, REST))
    assert {finding.document for finding in report.findings} == {"parking"}
    assert {finding.severity for finding in report.findings} == {Severity.LOOK}


def test_the_report_survives_being_written_down(home: Home) -> None:
    home.store.golden.save(WHERE, expects="answer")
    for report in (
        gate(home, None, serving(home, PARKING)),
        gate(home, serving(home, PARKING), serving(home, YARD)),
    ):
        again = GateReport.from_json(report.to_json())
        assert again == report
        assert isinstance(again.answers[0].after, Outcome)
