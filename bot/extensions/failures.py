"""How a turn that failed leaves Rasa.

Rasa catches `Exception` wherever something of ours can go wrong (a custom action, the tracker store),
writes a log line and carries on as if nothing had happened, so that the caller sees HTTP 200 and an
empty list. `TurnFailed` is therefore a `BaseException`: it passes through those handlers, releases
the conversation's lock on its way, leaves the stored dialogue state as it was before the turn, and
reaches the channel, which turns it into a 5xx. The same turn can then be sent again.
"""

from __future__ import annotations

import traceback
from pathlib import Path


class TurnFailed(BaseException):
    """One turn cannot be answered.

    `status` is the HTTP status for the web process, `code` a short machine word, `message` a sentence
    for an operator. Neither may contain anything a patient wrote.
    """

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


def where(error: BaseException) -> str:
    """The error's type and the last places it passed, without its message.

    Messages of exceptions often quote what they choked on, which may be a patient's words; types, file
    names and line numbers never do. What comes out is safe to log.
    """
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    places = " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames))
    status = getattr(error, "status", None)  # of an HTTP answer
    name = type(error).__name__ + (f" {status}" if isinstance(status, int) else "")
    here = f"{name} at {places}" if places else name
    return f"{here}, caused by {where(error.__cause__)}" if error.__cause__ else here
