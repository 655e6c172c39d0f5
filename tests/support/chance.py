"""Chance that can be repeated: a random number generator whose seed is shown when a test fails."""

from __future__ import annotations

import os
import random

VARIABLE = "TEST_SEED"
USUAL = "20260726"


def chance() -> random.Random:
    """A generator with the usual seed, with that of `TEST_SEED`, or with a new one at `TEST_SEED=new`.

    The seed is printed: pytest shows it when the test fails.
    """
    wanted = os.environ.get(VARIABLE, USUAL)
    seed = str(random.SystemRandom().randrange(10**9)) if wanted == "new" else wanted
    print(f"To repeat this: {VARIABLE}={seed}")
    return random.Random(seed)
