"""Bodies that are too large are refused before they are read."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.serving.problems import respond

MOST_BYTES = 16 * 1024**2
"""A thousand listeners with fifty artists each are about 3 MiB."""


class BodyLimit:
    """Refuses bodies over `most` bytes, by the length that is declared or by counting.

    Parameters
    ----------
    app : ASGIApp
        What answers.
    most : int
        Bytes.
    """

    def __init__(self, app: ASGIApp, *, most: int = MOST_BYTES) -> None:
        self._app = app
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        declared = dict(scope["headers"]).get(b"content-length", b"")
        if declared.isdigit() and int(declared) > self._most:
            await self._refusal()(scope, receive, send)
            return
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self._most:
                raise HTTPException(413, self._expected())
            return message

        await self._app(scope, counted, send)

    def _expected(self) -> str:
        return f"Expected a body of at most {self._most:,} bytes. Send fewer listeners at a time."

    def _refusal(self) -> ASGIApp:
        return respond(413, self._expected())
