"""What was asked in vain, as editors look at it and decide about it.

Texts come out as patients and advisors wrote them: whoever shows them takes names and contact details out first
(`bot.editorial.scrub`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from bot.conversations.clock import Clock
from bot.conversations.database import Database
from bot.conversations.schema import messages
from bot.conversations.unanswered import earlier_questions, new_group, remove_empty
from bot.conversations.unanswered_schema import unanswered_groups as groups
from bot.conversations.unanswered_schema import unanswered_questions as questions
from bot.conversations.unanswered_states import ANSWERED, NOT_FOR_US, OPEN, STATES, WRITING

WEEK_MS = 7 * 86_400_000
WEEKS = 8
"""How far back the trend goes, this week included."""
MOST_SHOWN = 200
"""Questions of a group that its page shows, the newest first."""
ADVISOR_REPLIES = 3
"""Messages of an advisor after the question that are taken for the answer to it."""


class GroupGone(Exception):
    """There is no such group (any more): merged, or all its questions were erased."""


class QuestionGone(Exception):
    """The question is not in this group (any more)."""


@dataclass(frozen=True, slots=True)
class Group:
    """A group at a glance. `weeks` counts its questions week by week, this week last; `label` is one of them."""

    id: int
    state: str
    note: str
    label: str
    draft: str | None
    draft_heading: str
    came_back: bool
    decided_by: str
    decided_at: int | None
    answered_at: int | None
    created_at: int
    total: int
    answered: int
    abstained: int
    disliked: int
    taken_over: int
    first_asked: int
    last_asked: int
    weeks: tuple[int, ...]
    languages: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Said:
    """What an advisor answered, by whom."""

    advisor: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question with what was said to it. `answered` is None until it has been asked again."""

    id: int
    conversation_id: str
    message_seq: int
    text: str
    before: tuple[str, ...]
    asked_at: int
    abstained: bool
    disliked: bool
    taken_over: bool
    language: str
    reply: str
    evidence: Mapping[str, Any]
    advisors: tuple[Said, ...]
    answered: bool | None
    answer_document: str
    answer_heading: str


class UnansweredGroups:
    """Reads groups and keeps what editors decide about them."""

    def __init__(self, database: Database, clock: Clock | None = None) -> None:
        self._database = database
        self._clock = clock or database.clock

    def overview(self) -> list[Group]:
        """All groups that have a question, the ones asked most first."""
        with self._database.read() as connection:
            return self._groups(connection)

    def get(self, group: int) -> Group:
        """One group. Raises `GroupGone`."""
        with self._database.read() as connection:
            found = self._groups(connection, group)
        if not found:
            raise GroupGone
        return found[0]

    def questions(self, group: int) -> list[Question]:
        """The questions of a group, the newest first, at most `MOST_SHOWN`."""
        reply = messages.alias("reply")
        query = (
            sa.select(questions, messages.c.text, reply.c.text.label("reply"), reply.c.evidence)
            .join(messages, _is_at(messages, questions.c.message_seq))
            .join(reply, _is_at(reply, questions.c.reply_seq))
            .where(questions.c.group_id == group)
            .order_by(questions.c.asked_at.desc(), questions.c.id.desc())
            .limit(MOST_SHOWN)
        )
        with self._database.read() as connection:
            return [_question(connection, row) for row in connection.execute(query).all()]

    # Decisions.

    def decide(self, group: int, state: str, by: str, note: str = "") -> None:
        """Puts a group into a state by hand. Raises `GroupGone`; ValueError for an unknown state."""
        if state not in STATES:
            raise ValueError(f"A group is {', '.join(STATES)}, not {state!r}.")
        now = self._clock()
        values: dict[str, Any] = {"note": note if state == NOT_FOR_US else "", "came_back": False}
        if state == ANSWERED:
            values["answered_at"] = now
        if state in {OPEN, NOT_FOR_US}:
            values |= {"draft": None, "draft_heading": "", "answered_at": None}
        with self._database.write() as connection:
            self._change(connection, group, by, now, state=state, **values)

    def being_written(self, group: int, by: str, draft: str, heading: str) -> None:
        """An editor has begun to write an answer: a section of a document. Raises `GroupGone`."""
        with self._database.write() as connection:
            self._change(
                connection,
                group,
                by,
                self._clock(),
                state=WRITING,
                draft=draft,
                draft_heading=heading,
                answered_at=None,
                came_back=False,
                note="",
            )

    def merge(self, group: int, into: int, by: str) -> None:
        """Puts all questions of a group into another one. Raises `GroupGone`."""
        if group == into:
            return
        with self._database.write() as connection:
            self._change(connection, into, by, self._clock())
            self._change(connection, group, by, self._clock())
            connection.execute(
                sa.update(questions).where(questions.c.group_id == group).values(group_id=into)
            )
            remove_empty(connection, [group])

    def move(self, group: int, moved: Collection[int], into: int | None, by: str) -> int:
        """Moves questions of a group into another one, or into a new one; its number.

        Where an editor has put them, questions stay. Raises `GroupGone`, `QuestionGone`.
        """
        now = self._clock()
        with self._database.write() as connection:
            self._change(connection, group, by, now)
            if into is None:
                into = new_group(connection, now, kept=True)
            else:
                self._change(connection, into, by, now)
            here = sa.and_(questions.c.group_id == group, questions.c.id.in_(list(moved)))
            done = connection.execute(sa.update(questions).where(here).values(group_id=into, pinned=True))
            if done.rowcount != len(set(moved)):
                raise QuestionGone
            remove_empty(connection, [group])
        return into

    def _change(self, connection: sa.Connection, group: int, by: str, now: int, **values: Any) -> None:
        """Keeps a group from being rearranged; with a new state it is remembered who decided, and when."""
        if "state" in values:
            size = sa.select(sa.func.count()).where(questions.c.group_id == group).scalar_subquery()
            values |= {"decided_by": by, "decided_at": now, "size_then": size}
        change = sa.update(groups).where(groups.c.id == group).values(kept=True, **values)
        if connection.execute(change).rowcount == 0:
            raise GroupGone

    # Reading.

    def _groups(self, connection: sa.Connection, only: int | None = None) -> list[Group]:
        within = questions.c.group_id.is_not(None) if only is None else questions.c.group_id == only
        label = messages.alias("label")
        stands = questions.alias("stands")
        figures = (
            sa.select(questions.c.group_id, *_FIGURES).where(within).group_by(questions.c.group_id).subquery()
        )
        query = (
            sa.select(groups, figures, label.c.text.label("label"))
            .join(figures, figures.c.group_id == groups.c.id)
            .join(
                stands,
                # The question that stands for all, else the newest: the first may have been erased.
                stands.c.id == sa.func.coalesce(_still_there(), figures.c.newest),
            )
            .join(
                label,
                (label.c.conversation_id == stands.c.conversation_id) & (label.c.seq == stands.c.message_seq),
            )
            .order_by(figures.c.total.desc(), figures.c.last_asked.desc(), groups.c.id)
        )
        weeks = self._weeks(connection, within)
        languages: dict[int, dict[str, int]] = defaultdict(dict)
        counted = (
            sa.select(questions.c.group_id, questions.c.language, sa.func.count())
            .where(within)
            .group_by(questions.c.group_id, questions.c.language)
        )
        for group, language, number in connection.execute(counted):
            languages[group][language] = number
        return [_group(row, weeks[row.id], languages[row.id]) for row in connection.execute(query)]

    def _weeks(self, connection: sa.Connection, within: sa.ColumnElement[bool]) -> dict[int, tuple[int, ...]]:
        now = self._clock()
        ago = ((now - questions.c.asked_at) // WEEK_MS).label("ago")
        query = (
            sa.select(questions.c.group_id, ago, sa.func.count())
            .where(within, questions.c.asked_at > now - WEEKS * WEEK_MS, questions.c.asked_at <= now)
            .group_by(questions.c.group_id, ago)
        )
        found: dict[int, list[int]] = defaultdict(lambda: [0] * WEEKS)
        for group, weeks_ago, number in connection.execute(query):
            found[group][WEEKS - 1 - int(weeks_ago)] = number
        return defaultdict(lambda: (0,) * WEEKS, {group: tuple(each) for group, each in found.items()})


def _still_there() -> sa.ScalarSelect[int]:
    stands = questions.alias("still_there")
    return (
        sa.select(stands.c.id)
        .where(stands.c.id == groups.c.label_id, stands.c.group_id == groups.c.id)
        .correlate(groups)
        .scalar_subquery()
    )


def _number(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.sum(sa.case((condition, 1), else_=0))


_FIGURES = (
    sa.func.count().label("total"),
    _number(questions.c.answered.is_(True)).label("answered"),
    _number(questions.c.abstained).label("abstained"),
    _number(questions.c.disliked).label("disliked"),
    _number(questions.c.taken_over).label("taken_over"),
    sa.func.min(questions.c.asked_at).label("first_asked"),
    sa.func.max(questions.c.asked_at).label("last_asked"),
    sa.func.max(questions.c.id).label("newest"),
)


def _is_at(table: Any, seq: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    return sa.and_(table.c.conversation_id == questions.c.conversation_id, table.c.seq == seq)


def _group(row: sa.Row[Any], weeks: tuple[int, ...], languages: Mapping[str, int]) -> Group:
    return Group(
        id=row.id,
        state=row.state,
        note=row.note,
        label=row.label,
        draft=row.draft,
        draft_heading=row.draft_heading,
        came_back=row.came_back,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        answered_at=row.answered_at,
        created_at=row.created_at,
        total=row.total,
        answered=row.answered,
        abstained=row.abstained,
        disliked=row.disliked,
        taken_over=row.taken_over,
        first_asked=row.first_asked,
        last_asked=row.last_asked,
        weeks=weeks,
        languages=languages,
    )


def _question(connection: sa.Connection, row: sa.Row[Any]) -> Question:
    return Question(
        id=row.id,
        conversation_id=row.conversation_id,
        message_seq=row.message_seq,
        text=row.text,
        before=earlier_questions(connection, row.conversation_id, row.message_seq),
        asked_at=row.asked_at,
        abstained=row.abstained,
        disliked=row.disliked,
        taken_over=row.taken_over,
        language=row.language,
        reply=row.reply,
        evidence=row.evidence or {},
        advisors=_advisors(connection, row.conversation_id, row.reply_seq),
        answered=row.answered,
        answer_document=row.answer_document,
        answer_heading=row.answer_heading,
    )


def _advisors(connection: sa.Connection, conversation_id: str, after: int) -> tuple[Said, ...]:
    """What advisors wrote next, up to the point where the bot spoke again."""
    behind = (messages.c.conversation_id == conversation_id, messages.c.seq > after)
    spoke_again = (
        sa.select(sa.func.min(messages.c.seq))
        .where(*behind, messages.c.author == "bot", messages.c.kind.in_(["answer", "smalltalk", "cost"]))
        .scalar_subquery()
    )
    query = (
        sa.select(messages.c.advisor_name, messages.c.text)
        .where(
            *behind,
            messages.c.author == "advisor",
            messages.c.seq < sa.func.coalesce(spoke_again, messages.c.seq + 1),
        )
        .order_by(messages.c.seq)
        .limit(ADVISOR_REPLIES)
    )
    return tuple(Said(row.advisor_name or "", row.text) for row in connection.execute(query))


__all__ = ["Group", "GroupGone", "Question", "QuestionGone", "Said", "UnansweredGroups"]
