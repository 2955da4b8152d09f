from __future__ import annotations

import pandas as pd

from app.views.my_music.asking import cost

CURVE = pd.DataFrame(
    [
        (part, tau, metric, value, 400)
        for part, values in (
            ("valid", {0.0: (0.1, 0.1), 1.0: (0.1, 0.1)}),
            ("test", {0.0: (0.66, 0.45), 0.5: (0.6599, 0.5), 1.0: (0.62, 0.48)}),
        )
        for tau, pair in values.items()
        for metric, value in zip(("accuracy", "macro_f1"), pair, strict=True)
    ],
    columns=["part", "tau", "metric", "value", "n"],
)


def test_the_recipes_own_strength_is_told_without_changes() -> None:
    assert cost(CURVE, 0.0, own=0.0) == (
        "τ = 0 (the recipe's own strength). Of 400 listeners held back: right at once 66%, macro "
        "F1 45%."
    )


def test_another_strength_says_what_it_gains_and_costs() -> None:
    assert cost(CURVE, 0.9, own=0.0) == (
        "τ = 0.9 (the recipe's own: 0). Of 400 listeners held back: right at once 62% (−4.0 "
        "points), macro F1 48% (+3.0 points)."
    )


def test_differences_too_small_to_speak_of_are_left_out() -> None:
    assert "right at once 66%, macro F1 50% (+5.0 points)" in cost(CURVE, 0.5, own=0.0)
