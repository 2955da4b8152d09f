from __future__ import annotations

import numpy as np
import pytest

from app.charts.land import MIDDLE, project, rings
from app.charts.outlines import outlined


def test_every_outlined_country_has_lines() -> None:
    assert set(rings()) == set(outlined()) - {"ATA"}
    assert all(len(line) > 3 for lines in rings().values() for line in lines)


def test_no_line_jumps_across_the_map() -> None:
    for code, lines in rings().items():
        for line in lines:
            steps = np.abs(np.diff(line[:, 0]))
            assert steps.max() < 0.5, code


def test_countries_lie_where_they_are() -> None:
    poland = np.concatenate(rings()["POL"])
    centre = project(np.array([19.0]), np.array([52.0]))[0]
    assert np.abs(poland.mean(axis=0) - centre).max() < 0.05
    assert np.concatenate(rings()["AUS"])[:, 1].max() < 0
    assert np.concatenate(rings()["RUS"])[:, 0].max() == pytest.approx(
        project(np.array([190.0]), np.array([65.8]))[0, 0], abs=0.05
    )


def test_the_projection_is_natural_earth() -> None:
    # Values of the reference table: at the equator x = 0.8707 times radians; poles at y = 1.4222.
    middle, east, pole = project(np.array([0.0, 90.0, 0.0]) + MIDDLE, np.array([0.0, 0.0, 90.0]))
    assert middle.tolist() == [0, 0]
    assert east.tolist() == pytest.approx([0.8707 * np.pi / 2, 0])
    assert pole[1] == pytest.approx(1.4222, abs=1e-3)
