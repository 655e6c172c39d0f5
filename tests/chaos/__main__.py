"""Ten minutes in which everything fails while people talk: `make chaos`, or `make chaos ARGS="--hosts 3 --seed 7"`.

Real processes on loopback, or, with `--hosts`, on hosts with a private network of their own and PostgreSQL and Redis
on another. Patients write, advisors take over; processes are killed and frozen, the disk fills, the snapshot is
damaged, hosts are cut off. Afterwards every promise is checked from what the people kept. Ends with 1 when one was
broken, and with 3 and a sentence where this machine cannot carry it.
"""

from __future__ import annotations

import argparse
import json
import random
import secrets
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

from bot.operations.stack import StackError
from bot.web.words import CANNOT_ANSWER
from tests.chaos import promises
from tests.chaos.faults import Saboteur
from tests.chaos.people import Desk, Talker, Wishes
from tests.chaos.site import MOST_HOSTS, NotHere, Site, one_host, several_hosts
from tests.support.private_network import NetworkRefused

PROMISED = 60.0
"""Seconds after the last fault in which everybody has an answer or an honest sentence."""
PATIENCE = 180.0
START_PATIENCE = 600.0
CALM_SHARE = 0.2
"""As a share of the time, and before it: processes are only taken away and put back, one of several at a time."""
UNDISTURBED = 10.0
"""Seconds in which nothing happens: who has no answer even then owes that to a machine that is too busy."""
NOT_HERE = 3


def main() -> int:
    """Runs it; 0 when every promise was kept."""
    parser = argparse.ArgumentParser(
        prog="make chaos", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--hosts", type=int, choices=range(1, MOST_HOSTS + 1), default=1)
    parser.add_argument("--patients", type=int, default=20)
    parser.add_argument("--advisors", type=int, default=4)
    parser.add_argument("--logs", type=Path, help="a folder that gets all logs of all processes at the end")
    parser.add_argument("--faults", default="", help="only those whose name fits this regular expression")
    parser.add_argument(
        "--seed", type=int, default=secrets.randbelow(10**6), help="the same one repeats the plan"
    )
    wanted = parser.parse_args()
    signal.signal(
        signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM)
    )  # all is put away, as after Ctrl-C
    luck = random.Random(wanted.seed)
    print(f"seed {wanted.seed}", flush=True)
    with ExitStack() as house:
        folder = Path(house.enter_context(tempfile.TemporaryDirectory(prefix="nkbot-chaos-")))
        try:
            site = (
                one_host(folder, house)
                if wanted.hosts == 1
                else several_hosts(wanted.hosts, folder, house, luck)
            )
        except (NetworkRefused, NotHere) as reason:
            print(f"There can be no {wanted.hosts} hosts here: {reason}.", file=sys.stderr)
            return NOT_HERE
        site.wait_ready(START_PATIENCE)
        report = _run(site, wanted, luck)
        for host in site.hosts if wanted.logs else ():
            shutil.copytree(host.stack.var / "log", wanted.logs / host.name, dirs_exist_ok=True)
    print(json.dumps(report, indent=2, ensure_ascii=False))
    return 1 if report["broken promises"] else 0


def _end(*_: object) -> None:
    """All is put away, as after Ctrl-C; a second signal does not disturb that."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.exit(128 + signal.SIGTERM)


def _run(site: Site, wanted: argparse.Namespace, luck: random.Random) -> dict[str, Any]:
    wishes = Wishes()
    talkers = [
        Talker(site, number, wishes, random.Random(luck.random())) for number in range(wanted.patients)
    ]
    desks = [Desk(site, number, wishes, random.Random(luck.random())) for number in range(wanted.advisors)]
    saboteur = Saboteur(site, random.Random(luck.random()), lambda: any(each.is_alive() for each in talkers))
    people: list[Talker | Desk] = [*talkers, *desks]
    for person in people:
        person.start()
    broken: list[str] = []
    if len(site.hosts) > 1:
        time.sleep(UNDISTURBED)
        too_busy = _noticed(talkers)
        saboteur.take_away_one_at_a_time(wanted.minutes * 60 * CALM_SHARE)
        if too_busy:
            print("The machine is too busy to tell who noticed that a process was away.", flush=True)
        else:
            broken += _noticed(talkers)
    saboteur.go_on(wanted.minutes * 60, wanted.faults)
    calm_at = time.monotonic()
    for talker in talkers:
        talker.enough()
    for talker in talkers:
        talker.join(PATIENCE)
    for desk in desks:
        desk.enough()
        desk.join(PATIENCE)
    transcripts = _answered_transcripts(talkers, calm_at + PROMISED)
    answered_after = time.monotonic() - calm_at
    site.wait_ready(PATIENCE)
    ready_after = time.monotonic() - calm_at
    broken += [each.failure for each in people if each.failure]
    broken += [f"{each.name} is still busy" for each in people if each.is_alive()]
    for talker, transcript in transcripts.items():
        takes = [take for desk in desks for take in desk.takes if take.patient == talker.number]
        found = [
            *promises.lost_doubled_or_reordered(talker.patient.groups, transcript),
            *promises.talked_over(transcript),
            *promises.talked_into(takes, transcript),
            *promises.out_of_turn(transcript),
            *promises.advisors_words_lost(takes, transcript),
            *promises.advisors_words_doubled(transcript),
            *(f"message {seq} has no answer" for seq in promises.unanswered(transcript)),
            *(f"an unexplained refusal: {each}" for each in talker.patient.refusals),
        ]
        talker.page.wait_for(transcript[-1]["seq"], PATIENCE)
        found += promises.page_is_wrong(talker.page.shown, transcript)
        broken += [f"patient {talker.number}: {each}" for each in found]
        talker.page.leave()
        talker.patient.close()
    figures = _figures(saboteur, desks, list(transcripts.values()))
    return {
        **figures,
        "all answered after the last fault, seconds": round(answered_after, 1),
        "all ready after the last fault, seconds": round(ready_after, 1),
        "broken promises": broken,
    }


def _noticed(talkers: list[Talker]) -> list[str]:
    """Who has been told so far that there is no answer."""
    return [
        f"patient {talker.number}: {each}"
        for talker in talkers
        for each in promises.noticed(talker.patient.patient_messages(PATIENCE))
    ]


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


def _figures(saboteur: Saboteur, desks: list[Desk], transcripts: list[promises.Transcript]) -> dict[str, Any]:
    said = [each for transcript in transcripts for each in transcript]
    replies = [each for each in said if each["author"] == "bot" and each["in_reply_to"]]
    return {
        "taken away and put back, one at a time": saboteur.unnoticed,
        "faults": dict(sorted(saboteur.done.items())),
        "patients' messages": sum(each["author"] == "patient" for each in said),
        "replies by kind": dict(Counter(each["kind"] for each in replies)),
        "of these “cannot answer just now”": sum(each["text"] == CANNOT_ANSWER.text for each in replies),
        "take-overs": sum(len(desk.takes) for desk in desks),
        "advisors' messages": sum(each["author"] == "advisor" for each in said),
    }


if __name__ == "__main__":
    sys.exit(main())
