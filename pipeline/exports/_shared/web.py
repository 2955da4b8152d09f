"""Asking a service over the network, with errors that a person can make sense of."""

from __future__ import annotations

import http.client
import json
import time
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from pipeline.exports import ExportError

USER_AGENT = "listener-atlas (reads a listener's own top artists)"
LARGEST_ANSWER = 8 << 20  # bytes

_CHUNK = 64 << 10


@dataclass(frozen=True)
class Answer:
    """What a service answered, whatever its status."""

    service: str
    status: int
    body: bytes

    def json(self) -> object:
        """Read the body; ExportError when the service is in trouble or it is no JSON."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise self.unexpected() from None

    def unexpected(self) -> ExportError:
        """Say that the answer makes no sense, and what to do."""
        if self.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            said = f"{self.service} is in trouble (status {self.status})."
        else:
            said = f"{self.service} gave an answer that cannot be read (status {self.status})."
        return ExportError(f"{said} Try again later, or give a file instead.")


class _AnyStatus(urllib.request.HTTPErrorProcessor):
    """Takes every status for an answer, but follows redirections."""

    def http_response(self, request: urllib.request.Request, response: Any) -> Any:
        redirected = HTTPStatus.MULTIPLE_CHOICES <= response.status < HTTPStatus.BAD_REQUEST
        return super().http_response(request, response) if redirected else response

    https_response = http_response


def ask(url: str, query: Mapping[str, str], *, service: str, timeout: float) -> Answer:
    """Send one request.

    Neither a message nor an error names the address: it may hold a key.

    Raises
    ------
    ExportError
        When there is no answer within `timeout` seconds.
    """
    request = urllib.request.Request(
        f"{url}?{urlencode(query)}",
        headers={"User-Agent": USER_AGENT, "Accept": "application/json"},
    )
    deadline = time.monotonic() + timeout
    try:
        with urllib.request.build_opener(_AnyStatus).open(request, timeout=timeout) as response:
            return Answer(service, response.status, _body(response, deadline))
    except (OSError, http.client.HTTPException, ValueError) as error:
        late = isinstance(error, TimeoutError) or isinstance(
            getattr(error, "reason", None), TimeoutError
        )
        what = f"did not answer within {timeout:g} seconds" if late else "cannot be reached"
    raise ExportError(f"{service} {what}. Check the network and try again, or give a file instead.")


def _body(response: http.client.HTTPResponse, deadline: float) -> bytes:
    """Read the body; TimeoutError when it trickles in for too long."""
    body = b""
    while chunk := response.read1(_CHUNK):
        body += chunk
        if time.monotonic() > deadline:
            raise TimeoutError
        if len(body) > LARGEST_ANSWER:
            raise ValueError("the answer does not end")
    return body
