"""Settings of the knowledge library: where its state lives and what may be published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from knowledge.environment import database_address, folder, on_or_off, one_of, read, variable
from knowledge.log_lines import JSON, TEXT

FAISS, PGVECTOR = "faiss", "pgvector"
CHECKOUT = Path(__file__).resolve().parent.parent
"""The folder that holds the project; the state folder is in it unless a setting says otherwise."""


@dataclass(frozen=True)
class KnowledgeSettings:
    """What the knowledge library needs to know; `from_environment()` is the usual way to get it."""

    var: Path = variable(
        "NKBOT_VAR",
        CHECKOUT / "var",
        folder,
        "The state folder: databases, index, logs, secrets.",
        shown="var",
    )
    database_url: str = variable(
        "NKBOT_DATABASE_URL",
        "",
        database_address,
        "One database for everything, as an SQLAlchemy URL (`postgresql://user:password@host/name`).",
        shown="SQLite files in the state folder",
    )
    log_format: str = variable(
        "NKBOT_LOG_FORMAT",
        TEXT,
        one_of(TEXT, JSON),
        "How each process writes its log: lines of `text`, or one `json` object a line.",
    )
    reviewed_only: bool = variable(
        "NKBOT_REVIEWED_ONLY", False, on_or_off, "Publish only documents that a named person has reviewed."
    )

    vector_engine: str = variable(
        "NKBOT_VECTOR_ENGINE",
        FAISS,
        one_of(FAISS, PGVECTOR),
        "What searches by meaning: `faiss` in the memory of each process, or `pgvector` in PostgreSQL.",
    )

    def __post_init__(self) -> None:
        """Fill in what follows from the state folder. ValueError with a sentence for what does not go together."""
        if not self.database_url:
            object.__setattr__(self, "database_url", f"sqlite:///{self.var / 'knowledge.sqlite3'}")
        if self.vector_engine == PGVECTOR and self.database_url.startswith("sqlite"):
            raise ValueError(
                "NKBOT_VECTOR_ENGINE=pgvector needs PostgreSQL with the extension pgvector: set NKBOT_DATABASE_URL "
                "to one, or leave the search to faiss."
            )

    @property
    def model_dir(self) -> Path:
        """Where the exported encoder is."""
        return self.var / "encoder"

    @property
    def snapshots_dir(self) -> Path:
        """Where the search index is written, one folder for each publication."""
        return self.var / "snapshots"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> KnowledgeSettings:
        """The settings from `NKBOT_…` variables. ValueError with a sentence for a value not allowed."""
        return read(cls, environment)
