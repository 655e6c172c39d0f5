"""Golden questions: what must be answered, from which section, whatever is published."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import sqlalchemy as sa

from knowledge.model import ReplyKind
from knowledge.store.database import Database
from knowledge.store.model import GoldenQuestion
from knowledge.store.schema import golden_questions, knowledge_events

LONGEST = 1_000
"""Characters of a question: as many as a patient may write."""
BEGUN = "golden_begun"
"""In the record: the starting set was brought in, and is never brought in again."""
EXPECTABLE = frozenset(kind.value for kind in ReplyKind)


class GoldenQuestions:
    """The table `golden_questions`."""

    def __init__(self, database: Database, clock: Callable[[], int]) -> None:
        self._database = database
        self._clock = clock

    def all(self) -> list[GoldenQuestion]:
        """All of them, the oldest first."""
        query = sa.select(golden_questions).order_by(golden_questions.c.id)
        with self._database.read() as connection:
            return [GoldenQuestion(**row) for row in connection.execute(query).mappings()]

    def save(
        self,
        question: str,
        *,
        expects: str,
        document: str = "",
        section: str = "",
        note: str = "",
        by: str = "",
        id: int | None = None,  # noqa: A002 - it is what it is called everywhere
    ) -> int:
        """Adds a golden question, or changes the one with this `id`; returns its id.

        ValueError with a sentence where the question is empty, too long or there already, or where what is
        expected makes no sense; KeyError with a sentence for an id nobody knows.
        """
        row = _checked(question, expects, document, section, note)
        row |= {"changed_at": self._clock(), "changed_by": by}
        try:
            with self._database.write() as connection:
                if id is None:
                    insert = sa.insert(golden_questions).values(**row).returning(golden_questions.c.id)
                    return int(connection.execute(insert).scalar_one())
                change = sa.update(golden_questions).where(golden_questions.c.id == id).values(**row)
                if not connection.execute(change).rowcount:
                    raise KeyError("This golden question is not there any more.")
                return id
        except sa.exc.IntegrityError as error:
            raise ValueError("This golden question is there already; change that one.") from error

    def remove(self, id: int) -> bool:  # noqa: A002
        """Takes a golden question away; False when it was gone already."""
        with self._database.write() as connection:
            gone = connection.execute(sa.delete(golden_questions).where(golden_questions.c.id == id))
            return bool(gone.rowcount)

    def begin_with(self, questions: Iterable[tuple[str, str, str, str, str]], *, by: str = "") -> int:
        """Adds a starting set, once and for all: a second call does nothing. Returns how many were new.

        Each is (question, expects, document, section, note). ValueError with a sentence as for `save`.
        """
        changed = {"changed_at": self._clock(), "changed_by": by}
        rows = [{**_checked(*each), **changed} for each in questions]
        begun = sa.select(knowledge_events.c.id).where(knowledge_events.c.action == BEGUN)
        with self._database.write() as connection:
            if connection.execute(begun.limit(1)).first() is not None:
                return 0
            known = set(connection.execute(sa.select(golden_questions.c.question)).scalars())
            new = [row for row in rows if row["question"] not in known]
            if new:
                connection.execute(sa.insert(golden_questions), new)
            event = {"at": self._clock(), "person": by, "action": BEGUN, "note": f"{len(new)} questions"}
            connection.execute(sa.insert(knowledge_events).values(**event))
        return len(new)


def _checked(question: str, expects: str, document: str, section: str, note: str) -> dict[str, object]:
    question, section = " ".join(question.split()), " ".join(section.split())
    if not question or len(question) > LONGEST:
        raise ValueError(f"Write the question as a patient would ask it, in 1 to {LONGEST} characters.")
    if expects not in EXPECTABLE:
        raise ValueError(f"What is expected must be one of {', '.join(sorted(EXPECTABLE))}.")
    if section and not document:
        raise ValueError("Name the document that the section is in.")
    return {
        "question": question,
        "expects": expects,
        "document": document.strip(),
        "section": section,
        "note": note.strip(),
    }
