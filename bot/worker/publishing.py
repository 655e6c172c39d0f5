"""Has publications done, one after the other, each by a process of its own (`python -m knowledge.work`).

Here is only the watch: the worker itself stays small, loads no encoder and no index, and lives on when a
publication takes its process down. The child holds the reading end of a pipe; when the worker dies in whatever
way, the child ends with it, and the next worker resumes the job at once.
"""

from __future__ import annotations

import logging
import subprocess
import sys

from knowledge.alone import NOTHING_TO_DO, TRY_AGAIN, alone, new_name, place
from knowledge.settings import CHECKOUT, KnowledgeSettings
from knowledge.store import JobState, KnowledgeStore

_log = logging.getLogger(__name__)

MOST_CRASHES = 3
"""A publication that took its process down so many times in a row is not tried again by itself."""
PAUSE_LOOKS = 4
"""How many looks to leave out after the database did not answer."""


class Publishing:
    """Call `look` again and again; it never waits for a publication."""

    def __init__(self, settings: KnowledgeSettings) -> None:
        self._settings = settings
        self._place = place(settings.var)
        self._store: KnowledgeStore | None = None
        self._child: subprocess.Popen[bytes] | None = None
        self._name = ""
        self._crashes: dict[int, int] = {}
        self._pause = 0

    def look(self) -> bool:
        """Starts what is due, and sees after what was started; true when there may be more to do at once."""
        if self._child is not None:
            code = self._child.poll()
            if code is None:
                return False
            self._child.communicate()  # closes our end of the pipe
            self._child = None
            return self._ended(code)
        if self._pause:
            self._pause -= 1
            return False
        if self._due():
            self._start()
        return False

    def _open(self) -> KnowledgeStore:
        if self._store is None:
            self._store = KnowledgeStore(self._settings.database_url)
        return self._store

    def _due(self) -> bool:
        jobs = self._open().jobs
        if jobs.due():
            return True
        if not jobs.due(self._place):
            return False
        # Somebody with this state folder is said to be at it: a process that lives, or one that died.
        with alone(self._settings.var) as nobody_else:
            return nobody_else

    def _start(self) -> None:
        self._name = new_name(self._settings.var)
        command = [sys.executable, "-m", "knowledge.work", self._name]
        self._child = subprocess.Popen(command, stdin=subprocess.PIPE, cwd=CHECKOUT)

    def _ended(self, code: int) -> bool:
        if code == 0:
            self._crashes.clear()
            return True
        if code == NOTHING_TO_DO:
            return False
        if code == TRY_AGAIN:
            self._pause = PAUSE_LOOKS
            return False
        self._crashed(code)
        return True

    def _crashed(self, code: int) -> None:
        """The child died without a word: of a lack of memory, or of a fault in what it uses."""
        jobs = self._open().jobs
        for job in jobs.open():
            if job.state is not JobState.RUNNING or job.worker != self._name:
                continue
            times = self._crashes[job.id] = self._crashes.get(job.id, 0) + 1
            _log.error("the process of publication job %s ended with %s, time %s", job.id, code, times)
            if times >= MOST_CRASHES:
                why = (
                    f"The publication broke down {times} times while {job.phase or 'starting'}: the machine "
                    "may have too little memory or disk. What was live is live still."
                )
                jobs.finish(job.id, self._name, JobState.FAILED, problem=why)
