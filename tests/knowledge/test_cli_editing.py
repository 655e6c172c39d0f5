"""Everything that an editor can do, from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from knowledge.markdown import render_document
from tests.knowledge.commanding import Run, fails, runner, works
from tests.knowledge.knowing import article

TWO_DAYS = article("rest", "Most people rest for two days at home.", question="How long should I rest?")
CURE = article("cure", "The cells cure cancer.", question="What do the cells do?")


def bring_in(run: Run, tmp_path: Path, document: object) -> None:
    file = tmp_path / "one.md"
    file.write_text(render_document(document), encoding="utf-8")  # type: ignore[arg-type]
    works(run("import", file))


def test_a_draft_goes_through_review(run: Run, articles: Path, tmp_path: Path) -> None:
    works(run("publish", "--documents", articles))
    bring_in(run, tmp_path, TWO_DAYS)
    assert "-Most people rest for one day at home.\n+Most people rest for two days at home." in works(
        run("diff", "rest")
    )
    assert "two days" in works(run("show", "rest"))
    assert "one day" in works(run("show", "rest", "--revision", "1"))
    assert "? please tell me" in works(run("show", "rest", "--passages"))
    works(run("hand-in", "rest", "--by", "Anna"))
    fails(run("hand-in", "rest"), "is not in draft any more")
    fails(run("send-back", "rest", "--note", ""), "Say in a few words")
    works(run("send-back", "rest", "--note", "Who says so?", "--by", "Otto"))
    works(run("hand-in", "rest"))
    works(run("review", "rest", "--reviewer", "Dr. Lind", "--on", "2026-03-31"))
    fails(run("review", "rest", "--reviewer", "Dr. Lind", "--on", "31.3.2026"), "is no day")
    told = works(run("history", "rest"))
    assert "revision 3" in told
    assert "Otto  send_back  rest revision 2 Who says so?" in told
    assert "publish" in works(run("history"))
    works(run("use-again", "rest", "1"))
    assert "one day" in works(run("show", "rest"))
    fails(run("show", "rest", "--revision", "9"), "no revision 9")
    fails(run("show", "nothing"), "There is no document “nothing”")


def test_somebody_looks_after_a_document(run: Run, articles: Path) -> None:
    works(run("publish", "--documents", articles))
    assert "Ida looks after it" in works(run("look-after", "rest", "--owner", "Ida", "--due", "2027-01-31"))
    assert "2027-01-31" in works(run("look-after", "rest", "--owner", "Otto"))
    assert "nobody looks after it" in works(run("look-after", "rest", "--owner", ""))
    fails(run("look-after", "rest", "--due", "soon"), "is no day")


def test_golden_questions_are_kept_and_asked(run: Run, articles: Path, tmp_path: Path) -> None:
    works(run("publish", "--documents", articles))
    works(run("golden", "add", "How long should I rest?", "--document", "rest"))
    works(run("golden", "add", "Where can I park?", "--expects", "abstain"))
    fails(run("golden", "add", "Where can I park?"), "there already")
    many = tmp_path / "many.txt"
    many.write_text("May I eat before?\nnonsense | maybe\n", encoding="utf-8")
    fails(run("golden", "add-many", many), "1 line could not be read")
    told = works(run("golden", "list"))
    assert "1  How long should I rest?  [answer]  rest" in told
    told = works(run("golden", "check"))
    assert "wrong   2  Where can I park?" in told
    assert "2 of 3 golden questions right" in told
    works(run("golden", "remove", "2"))
    fails(run("golden", "remove", "2"), "no golden question 2")
    bring_in(run, tmp_path, article("rest", "Nothing to see.", question="What is new?"))
    worse = run("golden", "check")
    assert worse.exit_code == 1
    assert "worse   1  How long should I rest?" in worse.stdout


def test_the_starting_set_comes_with_the_folder(run: Run, articles: Path) -> None:
    (articles / "golden.yml").write_text(
        "questions:\n  - question: how long to rest\n    expects: answer\n", encoding="utf-8"
    )
    assert "1 golden question to begin with" in works(run("publish", "--documents", articles))
    works(run("golden", "remove", "1"))
    assert "to begin with" not in works(run("publish", "--documents", articles))
    assert works(run("golden", "list")) == ""


def test_language_is_checked(run: Run, articles: Path, tmp_path: Path) -> None:
    works(run("publish", "--documents", articles))
    assert "0 findings to mend" in works(run("language"))
    bring_in(run, tmp_path, CURE)
    found = run("language", "--stop-only")
    assert found.exit_code == 1
    assert "stop  cure  cure: What do the cells do?  “cells cure cancer”" in found.stdout
    assert run("language", "rest").exit_code == 0
    assert run("language", "--file", tmp_path / "one.md").exit_code == 1
    fails(run("language", "nothing"), "There is no document")
    held = run("publish")
    assert held.exit_code == 1
    assert "Held" in held.stdout
    assert "cure" in held.stdout


def test_asking_live_and_drafts(run: Run, articles: Path, tmp_path: Path) -> None:
    fails(run("ask", "How long should I rest?"), "Nothing is published yet")
    works(run("publish", "--documents", articles))
    assert "one day" in works(run("ask", "How long should I rest?"))
    assert "No draft waits" in works(run("ask", "How long should I rest?", "--draft"))
    bring_in(run, tmp_path, TWO_DAYS)
    assert "one day" in works(run("ask", "How long should I rest?"))
    told = works(run("ask", "How long should I rest?", "--draft"))
    assert "two days" in told
    assert "word by word" in told
    assert "says that it does not know" in works(run("ask", "Is there a swimming pool?"))
    both = json.loads(works(run("ask", "How long should I rest?", "--json")))
    assert both["changed"][0]["document"] == "rest"


def test_everything_goes_out_and_into_an_empty_base_again(
    run: Run, articles: Path, tmp_path: Path, encoder_dir: Path
) -> None:
    works(run("publish", "--documents", articles))
    works(run("withdraw", "lunch"))
    bring_in(run, tmp_path, TWO_DAYS)
    works(run("golden", "add", "How long should I rest?"))
    assert "3 documents and 1 golden question" in works(run("export", tmp_path / "a"))
    other_var = tmp_path / "other"
    other_var.mkdir()
    (other_var / "encoder").symlink_to(encoder_dir)
    other = runner(other_var)
    assert "new       rest" in works(other("import-folder", tmp_path / "a", "--dry-run"))
    assert "Nothing is published" in works(other("status"))
    works(other("import-folder", tmp_path / "a", "--publish"))
    works(other("export", tmp_path / "b"))
    assert {each.name: each.read_bytes() for each in (tmp_path / "a").rglob("*.*")} == {
        each.name: each.read_bytes() for each in (tmp_path / "b").rglob("*.*")
    }
    assert "one day" in works(other("ask", "How long should I rest?"))
    assert "say the same" in works(other("import-folder", tmp_path / "a"))


def test_a_conflict_stops_everything_unless_it_is_skipped(run: Run, articles: Path, tmp_path: Path) -> None:
    works(run("publish", "--documents", articles))
    works(run("export", tmp_path / "a"))
    for name in ("rest", "parking"):
        path = tmp_path / "a" / "documents" / f"{name}.md"
        path.write_text(
            path.read_text(encoding="utf-8").replace("hours", "days").replace("one day", "a week"), "utf-8"
        )
    bring_in(run, tmp_path, TWO_DAYS)
    fails(run("import-folder", tmp_path / "a"), "1 conflict: nothing was brought in")
    assert "hours" in works(run("show", "parking"))
    works(run("import-folder", tmp_path / "a", "--skip-conflicts"))
    assert "days" in works(run("show", "parking"))
    assert "two days" in works(run("show", "rest"))
    works(run("import-folder", tmp_path / "a", "--skip-conflicts"))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("export", "{articles}"), "holds other files"),
        (("import-folder", "{articles}"), "no export of a knowledge base"),
        (("import-folder", "/nowhere/at/all"), "There is no folder"),
    ],
)
def test_a_wrong_folder_is_one_sentence(
    run: Run, articles: Path, arguments: tuple[str, str], sentence: str
) -> None:
    fails(run(arguments[0], arguments[1].format(articles=articles)), sentence)
