"""Puts questions into groups by meaning: a new one joins the nearest group; loose groups are put together anew.

Nearness of a question to a group is its mean cosine with the group's questions (average linkage). With vectors
of length one that is the product with the group's mean vector, so groups are compared without their questions.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from bot.editorial.meaning import Vector

JOIN = 0.32
"""From this mean cosine on, a question belongs to a group. Chosen on questions of our own that were put into
groups by hand: quality is flat from 0.25 to 0.35, and rather too many groups than two questions in one."""
MOST_REARRANGED = 2_000
"""Comparing all with all: 2,000 questions take some seconds and 90 MB."""


def nearest(vector: Vector, means: Mapping[int, Vector], at_least: float = JOIN) -> int | None:
    """The group that a question belongs to, None when none is near enough. `means` are mean vectors."""
    if not means:
        return None
    numbers = list(means)
    scores = np.stack([means[each] for each in numbers]) @ vector
    best = int(scores.argmax())
    return numbers[best] if scores[best] >= at_least else None


def mean(vectors: Sequence[Vector]) -> Vector:
    """A group's mean vector: not of length one, that is what makes the product a mean of cosines."""
    found: Vector = np.stack(vectors).mean(axis=0)
    return found


def by_centrality(vectors: Mapping[int, Vector]) -> list[int]:
    """A group's questions, the one nearest to all the others first, of equals the earlier one."""
    middle = mean(list(vectors.values()))
    return sorted(vectors, key=lambda each: (-round(float(vectors[each] @ middle), 6), each))


def clusters(vectors: Sequence[Vector], at_least: float = JOIN) -> list[int]:
    """A cluster's number for each vector, by average linkage."""
    if len(vectors) < 2:
        return [0] * len(vectors)
    from sklearn.cluster import AgglomerativeClustering  # only when it is needed: it takes a second and 60 MB

    rows = np.stack(vectors)
    distances = np.clip(1 - rows @ rows.T, 0, 2)
    tree = AgglomerativeClustering(
        n_clusters=None, metric="precomputed", linkage="average", distance_threshold=1 - at_least
    )
    return [int(each) for each in tree.fit(distances).labels_]


def rearranged(
    loose: Mapping[int, tuple[int, Vector]], kept: Mapping[int, Vector], at_least: float = JOIN
) -> dict[int, int]:
    """Where loose questions belong when all of them are looked at together.

    In: `loose` gives for each question its group and vector; `kept` the mean vectors of groups that an editor
    has put in order: they stay, but may win questions. Out: for each question its group; several new groups
    are numbered −1, −2, … A cluster keeps the number of the group from which most of its questions come.
    """
    placed: dict[int, int] = {}
    rest: list[int] = []
    for question, (_, vector) in loose.items():
        home = nearest(vector, kept, at_least)
        if home is None:
            rest.append(question)
        else:
            placed[question] = home
    members: dict[int, list[int]] = defaultdict(list)
    for question, cluster in zip(rest, clusters([loose[each][1] for each in rest], at_least), strict=True):
        members[cluster].append(question)
    taken: set[int] = set()
    new = 0
    # The largest agreement chooses first, so that a group's number stays where most of it is.
    wishes = sorted(
        (
            (number, -group, -cluster)
            for cluster, questions in members.items()
            for group, number in Counter(loose[each][0] for each in questions).items()
        ),
        reverse=True,
    )
    named: dict[int, int] = {}
    for _, group, cluster in wishes:
        if -cluster not in named and -group not in taken:
            named[-cluster] = -group
            taken.add(-group)
    for cluster, questions in sorted(members.items()):
        if cluster not in named:
            new -= 1
            named[cluster] = new
        placed.update(dict.fromkeys(questions, named[cluster]))
    return placed
