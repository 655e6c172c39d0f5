"""Several servers that do the same: who is asked first, and who is left alone."""

from __future__ import annotations

from bot.addresses import FIRST_PAUSE, LONGEST_PAUSE, Addresses

URLS = ["http://a", "http://b", "http://c"]


class HandClock:
    """A clock that moves when the test says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def preferred(addresses: Addresses) -> dict[str, str]:
    return {str(key): addresses.order(str(key))[0] for key in range(300)}


def test_conversations_are_shared_out_and_stay_where_they_are() -> None:
    before = preferred(Addresses(URLS))
    assert before == preferred(Addresses(URLS[::-1]))  # hosts agree, in whatever order they were told
    assert all(70 < list(before.values()).count(url) < 130 for url in URLS)
    assert all(sorted(Addresses(URLS).order(key)) == URLS for key in before)


def test_when_a_server_is_taken_away_only_its_conversations_move() -> None:
    before, after = preferred(Addresses(URLS)), preferred(Addresses(URLS[:2]))
    assert all(after[key] == url for key, url in before.items() if url != URLS[2])


def test_who_failed_is_asked_last_and_then_tried_by_one_question() -> None:
    clock = HandClock()
    addresses = Addresses(URLS, clock)
    first = addresses.order("k")[0]
    for _ in range(20):
        addresses.failed(first)  # many turns at once do not make the pause longer
    assert addresses.order("k")[-1] == first
    clock.now += FIRST_PAUSE
    assert addresses.order("k")[0] == first  # this question finds out
    assert addresses.order("k")[-1] == first  # the others do not wait for it
    addresses.failed(first)
    clock.now += FIRST_PAUSE
    assert addresses.order("k")[-1] == first  # the second pause is longer
    clock.now += FIRST_PAUSE
    assert addresses.order("k")[0] == first
    addresses.answered(first)
    assert [addresses.order("k")[0] for _ in range(3)] == [first] * 3


def test_who_is_long_away_is_tried_now_and_then() -> None:
    clock = HandClock()
    addresses = Addresses(URLS, clock)
    first = addresses.order("k")[0]
    addresses.failed(first)
    tried = 0
    for _ in range(600):
        clock.now += 1
        if addresses.order("k")[0] == first:
            tried += 1
            addresses.failed(first)
    assert 600 / LONGEST_PAUSE - 2 < tried < 600 / LONGEST_PAUSE + 8


def test_when_all_have_failed_all_are_still_asked() -> None:
    addresses = Addresses(URLS, HandClock())
    for url in URLS:
        addresses.failed(url)
    assert sorted(addresses.order("k")) == URLS
