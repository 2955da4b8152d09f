"""A server on this machine that answers as a service would."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


class Local:
    """Answers every request with what it is told to; remembers what was asked.

    With `moved_to`, any other path is redirected there. With `trickle`, it goes on for ever.
    """

    def __init__(self) -> None:
        self.status = 200
        self.body: bytes = b""
        self.moved_to = ""
        self.trickle: Callable[[], bytes] | None = None
        self.path = ""
        self.query: dict[str, str] = {}
        self.asked_with: dict[str, str] = {}
        self.url = ""

    def say(self, body: Any, status: int = 200) -> None:
        """Answer so from now on."""
        self.body = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.status = status

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer one request."""
        parts = urlsplit(handler.path)
        self.path = parts.path
        self.query = {name: value for name, (value, *_) in parse_qs(parts.query).items()}
        self.asked_with = dict(handler.headers)
        if self.moved_to and self.path != self.moved_to:
            handler.send_response(302)
            handler.send_header("Location", self.moved_to)
            handler.end_headers()
            return
        handler.send_response(self.status)
        handler.end_headers()
        try:
            handler.wfile.write(self.body)
            while self.trickle is not None:
                handler.wfile.write(self.trickle())
                handler.wfile.flush()
        except OSError:
            return  # the other side hung up


@contextmanager
def serving() -> Iterator[Local]:
    """Serve until the end of the block."""
    answering = Local()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answering.answer(self)

        def log_message(self, *args: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        answering.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield answering
        server.shutdown()
        thread.join()
