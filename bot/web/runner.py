"""Works off turns: asks Rasa, appends the reply, and never leaves a patient without a word.

Everything here is plain threads; under gunicorn's gevent worker they are greenlets.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.conversations.clock import Clock, system_clock
from bot.conversations.log import ConversationLog
from bot.conversations.model import Finished, Reply, Turn
from bot.conversations.turns import TurnQueue
from bot.failures import where
from bot.web.metrics import Metrics, outcome
from bot.web.rasa import Bot, BotUnavailable
from bot.web.streams import Streams
from bot.web.words import CANNOT_ANSWER
from knowledge import log_lines

_log = logging.getLogger(__name__)

ANSWER_WITHIN = 6.5
"""Seconds from the acknowledgement in which Rasa must have answered; the promise to the patient is 8."""
LATE_CHANCE = 3.0
"""Seconds for a turn that a dead process left behind: its time is over, an answer is still better."""
RETRY_AFTER = (0.25,)
RESTART_AFTER = (0.25, 0.5, 1.0, 1.0, 1.0)
"""Pauses in seconds before asking again when the bot answered a moment ago: it is probably being restarted."""
A_MOMENT = 15.0
LEAST_SECONDS = 0.3
MOST_ATTEMPTS = 3
"""A turn whose worker died this often is not tried again."""
MOST_AT_ONCE = 32
TICK_SECONDS = 0.5
RENEW_AFTER = 1.0
LOOK_BACK_MS = 5_000
MOST_REMEMBERED = 10_000
"""Messages of which it is remembered by which request they came."""


class TurnRunner:
    """Answers the turns that this process claimed, and takes up those that nobody works on."""

    def __init__(
        self,
        log: ConversationLog,
        queue: TurnQueue,
        bot: Bot,
        streams: Streams,
        clock: Clock = system_clock,
        on_change: Callable[[], None] = lambda: None,
        metrics: Metrics | None = None,
        instead_of_nothing: Callable[[Mapping[str, Any], int], Reply | None] = lambda _, __: None,
    ) -> None:
        """`instead_of_nothing` has the reply to a message after an alarm to which the bot has no answer."""
        self.worker = f"{socket.gethostname()[:20]}:{os.getpid()}:{secrets.token_hex(6)}"
        self._conversations = log
        self._queue = queue
        self._bot = bot
        self._streams = streams
        self._clock = clock
        self._on_change = on_change
        self._metrics = metrics or Metrics()
        self._instead_of_nothing = instead_of_nothing
        self._last_changes: dict[str, tuple[int, int]] = {}
        self._begun_at = clock()
        self._answered_at = -A_MOMENT
        self._places = threading.BoundedSemaphore(MOST_AT_ONCE)
        self._held: dict[int, tuple[Turn, float]] = {}
        self._asked: dict[tuple[str, int], str] = {}
        self._stopping = threading.Event()

    def start(self) -> None:
        """Begins to look after turns that wait in the log."""
        threading.Thread(target=self._keep, name="turn-keeper", daemon=True).start()

    def stop(self) -> None:
        """Takes up no more turns; those in flight stay in the log for the next process."""
        self._stopping.set()

    def asked(self, conversation_id: str, message_seq: int, request: str) -> None:
        """Which request brought a message, for the log lines about its turn."""
        if len(self._asked) >= MOST_REMEMBERED:
            self._asked.pop(next(iter(self._asked)), None)
        self._asked[conversation_id, message_seq] = request

    def take(self, turn: Turn) -> None:
        """Works on a turn that was claimed for this worker, in the background."""
        self._held[turn.id] = (turn, time.monotonic())
        threading.Thread(target=self._work, args=(turn,), name="turn", daemon=True).start()

    def _work(self, turn: Turn) -> None:
        following: Turn | None = turn
        while following is not None:
            place = (following.conversation_id, following.message_seq)
            # Where another process took the message, the turn's name alone ties its lines together.
            request = self._asked.pop(place, "") or log_lines.new_request()
            with log_lines.about(request, log_lines.reference(*place)):
                following = self._finish(following)

    def _finish(self, turn: Turn) -> Turn | None:
        """Answers one turn; gives the conversation's next turn, claimed for this worker."""
        self._held.setdefault(turn.id, (turn, time.monotonic()))
        try:
            replies = self._after_alarm(turn, self._replies(turn))
            finished = self._conversations.append_replies(turn, replies, next_for=self.worker)
        except Exception as error:  # noqa: BLE001 - the lease runs out and the turn is taken up again
            _log.error("a turn could not be finished: %s", where(error))
            self._metrics.failed("turn")
            return None
        finally:
            self._held.pop(turn.id, None)
        self._streams.wake(turn.conversation_id)
        self._on_change()
        self._tell(turn, replies, finished)
        if any(reply.enquiry is not None for reply in replies):
            self._forget_details(turn)
        return finished.next_turn

    def _tell(self, turn: Turn, replies: Sequence[Reply], finished: Finished) -> None:
        """For the operator: what came of the turn, and how long the patient waited."""
        took = self._clock() - turn.accepted_at
        came_of_it = outcome(finished.messages)
        if finished.messages and CANNOT_ANSWER in replies:
            came_of_it = "cannot_answer"
        self._metrics.turn_over(came_of_it, took / 1000)
        fields = {"outcome": came_of_it, "ms": took, "attempt": turn.attempt}
        _log.info("a turn is over", extra={log_lines.FIELDS: fields})

    def _forget_details(self, turn: Turn) -> None:
        """The enquiry is in our database now. Where this fails, the dialogue forgets with the next message."""
        try:
            self._bot.forget_details(turn)
        except BotUnavailable as fault:
            _log.warning("Rasa has not confirmed that it forgot the details of an enquiry: %s", fault.why)

    def _replies(self, turn: Turn) -> Sequence[Reply]:
        recovered = turn.attempt > 1 or turn.accepted_at < self._begun_at
        seconds = ANSWER_WITHIN - (self._clock() - turn.accepted_at) / 1000
        until = time.monotonic() + (max(seconds, LATE_CHANCE) if recovered else seconds)
        if turn.attempt > MOST_ATTEMPTS:
            return (CANNOT_ANSWER,)
        if not self._places.acquire(timeout=max(until - time.monotonic(), 0)):
            _log.warning("a turn found no place in time")
            return (CANNOT_ANSWER,)
        try:
            return self._ask(turn, until) or (CANNOT_ANSWER,)
        finally:
            self._places.release()

    def _after_alarm(self, turn: Turn, replies: Sequence[Reply]) -> Sequence[Reply]:
        """Who was just told to call for help must not read next that there is no answer, as to any question."""
        nothing = all(reply.kind == "abstain" and not reply.citations for reply in replies)
        if not turn.interrupted or not nothing or CANNOT_ANSWER in replies:
            return replies
        last = self._conversations.last_emergency(turn.conversation_id)
        instead = None if last is None else self._instead_of_nothing(last[0], last[1] - 1)
        return replies if instead is None else (instead,)

    def _ask(self, turn: Turn, until: float) -> list[Reply]:
        """Asks the bot, and again after quick failures; an empty list when there is no answer."""
        recently = time.monotonic() - self._answered_at < A_MOMENT
        for wait in (*(RESTART_AFTER if recently else RETRY_AFTER), None):
            left = until - time.monotonic()
            if left < LEAST_SECONDS:
                return []
            try:
                replies = self._bot.reply(turn, left)
            except BotUnavailable as fault:
                _log.warning("Rasa gave no reply: %s", fault.why)
                self._metrics.failed("rasa")
                if wait is None or not fault.may_retry:
                    return []
                time.sleep(wait)
            except Exception as error:  # noqa: BLE001 - the patient gets the honest sentence
                _log.error("asking Rasa failed: %s", where(error))
                self._metrics.failed("rasa")
                return []
            else:
                self._answered_at = time.monotonic()
                return replies
        return []

    def _keep(self) -> None:
        """Renews leases, takes up what nobody works on, and notices what other processes appended."""
        while not self._stopping.wait(TICK_SECONDS):
            try:
                self._renew()
                self._take_up()
                self._notice()
            except Exception as error:  # noqa: BLE001 - the database may be away for a while
                _log.error("looking after turns failed: %s", where(error))
                self._metrics.failed("turn_keeper")

    def _notice(self) -> None:
        changes = self._conversations.changed_since(self._clock() - LOOK_BACK_MS)
        self._streams.notice(changes)
        if any(self._last_changes.get(each) != mark for each, mark in changes.items()):
            self._on_change()
        self._last_changes = changes

    def _renew(self) -> None:
        old = time.monotonic() - RENEW_AFTER
        self._queue.renew([turn for turn, since in list(self._held.values()) if since < old])

    def _take_up(self) -> None:
        room = 2 * MOST_AT_ONCE - len(self._held)
        for conversation_id in self._queue.claimable(room) if room > 0 else ():
            turn = self._queue.claim(conversation_id, self.worker)
            if turn is not None:
                self.take(turn)
