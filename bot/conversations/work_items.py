"""Call-back requests and enquiries: work for people, with an owner and a state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from bot.conversations import contact, spreadsheet
from bot.conversations.clock import Clock
from bot.conversations.database import Database
from bot.conversations.desk_schema import work_items
from bot.conversations.errors import AlreadyTaken, ConversationError
from bot.conversations.model import WHAT_IS_NOTED, Advisor, Reply, Wish
from bot.conversations.rows import Locked, lock

MOST_LISTED = 500


class Kind(StrEnum):
    """What the patient wants: to be called back, or an answer to an enquiry such as one about cost."""

    CALLBACK = "callback"
    ENQUIRY = "enquiry"


class State(StrEnum):
    """`open` and `doing` wait for somebody; `done` and `dropped` are over."""

    OPEN = "open"
    DOING = "doing"
    DONE = "done"
    DROPPED = "dropped"


UNDER_WAY = (State.OPEN, State.DOING)
_UNDER_WAY = frozenset(each.value for each in UNDER_WAY)


class WorkItemNotFound(ConversationError):
    """No work item has this number; it may have been erased with its conversation."""

    def __init__(self) -> None:
        super().__init__("This work item does not exist any more.")


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One piece of work. Times are in milliseconds since 1970, UTC."""

    id: int
    conversation_id: str
    kind: Kind
    state: State
    owner_id: int | None
    owner_name: str | None
    name: str
    contact: str
    country: str
    about: str
    best_time: str
    consent_at: int
    created_at: int
    updated_at: int


CSV_HEAD = (
    "number",
    "kind",
    "state",
    "owner",
    "name",
    "contact",
    "country",
    "best time",
    "about",
    "asked at (UTC)",
    "changed at (UTC)",
    "conversation",
)

WITHDRAWN = "(Withdrawn by the patient.)"
_LONGEST = {"name": 120, "country": 80, "about": 2_000, "best_time": 200}


def add(locked: Locked, kind: Kind, wish: Wish) -> int:
    """Notes a wish inside the caller's transaction and returns its number.

    `contact` is checked, longer texts are cut. The patient's consent is what brings the caller here; its
    time is kept. A conversation has one item of
    a kind that nobody has begun to work on: the same form sent again, or corrected, replaces it.
    Raises `contact.NoContact`.
    """
    written = {
        "name": _cut(wish.name, _LONGEST["name"]),
        "contact": contact.checked(wish.contact),
        "country": _cut(wish.country, _LONGEST["country"]),
        "about": _cut(wish.about, _LONGEST["about"]),
        "best_time": _cut(wish.best_time, _LONGEST["best_time"]),
        "consent_at": locked.now,
        "updated_at": locked.now,
    }
    known = locked.connection.execute(
        sa.select(work_items.c.id).where(
            work_items.c.conversation_id == locked.id,
            work_items.c.kind == kind.value,
            work_items.c.state == State.OPEN.value,
        )
    ).scalar()
    if known is not None:
        locked.connection.execute(sa.update(work_items).where(work_items.c.id == known).values(**written))
        return int(known)
    added = locked.connection.execute(
        sa.insert(work_items).values(
            conversation_id=locked.id,
            kind=kind.value,
            state=State.OPEN.value,
            created_at=locked.now,
            **written,
        )
    )
    (number,) = added.inserted_primary_key or (0,)
    return int(number)


def add_to_callback(locked: Locked, wish: Wish) -> int:
    """Notes a way to call the patient back beside what is noted already, inside the caller's transaction.

    A second address or number of the same kind replaces the first; what the wish leaves empty stays as it was,
    while nobody has begun to work on it. Raises `contact.NoContact`.
    """
    known = locked.connection.execute(
        sa.select(work_items).where(
            work_items.c.conversation_id == locked.id,
            work_items.c.kind == Kind.CALLBACK.value,
            work_items.c.state == State.OPEN.value,
        )
    ).first()
    if known is not None:
        ways = {**contact.by_kind(known.contact), **contact.by_kind(contact.checked(wish.contact))}
        wish = Wish(
            name=wish.name or known.name,
            contact=", ".join(ways.values()),
            about=wish.about or known.about,
            best_time=wish.best_time or known.best_time,
            country=wish.country or known.country,
        )
    return add(locked, Kind.CALLBACK, wish)


def withdraw(locked: Locked, *kinds: Kind) -> None:
    """The patient takes back, inside the caller's transaction, what they asked for and nobody has finished.

    In: `kinds` are those taken back, all where none is given. Items under way are dropped, and say why: an
    advisor who had begun must see that it was the patient.
    """
    of_the_patient = sa.and_(
        work_items.c.conversation_id == locked.id,
        work_items.c.state.in_([each.value for each in UNDER_WAY]),
        work_items.c.kind.in_([each.value for each in kinds or Kind]),
    )
    for number, about in locked.connection.execute(
        sa.select(work_items.c.id, work_items.c.about).where(of_the_patient)
    ).all():
        locked.connection.execute(
            sa.update(work_items)
            .where(work_items.c.id == number)
            .values(
                state=State.DROPPED.value,
                about=_cut(f"{WITHDRAWN} {about}".strip(), _LONGEST["about"]),
                updated_at=locked.now,
            )
        )


def call_back_is_noted(locked: Locked) -> bool:
    """Whether the patient has left a way to be called back, and nobody has finished with it."""
    query = sa.select(sa.func.count()).where(
        work_items.c.conversation_id == locked.id,
        work_items.c.kind == Kind.CALLBACK.value,
        work_items.c.state.in_([each.value for each in UNDER_WAY]),
    )
    return bool(locked.connection.execute(query).scalar_one())


def take_up_again(locked: Locked) -> None:
    """The patient wants after all, inside the caller's transaction, what they took back last."""
    rows = locked.connection.execute(_of_the_conversation(locked).order_by(work_items.c.id.desc())).all()
    taken_back = [row for row in rows if row.state == State.DROPPED.value and row.about.startswith(WITHDRAWN)]
    kinds = {row.kind for row in rows if row.state in _UNDER_WAY}
    for row in taken_back:
        if row.kind in kinds:
            continue
        kinds.add(row.kind)
        about = row.about.removeprefix(WITHDRAWN).strip()
        locked.connection.execute(
            sa.update(work_items)
            .where(work_items.c.id == row.id)
            .values(state=State.OPEN.value, about=about, consent_at=locked.now, updated_at=locked.now)
        )


def correct(locked: Locked, wish: Wish) -> None:
    """Puts right, inside the caller's transaction, what is with the advisors; what the wish leaves empty stays.

    An address or a number replaces the one of its kind. Raises `contact.NoContact`.
    """
    for row in locked.connection.execute(_of_the_conversation(locked)).all():
        if row.state not in _UNDER_WAY:
            continue
        ways = {**contact.by_kind(row.contact), **contact.by_kind(contact.checked(wish.contact))}
        told = {name: _cut(getattr(wish, name), longest) for name, longest in _LONGEST.items()}
        values = {name: value for name, value in told.items() if value}
        locked.connection.execute(
            sa.update(work_items)
            .where(work_items.c.id == row.id)
            .values(contact=", ".join(ways.values()), updated_at=locked.now, **values)
        )


def carry_out(locked: Locked, reply: Reply) -> None:
    """Does, inside the caller's transaction, what a reply says of the patient's requests."""
    if reply.withdraws:
        withdraw(locked)
    if reply.takes_up_again:
        take_up_again(locked)
    if reply.corrects is not None:
        correct(locked, reply.corrects)
    if reply.enquiry is not None:
        add(locked, Kind.ENQUIRY, reply.enquiry)
    if reply.leaves is not None:
        add_to_callback(locked, reply.leaves)


def read_back(locked: Locked, reply: Reply) -> Reply:
    """The reply with what is kept in its place, where it reads back."""
    if not reply.reads_back:
        return reply
    rows = locked.connection.execute(_of_the_conversation(locked).order_by(work_items.c.id)).all()
    noted = [row for row in rows if row.state in _UNDER_WAY]
    lines = [
        f"- **{label}:** {value}"
        for row in noted
        for label, value in (
            ("Name", row.name),
            ("E-mail or phone", row.contact),
            ("Country", row.country),
            ("About", row.about),
            ("When", row.best_time),
        )
        if value
    ]
    return replace(
        reply, text=reply.text.replace(WHAT_IS_NOTED, "\n".join(dict.fromkeys(lines)) or "nothing")
    )


def _of_the_conversation(locked: Locked) -> sa.Select[Any]:
    return sa.select(work_items).where(work_items.c.conversation_id == locked.id)


class WorkItems:
    """The list of call-back requests and enquiries that the console shows."""

    def __init__(self, database: Database, clock: Clock | None = None) -> None:
        self._database = database
        self._clock = clock or database.clock

    def add_callback(self, conversation_id: str, wish: Wish) -> int:
        """The patient wants to be called back, and agreed that this is kept. See `add`."""
        return self._add(conversation_id, Kind.CALLBACK, wish)

    def add_enquiry(self, conversation_id: str, wish: Wish) -> int:
        """The patient wants an answer to an enquiry, and agreed that this is kept. See `add`."""
        return self._add(conversation_id, Kind.ENQUIRY, wish)

    def get(self, number: int) -> WorkItem:
        """One item. Raises `WorkItemNotFound`."""
        with self._database.read() as connection:
            return _get(connection, number)

    def list(
        self,
        state: State | None = None,
        kind: Kind | None = None,
        owner: int | None = None,
        limit: int = MOST_LISTED,
        *,
        conversation_id: str | None = None,
    ) -> Sequence[WorkItem]:
        """Items that fit everything given: those under way first, of these the longest waiting first."""
        query = sa.select(work_items)
        for column, wanted in (
            (work_items.c.state, state),
            (work_items.c.kind, kind),
            (work_items.c.owner_id, owner),
            (work_items.c.conversation_id, conversation_id),
        ):
            if wanted is not None:
                query = query.where(column == wanted)
        under_way = work_items.c.state.in_([each.value for each in UNDER_WAY])
        query = query.order_by(under_way.desc(), work_items.c.created_at, work_items.c.id).limit(limit)
        with self._database.read() as connection:
            return [_item(row) for row in connection.execute(query)]

    def counts(self) -> dict[str, int]:
        """How many items are in each state, all states named."""
        query = sa.select(work_items.c.state, sa.func.count()).group_by(work_items.c.state)
        with self._database.read() as connection:
            found = {str(state): int(number) for state, number in connection.execute(query)}
        return {state.value: found.get(state.value, 0) for state in State}

    def assign(self, number: int, advisor: Advisor | None, *, take_over: bool = False) -> WorkItem:
        """Gives the item to somebody, or to nobody with None.

        Raises `AlreadyTaken` when a colleague has it and `take_over` was not said, `WorkItemNotFound`.
        """
        with self._database.write() as connection:
            known = _get(connection, number, lock=True)
            if advisor is not None and not take_over and known.owner_id not in {None, advisor.id}:
                raise AlreadyTaken(known.owner_name or "A colleague")
            return _change(
                connection,
                number,
                owner_id=advisor.id if advisor else None,
                owner_name=advisor.name if advisor else None,
                updated_at=self._clock(),
            )

    def set_state(self, number: int, state: State | str) -> WorkItem:
        """Moves the item to a state. Raises `WorkItemNotFound`, ValueError for an unknown state."""
        wanted = State(state)
        with self._database.write() as connection:
            _get(connection, number, lock=True)
            return _change(connection, number, state=wanted.value, updated_at=self._clock())

    def csv_rows(self, state: State | None = None, kind: Kind | None = None) -> Sequence[Sequence[str]]:
        """The head and one row per item; no cell can act as a formula."""
        rows: Sequence[Sequence[object]] = [_row(item) for item in self.list(state, kind, limit=1_000_000)]
        return [[spreadsheet.cell(value) for value in row] for row in (CSV_HEAD, *rows)]

    def csv(self, state: State | None = None, kind: Kind | None = None) -> str:
        """The same as a file for Excel or LibreOffice."""
        return spreadsheet.written(self.csv_rows(state, kind))

    def _add(self, conversation_id: str, kind: Kind, wish: Wish) -> int:
        with self._database.write() as connection:
            return add(lock(connection, conversation_id, self._clock()), kind, wish)


def _get(connection: sa.Connection, number: int, *, lock: bool = False) -> WorkItem:
    query = sa.select(work_items).where(work_items.c.id == number)
    row = connection.execute(query.with_for_update() if lock else query).first()
    if row is None:
        raise WorkItemNotFound
    return _item(row)


def _change(connection: sa.Connection, number: int, **values: Any) -> WorkItem:
    connection.execute(sa.update(work_items).where(work_items.c.id == number).values(**values))
    return _get(connection, number)


def _item(row: sa.Row[Any]) -> WorkItem:
    values = {each.name: getattr(row, each.name) for each in fields(WorkItem)}
    return WorkItem(**{**values, "kind": Kind(row.kind), "state": State(row.state)})


def _row(item: WorkItem) -> Sequence[object]:
    return (
        item.id,
        item.kind.value,
        item.state.value,
        item.owner_name,
        item.name,
        item.contact,
        item.country,
        item.best_time,
        item.about,
        _moment(item.created_at),
        _moment(item.updated_at),
        item.conversation_id,
    )


def _cut(text: str, longest: int) -> str:
    return text.strip()[:longest].rstrip()


def _moment(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds // 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")
