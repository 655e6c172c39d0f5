"""The bench's own patient and its parts, on the real processes."""

from __future__ import annotations

from itertools import cycle

import pytest

from bot.operations.stack import Stack
from tests.bench import hops
from tests.bench.asking import ask_at_once
from tests.bench.start import by_process, idle_memory, roots
from tests.bench.widget import Widget

pytestmark = pytest.mark.e2e

QUESTIONS = ("what are nk cells", "whats the differnce to stem cells", "how are the cells made")


def test_the_widget_sees_cited_answers_and_misses_what_has_no_reply(stack: Stack) -> None:
    widget = Widget(stack.url)
    answers = [widget.ask(text) for text in QUESTIONS]
    assert all(answer.cited and 0 < answer.acknowledged < answer.seconds for answer in answers)
    assert widget.ask("thank you").cited is False
    assert widget.missing() == 0
    widget._asked.append(999)
    assert widget.missing() == 1
    widget.close()


def test_several_patients_at_once_each_get_their_own_answers(stack: Stack) -> None:
    done = ask_at_once(lambda: Widget(stack.url), cycle(QUESTIONS), patients=3, each=2)
    assert (len(done.cited), done.lost) == (6, 0)
    assert done.per_second > 0


def test_every_process_of_ours_is_weighed(stack: Stack) -> None:
    names = " ".join(by_process(roots(stack)))
    for name in ("rasa", "actions", "gunicorn", "worker", "supervise"):
        assert name in names
    assert idle_memory(roots(stack)).processes >= 4


def test_each_hop_of_a_turn_can_be_asked_alone(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hops, "QUESTIONS", 3)
    monkeypatch.setattr(hops, "WARM_UP", 0)
    figures, record = hops.measure(stack, cycle(QUESTIONS), patience=0, say=lambda _text: None)
    assert len(figures) == 4
    times = record["action"], record["rasa"], record["turn"]
    assert all(isinstance(each, list) and len(each) == 3 and min(each) > 0 for each in times)
