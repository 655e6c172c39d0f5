"""A small knowledge base of our own for tests: documents, a state folder, a publisher."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from knowledge.decide import SHIPPED
from knowledge.encoder import Encoder
from knowledge.engines import engine_of
from knowledge.model import Document, Section, Source
from knowledge.publish import Publisher
from knowledge.settings import FAISS, KnowledgeSettings
from knowledge.store import KnowledgeStore
from knowledge.vectors import VectorEngine

CALIBRATION = SHIPPED.read_text(encoding="utf-8")


def article(
    slug: str, text: str, *, question: str = "", reviewer: str = "", reviewed_on: str = ""
) -> Document:
    """A document with one section that answers one question."""
    heading = question or f"What about {slug}?"
    section = Section((heading,), text, questions=(f"please tell me, {heading}",), source_keys=("own",))
    return Document(
        slug=slug,
        title=f"About {slug}",
        sections=(section,),
        sources=(Source("own", "Our own test"),),
        reviewer=reviewer,
        reviewed_on=reviewed_on,
    )


PARKING = article(
    "parking", "You can park behind the house, two hours are free.", question="Where can I park?"
)
REST = article("rest", "Most people rest for one day at home.", question="How long should I rest?")
LUNCH = article("lunch", "You may eat a light lunch before you come.", question="May I eat before?")


@dataclass
class Home:
    """A state folder with a database and the encoder; `publisher` and `settings` belong to it."""

    var: Path
    database_url: str
    encoder: Encoder
    reviewed_only: bool = False
    vector_engine: str = FAISS
    store: KnowledgeStore = field(init=False)

    def __post_init__(self) -> None:
        self.store = KnowledgeStore(self.database_url)

    @property
    def settings(self) -> KnowledgeSettings:
        return KnowledgeSettings(
            var=self.var,
            database_url=self.database_url,
            reviewed_only=self.reviewed_only,
            vector_engine=self.vector_engine,
        )

    @property
    def snapshots(self) -> Path:
        return self.settings.snapshots_dir

    @property
    def publisher(self) -> Publisher:
        return Publisher(
            self.store,
            self.snapshots,
            self.encoder,
            reviewed_only=self.reviewed_only,
            engine=self.engine,
        )

    @cached_property
    def engine(self) -> VectorEngine:
        return engine_of(self.settings, self.store, self.encoder.identity)

    def close(self) -> None:
        self.store.close()

    def publish(self, *documents: Document) -> int:
        """Save documents and publish all drafts; returns the live publication's id."""
        for document in documents:
            self.store.save_revision(document)
        return self.publisher.publish(CALIBRATION).publication.id

    def live_texts(self) -> list[str]:
        live = self.store.live_publication()
        return [] if live is None else [each.text for each in self.store.published_passages(live.id)]
