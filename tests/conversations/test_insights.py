"""The figures of some weeks, counted by hand beside what the database says, and what must not be read again."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from bot.conversations.database import Database
from bot.conversations.handoffs import Handoffs
from bot.conversations.insights import COUNTS, Insights
from bot.conversations.insights_times import Times
from bot.conversations.log import ConversationLog
from bot.conversations.model import Advisor, Reply, Turn
from bot.conversations.office import OfficeHours
from bot.conversations.ownership import Ownership
from bot.conversations.privacy import Privacy
from bot.conversations.ratings import Ratings
from tests.conversations.conftest import HandClock

ANA, BEN = Advisor(1, "Ana"), Advisor(2, "Ben")
BERLIN = ZoneInfo("Europe/Berlin")
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
CITED = ({"title": "NK cells", "quote": "They find sick cells.", "revision": 1},)
ANSWER = Reply("answer", "NK cells are white blood cells.", citations=CITED, evidence={"probability": 0.9})
ABSTAIN = Reply("abstain", "I found no reliable answer.", quick_replies=("Talk to a person",))
FAULT = Reply("abstain", "I cannot answer just now.")
ADVICE = Reply("medical_advice", "I cannot judge that.", quick_replies=("Talk to a person",))
COST = Reply("cost", "That depends.")
THANKS = Reply("smalltalk", "You are welcome.")
URGENT = Reply("emergency", "Call 112.", evidence={"red_flag": "breathing"})
GREETING = Reply("smalltalk", "Hello.")


def at(day: int, hour: int, minute: int = 0, zone: ZoneInfo = BERLIN) -> int:
    """A moment in March 2026; the 2nd is a Monday."""
    return round(datetime(2026, 3, day, hour, minute, tzinfo=zone).timestamp() * 1000)


class House:
    """What happens in a test's clinic."""

    def __init__(self, database: Database, clock: HandClock) -> None:
        self.database, self.clock = database, clock
        self.log = ConversationLog(database, clock)
        self.handoffs = Handoffs(database, clock)
        self.ownership = Ownership(database, clock)
        self.ratings = Ratings(database, clock)

    def opened(self, moment: int) -> str:
        self.clock.now = moment
        return self.log.create([GREETING]).id

    def asked(self, conversation: str, *replies: Reply) -> int:
        """The patient asks and is answered within a second; the place of the first reply."""
        accepted = self.log.append_patient_message(conversation, str(uuid.uuid4()), "why?", worker="w")
        self.clock.forward(1_000)
        assert isinstance(accepted.turn, Turn)
        return self.log.append_replies(accepted.turn, replies).messages[0].seq

    def urgent(self, conversation: str) -> None:
        self.log.append_patient_message(conversation, str(uuid.uuid4()), "help", answered_with=[URGENT])

    def says(self, conversation: str, advisor: Advisor) -> None:
        self.log.append_advisor_message(conversation, advisor, str(uuid.uuid4()), "Hello, I am here.")


@pytest.fixture
def house(database: Database, clock: HandClock) -> House:
    return House(database, clock)


def insights(house: House, hours: str = "") -> Insights:
    return Insights(house.database, OfficeHours.parse(hours, "Europe/Berlin"), BERLIN, house.clock)


def counted(found: object) -> dict[str, int]:
    """What is not zero, of a day or of totals."""
    values = found if isinstance(found, dict) else {name: getattr(found, name) for name in COUNTS}
    return {name: number for name, number in values.items() if number}


def test_a_small_history_counted_by_hand(house: House) -> None:
    # Monday: two conversations; one just opened the page, and does not count.
    first = house.opened(at(2, 9))
    good = house.asked(first, ANSWER)
    house.asked(first, COST, THANKS)
    bad = house.asked(first, ABSTAIN)
    house.ratings.rate_message(first, good, helpful=True)
    house.ratings.rate_message(first, bad, helpful=False)
    house.ratings.rate_conversation(first, 4)
    house.opened(at(2, 10))
    late = house.opened(at(2, 23, 59))
    house.asked(late, FAULT)  # one second: still Monday
    house.clock.now = at(3, 0, 1)
    house.asked(late, ANSWER)  # Tuesday already, although in UTC it is not
    # Wednesday: an emergency, and somebody who asks for a person.
    urgent = house.opened(at(4, 8))
    house.urgent(urgent)
    asking = house.opened(at(4, 9))
    house.asked(asking, ADVICE)
    house.handoffs.request(asking)
    house.ratings.rate_conversation(asking, 5)
    house.clock.now = at(4, 18)

    found = insights(house).figures(7)
    assert [day.date for day in found.days][-3:] == ["2026-03-02", "2026-03-03", "2026-03-04"]
    monday, tuesday, wednesday = found.days[-3:]
    assert counted(monday) == {
        "conversations": 2,
        "answered": 2,
        "abstained": 1,
        "cannot_answer": 1,
        "thumbs_up": 1,
        "thumbs_down": 1,
    }
    assert counted(tuesday) == {"answered": 1}
    assert counted(wednesday) == {"conversations": 2, "advice": 1, "emergencies": 1, "handed_off": 2}
    assert [counted(day) for day in found.days[:-3]] == [{}] * 4
    assert counted(dict(found.totals)) == {
        "conversations": 4,
        "answered": 3,
        "abstained": 1,
        "advice": 1,
        "emergencies": 1,
        "cannot_answer": 1,
        "handed_off": 2,
        "thumbs_up": 1,
        "thumbs_down": 1,
    }
    assert found.stars == {1: 0, 2: 0, 3: 0, 4: 1, 5: 1}
    assert found.first_response == found.resolution == Times()


def waited(house: House, asked: int, answered: int | None, settled: int | None) -> None:
    """Somebody who asked for a person, was answered, and whose conversation was ended at these moments."""
    somebody = house.opened(asked)
    house.asked(somebody, THANKS)
    house.clock.now = asked
    house.handoffs.request(somebody)
    if answered is not None:
        house.clock.now = answered
        house.ownership.take(somebody, ANA)
        house.says(somebody, ANA)
    if settled is not None:
        house.clock.now = settled
        house.ownership.close(somebody, ANA)


def test_only_office_hours_count_as_waiting(house: House) -> None:
    waited(house, at(2, 10), at(2, 10, 5), at(2, 10, 20))  # 5 and 20 minutes
    waited(house, at(2, 17, 50), at(3, 9, 10), at(3, 10))  # 10 before closing, then 10 and 60: 20 and 70
    waited(house, at(6, 23), at(9, 9, 2), at(9, 9, 4))  # over the weekend: 2 and 4
    waited(house, at(9, 11), at(9, 11, 1), None)  # 1, and not settled yet
    waited(house, at(9, 12), None, None)  # still waits
    house.clock.now = at(9, 13)
    found = insights(house, "Mon-Fri 09:00-18:00").figures(30)
    assert found.first_response == Times(4, 2 * MINUTE, 20 * MINUTE)
    assert found.resolution == Times(3, 20 * MINUTE, 70 * MINUTE)
    around_the_clock = insights(house).figures(30)
    assert around_the_clock.first_response.p90 == 2 * DAY + 10 * HOUR + 2 * MINUTE
    assert around_the_clock.first_response.count == 4


def test_who_is_passed_on_has_asked_once(house: House) -> None:
    somebody = house.opened(at(2, 10))
    house.handoffs.request(somebody)
    house.clock.forward(MINUTE)
    house.ownership.take(somebody, ANA)
    house.says(somebody, ANA)
    house.ownership.transfer(somebody, ANA, None)
    house.clock.forward(MINUTE)
    house.ownership.take(somebody, BEN)
    house.says(somebody, BEN)
    house.clock.forward(MINUTE)
    house.ownership.release(somebody, BEN)
    found = insights(house).figures(7)
    assert found.totals["handed_off"] == 1
    assert found.first_response == Times(1, MINUTE, MINUTE)
    assert found.resolution == Times(1, 3 * MINUTE, 3 * MINUTE)


def test_the_day_on_which_the_clocks_change_has_its_own_hours(house: House) -> None:
    house.asked(house.opened(at(28, 23, 30)), ANSWER)
    house.asked(house.opened(at(29, 0, 30)), ANSWER)
    house.asked(house.opened(at(29, 23, 30)), ANSWER)
    house.asked(house.opened(at(30, 0, 30)), ANSWER)
    found = insights(house).figures(7)
    assert [day.answered for day in found.days[-3:]] == [1, 2, 1]


def test_days_that_are_over_are_not_read_again(house: House) -> None:
    for day in (2, 3, 4, 5, 6):
        house.asked(house.opened(at(day, 9)), ANSWER)
    house.clock.now = at(6, 12)
    counting = insights(house)
    read: list[Any] = []

    def note(_connection: object, _cursor: object, statement: str, given: Any, *_: object) -> None:
        if "conversations.rating" in statement:
            read.append(given)

    event.listen(house.database.engine, "before_cursor_execute", note)
    before = counting.figures(30)
    house.asked(house.opened(at(6, 13)), ANSWER)
    after = counting.figures(30)
    event.remove(house.database.engine, "before_cursor_execute", note)
    since = [next(iter(given.values() if isinstance(given, dict) else given)) for given in read]
    assert since == [at(5, 0) - 28 * DAY, at(5, 0)], "the second time only yesterday and today are read"
    assert after.totals["answered"] == before.totals["answered"] + 1 == 6
    week = counting.figures(7)
    assert week.totals["answered"] == 6
    house.clock.now = at(8, 12)
    assert [day.answered for day in counting.figures(7).days] == [1, 1, 1, 1, 2, 0, 0]


def test_no_message_is_read_to_count_the_answers(house: House) -> None:
    if not house.database.is_sqlite:
        pytest.skip("PostgreSQL decides by the size of the tables how it reads them")
    house.asked(house.opened(at(2, 9)), ANSWER, ABSTAIN)
    plans: list[str] = []

    def note(connection: sa.Connection, _cursor: object, statement: str, given: Any, *_: object) -> None:
        if "messages.kind" in statement and "GROUP BY" in statement and "EXPLAIN" not in statement:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)
            plans.append(" ".join(row[-1] for row in plan))

    event.listen(house.database.engine, "before_cursor_execute", note)
    assert insights(house).figures(7).totals["answered"] == 1
    event.remove(house.database.engine, "before_cursor_execute", note)
    answers, unknown = plans
    assert "USING COVERING INDEX ix_messages_replies" in answers
    assert "USING INDEX ix_messages_replies" in unknown, "of these, whether the bot gave its reasons"


def test_what_is_erased_is_not_counted_any_more(house: House) -> None:
    gone = house.opened(at(2, 9))
    house.asked(gone, ANSWER)
    counting = insights(house)
    assert counting.figures(7).totals["answered"] == 1
    Privacy(house.database, house.clock).erase(gone, "patient")
    assert counted(dict(counting.figures(7).totals)) == {}


def test_only_some_periods_are_counted(house: House) -> None:
    house.clock.now = at(4, 12)
    assert [len(insights(house).figures(period).days) for period in (7, 30, 90)] == [7, 30, 90]
    with pytest.raises(ValueError, match="7, 30, 90"):
        insights(house).figures(365)


@pytest.mark.parametrize(
    ("begin", "end", "minutes"),
    [
        (at(2, 8), at(2, 8, 30), 0),
        (at(2, 8), at(2, 10), 60),
        (at(2, 10), at(2, 9), 0),
        (at(7, 0), at(9, 0), 120),
        (at(2, 0), at(9, 0), 5 * 60 * 3 + 120),
        (at(29, 0), at(30, 0), 0),
    ],
)
def test_open_minutes_between_two_moments(begin: int, end: int, minutes: int) -> None:
    hours = OfficeHours.parse("Mon-Fri 09:00-12:00; Sat 22:00-24:00", "Europe/Berlin")
    assert hours.open_within(begin, end) == minutes * MINUTE


def test_the_database_counts_moments_as_numbers(database: Database) -> None:
    with database.read() as connection:
        quarter = connection.execute(sa.text(f"SELECT {at(2, 9)} / 900000")).scalar_one()
    assert quarter == at(2, 9) // 900_000
    assert datetime.fromtimestamp(quarter * 900, UTC).hour == 8
