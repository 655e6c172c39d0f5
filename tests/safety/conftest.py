"""The screen as it runs: with the real encoder where it has been exported, learned once for all tests."""

from __future__ import annotations

import pytest

from bot.safety import Afterwords, RedFlagScreen
from bot.safety.rules import Rules
from bot.settings import red_flags_file
from knowledge.encoder import Encoder, EncoderError
from knowledge.settings import KnowledgeSettings


@pytest.fixture(scope="session")
def screen() -> RedFlagScreen:
    settings = KnowledgeSettings.from_environment()
    try:
        encoder = Encoder(settings.model_dir)
    except EncoderError as error:
        pytest.skip(f"The encoder has not been exported: {error}")
    # What set-up learned, if it is of these very lines; else it is learned now.
    return RedFlagScreen.load(encoder, red_flags_file(settings.var))


@pytest.fixture(scope="session")
def phrases_only() -> RedFlagScreen:
    return RedFlagScreen.load()


@pytest.fixture(scope="session")
def afterwords() -> Afterwords:
    return Afterwords.load(Rules.load())
