"""Errors as problem documents (RFC 9457) that name the field, what was expected and what came."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, NamedTuple

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from app.serving.current import NoBuildError
from pipeline.core.builds.build import BuildError
from pipeline.core.model.predictor import PlaysError

MEDIA_TYPE = "application/problem+json"
_KIND = "urn:problem-type:listener-atlas:"
_MOST_FIELDS = 50
_MOST_CHARACTERS = 120
_SHOULD = re.compile(r"^\w+ should (?:be |have )?")

LOG = logging.getLogger(__name__)


class Offender(BaseModel):
    """One field that is not as expected."""

    pointer: str | None = Field(
        None,
        description="Where it stands in the body, as a JSON pointer; `#` is the whole body.",
        examples=["#/top_artists/0/playcount"],
    )
    parameter: str | None = Field(
        None, description="The parameter of the path or the query, where it is one."
    )
    expected: str = Field(description="What was expected.", examples=["greater than or equal to 0"])
    came: str = Field(description="What came, as JSON, shortened.", examples=["-3"])


class Problem(BaseModel):
    """What went wrong, as RFC 9457 has it."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "type": f"{_KIND}unexpected-field",
                "title": "Unexpected field",
                "status": 422,
                "detail": "1 field is not as expected.",
                "errors": [
                    {
                        "pointer": "#/top_artists/0/playcount",
                        "expected": "greater than or equal to 0",
                        "came": "-3",
                    }
                ],
            }
        }
    )

    type: str = Field(description="Kind of problem, the same for all of its kind.")
    title: str = Field(description="The kind in words.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What is wrong with this request, and what to do.")
    errors: list[Offender] | None = Field(
        None, description=f"Fields that are not as expected, the first {_MOST_FIELDS}."
    )


class _Kind(NamedTuple):
    """A kind of problem: the end of its type, its title, and what the description says of it."""

    name: str
    title: str
    meaning: str


_KINDS = {
    400: _Kind("not-json", "Not JSON", "The body is not JSON."),
    404: _Kind("not-found", "Not found", "There is no such thing in this build."),
    405: _Kind("method-not-allowed", "Method not allowed", "The route knows other methods."),
    413: _Kind("too-large", "Too large", "The body is too large."),
    415: _Kind(
        "not-declared-as-json",
        "Not declared as JSON",
        "The body is not declared as `application/json`.",
    ),
    422: _Kind(
        "unexpected-field", "Unexpected field", "Fields are not as expected; each is named."
    ),
    500: _Kind("fault", "A fault of the server", "A fault of the server; its log knows more."),
    503: _Kind("no-build", "No build", "There is no build to answer with."),
}
OF_BODY = (400, 413, 415, 422)
"""What may be wrong with a request that has a body."""


def declared(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Declare the problems that a route may answer with, a fault of the server among them."""
    schema = {"$ref": f"#/components/schemas/{Problem.__name__}"}
    return {
        status: {
            "description": _KINDS[status].meaning,
            "content": {MEDIA_TYPE: {"schema": schema}},
        }
        for status in (*statuses, 500)
    }


class FieldError(ValueError):
    """A field is well formed, and yet not what this build can use."""

    def __init__(self, where: str, *, expected: str, came: Any) -> None:
        super().__init__(f"{where}: expected {expected}")
        in_body = where.startswith("#")
        self.offender = Offender(
            pointer=where if in_body else None,
            parameter=None if in_body else where,
            expected=expected,
            came=shortened(came),
        )


def shortened(came: Any) -> str:
    """Write what came as JSON in ASCII, cut where it is long."""
    text = ""
    for part in json.JSONEncoder(default=repr).iterencode(came):
        text += part
        if len(text) > _MOST_CHARACTERS:
            return f"{text[:_MOST_CHARACTERS]}…"
    return text


def respond(
    status: int,
    detail: str,
    *,
    errors: Sequence[Offender] = (),
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    """Make the response of a problem; its kind follows from the status."""
    kind = _KINDS[status]
    problem = Problem(
        type=f"{_KIND}{kind.name}",
        title=kind.title,
        status=status,
        detail=detail,
        errors=list(errors) or None,
    )
    content = problem.model_dump(exclude_none=True)
    return JSONResponse(content, status_code=status, headers=headers, media_type=MEDIA_TYPE)


def _fields(offenders: Sequence[Offender], *, n: int) -> JSONResponse:
    """Name the first of `n` fields."""
    detail = "1 field is not as expected." if n == 1 else f"{n:,} fields are not as expected."
    if n > len(offenders):
        detail += f" The first {len(offenders)} are listed."
    return respond(422, detail, errors=offenders)


def install(api: FastAPI) -> None:
    """Answer every error of `api` with a problem document."""
    api.add_exception_handler(RequestValidationError, _invalid)
    api.add_exception_handler(FieldError, _unusable)
    api.add_exception_handler(PlaysError, _unusable_plays)
    api.add_exception_handler(NoBuildError, _no_build)
    api.add_exception_handler(BuildError, _no_build)
    api.add_exception_handler(HTTPException, _http)
    api.add_exception_handler(Exception, _fault)


# Handlers are given as Exception: Starlette asks for that, and only calls them with their own.


async def _invalid(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    found = error.errors()
    not_json = [e for e in found if e["type"] == "json_invalid"]
    if not_json:
        why = not_json[0].get("ctx", {}).get("error", "it cannot be read")
        position = not_json[0]["loc"][-1]
        return respond(400, f"Expected JSON; at character {position}: {why}.")
    if isinstance(error.body, bytes):
        return respond(415, "Expected the header `Content-Type: application/json`.")
    return _fields([_offender(e) for e in found[:_MOST_FIELDS]], n=len(found))


def _offender(error: dict[str, Any]) -> Offender:
    origin, *path = error["loc"]
    if error["type"] == "missing":
        expected, came = "a value", "nothing"
    else:
        expected, came = _SHOULD.sub("", error["msg"]), shortened(error.get("input"))
    if error["type"] == "extra_forbidden":
        expected = "no such field"
    if origin == "body":
        return Offender(pointer=pointer(path), expected=expected, came=came)
    return Offender(parameter=str(path[0]), expected=expected, came=came)


def pointer(path: Sequence[str | int]) -> str:
    """Write a position in the body as a JSON pointer in a fragment (RFC 6901)."""
    from urllib.parse import quote

    steps = [str(step).replace("~", "~0").replace("/", "~1") for step in path]
    return "#" + "".join(f"/{quote(step, errors='replace')}" for step in steps)


async def _unusable(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, FieldError)
    return _fields([error.offender], n=1)


async def _unusable_plays(_: Request, error: Exception) -> JSONResponse:
    return respond(422, str(error))


async def _no_build(_: Request, error: Exception) -> JSONResponse:
    return respond(503, str(error))


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    status = error.status_code if error.status_code in _KINDS else 500
    route = f"{request.method} {request.url.path}"
    details = {
        400: "Expected JSON in UTF-8.",
        404: f"There is no route {request.url.path}; /openapi.json lists them.",
        405: f"There is no {route}; the header Allow says which methods there are.",
    }
    own = error.detail != HTTPStatus(error.status_code).phrase and status != 400
    detail = error.detail if own else details.get(status, error.detail)
    return respond(status, detail, headers=dict(error.headers or {}))


async def _fault(request: Request, error: Exception) -> JSONResponse:
    LOG.error("%s %s failed: %s", request.method, request.url.path, type(error).__name__)
    return respond(500, "The server could not answer; its log knows more.")
