"""Learns the red-flag screen's weights at set-up, so that the web process starts in a second.

python -m bot.operations.red_flags
"""

from __future__ import annotations

from bot.safety import RedFlagScreen
from bot.settings import red_flags_file
from knowledge.encoder import Encoder
from knowledge.settings import KnowledgeSettings


def main() -> None:
    """Learn unless the kept weights come from the same lines, phrases and encoder."""
    settings = KnowledgeSettings.from_environment()
    RedFlagScreen.load(Encoder(settings.model_dir, threads=2).encode, red_flags_file(settings.var))


if __name__ == "__main__":
    main()
