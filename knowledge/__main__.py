"""`python -m knowledge`: the knowledge base from the command line."""

from __future__ import annotations

import knowledge.cli_measure  # noqa: F401  (adds its commands to the group)
from knowledge.cli import main

if __name__ == "__main__":
    main(prog_name="python -m knowledge")
