"""A made-up clinic's site that embeds the assistant as a foreign site does: another port, a strict policy.

python -m bot.operations.demo_site             starts the assistant as well (`make demo`)
python -m bot.operations.demo_site --site-only  only the site; the assistant runs elsewhere
"""

from __future__ import annotations

import argparse
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from string import Template

_FOLDER = Path(__file__).parent / "demo"

_LOREM = (
    "<p>Nothing on these pages is true, and nobody is treated here. They are long enough to scroll, so that "
    "you can see what the chat does on a real page.</p>"
)

PAGES = {
    "/": (
        "Welcome",
        "<p>Ask your questions about natural killer cell therapy at any time: with the button below, or "
        '<a href="#" data-nkbot-open>right here</a>.</p>' + _LOREM * 8,
    ),
    "/treatment": (
        "Treatment",
        "<p>Open the chat, ask something, and come back here: it stays open.</p>" + _LOREM * 8,
    ),
    "/visit": ("Your visit", "<p>Write down your questions before you come.</p>" + _LOREM * 8),
}
"""Title and text of each page by its path."""


class DemoSite:
    """The site on a port of its own. `chat` is the assistant's address; port 0 takes a free one."""

    def __init__(self, chat: str, port: int = 0) -> None:
        chat = chat.rstrip("/")
        template = Template((_FOLDER / "page.html").read_text(encoding="utf-8"))
        css = (_FOLDER / "site.css").read_bytes()
        policy = (
            f"default-src 'none'; script-src {chat}; frame-src {chat}; style-src 'self'; img-src 'self'; "
            "base-uri 'none'; form-action 'none'"
        )

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path = self.path.partition("?")[0]
                if path == "/site.css":
                    self._answer(200, "text/css", css)
                elif path in PAGES:
                    title, body = PAGES[path]
                    page = template.substitute(title=title, body=body, chat=chat)
                    self._answer(200, "text/html; charset=utf-8", page.encode())
                else:
                    self._answer(404, "text/plain", b"There is nothing at this address.")

            def _answer(self, status: int, kind: str, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Content-Security-Policy", policy)
                self.send_header("Referrer-Policy", "no-referrer")
                self.send_header("Cache-Control", "no-store")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"

    @contextmanager
    def serving(self) -> Iterator[DemoSite]:
        """Serves for the length of a block."""
        thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join()


def main() -> int:
    """Serve until told to stop; the exit status."""
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("--port", type=int, default=8080, help="the site's port")
    arguments.add_argument("--chat", default="", help="where the assistant is reached")
    arguments.add_argument("--site-only", action="store_true", help="do not start the assistant")
    given = arguments.parse_args()
    chat = given.chat or f"http://127.0.0.1:{os.environ.get('NKBOT_PORT', '') or 8000}"
    try:
        site = DemoSite(chat, given.port)
    except OSError as error:
        print(
            f"Port {given.port} cannot be used ({error.strerror}): choose another with --port.",
            file=sys.stderr,
        )
        return 1
    ours = f"http://127.0.0.1:{site.port} http://localhost:{site.port}"
    with site.serving():
        print(f"The demonstration site: {site.url}/", flush=True)
        if given.site_only:
            print(f"It needs an assistant at {chat} with NKBOT_SITES={ours!r}. Stop with Ctrl-C.", flush=True)
            try:
                threading.Event().wait()
            except KeyboardInterrupt:
                return 0
        os.environ["NKBOT_SITES"] = f"{os.environ.get('NKBOT_SITES', '')} {ours}".strip()
        from bot.operations import run  # it takes the signals

        return run.main()


if __name__ == "__main__":
    sys.exit(main())
