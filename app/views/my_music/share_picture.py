"""An answer as a picture to share: both layers, the map, and where it comes from."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pandas as pd

from app.charts.land import Ring, project, rings
from app.look.palette import Palette
from app.look.words import percent
from pipeline.core.model.predictor import Prediction
from pipeline.core.places.countries import countries

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont, ImageFont

    Font: TypeAlias = FreeTypeFont | ImageFont

SIZE = (1200, 1200)

_PAGE, _INK, _PALE_INK, _ACCENT = "#FDFCF9", "#1B2733", "#5A6670", "#0F6B6B"
_LAND, _TRACK, _TICK = "#E2DED2", "#EFECE3", "#808A91"
_STEPS = ("#DDEDE6", "#A3D1C9", "#61AEAB", "#2B8687", "#0D5B5F", "#064549")
_SANS, _SERIF = "SourceSansVF-Upright", "SourceSerifVariable-Roman"
_EDGE = 64
_WIDE = SIZE[0] - 2 * _EDGE
_MAP_TOP, _MAP_HIGH = 288, 480
_BARS_TOP, _ROW, _ROWS = 790, 62, 5
_COLUMN_GAP = 56
_FINER = 2
"""Times as large as the map is drawn before it is made smaller, for smooth edges."""

_NORTH, _SOUTH = 1.38, -0.98


@dataclass(frozen=True)
class Caption:
    """What is written on a picture beside the figures."""

    headline: str
    below: str
    foot: tuple[str, ...]


def picture(prediction: Prediction, caption: Caption, palette: Palette) -> bytes:
    """Draw an answer as a PNG of `SIZE` pixels."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", SIZE, _PAGE)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, SIZE[0], 12), fill=_ACCENT)
    _write(draw, (_EDGE, 48), "Listener Atlas", font(_SANS, 28, 650), _ACCENT)
    _headline(draw, caption)
    image.paste(_world(prediction.country), (_EDGE, _MAP_TOP))
    half = (_WIDE - _COLUMN_GAP) // 2
    regions = _bars(prediction.region, "region", palette)
    countries = _bars(prediction.country, "country_name", palette)
    _column(draw, _EDGE, half, "Regions", regions)
    _column(draw, _EDGE + half + _COLUMN_GAP, half, "Countries", countries)
    for row, line in enumerate(caption.foot):
        at = (_EDGE, SIZE[1] - 70 + 26 * row)
        _write(draw, at, line, font(_SANS, 20, 400), _PALE_INK, wide=_WIDE)
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


# --- letters --------------------------------------------------------------------------------------


@cache
def font(family: str, size: int, weight: int) -> Font:
    """Give a font that Streamlit carries, so that the picture looks like the page; else Pillow's.

    Streamlit may rename its files, and a Pillow built elsewhere may not read their compression.
    """
    from PIL import ImageFont

    for path in _files(family):
        try:
            found = ImageFont.truetype(path, size)
            axes = found.get_variation_axes()
            # Of the axes the first is the weight; the others stay as they are.
            found.set_variation_by_axes([weight, *(axis["default"] or 0 for axis in axes[1:])])
        except (OSError, NotImplementedError):
            continue
        return found
    return ImageFont.load_default(size)


def _files(family: str) -> list[Path]:
    spec = find_spec("streamlit")
    folders = spec.submodule_search_locations if spec else None
    return sorted(
        path
        for folder in folders or ()
        for path in (Path(folder) / "static/static/media").glob(f"{family}*.woff2")
    )


def _write(
    draw: ImageDraw,
    at: tuple[float, float],
    text: str,
    letters: Font,
    colour: str,
    *,
    anchor: str = "la",
    wide: float | None = None,
) -> None:
    """Write one line, cut off where it would be wider than `wide`."""
    shown = text
    while wide is not None and shown and draw.textlength(_cut(shown, text), letters) > wide:
        shown = shown[:-1]
    draw.text(at, _cut(shown, text), font=letters, fill=colour, anchor=anchor)


def _cut(shown: str, text: str) -> str:
    return text if shown == text else f"{shown.rstrip()}…"


def _headline(draw: ImageDraw, caption: Caption) -> None:
    """Write the headline as large as it fits on a line, and the line below it."""
    size = 72
    while size > 36 and draw.textlength(caption.headline, font(_SERIF, size, 600)) > _WIDE:
        size -= 4
    at = (_EDGE, 176)
    letters = font(_SERIF, size, 600)
    _write(draw, at, caption.headline, letters, _INK, anchor="ls", wide=_WIDE)
    _write(draw, (_EDGE, 204), caption.below, font(_SANS, 30, 400), _PALE_INK, wide=_WIDE)


# --- bars -----------------------------------------------------------------------------------------


def _bars(table: pd.DataFrame, name: str, palette: Palette) -> pd.DataFrame:
    """Give the first rows as bars: ``label``, ``probability``, ``share`` and ``colour``."""
    first = table.head(_ROWS)
    return pd.DataFrame(
        {
            "label": first[name].astype(str),
            "probability": first["probability"],
            "share": first["share"],
            "colour": [palette.colour_of(region) for region in first["region"]],
        }
    )


def _column(draw: ImageDraw, left: int, wide: int, title: str, rows: pd.DataFrame) -> None:
    _write(draw, (left, _BARS_TOP - 12), title, font(_SERIF, 28, 600), _INK, anchor="ls")
    longest = max(float(rows["probability"].max()), float(rows["share"].max()), 1e-9)
    for number, row in enumerate(rows.to_dict("records")):
        top = _BARS_TOP + 8 + number * _ROW
        figure = percent(row["probability"])
        figure_font = font(_SANS, 24, 650)
        room = wide - draw.textlength(figure, figure_font) - 16
        _write(
            draw,
            (left, top + 24),
            row["label"],
            font(_SANS, 24, 450),
            _INK,
            anchor="ls",
            wide=room,
        )
        _write(draw, (left + wide, top + 24), figure, figure_font, _INK, anchor="rs")
        bar = (left, top + 33, left + wide, top + 45)
        draw.rounded_rectangle(bar, 4, fill=_TRACK)
        end = left + max(wide * row["probability"] / longest, 4)
        draw.rounded_rectangle((*bar[:2], end, bar[3]), 4, fill=row["colour"])
        tick = left + wide * row["share"] / longest
        draw.rectangle((tick - 1.5, bar[1] - 3, tick + 1.5, bar[3] + 3), fill=_TICK)


# --- the map --------------------------------------------------------------------------------------


def _world(country: pd.DataFrame) -> Image:
    from PIL import Image, ImageDraw

    size = (_WIDE * _FINER, _MAP_HIGH * _FINER)
    image = Image.new("RGB", size, _PAGE)
    draw = ImageDraw.Draw(image)
    colours = _colours(country)
    for code, lines in rings().items():
        for line in lines:
            points = [(x, y) for x, y in _placed(line, size).tolist()]
            draw.polygon(points, fill=colours.get(code, _LAND), outline=_PAGE, width=2)
    _dots(draw, size, {code: c for code, c in colours.items() if code not in rings()})
    return image.resize((_WIDE, _MAP_HIGH), Image.Resampling.LANCZOS)


def _dots(draw: ImageDraw, size: tuple[int, int], colours: Mapping[str, str]) -> None:
    """Draw countries that are too small for an outline."""
    for known in countries().values():
        if known.iso3 in colours and known.iso3 != "ATA":
            at = project(np.array([known.longitude]), np.array([known.latitude]))
            x, y = _placed(at, size)[0].tolist()
            radius = 4 * _FINER
            circle = (x - radius, y - radius, x + radius, y + radius)
            draw.ellipse(circle, fill=colours[known.iso3], outline=_PAGE, width=2)


def _placed(line: Ring, size: tuple[int, int]) -> Ring:
    """Put points of the plane on a picture, in the middle of its width."""
    scale = min(size[1] / (_NORTH - _SOUTH), size[0] / 5.44)
    return np.column_stack([size[0] / 2 + line[:, 0] * scale, (_NORTH - line[:, 1]) * scale])


def _colours(country: pd.DataFrame) -> dict[str, str]:
    """Colour by probability, from pale at 0 to full at the likeliest."""
    most = float(country["probability"].max()) or 1.0
    return {
        iso3: blend(_STEPS, probability / most)
        for iso3, probability in zip(country["iso3"], country["probability"], strict=True)
    }


def blend(steps: Sequence[str], share: float) -> str:
    """Give the colour at a share of the way along some colours, as #RRGGBB."""
    channels = [[int(step[i : i + 2], 16) for i in (1, 3, 5)] for step in steps]
    stops = np.linspace(0, 1, len(steps))
    mixed = [round(float(np.interp(share, stops, c))) for c in zip(*channels, strict=True)]
    return "#" + "".join(f"{channel:02X}" for channel in mixed)
