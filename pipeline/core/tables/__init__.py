"""What a table is: declared once, checked, written whole, and asked with SQL."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

Tables: TypeAlias = Mapping[str, Any]
"""What is read, by name: a relation for each table; stages of a recipe also read its model."""
