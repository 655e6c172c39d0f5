"""Start the action server: `python -m actions [--port PORT]`, with the project's Python (3.11+).

One process, on 127.0.0.1 unless `NKBOT_INTERNAL_HOST` names an address in a private network. Other settings:
`NKBOT_VAR`, `NKBOT_ACTIONS_PORT` (`--port` wins), `NKBOT_DATABASE_URL`, and the shared token from
`NKBOT_INTERNAL_TOKEN` or the state folder. It comes up without a publication and says at `GET /ready` (token) that
it is not ready; publishing makes it so.
"""

from __future__ import annotations

import argparse
import logging
import sys

from actions.server import create_app
from actions.settings import ActionSettings
from knowledge import log_lines
from knowledge.live import LiveSearcher
from knowledge.settings import KnowledgeSettings


def main() -> int:
    """Run until stopped; 2 with a sentence when a setting is wrong."""
    parser = argparse.ArgumentParser(prog="python -m actions", description="The action server.")
    parser.add_argument("--port", type=int, help="its port (default: NKBOT_ACTIONS_PORT or 5055)")
    arguments = parser.parse_args()
    try:
        settings = ActionSettings.from_environment()
        knowledge = KnowledgeSettings.from_environment()
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    # Never below INFO: what the SDK writes for debugging may contain what a patient wrote.
    log_lines.configure("actions", "INFO", settings.log_format)
    logging.disable(logging.DEBUG)
    app = create_app(settings.internal_tokens, LiveSearcher(knowledge))
    app.run(host=settings.host, port=arguments.port or settings.port, single_process=True, motd=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
