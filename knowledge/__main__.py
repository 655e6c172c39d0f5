"""`python -m knowledge`: the knowledge base from the command line."""

from __future__ import annotations

from knowledge.cli import main

if __name__ == "__main__":
    main(prog_name="python -m knowledge")
