"""Routes for whoever runs the server: health, the container's ping, metrics."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response

from app.serving import measures, problems
from app.serving.bodies.build import HealthAnswer
from app.serving.current import Current, NoBuildError
from app.serving.routing import ApiMeasures, CurrentPredictor

# None of these goes through the thread pool: they answer however busy it is.
ROUTER = APIRouter(tags=["operation"])
_METRICS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Prometheus text.",
        "content": {"text/plain": {"schema": {"type": "string"}}},
    }
}


@ROUTER.get("/health", summary="Tell whether there is a build", responses=problems.declared(503))
async def health(current: CurrentPredictor) -> HealthAnswer:
    """Answer 200 while there is a build to answer with, else 503 with the reason."""
    return _health(current)


@ROUTER.get("/ping", summary="The same, for a container", responses=problems.declared(503))
async def ping(current: CurrentPredictor) -> HealthAnswer:
    """Answer as `/health`: hosts of the original's kind ask here."""
    return _health(current)


def _health(current: Current) -> HealthAnswer:
    current.notice()
    build, problem = current.build_id, current.reason()
    if build is None:
        raise NoBuildError(problem)
    return HealthAnswer(status="old" if problem else "ok", build=build, problem=problem)


@ROUTER.get(
    "/metrics",
    summary="Numbers for Prometheus",
    response_class=Response,
    responses=_METRICS | problems.declared(),
)
async def prometheus(counted: ApiMeasures) -> Response:
    """Requests and seconds by route and status, predictions by recipe, and the build."""
    return Response(counted.text(), media_type=measures.MEDIA_TYPE)
