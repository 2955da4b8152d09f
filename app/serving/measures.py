"""Numbers of the API for Prometheus: requests and their seconds, predictions, the build."""

from __future__ import annotations

import time
from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, InfoMetricFamily, Metric
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.serving.current import Current

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_UNMATCHED = "unmatched"
"""Stands for whatever a client makes up, so that it cannot fill the memory with names."""
_METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
_SECONDS = (0.005, 0.01, 0.02, 0.03, 0.045, 0.06, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Measures:
    """Counts for one API.

    Parameters
    ----------
    current : Current
        Whose builds are told.
    """

    def __init__(self, current: Current) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "atlas_requests",
            "Requests by route, method and status.",
            ("route", "method", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "atlas_request_seconds",
            "Seconds from a request to the end of its answer.",
            ("route", "status"),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._predictions = Counter(
            "atlas_predictions",
            "Lists that a recipe was asked about.",
            ("recipe",),
            registry=self._registry,
        )
        self._registry.register(_Builds(current))

    def predicted(self, recipe: str, lists: int) -> None:
        """Count lists that were answered."""
        self._predictions.labels(recipe).inc(lists)

    def answered(self, *, route: str, method: str, status: int, seconds: float) -> None:
        """Count a request."""
        self._requests.labels(route, method, str(status)).inc()
        self._seconds.labels(route, str(status)).observe(seconds)

    def text(self) -> bytes:
        """Write all as Prometheus reads it."""
        return generate_latest(self._registry)


class _Builds:
    """The build that answers, and how often one was loaded or could not be."""

    def __init__(self, current: Current) -> None:
        self._current = current

    def collect(self) -> Iterable[Metric]:
        """Give what holds now."""
        info = InfoMetricFamily("atlas_build", "The build that answers; absent while none does.")
        if self._current.build_id is not None:
            info.add_metric([], {"build": self._current.build_id})
        loads = CounterMetricFamily("atlas_build_loads", "Builds by outcome.", labels=["outcome"])
        loads.add_metric(["loaded"], self._current.loaded)
        loads.add_metric(["failed"], self._current.failed)
        return (info, loads)


class Measured:
    """Measures every request.

    Parameters
    ----------
    app : ASGIApp
        What answers.
    measures : Measures
        Where it is counted.
    """

    def __init__(self, app: ASGIApp, *, measures: Measures) -> None:
        self._app = app
        self._measures = measures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, and count."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        start = time.perf_counter()
        try:
            await self._app(scope, receive, noting)
        finally:
            self._measures.answered(
                route=getattr(scope.get("route"), "path", _UNMATCHED),
                method=scope["method"] if scope["method"] in _METHODS else _UNMATCHED,
                status=status,
                seconds=time.perf_counter() - start,
            )
