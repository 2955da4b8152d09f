"""Plotly's configuration of a chart that is only looked at."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

STILL: Mapping[str, Any] = MappingProxyType({"displayModeBar": False})
"""No tools above the chart."""
