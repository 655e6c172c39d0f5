"""A small classifier of messages: how near a message is to each of our own lines, and what its words say, decide.

Near in sentence vector, letters and phrase marks together; how much each line counts is learned (kernel logistic
regression). A few `Reader`s look at the words, each begun from other random numbers, so that their mistakes differ;
together they have more say than the lines. Learning takes a minute or two, once, and what was learned can be kept in
a file. It catches what no phrase foresees: roundabout wording, bad spelling, other people's English. Only numpy is
needed.
"""

from __future__ import annotations

import hashlib
import os
import zipfile
import zlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from bot.safety.categories import Category
from bot.safety.lines import Line
from bot.safety.reader import RECIPE, Reader, Sample
from bot.safety.rules import FRAMES, Certainty, Reading, Rules

Floats = NDArray[np.float32]


class Encodes(Protocol):
    """The encoder: sentences in, unit-length vectors out."""

    def encode(self, texts: Sequence[str]) -> Floats:
        """One row for each text."""
        ...

    def encode_tokens(self, text: str) -> tuple[Floats, list[str], Floats]:
        """The vector of the whole, the words, and one row for each word."""
        ...


_CLASSES: tuple[Category | None, ...] = (None, *Category)
_STEPS = 400
_RATE = 3.0
_SHRINK = 2e-5
_NARROW = 0.7
"""How fast a line's say fades with the distance."""
_EVERYWHERE = 0.5
"""The say that lines have on any message, however far: it carries how rare emergencies are."""
_MARK = 0.35
"""How much a phrase mark counts beside the sentence vector, whose length is 1."""
_LETTERS = 0.5
"""How much the letters count beside it; they make up for misspelt words."""
_LETTER_SLOTS = 1_024
_DIMENSION = 768
"""Numbers of a sentence vector; the first of a row."""
_EMERGENCY_WEIGHT = 1.3
RESEMBLES = 0.36
"""The cosine with the nearest emergency line below which a message without a phrase is none. Of 1,442 emergencies
without one, 4 lie further from all lines of other files. A classifier can say nothing of what is like nothing it knows.
"""
_READERS = 3
_LINES_SAY = 0.25
"""How much say the lines have beside the readers; chosen, like the thresholds, with messages not learned from."""


class Classifier:
    """Says for a message how likely it is an emergency, and which kind it then is."""

    def __init__(
        self,
        encoder: Encodes,
        rows: Floats,
        weights: Floats,
        emergencies: NDArray[np.bool_],
        readers: Sequence[Reader],
    ) -> None:
        self._encoder = encoder
        self.rows = rows
        self.weights = weights
        self.emergencies = emergencies
        """Which rows are emergencies."""
        self.readers = tuple(readers)
        self._sizes = _sizes(rows)
        self.meanings = np.ascontiguousarray(rows[:, :_DIMENSION])
        """The sentence vectors of the lines it was learned from, in their order."""
        self._slots = np.ascontiguousarray(rows[:, _DIMENSION:].T)

    @classmethod
    def train(cls, encoder: Encodes, rules: Rules, lines: Sequence[Line]) -> Classifier:
        """Learns from lines; the same lines and encoder always give the same weights."""
        readings = [rules.read(line.text) for line in lines]
        # The encoder computes outside Python's lock, so each thread has a core; what it makes of a text is its own.
        with ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="learn") as pool:
            samples = list(pool.map(partial(_sample, encoder), (line.text for line in lines), readings))
        rows = _features(samples, readings)
        labels = np.array([_CLASSES.index(line.category) for line in lines])
        importance = [_EMERGENCY_WEIGHT if line.category else 1.0 for line in lines]
        # Side by side: none of them sees another, so how many cores there are changes nothing in what is learned.
        with ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="learn") as pool:
            fitted = pool.submit(_fit, rows, labels, np.array(importance, dtype=np.float32))
            read = partial(Reader.train, samples, labels, len(_CLASSES))
            readers = list(pool.map(read, range(1, _READERS + 1)))
        return cls(encoder, rows, fitted.result(), labels > 0, readers)

    @classmethod
    def load(
        cls, encoder: Encodes, rules: Rules, lines: Sequence[Line], kept: Path | None = None
    ) -> Classifier:
        """The classifier; it comes from the file `kept` when it was learned from the same things.

        Otherwise they are learned now and written there. A file that is damaged counts as missing, and one
        that cannot be written only costs the next start the learning.
        """
        key = _key(encoder, rules, lines)
        if kept is not None and (learned := _read(kept, key)) is not None:
            rows, weights, emergencies, *rest = learned
            size = len(rest) // _READERS
            readers = [Reader(rest[at : at + size]) for at in range(0, len(rest), size)]
            return cls(encoder, rows, weights, emergencies > 0, readers)
        classifier = cls.train(encoder, rules, lines)
        if kept is not None:
            read = [each for reader in classifier.readers for each in reader.weights]
            emergencies = classifier.emergencies.astype(np.float32)
            _write(kept, key, [classifier.rows, classifier.weights, emergencies, *read])
        return classifier

    def emergency(self, texts: Sequence[str], readings: Sequence[Reading]) -> list[tuple[float, Category]]:
        """For each text with its reading: how likely it is an emergency, and of which kind it then is."""
        kinds = tuple(Category)
        found = []
        for text, reading in zip(texts, readings, strict=True):
            sample = _sample(self._encoder, text, reading)
            near = self._nearness(_features([sample], [reading])) @ self.weights
            read = np.stack([reader.scores(sample) for reader in self.readers])
            says_near, says_read = np.log(_softmax(near))[0], np.log(_softmax(read)).mean(axis=0)
            both = _LINES_SAY * says_near + (1 - _LINES_SAY) * says_read
            shares = _softmax(np.asarray(both, dtype=np.float32)[None, :])[0]
            found.append((float(1.0 - shares[0]), kinds[int(np.argmax(shares[1:]))]))
        return found

    def resembles_an_emergency(self, text: str) -> bool:
        """Whether a message is at all like one of our emergency lines; what is not is none of these."""
        vector = self._encoder.encode([text])[0]
        # einsum: see `_products`.
        return bool(np.einsum("j,kj->k", vector, self.meanings)[self.emergencies].max() >= RESEMBLES)

    def _nearness(self, rows: Floats) -> Floats:
        return _nearness(np.stack([self._products(row) for row in rows]), _sizes(rows), self._sizes)

    def _products(self, row: Floats) -> Floats:
        """The product of a message with every line; of the letters' many slots a message fills only a few."""
        letters = row[_DIMENSION:]
        filled = np.flatnonzero(letters)
        # einsum stays on this thread; a matrix product would wake others, which costs far more on a busy machine.
        products: Floats = np.einsum("j,kj->k", row[:_DIMENSION], self.meanings)
        products += np.einsum("j,jk->k", letters[filled], self._slots[filled])
        return products


# Features


def _sample(encoder: Encodes, text: str, reading: Reading) -> Sample:
    """A message as the reader sees it."""
    # The vector first: with it the encoder remembers its work for those to whom the message is handed on.
    whole = encoder.encode([text])[0]
    return Sample(encoder.encode_tokens(text)[2], whole, np.array(_marks(reading), dtype=np.float32))


def _features(samples: Sequence[Sample], readings: Sequence[Reading]) -> Floats:
    vectors = np.stack([sample.whole for sample in samples])
    marks = np.stack([sample.marks for sample in samples])
    letters = np.stack([_letters(reading.words) for reading in readings])
    return np.hstack([vectors, letters * np.float32(_LETTERS), marks * np.float32(_MARK)])


def _sizes(rows: Floats) -> Floats:
    """The squared length of each row."""
    sizes: Floats = np.einsum("ij,ij->i", rows, rows)
    return sizes


def _nearness(products: Floats, row_sizes: Floats, line_sizes: Floats) -> Floats:
    """How near each row is to each line: 1 and a bit where they are the same, only the bit where far apart."""
    both = row_sizes[:, None] + line_sizes[None, :]
    distances = np.maximum(both - np.float32(2.0) * products, np.float32(0.0))
    near: Floats = np.exp(np.float32(-_NARROW) * distances) + np.float32(_EVERYWHERE)
    return near


def _marks(reading: Reading) -> list[float]:
    """The phrase marks of a message as numbers."""
    best = max(reading.dangers.values(), default=Certainty.NONE)
    levels = [float(best >= level) for level in (Certainty.FRAMED, Certainty.POSSIBLE, Certainty.CLEAR)]
    kinds = [
        float(reading.dangers.get(category, Certainty.NONE) >= Certainty.POSSIBLE) for category in Category
    ]
    frames = [float(name in reading.frames) for name in FRAMES]
    both = [float("present" in reading.frames and "now" in reading.frames)]
    return [*levels, *kinds, *frames, *both]


def _letters(words: Sequence[str]) -> Floats:
    """Runs of three and four letters, each in a slot that its checksum names; the length is 1."""
    slots = np.zeros(_LETTER_SLOTS, dtype=np.float32)
    for word in words:
        marked = f"<{word}>".encode()
        for length in (3, 4):
            for at in range(len(marked) - length + 1):
                number = zlib.crc32(marked[at : at + length])
                slots[number % _LETTER_SLOTS] += 1.0 if number >> 31 else -1.0
    size = float(np.linalg.norm(slots))
    return slots / np.float32(size) if size else slots


# Learning


def _fit(rows: Floats, labels: NDArray[np.int64], importance: Floats) -> Floats:
    """What each line says about each kind: gradient descent with momentum, shrunk a little towards zero."""
    near = _nearness(rows @ rows.T, _sizes(rows), _sizes(rows))
    weights = np.zeros((rows.shape[0], len(_CLASSES)), dtype=np.float32)
    speed = np.zeros_like(weights)
    wanted = np.eye(len(_CLASSES), dtype=np.float32)[labels]
    share = (importance / importance.sum())[:, None]
    for _ in range(_STEPS):
        ahead = weights + np.float32(0.9) * speed
        gradient = (_softmax(near @ ahead) - wanted) * share + np.float32(_SHRINK) * ahead
        speed = np.float32(0.9) * speed - np.float32(_RATE) * gradient
        weights = weights + speed
    return weights


def _softmax(scores: Floats) -> Floats:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: Floats = powers / powers.sum(axis=1, keepdims=True)
    return shares


# Keeping the weights


def _key(encoder: Encodes, rules: Rules, lines: Sequence[Line]) -> str:
    """Changes with the lines, the phrases, the encoder and this way of learning."""
    digest = hashlib.sha256(f"{_STEPS} {_RATE} {_SHRINK} {_MARK} {_LETTERS} {_LETTER_SLOTS} 4".encode())
    digest.update(f"{_NARROW} {_EVERYWHERE} {_EMERGENCY_WEIGHT} {_READERS} {RECIPE}".encode())
    digest.update(rules.checksum.encode())
    for line in lines:
        digest.update(f"{line.category} {line.text}\n".encode())
    probe = encoder.encode(["I can not breathe well since the infusion."])
    digest.update(np.round(probe * 100).astype(np.int16).tobytes())
    return digest.hexdigest()


def _read(path: Path, key: str) -> list[Floats] | None:
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            if str(file["key"]) != key:
                return None
            return [file[str(number)] for number in range(len(file.files) - 1)]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None


def _write(path: Path, key: str, learned: Sequence[Floats]) -> None:
    draft = path.with_name(f"{path.name}.{hashlib.sha256(key.encode()).hexdigest()[:8]}.draft.npz")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        arrays: dict[str, Any] = {str(number): each for number, each in enumerate(learned)}
        np.savez(draft, key=np.array(key), **arrays)
        draft.replace(path)
    except OSError:
        with suppress(OSError):  # on a full disk it would keep everybody else from writing, too
            draft.unlink(missing_ok=True)
