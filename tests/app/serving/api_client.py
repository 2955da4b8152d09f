"""The API as tests ask it: bodies to send, and the problems that come back."""

from __future__ import annotations

from typing import Any

import pandas as pd

from pipeline.core.model.predictor import Play

UNKNOWN = "Xqzzyv Wpklm"
PROBLEM = "application/problem+json"


def body_of(rows: pd.DataFrame) -> dict[str, Any]:
    return {
        "top_artists": [
            {"artist_name": row.artist_name, "playcount": int(row.playcount)}
            for row in rows.itertuples()
        ],
        "total_scrobbles": int(rows["total_scrobbles"].iat[0]),
    }


def plays_of(body: dict[str, Any]) -> list[Play]:
    return [Play(p["artist_name"], p.get("playcount")) for p in body["top_artists"]]


def listed(*names: str, **more: Any) -> dict[str, Any]:
    return {"top_artists": [{"artist_name": name, "playcount": 7} for name in names], **more}


def problem(response: Any, status: int) -> dict[str, Any]:
    assert response.status_code == status
    assert response.headers["content-type"] == PROBLEM
    told: dict[str, Any] = response.json()
    assert told["status"] == status
    assert "Traceback" not in response.text
    return told
