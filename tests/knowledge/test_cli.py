"""The command line: what an operator types, sees, and gets told when something is wrong."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from knowledge.markdown import render_document
from tests.knowledge.commanding import Run, fails
from tests.knowledge.knowing import PARKING, article


def test_the_module_is_a_program(var: Path) -> None:
    for arguments, code in ((["status"], 0), (["withdraw", "parking"], 1), (["nonsense"], 2)):
        done = subprocess.run(
            [sys.executable, "-m", "knowledge", *arguments],
            env={**os.environ, "NKBOT_VAR": str(var)},
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr


def test_from_a_folder_to_an_answer_and_back(run: Run, articles: Path) -> None:
    done = run("publish", "--documents", articles)
    assert done.exit_code == 0, done.stderr
    assert "3 articles new or changed" in done.stdout
    assert "Publication 1 is live: 3 documents, 3 passages." in done.stdout

    again = run("publish", "--documents", articles)
    assert "nothing to do" in again.stdout

    found = run("search", "Where can I park?")
    assert found.exit_code == 0, found.stderr
    assert "About parking > Where can I park?" in found.stdout.splitlines()[0]
    assert "[answer]" in found.stdout
    assert PARKING.sections[0].markdown in found.stdout

    withdrawn = run("withdraw", "parking", "--note", "the yard is being dug up")
    assert "Publication 2 is live: 2 documents" in withdrawn.stdout
    assert PARKING.sections[0].markdown not in run("search", "Where can I park?").stdout

    status = run("status").stdout
    assert "Live: publication 2" in status
    assert "parking: withdrawn" in status
    assert "rest: revision 1 live, 1 passage, clinical review pending" in status
    assert "the yard is being dug up" in status

    back = run("rollback", "1")
    assert "Publication 1 is live: 3 documents" in back.stdout
    assert PARKING.sections[0].markdown in run("search", "Where can I park?").stdout


def test_a_file_is_imported_as_a_draft(run: Run, tmp_path: Path) -> None:
    page = tmp_path / "visit.html"
    page.write_text("<h1>Your visit</h1><h2>What to bring</h2><p>Please bring a list of your medicines.</p>")
    done = run("import", page, "--slug", "your-visit")
    assert done.exit_code == 0, done.stderr
    assert "your-visit: revision 1, 1 passage" in done.stdout
    assert "your-visit: as in revision 1" in run("import", page, "--slug", "your-visit").stdout
    assert "your-visit: draft" in run("status").stdout
    assert run("publish").exit_code == 0
    assert "your-visit: revision 1 live" in run("status").stdout


def test_one_bad_file_does_not_stop_the_others(run: Run, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.txt", tmp_path / "bad.pdf"
    good.write_text("Your visit\n\nPlease bring a list of all the medicines that you take at home.\n")
    bad.write_bytes(b"%PDF-1.4 and then nothing that makes sense")
    done = run("import", bad, good)
    fails(done, "1 file could not be brought in")
    assert str(bad) in done.stderr
    assert "good: revision 1" in done.stdout


def test_only_reviewed_documents(run: Run, articles: Path) -> None:
    done = run("publish", "--documents", articles, NKBOT_REVIEWED_ONLY="on")
    assert done.exit_code == 0, done.stderr
    assert "parking: left out, nobody has reviewed it" in done.stdout
    assert "0 documents" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("search", "hello"), "Nothing is published yet"),
        (("withdraw", "parking"), "“parking” is not published"),
        (("rollback", "7"), "There is no publication 7"),
        (("publish", "--slug", "unknown"), "There is no document “unknown”"),
        (("publish", "--documents", "/nowhere"), "There are no articles"),
        (("import", "/nowhere/at-all.md"), "/nowhere/at-all.md"),
    ],
)
def test_errors_are_one_sentence(run: Run, arguments: tuple[str, ...], sentence: str) -> None:
    fails(run(*arguments), sentence)


def test_without_the_encoder_it_says_how_to_make_it(run: Run, var: Path, articles: Path) -> None:
    (var / "encoder").unlink()
    fails(run("publish", "--documents", articles), "python -m knowledge.encoder_export")


def test_a_wrong_setting_is_a_sentence(run: Run) -> None:
    fails(run("status", NKBOT_DATABASE_URL="mysql://here"), "NKBOT_DATABASE_URL must be")


def test_a_mistake_in_one_article_publishes_nothing(run: Run, articles: Path) -> None:
    (articles / "rest.md").write_text("no front matter here", encoding="utf-8")
    fails(run("publish", "--documents", articles), "rest.md, line 1")
    assert "Nothing is published yet" in run("status").stdout


def test_two_articles_with_one_slug_are_refused(run: Run, articles: Path) -> None:
    shutil.copy(articles / "rest.md", articles / "rest-again.md")
    fails(run("publish", "--documents", articles), "have the same slug")


def test_a_changed_article_is_published_as_a_new_revision(run: Run, articles: Path) -> None:
    run("publish", "--documents", articles)
    changed = article("rest", "Please rest for two days.", question="How long should I rest?")
    (articles / "rest.md").write_text(render_document(changed), encoding="utf-8")
    done = run("publish", "--documents", articles)
    assert "1 article new or changed, 2 unchanged" in done.stdout
    assert "rest: revision 2 live" in run("status").stdout
    assert "two days" in run("search", "How long should I rest?").stdout
