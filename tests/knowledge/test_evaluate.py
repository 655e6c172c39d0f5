"""The measure itself, and the figures that the search must reach on copied articles nobody here wrote."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from knowledge.__main__ import main
from knowledge.encoder import Encoder
from knowledge.evaluate import contains, evaluate_spans, letters, read_span_questions
from knowledge.importing import load_file
from knowledge.memory import build_corpus
from knowledge.model import Passage
from knowledge.split import split

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
SERVED = "hybrid (as served)"


def test_a_span_is_found_whatever_marks_and_line_breaks_stand_in_it() -> None:
    passage = Passage("k", "d", 1, "T", ("Pond life",), "Frogs – unlike\n**toads** – jump.")
    assert contains(passage, [("any", "Frogs—unlike toads—jump")])
    assert contains(passage, [("any", "Pond life")])
    assert not contains(passage, [("any", "jump toads")])
    assert letters("“IFN-γ”") == "ifn γ"


def test_a_broken_question_file_is_named_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "q.jsonl"
    file.write_text(
        '{"id": 1, "question": "a", "gold": []}\n{"id": 2}\n{"id": 3, "gold": [{"source": "x"}]}\n'
    )
    with pytest.raises(ValueError, match="line 3"):
        read_span_questions(file)


def test_the_command_prints_all_three_searches(tmp_path: Path, encoder_dir: Path) -> None:
    article, asked = tmp_path / "pond.md", tmp_path / "q.jsonl"
    article.write_text("# Pond\n\n## Frogs\n\nFrogs jump far.\n\n## Toads\n\nToads walk slowly at night.\n")
    gold = [{"source": "pond.md", "span": "Toads walk slowly"}]
    asked.write_text(json.dumps({"id": "1", "question": "which animal is slow", "gold": gold}) + "\n")
    result = CliRunner().invoke(
        main,
        ["evaluate", str(article), "--questions", str(asked)],
        env={"NKBOT_VAR": str(encoder_dir.parent)},
    )
    assert result.exit_code == 0, result.output
    assert SERVED in result.output
    assert "words alone" in result.output


@pytest.mark.skipif(
    not SHARED.is_dir(), reason="the development data are not on this machine (../shared/data)"
)
def test_gold_spans_of_the_copied_articles_are_in_the_first_hits(encoder: Encoder) -> None:
    files = sorted((SHARED / "sources").glob("*.txt"))
    questions = read_span_questions(SHARED / "eval" / "answers.jsonl")
    passages = [passage for file in files for passage in split(load_file(file), 1)]
    report = evaluate_spans(questions, lambda: build_corpus(passages, encoder), encoder)
    assert report.questions >= 20
    assert report.hits[SERVED][1] >= 0.60
    assert report.hits[SERVED][3] >= 0.88
    for alone in ("words alone (BM25)", "vectors alone"):
        assert report.hits[SERVED][3] >= report.hits[alone][3]
