from __future__ import annotations

import pytest
from api_client import problem
from fastapi.testclient import TestClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from app.serving import limits


def test_a_body_that_is_too_large_is_refused_declared_or_not(client: TestClient) -> None:
    whole = b" " * (limits.MOST_BYTES + 1)
    headers = {"content-type": "application/json"}
    declared = client.post("/predict", content=whole, headers=headers)
    halves = (whole[: len(whole) // 2], whole[len(whole) // 2 :])
    streamed = client.post("/predict", content=iter(halves), headers=headers)
    for told in (declared, streamed):
        assert "at most 16,777,216 bytes" in problem(told, 413)["detail"]


def limited(most: int) -> TestClient:
    """A server that tells how many bytes it was sent, behind a limit."""

    async def size(request: Request) -> JSONResponse:
        return JSONResponse(len(await request.body()))

    inner = Starlette(routes=[Route("/", size, methods=["POST"])])
    return TestClient(limits.BodyLimit(inner, most=most))


@pytest.mark.parametrize("sent", [0, 9, 10])
def test_bodies_up_to_the_limit_pass_whole(sent: int) -> None:
    assert limited(10).post("/", content=b"x" * sent).json() == sent


def test_a_declared_length_is_believed_before_the_body_is_read() -> None:
    told = problem(limited(10).post("/", content=b"x" * 11), 413)
    assert told["detail"].startswith("Expected a body of at most 10 bytes.")


def test_pieces_are_counted_where_no_length_is_declared() -> None:
    assert limited(10).post("/", content=iter([b"x" * 5, b"x" * 5])).json() == 10
    response = limited(10).post("/", content=iter([b"x" * 5, b"x" * 6]))
    assert response.status_code == 413
    assert "at most 10 bytes" in response.text
