"""Suggestions from the real starting knowledge base, and the sources that may travel with a message."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.operations.checkout import encoder_folder, seed_folder, state_folder
from bot.web.suggestions import NotReady, SourceGone, Suggestions
from knowledge.settings import KnowledgeSettings


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeSettings:
    """A copy of the starting knowledge base."""
    prepared = state_folder()
    if not seed_folder(prepared).exists():
        pytest.fail("The tests' knowledge base is missing; start with `make test`, which makes it.")
    folder = tmp_path_factory.mktemp("suggestions") / "var"
    shutil.copytree(seed_folder(prepared), folder, symlinks=True)
    encoder_folder(folder).unlink(missing_ok=True)
    encoder_folder(folder).symlink_to(encoder_folder(prepared).resolve())
    return KnowledgeSettings(var=folder)


@pytest.fixture(scope="module")
def suggestions(settings: KnowledgeSettings) -> Iterator[Suggestions]:
    found = Suggestions(settings)
    yield found
    found.close()


def test_a_question_that_the_articles_answer_comes_first_and_sure(suggestions: Suggestions) -> None:
    best, *others = suggestions.find("what are NK cells?")
    assert best.sure
    assert best.citation.quote in best.text
    assert not any(each.sure for each in others)
    assert [each.score for each in (best, *others)] == sorted(
        (each.score for each in (best, *others)), reverse=True
    )


def test_what_no_article_answers_is_never_sure(suggestions: Suggestions) -> None:
    assert not any(each.sure for each in suggestions.find("who won the football match yesterday?"))


@pytest.mark.parametrize("question", ["", "   ", "?!", "🧬"])
def test_nothing_to_look_for_finds_nothing_sure(suggestions: Suggestions, question: str) -> None:
    assert not any(each.sure for each in suggestions.find(question))


def test_the_source_of_a_suggestion_may_travel(suggestions: Suggestions) -> None:
    cited = suggestions.find("what are NK cells?")[0].citation
    assert suggestions.citation(cited.passage, cited.quote) == cited


@pytest.mark.parametrize("quote", ["", "NK cells cure everything."])
def test_words_that_the_passage_does_not_say_do_not_travel(suggestions: Suggestions, quote: str) -> None:
    cited = suggestions.find("what are NK cells?")[0].citation
    with pytest.raises(SourceGone):
        suggestions.citation(cited.passage, quote)


def test_a_passage_that_does_not_exist_does_not_travel(suggestions: Suggestions) -> None:
    with pytest.raises(SourceGone):
        suggestions.citation("0f" * 32, "NK cells")


def test_without_a_knowledge_base_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(NotReady):
        Suggestions(KnowledgeSettings(var=tmp_path)).find("what are NK cells?")
