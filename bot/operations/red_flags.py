"""Learns the red-flag screen's weights at set-up, so that the web process starts in a second; measures the screen.

python -m bot.operations.red_flags
python -m bot.operations.red_flags measure [--totals] LINES.yml…
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from bot.safety import RedFlagScreen
from bot.safety.lines import read_lines
from bot.safety.measure import measure
from bot.settings import red_flags_file
from knowledge.encoder import Encoder
from knowledge.settings import KnowledgeSettings

TOTALS = "--totals"
"""Batches that are to stay unread are measured with it: what is got wrong is not printed."""


def main(arguments: Sequence[str]) -> int:
    """Learn unless the kept weights come from the same lines, phrases and encoder; then measure, if asked to."""
    settings = KnowledgeSettings.from_environment()
    screen = RedFlagScreen.load(Encoder(settings.model_dir), red_flags_file(settings.var))
    if arguments[:1] == ["measure"]:
        paths = [path for path in arguments[1:] if path != TOTALS]
        report = measure(screen, [line for path in paths for line in read_lines(Path(path))])
        sys.stdout.write(f"{report.totals if TOTALS in arguments else report}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
