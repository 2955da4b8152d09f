from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import duckdb
import pytest

from app.charts.region_map import region_map
from app.look.palette import NEUTRAL, Palette
from app.shell import data
from pipeline.core.builds.artifacts import (
    ARTIFACTS_VARIABLE,
    builds_folder,
    current_id,
    make_current,
    prune,
)
from pipeline.core.builds.build import DATABASE, Build, BuildError
from pipeline.core.model.predictor import Play
from pipeline.core.places.regions import region_order


@pytest.fixture(autouse=True)
def _forget() -> None:
    """Start each test with empty caches."""
    data._build.clear()
    data._predictor.clear()
    data._rows.clear()
    data._made.clear()
    data._demo_builds.clear()


def test_no_build() -> None:
    assert data.current() is None
    assert data.current_name() is None


def test_a_build_is_opened_once_and_a_new_one_noticed(
    own_artifacts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ARTIFACTS_VARIABLE, str(own_artifacts))
    first = data.current()
    assert first is not None
    assert data.current() is first
    (own_artifacts / "current").write_text("another\n")
    builds = builds_folder(own_artifacts)
    (builds / first.id).rename(builds / "another")
    second = data.current()
    assert second is not None
    assert second.folder == (builds / "another").resolve()


@pytest.fixture
def three(own_artifacts: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Ids of three builds in one artifacts folder, the first of them current."""
    monkeypatch.setenv(ARTIFACTS_VARIABLE, str(own_artifacts))
    first = builds_folder(own_artifacts) / str(current_id(own_artifacts))
    for name in ("second", "third"):
        shutil.copytree(first, first.parent / name)
    return [first.name, "second", "third"]


def shown(artifacts: Path, build_id: str) -> Build:
    """Make a build current, and give it as pages get it."""
    make_current(artifacts, build_id)
    build = data.current()
    assert build is not None
    assert build.folder.name == build_id
    return build


def test_a_build_that_is_thrown_out_of_the_cache_is_closed(
    own_artifacts: Path, three: list[str]
) -> None:
    first, second, third = (shown(own_artifacts, name) for name in three)
    with pytest.raises(BuildError, match="has been closed"):
        first.sql("SELECT 1 AS one")
    for build in (second, third):
        assert len(build.sql("SELECT 1 AS one")) == 1
    # Nobody holds the first any more, so that it can be pruned, and the second still.
    pruned = prune(own_artifacts, keep=1)
    assert (pruned.removed, set(pruned.left)) == ((three[0],), {"second"})


def test_a_build_that_is_shown_again_is_opened_anew_with_its_models(
    own_artifacts: Path, three: list[str]
) -> None:
    first = shown(own_artifacts, three[0])
    assert data.predictor(first) is data.predictor(first)
    for name in three[1:]:
        shown(own_artifacts, name)
    again = shown(own_artifacts, three[0])
    assert again is not first
    predictor = data.predictor(again)
    assert predictor.build is again
    assert len(predictor.predict([Play(predictor.artist_name(0))]).country)


def test_a_build_is_superseded_by_another_and_not_by_a_broken_one(
    own_artifacts: Path, three: list[str]
) -> None:
    first = shown(own_artifacts, three[0])
    assert not data.superseded(first)
    make_current(own_artifacts, "second")
    assert data.superseded(first)
    make_current(own_artifacts, "nowhere")
    assert not data.superseded(first)
    (own_artifacts / "current").unlink()
    assert data.superseded(first)


def test_rows_are_kept_for_their_own_build_only(
    own_artifacts: Path, tiny_artifacts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = builds_folder(own_artifacts) / str(current_id(own_artifacts)) / DATABASE
    with duckdb.connect(str(database)) as connection:
        connection.execute("DELETE FROM regions WHERE position = 0")
    monkeypatch.setenv(ARTIFACTS_VARIABLE, str(tiny_artifacts))
    here = data.current()
    monkeypatch.setenv(ARTIFACTS_VARIABLE, str(own_artifacts))
    there = data.current()
    assert here is not None
    assert there is not None
    asked = ("regions", "position < ?", (2,))
    assert data.read(here, *asked)["position"].tolist() == [0, 1]
    assert data.read(there, *asked)["position"].tolist() == [1]
    there.close()
    assert data.read(there, *asked)["position"].tolist() == [1]


def test_what_is_made_once_is_shared_and_belongs_to_its_build(
    own_artifacts: Path, tiny_artifacts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []

    def make(build: Build, name: str) -> list[str]:
        made.append(name)
        return [build.folder.parts[-3], name]

    monkeypatch.setenv(ARTIFACTS_VARIABLE, str(tiny_artifacts))
    here = data.current()
    monkeypatch.setenv(ARTIFACTS_VARIABLE, str(own_artifacts))
    there = data.current()
    assert here is not None
    assert there is not None
    first = data.once(here, make, "a")
    assert data.once(here, make, "a") is first
    assert data.once(here, make, "b") == [tiny_artifacts.name, "b"]
    assert data.once(there, make, "a") == [own_artifacts.name, "a"]
    assert made == ["a", "b", "a"]


def test_builds_shown_at_once_keep_their_own_regions_and_colours(
    own_artifacts: Path, tiny_artifacts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    learn_regions(own_artifacts)
    monkeypatch.setenv(ARTIFACTS_VARIABLE, str(tiny_artifacts))
    here = data.current()
    monkeypatch.setenv(ARTIFACTS_VARIABLE, str(own_artifacts))
    there = data.current()
    assert here is not None
    assert there is not None
    assert data.regions(there) == [f"Taste {i}" for i in range(len(data.regions(here)))]
    first, learnt = data.regions(here)[0], "Taste 0"
    assert data.palette(there).colour_of(learnt) == COLOURS[0]
    assert data.palette(here).colour_of(learnt) == NEUTRAL
    assert data.palette(here).colour_of(first) == Palette().colour_of(first)
    assert colours(here) == {r: Palette().colour_of(r) for r in data.regions(here)}
    assert colours(there) == dict(zip(data.regions(there), COLOURS, strict=False))


COLOURS = [Palette().colour_of(region) for region in region_order("atlas")]


def learn_regions(artifacts: Path) -> None:
    """Let a build have regions of its own, as with the grouping by taste."""
    database = builds_folder(artifacts) / str(current_id(artifacts)) / DATABASE
    with duckdb.connect(str(database)) as connection:
        connection.execute(
            "UPDATE countries SET region = 'Taste ' || r.position "
            "FROM regions AS r WHERE countries.region = r.region"
        )
        connection.execute("UPDATE regions SET region = 'Taste ' || position")


def colours(build: Build) -> dict[str, str]:
    """Draw a map of a build; give the colour of each region on it."""
    figure = region_map(data.read(build, "countries", "kept"), palette=data.palette(build))
    found = {}
    for trace in figure.data:
        region = trace["text"][0].rpartition("<br>")[2]
        found[region] = (
            trace["colorscale"][0][1] if trace["type"] == "choropleth" else trace["marker"]["color"]
        )
    return found


def test_an_old_build_says_what_to_run(
    own_artifacts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ARTIFACTS_VARIABLE, str(own_artifacts))
    make_old(own_artifacts)
    with pytest.raises(BuildError, match="python -m pipeline run"):
        data.current()


def make_old(artifacts: Path) -> None:
    manifest = builds_folder(artifacts) / str(current_id(artifacts)) / "manifest.json"
    told = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps(told | {"schema_version": 0}), encoding="utf-8")


def test_one_demo_build_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    wait_for_input = [sys.executable, "-c", "import threading; threading.Event().wait(60)"]
    monkeypatch.setattr(data, "COMMAND", wait_for_input)
    data.start_demo_build()
    demo = data.demo_build()
    assert demo is not None
    data.start_demo_build()
    data.forget_demo_build()
    assert data.demo_build() is demo
    demo.stop()
    data.forget_demo_build()
    assert data.demo_build() is None
