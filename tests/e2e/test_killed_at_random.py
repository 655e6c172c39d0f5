"""kill -9 of every process at random moments while patients write: nothing is lost, doubled or reordered."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from bot.operations.stack import Stack, StackError, temporary_stack
from tests.support.chance import chance
from tests.support.numbering import mark
from tests.support.questions import QUESTIONS
from tests.support.stubborn import Stubborn, StubbornPage

pytestmark = pytest.mark.e2e

PATIENTS = 20
MESSAGES = 1_000
KILLS_EACH = 3
PAUSES = 2
SAID_IN_A_PAUSE = 0.2
PROMISED = 60.0
"""Seconds after the last restart in which every message has its reply."""
PATIENCE = 120.0
"""Seconds for the processes to come back on a busy machine."""

AFTERWARDS = "are donors tested for hiv and hepatitis"
"""Nobody has asked it before: a passage that was said already is not said again."""


class Saboteur(threading.Thread):
    """Kills one process after the other at random moments, each of them at least `KILLS_EACH` times.

    A few times it waits until all is ready again: patients then get real answers too, on a slow machine
    as well. `share` is how much of the conversations may have been said by now: they last as long as this.
    """

    def __init__(self, stack: Stack, luck: random.Random) -> None:
        super().__init__(daemon=True)
        self._stack = stack
        self._luck = luck
        names = [each.name for each in stack.programs]
        self.plan = [*names * KILLS_EACH, "web's worker", "web's worker"]
        luck.shuffle(self.plan)
        self.killed: list[str] = []
        self.share = 0.0

    def run(self) -> None:
        """Some kills come in quick succession."""
        try:
            for number, name in enumerate(self.plan, 1):
                time.sleep(self._luck.uniform(0.1, 2.4))
                self._kill(name)
                self.share += (1 - PAUSES * SAID_IN_A_PAUSE) / len(self.plan)
                if number % (len(self.plan) // PAUSES) == 1:
                    self._stack.wait_ready(PATIENCE)
                    self.share += SAID_IN_A_PAUSE
                    time.sleep(self._luck.uniform(3, 5))
        finally:
            self.share = 1.0

    def _kill(self, name: str) -> None:
        """Kill it; when it is down already, as soon as it is up again."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                if name == "web's worker":
                    os.kill(_child_of(self._stack.pid("web")), signal.SIGKILL)
                else:
                    self._stack.kill(name)
            except (StackError, OSError, LookupError):
                time.sleep(0.1)
            else:
                self.killed.append(name)
                return
        raise AssertionError(f"{name} did not come up again to be killed")


def _child_of(pid: int) -> int:
    if pid == 0:
        raise LookupError
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    if not children:
        raise LookupError
    return int(children[0])


def talk(patient: Stubborn, number: int, luck: random.Random, saboteur: Saboteur) -> None:
    """Send one patient's share of messages: mostly one at a time, sometimes several and in copies."""
    each = MESSAGES // PATIENTS
    left = list(range(each))
    while left:
        while 1 - len(left) / each > saboteur.share:
            time.sleep(0.05)
        several = luck.choice((1, 1, 1, 1, 2, 3))
        group, left = left[:several], left[several:]
        texts = [f"{luck.choice(QUESTIONS)} {mark(number, place)}" for place in group]
        patient.deliver(texts, copies=luck.choice((1, 1, 2, 4)))
        time.sleep(luck.uniform(0, 0.4))


def all_up(stack: Stack) -> bool:
    try:
        return all(stack.pid(each.name) for each in stack.programs)
    except OSError:
        return False


def unanswered(messages: list[dict[str, Any]]) -> list[int]:
    replied = {message["in_reply_to"] for message in messages}
    return [m["seq"] for m in messages if m["author"] == "patient" and m["seq"] not in replied]


def assert_nothing_lost(patient: Stubborn, messages: list[dict[str, Any]]) -> None:
    """Every acknowledged message once, at its place, in the order of sending, with exactly one reply."""
    assert patient.refusals == []
    assert [message["seq"] for message in messages] == list(range(1, len(messages) + 1))
    said = {message["seq"]: message["text"] for message in messages if message["author"] == "patient"}
    places: list[int] = []
    for group in patient.groups:
        for sent in group:
            assert len(sent.places) == 1, f"one message was acknowledged at {sorted(sent.places)}"
        here = sorted(place for sent in group for place in sent.places)
        assert not places or here[0] > places[-1], "a later message stands before an earlier one"
        places += here
    assert [said[place] for place in sorted(said)] == [said[place] for place in places]
    acknowledged = {place: sent.text for group in patient.groups for sent in group for place in sent.places}
    assert acknowledged == said
    replies = [message["in_reply_to"] for message in messages if message["in_reply_to"]]
    assert replies == places, "each message has one reply, in order"


def test_no_message_is_lost_doubled_or_reordered_while_processes_are_killed(tmp_path: Path) -> None:
    luck = chance()
    with temporary_stack(tmp_path, {"NKBOT_LIMITS": "off"}) as stack:
        stack.wait_ready()
        patients = [Stubborn(stack.url, luck.random()) for _ in range(PATIENTS)]
        pages = [StubbornPage(stack.url, patient) for patient in patients[:6]]
        saboteur = Saboteur(stack, luck)
        talkers = [
            threading.Thread(target=talk, args=(patient, number, random.Random(luck.random()), saboteur))
            for number, patient in enumerate(patients)
        ]
        for thread in (*talkers, saboteur):
            thread.start()
        for thread in (*talkers, saboteur):
            thread.join()
        assert sorted(saboteur.killed) == sorted(saboteur.plan)
        assert sum(len(group) for patient in patients for group in patient.groups) == MESSAGES

        until = time.monotonic() + PATIENCE
        while not all_up(stack):
            assert time.monotonic() < until, "a process did not come back"
            time.sleep(0.1)
        promised = time.monotonic() + PROMISED
        transcripts = {id(patient): patient.patient_messages(PATIENCE) for patient in patients}
        while any(map(unanswered, transcripts.values())) and time.monotonic() < promised:
            time.sleep(0.5)
            for patient in patients:
                if unanswered(transcripts[id(patient)]):
                    transcripts[id(patient)] = patient.patient_messages(PATIENCE)
        assert [unanswered(messages) for messages in transcripts.values()] == [[]] * PATIENTS

        for patient in patients:
            assert_nothing_lost(patient, transcripts[id(patient)])
        kinds = [m["kind"] for messages in transcripts.values() for m in messages if m["in_reply_to"]]
        print({kind: kinds.count(kind) for kind in set(kinds)})
        assert kinds.count("answer") > MESSAGES / 20, "the processes were hardly ever up"

        for page, patient in zip(pages, patients, strict=False):
            last = transcripts[id(patient)][-1]["seq"]
            page.wait_for(last, PATIENCE)
        time.sleep(1)  # for what should not come
        for page, patient in zip(pages, patients, strict=False):
            last = transcripts[id(patient)][-1]["seq"]
            page.leave()
            assert page.shown == list(range(1, last + 1)), "the page misses, doubles or mixes up messages"
            assert page.connections > 1

        stack.wait_ready(PATIENCE)
        for patient in patients:
            assert patient.ask(AFTERWARDS)[0]["kind"] == "answer"
            patient.close()
