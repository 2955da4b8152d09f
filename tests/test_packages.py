from __future__ import annotations

from importlib import metadata

import pytest

from pipeline import packages


def test_a_package_is_named_as_it_is_installed_and_brings_what_it_needs() -> None:
    found = packages.versions(["sklearn"])
    assert found["scikit-learn"] == metadata.version("scikit-learn")
    assert {"numpy", "scipy", "joblib", "threadpoolctl"} <= set(found)
    assert list(found) == sorted(found)


def test_what_a_needed_package_needs_counts_too() -> None:
    # umap leaves the arithmetic to numba, and numba to llvmlite.
    assert {"umap-learn", "numba", "llvmlite", "pynndescent"} <= set(packages.versions(["umap"]))


def test_extras_and_what_is_not_installed_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    needs = {
        "one": ["Two_b>=1", "three; extra == 'plot'", "four>1; sys_platform == 'win32'"],
        "two-b": ["one"],
    }

    monkeypatch.setattr(packages, "_distributions", lambda: {"uno": ["One"]})
    monkeypatch.setattr(packages, "_needs", lambda name: tuple(packages._required(needs[name])))
    monkeypatch.setattr(packages, "_version", lambda name: "1.0" if name in needs else None)
    assert packages.versions(["uno", "nowhere"]) == {"one": "1.0", "two-b": "1.0"}
