"""Does a publication job from the claim to its end: `python -m knowledge.work NAME`, for the worker.

The worker starts it as a process of its own for each job: the memory that a publication takes (encoder,
index, snapshot) is given back at its end, and a publication that brings the process down harms nothing else.
A second thread keeps the lease on the job and writes down how far it is; where the job was given up or
taken over, the work stops at its next step, and it cannot go live any more in any case.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import SQLAlchemyError

from knowledge import log_lines
from knowledge.alone import NOTHING_TO_DO, TRY_AGAIN, alone, place
from knowledge.decide import Calibration
from knowledge.encoder import Encoder, EncoderError
from knowledge.engines import engine_of
from knowledge.gate import gate_of
from knowledge.progress import Progress, nobody
from knowledge.publish import PublicationHeld, Published, Publisher, PublishRefused
from knowledge.settings import KnowledgeSettings
from knowledge.snapshot import SnapshotRefused
from knowledge.store import Job, JobAction, JobLost, JobState, KnowledgeStore, StoreError

_log = logging.getLogger("knowledge.work")

BEAT_SECONDS = 0.5
"""How often the job's row is told how far it is."""
RENEW_SECONDS = 2.0
"""How often at least, also when there is nothing new: a fifth of the lease."""


class Heart:
    """Keeps the lease on a job from a thread of its own, and tells the job's row how far it is."""

    def __init__(self, store: KnowledgeStore, job: Job) -> None:
        self._store = store
        self._job = job
        self._lost = threading.Event()
        self._stopped = threading.Event()
        self._standing: tuple[str, int, int] | None = None
        self._thread = threading.Thread(target=self._beat, name="lease", daemon=True)

    def __call__(self, phase: str, done: int, total: int, /) -> None:
        """A `Progress`; raises `JobLost` once the job is not ours any more."""
        self._standing = (phase, done, total)
        if self._lost.is_set():
            raise JobLost

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Beats within the block."""
        self._thread.start()
        try:
            yield
        finally:
            self._stopped.set()
            self._thread.join(BEAT_SECONDS)

    def _beat(self) -> None:
        told: tuple[str, int, int] | None = None
        silent = 0.0
        while not self._stopped.wait(BEAT_SECONDS):
            silent += BEAT_SECONDS
            standing = self._standing
            if standing == told and silent < RENEW_SECONDS:
                continue
            try:
                ours = self._tell(standing if standing != told else None)
                done = not ours and self._store.jobs.get(self._job.id).state is JobState.DONE
            except SQLAlchemyError:
                continue  # the lease may last until the database is back; going live asks again anyway
            told, silent = standing, 0.0
            if not ours:
                if not done:
                    self._lost.set()
                return

    def _tell(self, standing: tuple[str, int, int] | None) -> bool:
        jobs, job = self._store.jobs, self._job
        if standing is None:
            return jobs.renew(job.id, job.worker)
        return jobs.progress(job.id, job.worker, *standing)


def perform(
    store: KnowledgeStore,
    settings: KnowledgeSettings,
    job: Job,
    *,
    encoder: Encoder | None = None,
    tell: Progress = nobody,
    attended: bool = False,
) -> Published | None:
    """Do a job that was claimed; what it published. None when it ended otherwise: its row says how.

    Raises SQLAlchemyError when the database does not answer (the job is then resumed later), and
    KeyboardInterrupt after giving the job up. `tell` hears of the progress as well. What is `attended` by
    whoever asked for it ends as given up where it is not possible: nobody else has to be told.
    """
    heart = Heart(store, job)
    not_done = JobState.CANCELLED if attended else JobState.FAILED

    def progress(phase: str, done: int, total: int, /) -> None:
        heart(phase, done, total)
        tell(phase, done, total)

    jobs = store.jobs
    with heart.beating():
        try:
            encoder = encoder or Encoder(settings.model_dir)
            publisher = Publisher(
                store,
                settings.snapshots_dir,
                encoder,
                reviewed_only=settings.reviewed_only,
                progress=progress,
                gate=gate_of(store, progress),
                job=job,
                engine=engine_of(settings, store, encoder.identity),
            )
            done = _do(publisher, job)
        except JobLost:
            _log.warning("publication job %s was given up or taken over", job.id)
        except PublicationHeld as held:
            jobs.finish(job.id, job.worker, JobState.HELD, report=held.report, problem=str(held))
        except SQLAlchemyError:
            raise
        except (PublishRefused, EncoderError, SnapshotRefused, StoreError, ValueError) as error:
            jobs.finish(job.id, job.worker, not_done, problem=str(error))
        except OSError as error:
            why = f"The search index cannot be written: {error.strerror or error}."
            jobs.finish(job.id, job.worker, not_done, problem=why)
        except Exception as error:  # noqa: BLE001 - whatever it was, the job must end with a sentence
            _log.exception("publication job %s failed", job.id)
            why = (
                f"Something unexpected went wrong ({type(error).__name__}). The worker's log has the details."
            )
            jobs.finish(job.id, job.worker, not_done, problem=why)
        except KeyboardInterrupt:
            jobs.finish(job.id, job.worker, JobState.CANCELLED)
            raise
        else:
            if not done.changed:
                live = done.publication.id
                jobs.finish(job.id, job.worker, JobState.DONE, publication=live)
            return done
    return None


def _do(publisher: Publisher, job: Job) -> Published:
    order = job.order
    if job.action is JobAction.WITHDRAW:
        return publisher.withdraw(*order.documents, by=job.asked_by, note=order.note)
    if job.action is JobAction.ROLLBACK:
        if order.publication is None:
            raise ValueError("Nobody said which publication to roll back to.")
        return publisher.roll_back(order.publication, by=job.asked_by, note=order.note)
    return publisher.publish(
        Calibration.shipped().to_json(),
        slugs=order.documents or None,
        revisions=order.revisions,
        by=job.asked_by,
        note=order.note,
    )


def work_off(settings: KnowledgeSettings, name: str) -> int:
    """Claim the next job as the worker `name` and do it; an exit code."""
    try:
        with alone(settings.var) as nobody_else:
            if not nobody_else:
                return NOTHING_TO_DO
            store = KnowledgeStore(settings.database_url)
            try:
                job = store.jobs.claim(name, place(settings.var))
                if job is None:
                    return NOTHING_TO_DO
                _log.info("publication job %s (%s), attempt %s", job.id, job.action, job.attempt)
                perform(store, settings, job)
                _log.info("publication job %s: %s", job.id, store.jobs.get(job.id).state)
            finally:
                store.close()
    except (SQLAlchemyError, StoreError) as error:
        _log.warning("the knowledge base's database does not answer (%s)", type(error).__name__)
        return TRY_AGAIN
    return 0


def _end_with_the_worker() -> None:
    """Whoever started this holds the other end of its standard input; where that closes, they are gone."""

    def wait() -> None:
        while os.read(sys.stdin.fileno(), 1024):
            pass
        os._exit(TRY_AGAIN)  # harmless at any moment: the job is resumed

    threading.Thread(target=wait, name="parent", daemon=True).start()


def main() -> int:
    """One job for the worker whose name is the first argument."""
    settings = KnowledgeSettings.from_environment()
    log_lines.configure("worker", "INFO", settings.log_format)
    _end_with_the_worker()
    return work_off(settings, sys.argv[1])


if __name__ == "__main__":
    sys.exit(main())
