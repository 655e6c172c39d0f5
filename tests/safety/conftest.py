"""The screen as it runs: with the real encoder where it has been exported, learned once for all tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.safety import RedFlagScreen
from knowledge.encoder import Encoder, EncoderError
from knowledge.settings import KnowledgeSettings


@pytest.fixture(scope="session")
def screen(tmp_path_factory: pytest.TempPathFactory) -> RedFlagScreen:
    try:
        encoder = Encoder(KnowledgeSettings.from_environment().model_dir)
    except EncoderError as error:
        pytest.skip(f"The encoder has not been exported: {error}")
    return RedFlagScreen.load(encoder.encode, tmp_path_factory.mktemp("safety") / "red_flags.npz")


@pytest.fixture(scope="session")
def phrases_only() -> RedFlagScreen:
    return RedFlagScreen.load()


@pytest.fixture(scope="session")
def held_out_file() -> Path:
    return Path(__file__).parent / "held_out.yml"
