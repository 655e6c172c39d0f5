"""Set-up steps: done once, done again when something they depend on has changed, never half done."""

from __future__ import annotations

import sys
import threading
from itertools import chain
from pathlib import Path

import pytest

from bot.operations import prepare
from bot.operations.steps import SetupFailed, Step, command, fingerprint, side_by_side


class Kitchen:
    """A step that turns a folder of ingredients into a cake, and counts how often."""

    def __init__(self, folder: Path) -> None:
        self.ingredients = folder / "ingredients"
        self.ingredients.mkdir()
        (self.ingredients / "flour").write_text("white")
        self.cake = folder / "cake"
        self.recipe = "one hour"
        self.baked = 0
        self.burns = False
        self.step = Step(
            "a cake", folder / "stamp", lambda: [self.ingredients, self.recipe], [self.cake], self.bake
        )

    def bake(self) -> None:
        self.baked += 1
        if self.burns:
            raise SetupFailed("It burnt.")
        self.cake.write_text("cake")


@pytest.fixture
def kitchen(tmp_path: Path) -> Kitchen:
    return Kitchen(tmp_path)


def test_nothing_is_done_twice(kitchen: Kitchen) -> None:
    assert kitchen.step.run() is True
    assert kitchen.step.run() is False
    assert kitchen.baked == 1


def test_a_changed_file_a_new_file_and_a_changed_text_each_count(kitchen: Kitchen) -> None:
    kitchen.step.run()
    (kitchen.ingredients / "flour").write_text("brown")
    assert kitchen.step.run() is True
    (kitchen.ingredients / "sugar").write_text("sweet")
    assert kitchen.step.run() is True
    (kitchen.ingredients / "sugar").rename(kitchen.ingredients / "salt")
    assert kitchen.step.run() is True
    kitchen.recipe = "two hours"
    assert kitchen.step.run() is True
    assert kitchen.step.run() is False


def test_steps_that_need_nothing_of_each_other_are_done_at_the_same_time(tmp_path: Path) -> None:
    both = threading.Barrier(2, timeout=20)

    def meet() -> None:
        both.wait()

    made = [Step(name, tmp_path / name, list, [], meet) for name in "ab"]
    side_by_side(made)
    assert all(each.is_done() for each in made)


def test_a_step_that_fails_is_told_and_the_others_are_finished(kitchen: Kitchen, tmp_path: Path) -> None:
    kitchen.burns = True
    other = Step("tea", tmp_path / "tea", list, [], lambda: None)
    with pytest.raises(SetupFailed, match="burnt"):
        side_by_side([kitchen.step, other])
    assert other.is_done()
    assert not kitchen.step.is_done()


def test_what_was_deleted_is_made_again(kitchen: Kitchen) -> None:
    kitchen.step.run()
    kitchen.cake.unlink()
    assert kitchen.step.run() is True
    assert kitchen.cake.exists()


def test_a_failure_is_not_taken_for_done(kitchen: Kitchen) -> None:
    kitchen.step.run()
    kitchen.recipe = "three hours"
    kitchen.burns = True
    with pytest.raises(SetupFailed):
        kitchen.step.run()
    assert not kitchen.step.is_done()
    kitchen.recipe = "one hour"  # back to what the last success was made from: still to be done
    assert not kitchen.step.is_done()


def test_a_step_that_made_nothing_says_so(tmp_path: Path) -> None:
    step = Step("soup", tmp_path / "stamp", list, [tmp_path / "soup"], lambda: None)
    with pytest.raises(SetupFailed, match="without making"):
        step.run()


def test_compiled_python_does_not_count(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("1")
    before = fingerprint([tmp_path])
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "a.cpython-311.pyc").write_bytes(b"x")
    assert fingerprint([tmp_path]) == before


def test_a_failing_program_shows_its_last_words_and_where_the_rest_is(tmp_path: Path) -> None:
    log = tmp_path / "logs" / "program.log"
    with pytest.raises(SetupFailed) as caught:
        command([sys.executable, "-c", "print('no flour'); raise SystemExit(3)"], log, advice="Buy flour.")
    assert "no flour" in str(caught.value)
    assert "Buy flour." in str(caught.value)
    assert str(log) in str(caught.value)


@pytest.mark.parametrize(
    ("parts", "made", "left_out"),
    [
        ("", ["Rasa's model", "the red-flag screen", "the starting knowledge base"], []),
        ("web", ["the red-flag screen", "the encoder"], ["Rasa", "knowledge base"]),
        ("rasa actions", ["Rasa's model", "the encoder"], ["red-flag", "knowledge base"]),
        ("worker", ["the starting knowledge base", "the encoder"], ["Rasa", "red-flag"]),
    ],
)
def test_a_host_prepares_what_runs_on_it(
    parts: str, made: list[str], left_out: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NKBOT_PARTS", parts)
    names = [step.name for step in chain(*prepare.rounds("run", tmp_path))]
    assert set(made) <= set(names)
    assert [name for name in names if any(word in name for word in left_out)] == []
