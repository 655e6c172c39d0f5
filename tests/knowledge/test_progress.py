"""Whoever waits for a publication sees how far it is, how fast it goes and how long it still takes."""

from __future__ import annotations

from knowledge.progress import Pace, Phase, seldom
from knowledge.publish import Publisher
from tests.knowledge.knowing import CALIBRATION, LUNCH, PARKING, REST, Home


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_rate_and_time_left_are_those_of_the_phase() -> None:
    clock = Clock()
    pace = Pace(clock)
    assert str(pace(Phase.EMBEDDING, 0, 1000)) == "embedding: 0 of 1,000"
    clock.now += 2
    assert str(pace(Phase.EMBEDDING, 200, 1000)) == "embedding: 200 of 1,000, 100 a second, 8 s left"
    clock.now += 100
    slow = pace(Phase.EMBEDDING, 204, 1000)
    assert slow.per_second == 2
    assert str(slow) == "embedding: 204 of 1,000, 2.0 a second, 7 min left"
    assert str(pace(Phase.WRITING, 0, 4)) == "writing: 0 of 4", "a new phase begins anew"
    clock.now += 4
    assert str(pace(Phase.WRITING, 4, 4)) == "writing: 4 of 4, 1.0 a second"


def test_a_phase_that_began_before_counts_only_what_was_done_since() -> None:
    clock = Clock()
    pace = Pace(clock)
    pace(Phase.READING, 900, 1000)
    clock.now += 10
    assert pace(Phase.READING, 950, 1000).seconds_left == 10


def test_seldom_keeps_every_start_and_end() -> None:
    clock = Clock()
    heard: list[tuple[str, int]] = []
    tell = seldom(lambda phase, done, _total: heard.append((phase, done)), 1.0, clock)
    for done in range(11):
        clock.now += 0.3
        tell(Phase.EMBEDDING, done, 10)
    tell(Phase.WRITING, 0, 2)
    assert heard[0] == ("embedding", 0)
    assert heard[-2:] == [("embedding", 10), ("writing", 0)]
    assert 3 <= len(heard) <= 6


def test_a_publication_tells_every_phase_from_its_start_to_its_end(home: Home) -> None:
    heard: list[tuple[str, int, int]] = []
    home.store.save_revision(PARKING)
    publisher = Publisher(home.store, home.snapshots, home.encoder, progress=lambda *told: heard.append(told))
    publisher.publish(CALIBRATION)
    for phase in Phase:
        told = [(done, total) for name, done, total in heard if name == phase]
        assert told[0][0] == 0, phase
        assert told[-1][0] == told[-1][1] > 0, phase
    phases = list(dict.fromkeys(name for name, _, _ in heard))
    assert phases == list(Phase)


def test_only_passages_that_are_not_there_yet_are_counted(home: Home) -> None:
    home.publish(PARKING, REST)
    home.store.save_revision(LUNCH)
    heard: list[tuple[str, int, int]] = []
    Publisher(home.store, home.snapshots, home.encoder, progress=lambda *told: heard.append(told)).publish(
        CALIBRATION, slugs=["lunch"]
    )
    assert {total for name, _, total in heard if name == Phase.EMBEDDING} <= {1, 2, 3}
