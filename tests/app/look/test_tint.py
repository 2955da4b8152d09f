from __future__ import annotations

import pytest

from app.look.tint import tinted


@pytest.mark.parametrize(
    ("value", "scale", "css"),
    [
        (0.5, (0, 1), "background-color: rgba(45, 150, 145, 0.250)"),
        (2, (0, 1), "background-color: rgba(45, 150, 145, 0.500)"),
        (0, (0, 1), ""),
        (None, (0, 1), ""),
        (-1, (-2, 4), "background-color: rgba(200, 120, 40, 0.250)"),
        (1, (-2, 4), "background-color: rgba(45, 150, 145, 0.125)"),
        (5, (5, 5), ""),
    ],
)
def test_cells_are_tinted_by_value(
    value: float | None, scale: tuple[float, float], css: str
) -> None:
    assert tinted(value, scale) == css
