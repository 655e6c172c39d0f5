"""The playground: what a question would be answered, from the drafts and from what is live, side by side.

The drafts are what the next publication would hold: the newest saved revisions over what is live, or those of
one document alone. What differs from what is live is indexed in memory, with the very code that answers patients;
only texts that were never seen are embedded. `knowledge.playground_process` runs this in a process of
its own.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from knowledge.corpus import Corpus
from knowledge.decide import Calibration
from knowledge.encoder import Encoder
from knowledge.engines import engine_of
from knowledge.explain import explain
from knowledge.gate import Asking, Compared, Outcome, compare
from knowledge.live import LiveSearcher, NotReady, Serving
from knowledge.model import Passage
from knowledge.publish import Publisher
from knowledge.reading import fold
from knowledge.rebuild import assemble
from knowledge.search import Searcher
from knowledge.settings import KnowledgeSettings
from knowledge.store import GoldenQuestion, KnowledgeStore, Revision

DRAFTS_KEPT = 2
"""Indexes of drafts that are kept; what they have in common with the live one they share with it."""
OUTCOMES_KEPT = 10_000
EXCERPT = 400
"""Characters of a passage that are shown."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What would be live: `changed` are the revisions that are not; `name` tells one such state from another."""

    serving: Serving
    changed: tuple[Revision, ...]
    name: tuple[object, ...]


class Playground:
    """Asks questions of the drafts and of what is live. One at a time; nothing it does is seen by patients."""

    def __init__(self, settings: KnowledgeSettings, encoder: Encoder | None = None) -> None:
        self._settings = settings
        self._encoder = encoder or Encoder(settings.model_dir)
        self._store = KnowledgeStore(settings.database_url)
        self._engine = engine_of(settings, self._store, self._encoder.identity)
        self._live = LiveSearcher(settings, encoder=self._encoder, watch=False)
        self._drafts: OrderedDict[tuple[object, ...], Draft] = OrderedDict()
        self._outcomes: dict[tuple[object, GoldenQuestion], Outcome] = {}

    def close(self) -> None:
        """Let go of the database."""
        self._live.close()
        self._store.close()

    def ask(self, question: str, before: Sequence[str] = (), document: str | None = None) -> dict[str, Any]:
        """The two replies as JSON-ready values: `live` (None before the first publication) and `draft`.

        `before` holds earlier questions of the conversation, oldest first. With `document` the draft is
        that document's alone, over what is live. `changed` names what differs; where it is empty, `draft` is
        None: it would be the same. Raises `NotReady`, `PublishRefused`, ValueError with a sentence.
        """
        live = self.live()
        draft = self.draft(document)
        shown = draft is not None and (live is None or bool(draft.changed))
        return {
            "live": _side(live, question, before) if live else None,
            "draft": _side(draft.serving, question, before) if draft is not None and shown else None,
            "changed": [
                {"document": each.document, "revision": each.number, "title": each.title}
                for each in (draft.changed if draft else ())
            ],
        }

    def golden(self) -> list[Compared]:
        """Every golden question, asked of what is live (`before`) and of the drafts (`after`).

        Replies are kept while neither the question nor what it is asked of changes. Raises as `ask`.
        """
        live, draft = self.live(), self.draft()
        if draft is None:
            return []
        now = self._asking(live, ("live", live.publication)) if live else None
        then = self._asking(draft.serving, draft.name)
        return [compare(each, now, then) for each in self._store.golden.all()]

    def _asking(self, serving: Serving, name: tuple[object, ...]) -> Callable[[GoldenQuestion], Outcome]:
        asking = Asking(serving)

        def ask(golden: GoldenQuestion) -> Outcome:
            key = (name, golden)
            if key not in self._outcomes:
                if len(self._outcomes) > OUTCOMES_KEPT:
                    self._outcomes.clear()
                self._outcomes[key] = asking(golden)
            return self._outcomes[key]

        return ask

    def live(self) -> Serving | None:
        """What patients are answered from; None before the first publication. Raises `NotReady`."""
        self._live.refresh()
        try:
            return self._live.serving()
        except NotReady:
            if self._store.publications.live_id() is None:
                return None
            raise

    def draft(self, document: str | None = None) -> Draft | None:
        """What would be live with the newest revisions; None where nothing was ever written."""
        live = self._store.publications.live()
        publisher = Publisher(self._store, self._settings.snapshots_dir, self._encoder)
        plan = publisher.plan(live, [document] if document else None)
        if not plan.revisions:
            return None
        now = set(live.revisions) if live else set()
        changed = tuple(each for each in plan.revisions if each.id not in now)
        serving = self.live()
        if serving is not None and not changed and len(now) == len(plan.revisions):
            return Draft(serving, (), ("live", serving.publication))
        key = (live.id if live else None, tuple(each.id for each in plan.revisions))
        if key not in self._drafts:
            self._drafts[key] = Draft(self._indexed(plan.revisions, serving), changed, key)
        self._drafts.move_to_end(key)
        while len(self._drafts) > DRAFTS_KEPT:
            self._drafts.popitem(last=False)
        return self._drafts[key]

    def _indexed(self, revisions: Collection[Revision], live: Serving | None) -> Serving:
        contents = self._store.publications.contents_of([each.id for each in revisions])
        known = live.searcher.corpus.segments if live else ()
        corpus = assemble(self._store, self._encoder, contents, known, engine=self._engine)
        return Serving(0, Searcher(corpus, self._encoder), Calibration.shipped(), ())


def _passages(corpus: Corpus, hits: Sequence[Mapping[str, Any]]) -> dict[str, Passage]:
    """The passages of some hits, as the evidence of a reply names them, by key."""
    found: dict[str, Passage] = {}
    for hit in hits:
        for number in corpus.revisions.get((hit["document"], hit["revision"]), ()):
            passage = corpus.passages[number]
            if passage.key == hit["passage"]:
                found[passage.key] = passage
    return found


def _side(serving: Serving, question: str, before: Sequence[str]) -> dict[str, Any]:
    """One of the two replies, with how it came about."""
    reply = serving.answer(question, before)
    found: Any = reply.evidence
    passages = _passages(serving.searcher.corpus, found.get("hits", []))
    folded = fold(reply.text) if reply.kind == "answer" else None
    said = passages.get(reply.citations[0].passage) if reply.citations else None
    return {
        "publication": serving.publication,
        "reply": {
            "kind": reply.kind,
            "text": reply.text,
            "citations": [asdict(citation) for citation in reply.citations],
            "quick_replies": list(reply.quick_replies),
            **({} if folded is None else {"fold": folded}),
        },
        "place": {"document": said.document, "section": said.path[-1] if said.path else ""} if said else None,
        "why": asdict(explain(question, reply, serving.searcher.corpus, passages)),
        "probability": found.get("probability", 0.0),
        "threshold": found.get("threshold", serving.calibration.threshold),
        "features": found.get("features", {}),
        "hits": [{**hit, **_shown(passages.get(hit["passage"]))} for hit in found.get("hits", [])],
    }


def _shown(passage: Passage | None) -> dict[str, Any]:
    if passage is None:
        return {"title": "", "text": ""}
    text = passage.text if len(passage.text) <= EXCERPT else passage.text[:EXCERPT].rsplit(" ", 1)[0] + " …"
    return {"title": passage.title, "text": text}
