"""The tables of the knowledge base. Migrations make them; a test keeps the two equal."""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

documents = sa.Table(
    "documents",
    metadata,
    sa.Column("slug", sa.String(80), primary_key=True),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("owner", sa.Text, nullable=False, server_default=""),
    sa.Column("review_due", sa.String(10), nullable=False, server_default=""),
)
"""`owner` looks after the document; `review_due` is the ISO date on which somebody must read it again."""

revisions = sa.Table(
    "revisions",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("document", sa.ForeignKey("documents.slug"), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("language", sa.String(16), nullable=False),
    sa.Column("reviewer", sa.Text, nullable=False),
    sa.Column("reviewed_on", sa.String(10), nullable=False),
    sa.Column("front_matter", sa.Text, nullable=False),
    sa.Column("markdown", sa.Text, nullable=False),
    sa.Column("fingerprint", sa.String(64), nullable=False),
    sa.Column("origin", sa.String(16), nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("created_by", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False, server_default=""),
    sa.UniqueConstraint("document", "number"),
)

passages = sa.Table(
    "passages",
    metadata,
    sa.Column("revision_id", sa.ForeignKey("revisions.id"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("key", sa.String(64), nullable=False, index=True),
    sa.Column("content", sa.Text, nullable=False),
)

embeddings = sa.Table(
    "embeddings",
    metadata,
    sa.Column("encoder", sa.String(80), primary_key=True),
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("kind", sa.String(8), primary_key=True),
    sa.Column("vectors", sa.LargeBinary, nullable=False),
)

publications = sa.Table(
    "publications",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("created_by", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("encoder", sa.String(80), nullable=False),
    sa.Column("calibration", sa.Text, nullable=False),
    # 1 for the live one, NULL for all others: the database itself allows at most one.
    sa.Column("live", sa.SmallInteger, unique=True),
    sa.Column("made_live_at", sa.BigInteger),
    sqlite_autoincrement=True,
)

publication_revisions = sa.Table(
    "publication_revisions",
    metadata,
    sa.Column("publication_id", sa.ForeignKey("publications.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("revision_id", sa.ForeignKey("revisions.id"), primary_key=True),
)

knowledge_events = sa.Table(
    "knowledge_events",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("action", sa.String(24), nullable=False),
    sa.Column("publication_id", sa.Integer),
    sa.Column("document", sa.String(80)),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("revision", sa.Integer),
)

golden_questions = sa.Table(
    "golden_questions",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("question", sa.Text, nullable=False),
    sa.Column("expects", sa.String(16), nullable=False),
    sa.Column("document", sa.String(80), nullable=False),
    sa.Column("section", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("changed_at", sa.BigInteger, nullable=False),
    sa.Column("changed_by", sa.Text, nullable=False),
    sa.UniqueConstraint("question"),
    sqlite_autoincrement=True,
)
"""`expects` is a kind of reply; `document` and `section` (a heading) are empty where any will do."""

publication_jobs = sa.Table(
    "publication_jobs",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("action", sa.String(16), nullable=False),
    sa.Column("order", sa.Text, nullable=False),
    sa.Column("state", sa.String(16), nullable=False, index=True),
    sa.Column("asked_by", sa.Text, nullable=False),
    sa.Column("asked_at", sa.BigInteger, nullable=False),
    sa.Column("started_at", sa.BigInteger),
    sa.Column("finished_at", sa.BigInteger),
    sa.Column("claimed_by", sa.String(64)),
    sa.Column("lease_until", sa.BigInteger),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("phase", sa.String(16), nullable=False),
    sa.Column("done", sa.Integer, nullable=False),
    sa.Column("total", sa.Integer, nullable=False),
    sa.Column("phase_began_at", sa.BigInteger),
    sa.Column("publication_id", sa.Integer),
    sa.Column("report", sa.Text, nullable=False),
    sa.Column("problem", sa.Text, nullable=False),
    sqlite_autoincrement=True,
)
"""`order` is the JSON of what to do, `report` that of what the gate found, `problem` a sentence for people."""

uploads = sa.Table(
    "uploads",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("account", sa.BigInteger, nullable=False),
    sa.Column("file_name", sa.Text, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("reader", sa.String(32), nullable=False),
    sa.Column("lease_until", sa.BigInteger),
    sa.Column("arrived_at", sa.BigInteger, nullable=False),
    sa.Column("changed_at", sa.BigInteger, nullable=False),
    sa.Column("document", sa.Text, nullable=False),
    sa.Column("refusal", sa.Text, nullable=False),
)
"""`reader` is the process that has the file; `document` the JSON of what it read, `refusal` a sentence for people."""
