"""Finds what was asked in vain in the log, and keeps it in groups: the worker's side.

Every method is harmless to repeat, to break off and to run in two processes at the same time: what is added is
added once, and what is changed is changed only where it still is as it was read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.conversations.clock import Clock
from bot.conversations.database import Database
from bot.conversations.schema import conversations, feedback, messages
from bot.conversations.unanswered_finding import Candidate, Entry, candidates
from bot.conversations.unanswered_schema import unanswered_groups as groups
from bot.conversations.unanswered_schema import unanswered_progress as progress
from bot.conversations.unanswered_schema import unanswered_questions as questions
from bot.conversations.unanswered_states import OPEN, QUESTIONS_OF_LOOSE_GROUPS

SETTLED_MS = 10_000
"""The log is read up to this long ago: whoever wrote earlier has finished."""
EARLIER_QUESTIONS = 3
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Waiting:
    """A question that has no vector of the encoder in use yet, with the patient's earlier ones, oldest first."""

    id: int
    text: str
    context: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """A question in its group. `loose`: no editor has touched either, so it may be rearranged."""

    id: int
    group: int
    loose: bool
    vector: bytes


class Unanswered:
    """Questions asked in vain, as the worker sees them."""

    def __init__(self, database: Database, clock: Clock | None = None) -> None:
        self._database = database
        self._clock = clock or database.clock
        self._insert = sqlite.insert if database.is_sqlite else postgresql.insert

    def has_some(self) -> bool:
        """Whether there is a question at all."""
        with self._database.read() as connection:
            return connection.execute(sa.select(questions.c.id).limit(1)).first() is not None

    def has_new(self) -> bool:
        """Whether there is a question without a group."""
        query = sa.select(questions.c.id).where(sa.text("unanswered_questions.group_id IS NULL")).limit(1)
        with self._database.read() as connection:
            return connection.execute(query).first() is not None

    # Finding them.

    def collect(self, limit: int = 200) -> bool:
        """Looks at conversations that changed since the last time; true when there are more."""
        changed = self._collect_from(
            "conversations", conversations.c.updated_at, conversations.c.id, conversations.c.id, limit
        )
        rated = self._collect_from(
            "feedback",
            feedback.c.given_at,
            feedback.c.conversation_id + "/" + sa.cast(feedback.c.message_seq, sa.String),
            feedback.c.conversation_id,
            limit,
        )
        return changed or rated

    def _collect_from(
        self,
        name: str,
        at: sa.ColumnElement[int],
        key: sa.ColumnElement[str],
        conversation: sa.ColumnElement[str],
        limit: int,
    ) -> bool:
        """What lies behind the place that was reached last; the place is kept when all of it is done."""
        with self._database.read() as connection:
            reached = connection.execute(sa.select(progress).where(progress.c.name == name)).first()
            since, last = (reached.at, reached.key) if reached else (0, "")
            found = connection.execute(
                sa.select(at, key, conversation)
                .where(sa.or_(at > since, sa.and_(at == since, key > last)), at <= self._clock() - SETTLED_MS)
                .order_by(at, key)
                .limit(limit)
            ).all()
        for each in dict.fromkeys(row[2] for row in found):
            self.look_at(each)
        if found:
            self._reach(name, found[-1][0], found[-1][1])
        return len(found) == limit

    def _reach(self, name: str, at: int, key: str) -> None:
        row = self._insert(progress).values(name=name, at=at, key=key)
        behind = sa.or_(progress.c.at < at, sa.and_(progress.c.at == at, progress.c.key < key))
        with self._database.write() as connection:
            connection.execute(
                row.on_conflict_do_update(index_elements=["name"], set_={"at": at, "key": key}, where=behind)
            )

    def look_at(self, conversation_id: str) -> None:
        """Brings the questions of one conversation in line with what the log says of it."""
        with self._database.read() as connection:
            entries = [
                _entry(row) for row in connection.execute(_MESSAGES, {"conversation": conversation_id})
            ]
            rated = connection.execute(
                sa.select(feedback.c.message_seq, feedback.c.helpful).where(
                    feedback.c.conversation_id == conversation_id
                )
            )
            wanted = {
                each.message_seq: each
                for each in candidates(entries, {row.message_seq: row.helpful for row in rated})
            }
            known = _known(connection, conversation_id)
        if wanted == known:
            return
        with self._database.write() as connection:
            exists = sa.select(conversations.c.id).where(conversations.c.id == conversation_id)
            if connection.execute(exists.with_for_update()).first() is None:
                return  # erased in this very moment
            self._write(connection, conversation_id, wanted, _known(connection, conversation_id))

    def _write(
        self,
        connection: sa.Connection,
        conversation_id: str,
        wanted: Mapping[int, Candidate],
        known: Mapping[int, Candidate],
    ) -> None:
        of_it = questions.c.conversation_id == conversation_id
        for seq in known.keys() - wanted.keys():
            connection.execute(sa.delete(questions).where(of_it, questions.c.message_seq == seq))
        for seq, each in wanted.items():
            reasons = {
                "reply_seq": each.reply_seq,
                "abstained": each.abstained,
                "disliked": each.disliked,
                "taken_over": each.taken_over,
                "noticed_at": self._clock(),
            }
            if seq in known:
                if known[seq] != each:
                    connection.execute(
                        sa.update(questions).where(of_it, questions.c.message_seq == seq).values(**reasons)
                    )
                continue
            connection.execute(
                sa.insert(questions).values(
                    conversation_id=conversation_id,
                    message_seq=seq,
                    asked_at=each.asked_at,
                    pinned=False,
                    language="",
                    encoder="",
                    answer_document="",
                    answer_heading="",
                    **reasons,
                )
            )

    # Putting them into groups.

    def waiting(self, encoder: str, limit: int = 50) -> list[Waiting]:
        """Questions that have no vector of this encoder, the oldest first."""
        query = (
            sa.select(questions.c.id, questions.c.conversation_id, questions.c.message_seq, messages.c.text)
            .join(messages, SAID)
            .where(sa.or_(questions.c.group_id.is_(None), questions.c.encoder != encoder))
            .order_by(questions.c.id)
            .limit(limit)
        )
        with self._database.read() as connection:
            return [
                Waiting(row.id, row.text, earlier_questions(connection, row.conversation_id, row.message_seq))
                for row in connection.execute(query).all()
            ]

    def placed(self, encoder: str) -> list[Placed]:
        """All questions that have a vector of this encoder and a group."""
        loose = sa.and_(QUESTIONS_OF_LOOSE_GROUPS, ~questions.c.pinned)
        query = (
            sa.select(questions.c.id, questions.c.group_id, questions.c.vector, loose.label("loose"))
            .join(groups, groups.c.id == questions.c.group_id)
            .where(questions.c.encoder == encoder, questions.c.vector.is_not(None))
            .order_by(questions.c.id)
        )
        with self._database.read() as connection:
            return [
                Placed(row.id, row.group_id, bool(row.loose), row.vector) for row in connection.execute(query)
            ]

    def place(
        self, question: int, vector: bytes, encoder: str, language: str, group: int | None
    ) -> int | None:
        """Gives a question its vector and, where it has none yet, a group: the one named, or a new one.

        Out: the group that it is in now; None when the question is gone.
        """
        with self._database.write() as connection:
            row = connection.execute(
                sa.select(questions.c.group_id).where(questions.c.id == question).with_for_update()
            ).first()
            if row is None:
                return None
            home = row.group_id
            if home is None and group is not None:
                home = connection.execute(sa.select(groups.c.id).where(groups.c.id == group)).scalar()
            if home is None:
                home = new_group(connection, self._clock())
            connection.execute(
                sa.update(questions)
                .where(questions.c.id == question)
                .values(vector=vector, encoder=encoder, language=language, group_id=home)
            )
            return int(home)

    def rearrange(self, moves: Mapping[int, tuple[int, int]]) -> None:
        """Moves questions: each from the first group to the second; negative numbers are new groups.

        A question that an editor has moved or whose group an editor has touched meanwhile stays.
        """
        with self._database.write() as connection:
            made: dict[int, int] = {}
            for question, (old, wish) in sorted(moves.items()):
                if wish < 0 and wish not in made:
                    made[wish] = new_group(connection, self._clock())
                connection.execute(
                    sa.update(questions)
                    .where(
                        questions.c.id == question,
                        questions.c.group_id == old,
                        ~questions.c.pinned,
                        questions.c.group_id.in_(sa.select(groups.c.id).where(QUESTIONS_OF_LOOSE_GROUPS)),
                    )
                    .values(group_id=made.get(wish, wish))
                )
            remove_empty(connection)

    def texts(self, of: Collection[int]) -> dict[int, str]:
        """What was asked, for each of these questions that is still there."""
        query = sa.select(questions.c.id, messages.c.text).join(messages, SAID)
        found: dict[int, str] = {}
        wanted = sorted(of)
        with self._database.read() as connection:
            for at in range(0, len(wanted), _AT_ONCE):
                rows = connection.execute(query.where(questions.c.id.in_(wanted[at : at + _AT_ONCE])))
                found.update({row.id: row.text for row in rows})
        return found

    def label(self, labels: Mapping[int, int]) -> None:
        """Says for each group which question stands for it; groups without questions are removed."""
        with self._database.read() as connection:
            known = {
                row.id: row.label_id for row in connection.execute(sa.select(groups.c.id, groups.c.label_id))
            }
        changed = {group: question for group, question in labels.items() if known.get(group) != question}
        if not changed and known.keys() <= labels.keys():
            return
        with self._database.write() as connection:
            for group, question in changed.items():
                connection.execute(sa.update(groups).where(groups.c.id == group).values(label_id=question))
            remove_empty(connection)


SAID = (messages.c.conversation_id == questions.c.conversation_id) & (
    messages.c.seq == questions.c.message_seq
)

_MESSAGES = (
    sa.select(
        messages.c.seq,
        messages.c.author,
        messages.c.kind,
        messages.c.in_reply_to,
        messages.c.created_at,
        sa.or_(messages.c.evidence.is_not(None), messages.c.quick_replies.is_not(None)).label("meant"),
        messages.c.citations.is_not(None).label("cites"),
    )
    .where(messages.c.conversation_id == sa.bindparam("conversation"))
    .order_by(messages.c.seq)
)


def new_group(connection: sa.Connection, now: int, **values: Any) -> int:
    """Adds an empty group within the caller's transaction; its number."""
    row = {
        "state": OPEN,
        "kept": False,
        "note": "",
        "draft_heading": "",
        "decided_by": "",
        "size_then": 0,
        "came_back": False,
        "created_at": now,
        **values,
    }
    return int(connection.execute(sa.insert(groups).values(**row).returning(groups.c.id)).scalar_one())


def remove_empty(connection: sa.Connection, among: Iterable[int] | None = None) -> None:
    """Removes groups that hold no question (any more), within the caller's transaction."""
    empty = ~sa.exists().where(questions.c.group_id == groups.c.id)
    if among is not None:
        empty = sa.and_(empty, groups.c.id.in_(list(among)))
    connection.execute(sa.delete(groups).where(empty))


def earlier_questions(connection: sa.Connection, conversation_id: str, seq: int) -> tuple[str, ...]:
    """What the patient wrote before, oldest first: what a follow-up leans on."""
    query = (
        sa.select(messages.c.text)
        .where(
            messages.c.conversation_id == conversation_id,
            messages.c.author == "patient",
            messages.c.seq < seq,
        )
        .order_by(messages.c.seq.desc())
        .limit(EARLIER_QUESTIONS)
    )
    return tuple(reversed(connection.execute(query).scalars().all()))


def _known(connection: sa.Connection, conversation_id: str) -> dict[int, Candidate]:
    query = sa.select(questions).where(questions.c.conversation_id == conversation_id)
    return {
        row.message_seq: Candidate(
            row.message_seq,
            row.reply_seq,
            row.asked_at,
            abstained=row.abstained,
            disliked=row.disliked,
            taken_over=row.taken_over,
        )
        for row in connection.execute(query)
    }


def _entry(row: sa.Row[Any]) -> Entry:
    return Entry(
        row.seq,
        row.author,
        row.kind,
        row.in_reply_to,
        row.created_at,
        meant=row.author != "bot" or bool(row.meant),
        cites=bool(row.cites),
    )
