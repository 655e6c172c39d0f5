"""Ten minutes in which everything fails while people talk: `make chaos`, or `make chaos ARGS="--minutes 2 --seed 7"`.

Real processes, on loopback only. Patients write, advisors take over; processes are killed and frozen, the disk fills,
the snapshot is damaged. Afterwards every promise is checked from what the people kept. Ends with 1 when one was broken.
"""

from __future__ import annotations

import argparse
import json
import random
import secrets
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

from bot.operations.checkout import seed_folder, state_folder
from bot.operations.stack import Stack, StackError, temporary_stack
from tests.chaos import promises
from tests.chaos.faults import Saboteur
from tests.chaos.people import Desk, Talker, Wishes
from tests.support.small_disk import Disk, DiskRefused

PROMISED = 60.0
"""Seconds after the last fault in which everybody has an answer or an honest sentence."""
PATIENCE = 180.0
SPARE = 96 * 1024 * 1024
CANNOT_ANSWER = "I am sorry, I cannot answer just now"


def main() -> int:
    """Runs it; 0 when every promise was kept."""
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--patients", type=int, default=20)
    parser.add_argument("--advisors", type=int, default=4)
    parser.add_argument(
        "--seed", type=int, default=secrets.randbelow(10**6), help="the same one repeats the plan"
    )
    wanted = parser.parse_args()
    luck = random.Random(wanted.seed)
    print(f"seed {wanted.seed}", flush=True)
    with ExitStack() as house:
        folder = Path(house.enter_context(tempfile.TemporaryDirectory(prefix="nkbot-chaos-")))
        disk = _small_disk(folder, house)
        stack = house.enter_context(temporary_stack(folder, {"NKBOT_LIMITS": "off"}))
        stack.wait_ready()
        report = _run(stack, disk, wanted, luck)
    print(json.dumps(report, indent=2))
    return 1 if report["broken promises"] else 0


def _small_disk(folder: Path, house: ExitStack) -> Disk | None:
    needed = sum(path.stat().st_size for path in seed_folder(state_folder()).rglob("*") if path.is_file())
    try:
        disk = Disk(folder, needed + SPARE)
    except DiskRefused as reason:
        print(f"The disk is not filled: {reason}.", flush=True)
        return None
    house.callback(disk.close)
    return disk


def _run(stack: Stack, disk: Disk | None, wanted: argparse.Namespace, luck: random.Random) -> dict[str, Any]:
    wishes = Wishes()
    database = stack.settings.database_url
    talkers = [
        Talker(stack.url, number, wishes, random.Random(luck.random())) for number in range(wanted.patients)
    ]
    desks = [
        Desk(
            stack.url,
            database,
            f"Advisor {'ABCDEFGHIJKLMNOP'[number % 16]}",
            wishes,
            random.Random(luck.random()),
        )
        for number in range(wanted.advisors)
    ]
    saboteur = Saboteur(stack, disk, random.Random(luck.random()))
    for person in (*talkers, *desks, saboteur):
        person.start()
    until = time.monotonic() + wanted.minutes * 60
    while time.monotonic() < until and any(talker.is_alive() for talker in talkers):
        time.sleep(1)
    saboteur.enough()
    saboteur.join(30)
    calm_at = time.monotonic()
    for talker in talkers:
        talker.enough()
    for talker in talkers:
        talker.join(PATIENCE)
    for desk in desks:
        desk.enough()
        desk.join(PATIENCE)
    stack.wait_ready(PATIENCE)
    ready_after = time.monotonic() - calm_at
    transcripts = _answered_transcripts(talkers, calm_at + PROMISED)
    broken = [each.failure for each in (*talkers, *desks) if each.failure]
    for talker, transcript in transcripts.items():
        takes = [take for desk in desks for take in desk.takes if take.patient == talker.number]
        found = [
            *promises.lost_doubled_or_reordered(talker.patient.groups, transcript),
            *promises.talked_over(transcript),
            *promises.out_of_turn(transcript),
            *promises.advisors_words_lost(takes, transcript),
            *(f"message {seq} has no answer" for seq in promises.unanswered(transcript)),
            *(f"an unexplained refusal: {each}" for each in talker.patient.refusals),
        ]
        talker.page.wait_for(transcript[-1]["seq"], PATIENCE)
        found += promises.page_is_wrong(talker.page.shown, transcript)
        broken += [f"patient {talker.number}: {each}" for each in found]
        talker.page.leave()
        talker.patient.close()
    return _report(saboteur, desks, list(transcripts.values()), broken, ready_after)


def _answered_transcripts(talkers: list[Talker], until: float) -> dict[Talker, promises.Transcript]:
    """What each conversation holds once everything is answered, or when the promised time is over."""
    transcripts: dict[Talker, promises.Transcript] = {}
    open_ = list(talkers)
    while open_:
        for talker in open_:
            with suppress(StackError):
                transcripts[talker] = talker.patient.patient_messages(PATIENCE)
        open_ = [talker for talker in open_ if promises.unanswered(transcripts[talker])]
        if time.monotonic() > until:
            break
        time.sleep(0.5 if open_ else 0)
    return transcripts


def _report(
    saboteur: Saboteur,
    desks: list[Desk],
    transcripts: list[promises.Transcript],
    broken: list[str],
    ready_after: float,
) -> dict[str, Any]:
    said = [each for transcript in transcripts for each in transcript]
    replies = [each for each in said if each["author"] == "bot" and each["in_reply_to"]]
    return {
        "faults": dict(sorted(saboteur.done.items())),
        "patients' messages": sum(each["author"] == "patient" for each in said),
        "replies by kind": dict(Counter(each["kind"] for each in replies)),
        "of these “cannot answer just now”": sum(each["text"].startswith(CANNOT_ANSWER) for each in replies),
        "take-overs": sum(len(desk.takes) for desk in desks),
        "advisors' messages": sum(each["author"] == "advisor" for each in said),
        "all ready after the last fault, seconds": round(ready_after, 1),
        "broken promises": broken,
    }


if __name__ == "__main__":
    sys.exit(main())
