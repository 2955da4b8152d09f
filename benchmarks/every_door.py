"""Every list of a file through every door: ``python -m benchmarks.every_door PLAYS``.

The predictor in process, `score`, `predict --json`, three answers of the API and the page My music
each get every listener of a file in the layout of ``user_top_artists``; all must say the same.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from pipeline.core.builds.artifacts import ARTIFACTS_VARIABLE, artifacts_folder, current_build
from pipeline.core.builds.build import BuildError
from pipeline.core.model.predictor import Play, Prediction, Predictor
from pipeline.scoring import score_file

HEAD = 8
"""Artists of a list that are shown."""

Lists = Mapping[str, Sequence[Play]]


@dataclass
class Door:
    """What one door said.

    Attributes
    ----------
    name : str
        The door.
    answered : int
        Lists with an answer.
    apart : list of float
        Of each answer, its largest difference from the predictor's probabilities; empty for a door
        that answers in words, which counts as an answer only when they are the right ones.
    seconds : float
        For all lists together.
    """

    name: str
    answered: int = 0
    apart: list[float] = field(default_factory=list)
    seconds: float = 0.0

    def hear(self, said: Iterable[Mapping[str, Any]], expected: Prediction) -> None:
        """Take one answer: records of a country and its probability."""
        told = probabilities(expected)
        self.apart.append(max(abs(one["probability"] - told[one["country"]]) for one in said))
        self.answered += 1

    @contextmanager
    def timed(self) -> Iterator[Door]:
        """Count the seconds inside."""
        start = time.perf_counter()
        yield self
        self.seconds += time.perf_counter() - start


def probabilities(prediction: Prediction) -> dict[str, float]:
    """Give P(country) by code."""
    country = prediction.country
    return dict(zip(country["country"], country["probability"], strict=True))


def lists_of(path: Path) -> dict[str, list[Play]]:
    """Give each listener's plays, by rank."""
    kinds = {"user_id": str, "artist_name": str}
    rows = pd.read_csv(path, dtype=kinds, keep_default_na=False, na_values={"playcount": [""]})
    rows = rows.sort_values("rank", kind="stable")
    return {
        str(user): [
            Play(name, None if pd.isna(count) else float(count))
            for name, count in zip(own["artist_name"], own["playcount"], strict=True)
        ]
        for user, own in rows.groupby("user_id", sort=False)
    }


# --- the doors ------------------------------------------------------------------------------------


def in_process(predictor: Predictor, lists: Lists) -> tuple[Door, dict[str, Prediction]]:
    """Ask the predictor; all others are held against this."""
    door, said = Door("Predictor.predict"), {}
    with door.timed():
        for user, plays in lists.items():
            said[user] = predictor.predict(plays)
            door.hear(said[user].country.to_dict("records"), said[user])
    return door, said


def score(predictor: Predictor, path: Path, expected: Mapping[str, Prediction]) -> Door:
    """Score the whole file at once."""
    door = Door("score")
    with tempfile.TemporaryDirectory() as folder, door.timed():
        out = Path(folder) / "scores.parquet"
        score_file(predictor, path, out, recipe=None, progress=lambda *_: None)
        written = pd.read_parquet(out).groupby("user_id", sort=False)
        for user, rows in written:
            door.hear(rows.to_dict("records"), expected[str(user)])
    return door


def command_line(path: Path, expected: Mapping[str, Prediction]) -> Door:
    """Ask `predict FILE --user ID --json` once a listener."""
    from typer.testing import CliRunner

    from pipeline.__main__ import app

    door, runner = Door("predict --json"), CliRunner()
    with door.timed():
        for user in track(list(expected), door.name, transient=True):
            done = runner.invoke(app, ["predict", str(path), "--user", user, "--json"])
            if done.exit_code == 0:
                door.hear(json.loads(done.stdout)["countries"], expected[user])
    return door


def api(lists: Lists, expected: Mapping[str, Prediction]) -> list[Door]:
    """Ask the API for one list at a time, in its own and in the original's form, and for all."""
    from fastapi.testclient import TestClient

    from app.serving.api import app

    doors = [Door("POST /predict"), Door("POST /invocations"), Door("POST /score")]
    bodies = {user: _body(plays) for user, plays in lists.items()}
    with TestClient(app) as client:
        with doors[0].timed():
            for user, body in bodies.items():
                answer = client.post("/predict", json=body | {"top_k": 250})
                if answer.is_success:
                    doors[0].hear(answer.json()["countries"], expected[user])
        with doors[1].timed():
            for user, body in bodies.items():
                answer = client.post("/invocations", json=body)
                if answer.is_success:
                    doors[1].hear(_original(answer.json(), expected[user]), expected[user])
        with doors[2].timed():
            users = list(bodies)
            answer = client.post("/score", json={"listeners": [bodies[user] for user in users]})
            answer.raise_for_status()
            for user, one in zip(users, answer.json()["listeners"], strict=True):
                said = [{"country": c, "probability": p} for c, p in one["countries"].items()]
                doors[2].hear(said, expected[user])
    return doors


def _body(plays: Sequence[Play]) -> dict[str, Any]:
    """Write a list as the API takes it."""
    rows = [{"artist_name": play.artist_name, "playcount": play.playcount} for play in plays]
    return {"top_artists": rows}


def _original(answer: Mapping[str, Any], expected: Prediction) -> list[dict[str, Any]]:
    """Turn the original's answer, names and probabilities, into records by code."""
    codes = expected.country.set_index("country_name")["country"]
    pairs = zip(answer["countries"], answer["probabilities"], strict=True)
    return [{"country": codes[name], "probability": p} for name, p in pairs]


def page(predictor: Predictor, lists: Lists) -> tuple[Door, int]:
    """Type each list into the page; also count the lists of which it takes a name for misspelt."""
    from streamlit.testing.v1 import AppTest

    from app.look.words import verdict
    from app.views.my_music import entry
    from app.views.my_music.matching import match_list

    def script() -> None:
        from app.shell.page import PAGES

        PAGES["my_music"].show()

    door, corrected = Door("page My music"), 0
    with door.timed():
        screen = AppTest.from_function(script, default_timeout=60).run()
        for plays in track(list(lists.values()), door.name, transient=True):
            text = entry.as_text(entry.Entry(p.artist_name, p.playcount) for p in plays)
            matched = match_list(predictor, entry.parse(text)[: entry.MOST])
            corrected += any(one.kind == "corrected" for one in matched)
            expected = predictor.predict([one.play for one in matched])
            screen.text_area(key="artists").set_value(text)
            screen.run()
            told = verdict(expected.country, expected.region)
            shown = [element.value for element in screen.markdown]
            door.answered += not screen.exception and told in shown
    return door, corrected


# --- what is printed ------------------------------------------------------------------------------


def doors_table(doors: Sequence[Door], n: int) -> Table:
    """Show what each door said."""
    table = Table(title=f"{n:,} lists through every door")
    table.add_column("door")
    for title in ("answered", "largest difference", "seconds"):
        table.add_column(title, justify="right")
    for door in doors:
        apart = f"{max(door.apart):.1e}" if door.apart else "in words"
        table.add_row(door.name, f"{door.answered:,}", apart, f"{door.seconds:.1f}")
    return table


def examples(console: Console, lists: Lists, said: Mapping[str, Prediction], n: int) -> None:
    """Print the first lists and what is said of them."""
    for user in list(lists)[:n]:
        prediction = said[user]
        names = ", ".join(play.artist_name for play in lists[user][:HEAD])
        best = ", ".join(
            f"{row.country_name} {row.probability:.0%} (share {row.share:.0%})"
            for row in prediction.country.head(4).itertuples()
        )
        known, of = len(prediction.matched), len(lists[user])
        console.print(
            f"\n[bold]{user}[/bold]: {names} …\n  knows {known} of {of}; {best}; "
            f"set of {len(prediction.prediction_set)}",
            highlight=False,
        )


def main(
    plays: Annotated[Path, typer.Argument(exists=True, help="CSV: user_top_artists.")],
    artifacts: Annotated[Path | None, typer.Option(help="Folder of builds.")] = None,
    shown: Annotated[int, typer.Option(min=0, help="Lists to show with their answers.")] = 5,
) -> None:
    """Put every list through every door and say how far the answers lie apart."""
    console = Console()
    folder = artifacts_folder(artifacts)
    build = current_build(folder)
    if build is None:
        raise BuildError(f"expected a build in {folder}; make one: python -m pipeline run")
    os.environ[ARTIFACTS_VARIABLE] = str(folder.resolve())
    predictor, lists = Predictor.open(build), lists_of(plays)
    first, said = in_process(predictor, lists)
    doors = [first, score(predictor, plays, said), command_line(plays, said), *api(lists, said)]
    shown_page, corrected = page(predictor, lists)
    console.print(doors_table([*doors, shown_page], len(lists)))
    console.print(f"The page took a name of {corrected:,} lists for misspelt, and said so.")
    examples(console, lists, said, shown)


if __name__ == "__main__":
    typer.run(main)
