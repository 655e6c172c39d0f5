"""The worker's part in unanswered questions: finds them, groups them, and asks them again after a publication.

The encoder and the live knowledge are opened when there is something to do for them, and let go of afterwards:
most of the time nothing is asked in vain.
"""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy.exc import SQLAlchemyError

from bot.conversations.clock import Clock
from bot.conversations.database import Database
from bot.conversations.unanswered import Placed, Unanswered, Waiting
from bot.conversations.unanswered_again import AskAgain, AskedAgain
from bot.conversations.unanswered_states import States
from bot.editorial import grouping, language
from bot.editorial.asking import ask_again
from bot.editorial.meaning import SentenceEncoder, Vector, follows_up, unpacked, vector
from bot.editorial.meaning import packed as as_bytes
from bot.editorial.scrub import scrub, unmarked
from knowledge.encoder import Encoder, EncoderError, opened
from knowledge.live import LiveSearcher, NotReady
from knowledge.settings import KnowledgeSettings
from knowledge.store import KnowledgeStore, StoreError

_log = logging.getLogger(__name__)

AT_ONCE = 50
REARRANGE_AFTER = 60.0
"""Seconds at least between two times at which loose groups are put together anew."""
MOST_CENTRAL = 5
"""So many questions of a group may stand for it."""
KEEP_SECONDS = 300.0
"""How long the encoder stays open when there is nothing to do for it (100 MB)."""


class UnansweredQuestions:
    """Does some of what is to be done each time `run` is called."""

    def __init__(
        self,
        database: Database,
        knowledge: KnowledgeSettings,
        clock: Clock | None = None,
        rearrange_after: float = REARRANGE_AFTER,
    ) -> None:
        self._unanswered = Unanswered(database, clock)
        self._again = AskedAgain(database)
        self._states = States(database, clock)
        self._knowledge = knowledge
        self._rearrange_after = rearrange_after
        self._pause = rearrange_after
        self._rearranged_at = -rearrange_after
        self._unsettled = True
        self._encoder: Encoder | None = None
        self._store: KnowledgeStore | None = None
        self._live: LiveSearcher | None = None
        self._used_at = 0.0
        self._complained = ""

    def run(self) -> bool:
        """True when there is more to do at once."""
        more = self._unanswered.collect()
        if not self._unanswered.has_some():
            return more
        try:
            more = self._place() or more
            more = self._ask() or more
        except (EncoderError, NotReady, StoreError) as problem:
            self._complain(str(problem))
        if not more:
            self._states.settle()
            self._rest()
        return more

    def _place(self) -> bool:
        """Gives new questions a vector and a group; rearranges loose groups now and then."""
        if not self._unsettled and not self._unanswered.has_new():
            return False
        encoder = self._opened()
        waiting = self._unanswered.waiting(encoder.identity, AT_ONCE)
        if waiting:
            self._place_all(waiting, encoder)
            self._unsettled = True
            return True
        began = time.monotonic()
        if began - self._rearranged_at >= self._pause:
            self._rearrange(encoder)
            self._rearranged_at = time.monotonic()
            # The more there are, the rarer: comparing all with all must not keep a core busy.
            self._pause = self._rearrange_after * max(self._rearranged_at - began, 1)
            self._unsettled = False
        return False

    def _place_all(self, waiting: Sequence[Waiting], encoder: Encoder) -> None:
        members: dict[int, list[Vector]] = defaultdict(list)
        for each in self._unanswered.placed(encoder.identity):
            members[each.group].append(unpacked(each.vector))
        means = {group: grouping.mean(vectors) for group, vectors in members.items()}
        for question in waiting:
            text, made = meaning_of(question.text, question.context, encoder)
            home = self._unanswered.place(
                question.id,
                as_bytes(made),
                encoder.identity,
                language.guess(text),
                grouping.nearest(made, means),
            )
            if home is not None:
                members[home].append(made)
                means[home] = grouping.mean(members[home])

    def _rearrange(self, encoder: Encoder) -> None:
        placed = self._unanswered.placed(encoder.identity)
        loose = [each for each in placed if each.loose][-grouping.MOST_REARRANGED :]
        kept = _vectors([each for each in placed if not each.loose])
        wished = grouping.rearranged(
            {each.id: (each.group, unpacked(each.vector)) for each in loose},
            {group: grouping.mean(list(vectors.values())) for group, vectors in kept.items()},
        )
        moves = {each.id: (each.group, wished[each.id]) for each in loose if wished[each.id] != each.group}
        if moves:
            self._unanswered.rearrange(moves)
            placed = self._unanswered.placed(encoder.identity)
        self._label(placed)

    def _label(self, placed: Sequence[Placed]) -> None:
        """Of the most central questions of a group the first one that can be shown as it is stands for it."""
        central = {
            group: grouping.by_centrality(vectors)[:MOST_CENTRAL]
            for group, vectors in _vectors(placed).items()
        }
        texts = self._unanswered.texts([each for ids in central.values() for each in ids])
        self._unanswered.label(
            {
                group: next((each for each in ids if _presentable(texts.get(each, ""))), ids[0])
                for group, ids in central.items()
            }
        )

    def _ask(self) -> bool:
        """Asks some questions again when another publication is live than the one they were asked of."""
        if self._store is None:
            self._store = KnowledgeStore(self._knowledge.database_url)
        try:
            live = self._store.publications.live()
        except SQLAlchemyError as error:
            raise StoreError(f"The knowledge base cannot be read ({type(error).__name__}).") from error
        if live is None or live.made_live_at is None:
            return False
        questions = self._again.to_ask(live.id, live.made_live_at, AT_ONCE)
        if not questions:
            return False
        self._ask_all(questions, live.id)
        return True

    def _ask_all(self, questions: Sequence[AskAgain], publication: int) -> None:
        encoder = self._opened()
        if self._live is None:
            self._live = LiveSearcher(self._knowledge, encoder=encoder, watch=False)
        self._live.refresh()
        serving = self._live.serving()
        if serving.publication != publication:
            raise NotReady("The publication that is live cannot be opened yet.")
        for each in questions:
            found = ask_again(serving, each.text, each.context, language=each.language, said=each.said)
            self._again.asked(each.id, publication, found.document, found.heading)

    def _opened(self) -> Encoder:
        if self._encoder is None:
            self._encoder = opened(self._knowledge.model_dir)
        self._used_at = time.monotonic()
        return self._encoder

    def _rest(self) -> None:
        """Nothing to do: the live knowledge is let go of at once, the encoder after a while."""
        if self._live is not None:
            self._live.close()
            self._live = None
        if self._encoder is not None and time.monotonic() - self._used_at > KEEP_SECONDS:
            self._encoder = None

    def _complain(self, sentence: str) -> None:
        if sentence != self._complained:
            _log.warning("Unanswered questions wait. %s", sentence)
        self._complained = sentence


def meaning_of(text: str, context: Sequence[str], encoder: SentenceEncoder) -> tuple[str, Vector]:
    """A question without names, and its vector: of a follow-up together with what it follows."""
    asked = unmarked(scrub(text))
    if context and follows_up(asked):
        asked = f"{unmarked(scrub(context[-1]))} {asked}"
    return asked, vector(asked, encoder)


def _presentable(text: str) -> bool:
    """Whether a question is English and nothing has to be taken out of it."""
    even = " ".join(text.split())
    return bool(even) and scrub(text) == even and language.guess(text) in {language.ENGLISH, language.UNKNOWN}


def _vectors(placed: Sequence[Placed]) -> dict[int, dict[int, Vector]]:
    """The vectors of each group's questions."""
    found: dict[int, dict[int, Vector]] = defaultdict(dict)
    for each in placed:
        found[each.group][each.id] = unpacked(each.vector)
    return dict(found)
