"""A large made-up knowledge base: as many documents as wanted, of ten sections each, no two sentences alike.

The sentences say nothing true; they are as long and as varied as those of patient articles, so that
splitting, embedding and indexing have as much to do. The same number always gives the same document.
"""

from __future__ import annotations

import random
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from knowledge.encoder import DIMENSION, Encoder
from knowledge.late import pack_tokens
from knowledge.model import Document, Passage, Section, Source
from knowledge.store import KnowledgeStore
from knowledge.store.embeddings import TEXT, TOKENS, text_key
from knowledge.units import units

SECTIONS = 10
_ADJECTIVES = """early late mild severe common rare daily weekly small large first second careful gentle usual special
 local general clear simple regular additional different recent previous personal medical seasonal temporary""".split()
_SUBJECTS = """patient nurse doctor laboratory clinic relative visitor pharmacist donor sample infusion appointment
 medicine vaccine dressing wound kidney liver heart lung skin joint muscle bone nerve allergy infection fever diet
 exercise sleep travel insurance invoice consent record result scan biopsy ultrasound transfusion catheter""".split()
_VERBS = """needs follows precedes supports delays replaces explains limits improves changes requires accompanies
 protects restores measures records confirms prevents reduces strengthens prepares shortens extends""".split()
_WHERE = """at home|in the ward|before breakfast|after the visit|during the first week|at the pharmacy
in the evening|under supervision|on the day of discharge|without delay|twice a day|in most cases|after a month of rest
with a light meal|when symptoms return|as agreed with the team|while travelling|before the next appointment"""
_PLACES = _WHERE.replace("\n", "|").split("|")
_QUESTIONS = (
    "When does the {a} {s} need the {b} {o}?",
    "How does the {a} {s} change the {b} {o}?",
    "What should I know about the {a} {s} and the {b} {o}?",
)


def slug(number: int) -> str:
    """The short name of document `number`; they sort by number."""
    return f"topic-{number:07}"


def document(number: int, edition: int = 0) -> Document:
    """Document `number`; another `edition` has one section with other words."""
    sections = tuple(_section(number, each, edition if each == 0 else 0) for each in range(SECTIONS))
    return Document(
        slug=slug(number),
        title=f"Topic {number}",
        sections=sections,
        sources=(Source("made", "Made up for a test", f"https://example.org/{number}"),),
        reviewer="Dr. Test",
        reviewed_on="2025-01-01",
    )


def _section(number: int, place: int, edition: int) -> Section:
    chance = random.Random(f"{number} {place} {edition}")
    pick = chance.choice

    def sentence() -> str:
        return (
            f"The {pick(_ADJECTIVES)} {pick(_SUBJECTS)} {pick(_VERBS)} the {pick(_ADJECTIVES)} {pick(_SUBJECTS)} "
            f"{pick(_PLACES)}, and the {pick(_SUBJECTS)} {pick(_VERBS)} {chance.randint(2, 900)} of them."
        )

    words = {"a": pick(_ADJECTIVES), "s": pick(_SUBJECTS), "b": pick(_ADJECTIVES), "o": pick(_SUBJECTS)}
    heading, question = (form.format(**words) for form in chance.sample(_QUESTIONS, 2))
    text = "\n\n".join(" ".join(sentence() for _ in range(2)) for _ in range(2))
    return Section((f"{heading[:-1]} ({number}.{place})?",), text, (question,), source_keys=("made",))


def make_up_vectors(
    store: KnowledgeStore, encoder: Encoder, passages: Iterable[Passage], seed: int = 0
) -> None:
    """Put vectors into the cache as if the passages had been embedded: of the right number and size, but random."""
    chance = np.random.default_rng(seed)
    words = pack_tokens(_unit_vectors(chance, 4_000))
    texts: dict[str, NDArray[np.float32]] = {}
    tokens: dict[str, NDArray[np.int8]] = {}
    for passage in passages:
        ours = units(passage)
        vectors = _unit_vectors(chance, len(ours))
        texts |= {text_key(unit.text): vectors[row : row + 1] for row, unit in enumerate(ours)}
        length = int(1.3 * len(ours[0].text.split())) + 2
        tokens[text_key(ours[0].text)] = words[chance.integers(len(words), size=length)]
        if len(texts) > 4_000:
            _save(store, encoder, texts, tokens)
    _save(store, encoder, texts, tokens)


def _save(
    store: KnowledgeStore,
    encoder: Encoder,
    texts: dict[str, NDArray[np.float32]],
    tokens: dict[str, NDArray[np.int8]],
) -> None:
    store.embeddings.save(encoder.identity, texts, TEXT)
    store.embeddings.save(encoder.identity, tokens, TOKENS)
    texts.clear()
    tokens.clear()


def _unit_vectors(chance: np.random.Generator, count: int) -> NDArray[np.float32]:
    """Around a few hundred centres, since vectors that are all equally far from each other are no use."""
    centres = np.random.default_rng(0).standard_normal((300, DIMENSION), dtype=np.float32)
    rows = centres[chance.integers(len(centres), size=count)]
    rows = rows + chance.standard_normal(rows.shape, dtype=np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)
