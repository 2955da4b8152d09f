"""Names at the right ends of lines, moved apart where lines end close together."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import plotly.graph_objects as go

_LINE = 15
_LETTER = 7
_WIDEST = 12


@dataclass(frozen=True)
class End:
    """Where a line ends (`value`, on the y axis), its name and its colour."""

    label: str
    value: float
    colour: str


def add_end_labels(
    figure: go.Figure, ends: Sequence[End], *, low: float, high: float, height: int
) -> None:
    """Write each name in the right margin, as near its line as the others allow.

    Parameters
    ----------
    figure : Figure
        Has a linear y axis from `low` to `high`, drawn `height` pixels high.
    """
    wrapped = [textwrap.wrap(end.label, _WIDEST) or [""] for end in ends]
    wanted = [height * (end.value - low) / (high - low) for end in ends]
    placed = apart(wanted, [_LINE * len(lines) for lines in wrapped], room=height)
    for end, lines, at, moved in zip(ends, wrapped, wanted, placed, strict=True):
        figure.add_annotation(
            x=1,
            xref="paper",
            xanchor="left",
            xshift=8,
            y=end.value,
            yanchor="middle",
            yshift=moved - at,
            text="<br>".join(lines),
            align="left",
            showarrow=False,
            font={"color": end.colour, "size": 12, "weight": 600},
        )
    longest = max((len(line) for lines in wrapped for line in lines), default=0)
    figure.update_layout(margin_r=12 + _LETTER * longest)


def apart(wanted: Sequence[float], heights: Sequence[float], *, room: float) -> list[float]:
    """Move labels apart so that none overlaps another, by as little as can be (least squares).

    Once each label is lowered by all that stands below it, keeping apart means keeping order, so
    that this is an isotonic regression: neighbours in the wrong order share their mean.

    Parameters
    ----------
    wanted, heights : sequence of float
        Middle and height of each label, in pixels.
    room : float
        Pixels from 0 upwards that the labels stay within, if they fit.
    """
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    stacked = [heights[i] for i in order]
    middles = [total - own / 2 for total, own in zip(accumulate(stacked), stacked, strict=True)]
    crowds: list[tuple[float, int]] = []
    for i, middle in zip(order, middles, strict=True):
        mean, size = wanted[i] - middle, 1
        while crowds and crowds[-1][0] > mean:
            other, others = crowds.pop()
            mean, size = (mean * size + other * others) / (size + others), size + others
        crowds.append((mean, size))
    highest = max(room - sum(stacked), 0.0)
    bases = [min(max(mean, 0.0), highest) for mean, size in crowds for _ in range(size)]
    placed = dict(zip(order, map(sum, zip(bases, middles, strict=True)), strict=True))
    return [placed[i] for i in range(len(wanted))]
