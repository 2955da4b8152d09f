"""Say where people with a list of artists live."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pipeline.commands._shared.options import Artifacts, RecipeName, opened_build
from pipeline.core.model.predictor import Play, Prediction, Predictor


def predict(
    artists: Annotated[
        str, typer.Argument(help='Artists with commas, "Radiohead, Björk", or a file of plays.')
    ],
    recipe: RecipeName = None,
    scrobbles: Annotated[int | None, typer.Option(help="Total plays, where known.")] = None,
    user: Annotated[
        str | None, typer.Option(help="user_id in the file of plays; else its first listener.")
    ] = None,
    tau: Annotated[
        float | None, typer.Option(help="How far small countries are raised, 0 to 1.")
    ] = None,
    top: Annotated[int, typer.Option(min=1, help="Countries to show.")] = 10,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print everything as JSON, for programs.")
    ] = False,
    artifacts: Artifacts = None,
) -> None:
    """Say where people with such a list live: both layers and the top countries.

    ARTISTS may also be a file in the layout of user_top_artists; then one of its listeners counts.
    """
    console = Console(stderr=as_json)
    predictor = Predictor.open(opened_build(artifacts))
    if Path(artists).is_file():
        plays = _plays_in(Path(artists), user, console)
    else:
        names = [name.strip() for name in artists.split(",") if name.strip()]
        plays = [Play(_read_as(predictor, name, console)) for name in names]
    answer = predictor.predict(plays, recipe=recipe, total_scrobbles=scrobbles, tau=tau)
    if as_json:
        sys.stdout.write(json.dumps(_plain(answer), ensure_ascii=False, indent=2) + "\n")
    else:
        _print_prediction(console, answer, top)


def _plays_in(path: Path, user: str | None, console: Console) -> list[Play]:
    """Read one listener's plays from a file, saying whose they are."""
    from pipeline.scoring import plays_of_user

    user_id, plays = plays_of_user(path, user)
    console.print(f"{len(plays)} artists of user_id {escape(user_id)}")
    return plays


def _read_as(predictor: Predictor, name: str, console: Console) -> str:
    """Give the artist that `name` means, saying so where it is not spelt like it."""
    (match,) = predictor.resolve([name])
    if match.kind == "corrected" and match.index is not None:
        console.print(f"{escape(name)} → {escape(predictor.artist_name(match.index))}")
        return predictor.artist_name(match.index)
    if match.kind in ("ambiguous", "unknown") and match.candidates:
        near = ", ".join(predictor.artist_name(i) for i in match.candidates)
        console.print(f"{escape(name)}: {match.kind}; did you mean {escape(near)}?")
    return name


def _plain(answer: Prediction) -> dict[str, Any]:
    """Turn an answer into what JSON can hold; numbers are those of the predictor."""
    return {
        "recipe": answer.recipe,
        "tau": answer.tau,
        "matched": [[known.given, known.artist_name] for known in answer.matched],
        "unknown": list(answer.unknown),
        "regions": answer.region.to_dict("records"),
        "countries": answer.country.to_dict("records"),
        "set": list(answer.prediction_set),
    }


def _print_prediction(console: Console, answer: Prediction, top: int) -> None:
    _print_doubts(console, answer)
    likeliest = answer.region["region"].iat[0]
    within = answer.country[answer.country["region"] == likeliest]
    regions = _table(f"Layer 1: P(region), {answer.recipe}", "region", *_SHARES)
    for row in answer.region.itertuples():
        regions.add_row(row.region, f"{row.probability:.1%}", f"{row.share:.1%}")
    inside = _table(f"Layer 2: P(country | {likeliest})", "country", "probability")
    for row in within.sort_values("within", ascending=False).head(top).itertuples():
        inside.add_row(row.country_name, f"{row.within:.1%}")
    countries = _table("Together: P(country)", "country", "region", *_SHARES)
    for row in answer.country.head(top).itertuples():
        shares = (f"{row.probability:.1%}", f"{row.share:.1%}")
        countries.add_row(row.country_name, row.region, *shares)
    for table in (regions, inside, countries):
        console.print(table)
    names = answer.country[answer.country["in_set"]]["country_name"]
    console.print(f"9 times in 10 it is one of these {len(names)}: {escape(', '.join(names))}")


_SHARES = ("probability", "of all listeners")


def _table(title: str, *headings: str) -> Table:
    table = Table(title=title, title_justify="left")
    for heading in headings:
        words = heading in ("country", "region")
        table.add_column(heading, justify="left" if words else "right")
    return table


def _print_doubts(console: Console, answer: Prediction) -> None:
    """Say which artists of the list say little, and where none says anything."""
    if answer.unknown:
        unknown = escape(", ".join(answer.unknown))
        console.print(f"Not known to this build, judged by name alone: {unknown}")
    if answer.without_vector:
        rare = ", ".join(known.artist_name for known in answer.without_vector)
        console.print(f"Known, but rare, so that they say little: {escape(rare)}")
    if not answer.matched:
        console.print("No artist of the list is known: this is little more than a guess by names.")
