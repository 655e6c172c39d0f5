"""A knowledge base of the first version is brought up to date, and is answered from as before."""

from __future__ import annotations

from pathlib import Path

from knowledge.encoder import Encoder
from knowledge.live import LiveSearcher
from knowledge.store import migrations
from knowledge.store.database import Database
from tests.knowledge.knowing import PARKING, REST, Home
from tests.support.older_schema import copy_down

FIRST = "0001"


def test_a_knowledge_base_of_the_first_version_is_served(
    home: Home, database_url: str, tmp_path: Path, encoder: Encoder, encoder_dir: Path
) -> None:
    publication = home.publish(PARKING, REST)
    older, newest = Database(database_url), Database(home.database_url)
    migrations.upgrade(older, FIRST)
    copied = copy_down(newest.engine, older.engine)
    assert copied["revisions"] == 2
    assert copied["embeddings"] > 0
    for each in (older, newest):
        each.close()

    var = tmp_path / "another"
    var.mkdir()
    (var / "encoder").symlink_to(encoder_dir)
    upgraded = Home(var, database_url, encoder)  # opening it brings it up to date
    try:
        live = upgraded.store.live_publication()
        assert live is not None
        assert live.id == publication
        assert upgraded.live_texts() == home.live_texts()
        assert upgraded.store.revisions.document(PARKING.slug, 1) == PARKING
        searcher = LiveSearcher(upgraded.settings, encoder=encoder, watch=False)
        searcher.refresh()
        assert searcher.serving().publication == publication
        searcher.close()
        later = upgraded.publish(PARKING, REST)  # an editor's work goes on
        assert later >= publication
    finally:
        upgraded.store.close()
