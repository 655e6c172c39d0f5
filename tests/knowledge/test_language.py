"""The language check: promises do not reach patients unseen, and honest sentences are left alone."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from knowledge.language import Finding, Rule, Severity, check_document, rules
from knowledge.model import Document, EvidenceKind, ReplyKind, Section, Source
from tests.knowledge.articles import documents

RULES = rules().rules
CLINIC = Source("clinic", "The clinic's page")


def document(
    text: str, *, evidence: EvidenceKind = EvidenceKind.ESTABLISHED, sourced: bool = False
) -> Document:
    section = Section(("What it does",), text, evidence=evidence, source_keys=("clinic",) if sourced else ())
    return Document("therapy", "The therapy", (section,), (CLINIC,), "Dr. Ada Lind", "2026-01-31")


def found(text: str, **kind: object) -> list[Finding]:
    """What is found in a section, but for its missing source."""
    return [each for each in check_document(document(text, **kind)) if each.rule != "source"]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rule", "text"),
    [(rule, text) for rule in RULES for text in rule.flagged],
    ids=lambda each: str(each)[:60],
)
def test_every_example_that_must_be_found_is_found(rule: Rule, text: str) -> None:
    hits = [each for each in found(text) if each.rule == rule.name]
    assert hits
    assert hits[0].severity is rule.severity
    assert hits[0].words in text
    assert hits[0].section == "What it does"


@pytest.mark.parametrize("text", [text for rule in RULES for text in rule.fine])
def test_every_example_that_is_fine_is_left_alone(text: str) -> None:
    assert found(text) == []


def test_nothing_in_our_own_articles_stops() -> None:
    assert [
        each for one in documents() for each in check_document(one) if each.severity is Severity.STOP
    ] == []


def test_our_own_articles_show_no_false_alarm_worth_a_habit() -> None:
    alarms = [
        each
        for one in documents()
        for each in check_document(one)
        if each.rule not in ("review", "reading", "long")
    ]
    assert len(alarms) <= 5, alarms


@pytest.mark.parametrize(
    "text",
    [
        "The clinic states that its cells cure cancer in most patients.",
        "The clinic says that the infusion has no side effects.",
        "According to the clinic, the therapy is FDA-approved.",
        "These are the clinic's words. It states:\n\n- NK cells cure cancer\n- results are guaranteed",
    ],
)
def test_a_claim_that_says_whose_it_is_is_fine_only_where_it_is_marked_as_one(text: str) -> None:
    assert found(text, evidence=EvidenceKind.CLAIM, sourced=True) == []
    assert {each.severity for each in found(text, sourced=True)} == {Severity.LOOK}


def test_a_claim_without_a_name_must_get_one() -> None:
    stops = check_document(document("The cells make people strong.", evidence=EvidenceKind.CLAIM))
    assert [(each.rule, each.severity) for each in stops] == [("source", Severity.STOP)]


def test_a_source_makes_a_price_fine_and_an_approval_only_of_other_products() -> None:
    assert found("One infusion costs $12,000.", sourced=True) == []
    other = found("The FDA has approved this bladder medicine.", sourced=True)
    assert [each.severity for each in other] == [Severity.LOOK]
    invented = found("The FDA has approved NK cell therapy.", sourced=True)
    assert [each.severity for each in invented] == [Severity.STOP]


@pytest.mark.parametrize(
    "text",
    [
        "It is not cheap, but it cures cancer.",
        "The cells not only help, they cure cancer.",
        "If you come to us, you will be completely cured.",
        "There is no pain, and it cures your illness.",
        "**NK cells** cure *cancer*.",
        "| Method | Result |\n|---|---|\n| NK cells | Patients were completely cured |",
        "What we do:\n\n- we guarantee results",
        "It cures cancer and does not hurt.",
    ],
)
def test_a_no_elsewhere_in_the_sentence_hides_nothing(text: str) -> None:
    assert Severity.STOP in {each.severity for each in found(text)}


def test_a_promise_in_a_heading_or_a_title_is_found_too() -> None:
    promising = replace(document("They are cells."), title="NK cells cure cancer")
    assert ("", "cure") in {(each.section, each.rule) for each in check_document(promising)}
    in_heading = Section(("Our cells cure cancer",), "They are cells.", source_keys=("clinic",))
    headed = replace(promising, title="The therapy", sections=(in_heading,))
    assert [(each.section, each.rule) for each in check_document(headed)] == [
        ("Our cells cure cancer", "cure")
    ]


def test_a_missing_reviewer_and_a_missing_day_are_named() -> None:
    whole = document("They are cells.", sourced=True)
    assert check_document(whole) == []
    for reviewer, day, missing in (
        ("", "", "Nobody"),
        ("Dr. Lind", "", "day"),
        ("", "2026-01-31", "name the person"),
    ):
        findings = check_document(replace(whole, reviewer=reviewer, reviewed_on=day))
        assert [each.rule for each in findings] == ["review"]
        assert missing in findings[0].advice


def test_a_section_without_a_source_is_named_unless_it_states_nothing() -> None:
    bare = document("They are cells.")
    assert [each.rule for each in check_document(bare)] == ["source"]
    silent = replace(bare, sections=(replace(bare.sections[0], reply=ReplyKind.ABSTAIN),))
    assert check_document(silent) == []


def test_hard_and_long_sentences_are_shown() -> None:
    hard = (
        "Immunotherapeutic administration necessitates comprehensive interdisciplinary consideration of individual "
        "physiological characteristics, pharmacological interactions, institutional responsibilities and "
        "psychological circumstances, particularly regarding immunocompromised populations undergoing "
        "haematological transplantation procedures at specialised university institutions internationally today."
    )
    assert {each.rule for each in found(hard + " " + hard, sourced=True)} == {"reading", "long"}
    plain = "NK cells are part of your blood. They look for sick cells. When they find one, they act. " * 3
    assert found(plain, sourced=True) == []


def test_a_finding_keeps_its_number_while_its_words_stay() -> None:
    before = found("NK cells cure cancer.")
    after = found("First this. NK cells cure cancer. Then that.")
    assert [each.id for each in before] == [each.id for each in after]
    assert before[0].id < 0
    assert found("NK cells cure your cancer.")[0].id != before[0].id


def test_text_of_any_kind_is_checked_in_bounded_time() -> None:
    hostile = ("1 " * 20_000, "a" * 50_000, "$" * 20_000, "no " * 20_000, "((" * 20_000, "take " * 10_000)
    began = time.monotonic()
    for text in hostile:
        check_document(document(text))
    assert time.monotonic() - began < 20
