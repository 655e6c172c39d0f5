"""`python -m knowledge`: the knowledge base from the command line."""

from __future__ import annotations

# Each of them adds its commands to the group.
import knowledge.cli_ask
import knowledge.cli_edit
import knowledge.cli_folder
import knowledge.cli_golden
import knowledge.cli_measure
import knowledge.cli_publish  # noqa: F401
from knowledge.cli import main

if __name__ == "__main__":
    main(prog_name="python -m knowledge")
