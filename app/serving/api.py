"""The API: FastAPI over the same predictor as the app. `python -m app.serving` starts it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio.to_thread
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from app.serving import browsing, operating, predicting, problems
from app.serving.current import Current
from app.serving.limits import BodyLimit
from app.serving.measures import Measured, Measures

THREADS = 4
"""Requests that are worked on at a time; more wait their turn. A prediction is all computation,
so more threads than cores bring little."""

TITLE = "Listener Atlas"
DESCRIPTION = """
Give it the artists that somebody plays, and it says where in the world people with that taste live,
why, and how sure it is. Errors are problem documents (RFC 9457) that name the field.
"""
_TAGS = [
    {"name": "predictions", "description": "Where people with such lists live."},
    {"name": "artists and countries", "description": "What the build knows."},
    {"name": "operation", "description": "For whoever runs the server."},
]


def create(artifacts: Path | None = None) -> FastAPI:
    """Make the API over the current build of `artifacts`, by default as everywhere."""
    from importlib.metadata import version

    api = FastAPI(
        title=TITLE,
        description=DESCRIPTION,
        version=version("listener-atlas"),
        openapi_tags=_TAGS,
        lifespan=_lifespan,
        redoc_url=None,
        generate_unique_id_function=lambda route: route.name,
    )
    current = Current(artifacts)
    measures = Measures(current)
    api.state.current, api.state.measures = current, measures
    problems.install(api)
    for router in (predicting.ROUTER, browsing.ROUTER, operating.ROUTER):
        api.include_router(router)
    api.add_middleware(BodyLimit)
    api.add_middleware(Measured, measures=measures)
    api.openapi = lambda: _openapi(api)  # type: ignore[method-assign]
    return api


@asynccontextmanager
async def _lifespan(api: FastAPI) -> AsyncIterator[None]:
    anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
    api.state.current.notice()
    yield
    api.state.current.close()


def _openapi(api: FastAPI) -> dict[str, Any]:
    """Describe the API once; problems are declared by reference, so their schema is added here."""
    if api.openapi_schema is None:
        described = get_openapi(
            title=api.title,
            version=api.version,
            description=api.description,
            routes=api.routes,
            tags=api.openapi_tags,
        )
        schema = problems.Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        parts = described["components"]["schemas"]
        parts |= schema.pop("$defs") | {problems.Problem.__name__: schema}
        api.openapi_schema = described
    return api.openapi_schema


app = create()
