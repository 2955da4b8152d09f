"""The results table of the current build in Markdown: ``python -m benchmarks.results [ARTIFACTS]``.

It prints every recipe on validation and test, as the first page of the app shows them.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

from pipeline.core.builds.artifacts import current_build
from pipeline.core.builds.build import Build, BuildError

SHOWN = ("accuracy", "top_5_accuracy", "macro_f1", "accuracy_smallest_10", "log_loss")
PARTS = ("valid", "test")


def results_table(build: Build) -> str:
    """Give recipes as rows, the baseline first; validation, and test in brackets."""
    rows = build.read("metrics", "view = 'countries' AND part IN ('valid', 'test')")
    rows = rows[rows["metric"].isin(SHOWN)]
    wide = rows.pivot(index="recipe", columns=["metric", "part"], values="value")
    labels = build.read("metric_catalogue").set_index("metric")["label"]
    n = {part: int(rows.loc[rows["part"] == part, "n"].max()) for part in PARTS}
    head = ["recipe", *(str(labels[metric]).lower() for metric in SHOWN)]
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    lines += [_line(str(recipe), wide.loc[recipe]) for recipe in _in_order(build.manifest.recipes)]
    lines.append(f"\nValidation, test in brackets; n = {n['valid']:,} and {n['test']:,}.")
    return "\n".join(lines)


def _in_order(recipes: list[str]) -> list[str]:
    return sorted(recipes, key=lambda recipe: (recipe != "majority", recipe))


def _line(recipe: str, values: pd.Series) -> str:
    cells = [
        " ".join((_number(values[metric, "valid"]), f"({_number(values[metric, 'test'])})"))
        for metric in SHOWN
    ]
    return f"| `{recipe}` | {' | '.join(cells)} |"


def _number(value: float) -> str:
    if pd.isna(value):
        return "–"
    return f"{value:.3f}".lstrip("0") if value < 1 else f"{value:.2f}"


def main() -> None:
    """Print the table."""
    build = current_build(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
    if build is None:
        raise BuildError("there is no build; run `python -m pipeline run --preset demo` first")
    sys.stdout.write(results_table(build) + "\n")


if __name__ == "__main__":
    main()
