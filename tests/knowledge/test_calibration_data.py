"""The questions that the decision is calibrated on: every row means something, and none is a listed question."""

from __future__ import annotations

import json
from collections import Counter

from knowledge.calibrate import FOLDER, place, read_answerable, read_unanswerable
from knowledge.model import ReplyKind
from tests.knowledge.articles import documents, passages

LONGEST = 1000
"""More characters than this never reach the search."""


def listed() -> set[str]:
    return {question.casefold() for passage in passages() for question in passage.questions}


def answerable() -> dict[str, frozenset[str]]:
    return dict(read_answerable())


def test_each_row_of_answerable_has_a_question_and_sections_and_nothing_else() -> None:
    lines = (FOLDER / "answerable.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) >= 320
    for number, line in enumerate(lines, 1):
        row = json.loads(line)
        assert set(row) == {"question", "sections"}, number
        assert row["question"] == row["question"].strip() != "", number
        assert len(row["question"]) <= LONGEST, number
        assert len(row["sections"]) == len(set(row["sections"])) >= 1, number


def test_every_section_named_is_in_the_articles() -> None:
    known = {place(passage) for passage in passages()}
    named = {section for sections in answerable().values() for section in sections}
    assert sorted(named - known) == []


def test_no_answer_is_expected_from_a_section_that_says_we_do_not_know() -> None:
    silent = {place(passage) for passage in passages() if passage.reply is ReplyKind.ABSTAIN}
    assert silent, "the articles have such sections"
    assert [question for question, sections in answerable().items() if sections & silent] == []


def test_every_other_section_is_asked_for() -> None:
    asked = {section for sections in answerable().values() for section in sections}
    answering = {place(passage) for passage in passages() if passage.reply is not ReplyKind.ABSTAIN}
    assert sorted(answering - asked) == []


def test_every_document_has_at_least_eight_questions() -> None:
    counts = Counter(
        slug
        for sections in answerable().values()
        for slug in {section.partition("#")[0] for section in sections}
    )
    few = {document.slug: counts[document.slug] for document in documents() if counts[document.slug] < 8}
    assert few == {}


def test_there_are_enough_questions_without_an_answer() -> None:
    questions = read_unanswerable()
    assert len(questions) >= 340
    assert all(len(question) <= LONGEST for question in questions)


def test_every_group_of_unanswerable_questions_has_a_name_and_questions() -> None:
    groups: Counter[str] = Counter()
    name = ""
    text = (FOLDER / "unanswerable.txt").read_text(encoding="utf-8")
    for line in text.partition("\n\n")[2].splitlines():  # after the file's own comment
        if line.startswith("# "):
            name = line[2:]
            assert name not in groups, f"the group “{name}” is there twice"
            groups[name] = 0
        elif line.strip():
            groups[name] += 1
    assert "" not in groups
    assert min(groups.values()) >= 5


def test_no_question_is_one_that_a_section_lists() -> None:
    both = [question for question in answerable() if question.casefold() in listed()]
    both += [question for question in read_unanswerable() if question.casefold() in listed()]
    assert both == []


def test_no_question_is_there_twice() -> None:
    questions = [question for question, _ in read_answerable()] + read_unanswerable()
    counts = Counter(question.casefold() for question in questions)
    assert [question for question, count in counts.items() if count > 1] == []
