"""The command line: run, predict, score, builds, world."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from pipeline import config as options
from pipeline.core.builds.artifacts import (
    Pruned,
    artifacts_folder,
    choose,
    current_build,
    current_id,
    list_builds,
    prune,
)
from pipeline.core.builds.build import BUILD_AGAIN, Build, BuildError, read_manifest
from pipeline.core.builds.integrity import damage
from pipeline.core.errors import UserError
from pipeline.core.model.predictor import Play, Prediction, Predictor

app = typer.Typer(
    help="Listener Atlas: from listening data to a sealed build that the app reads.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)

Artifacts = Annotated[
    Path | None,
    typer.Option(help="Folder of work and builds; else $ATLAS_ARTIFACTS, else ./artifacts."),
]
RecipeName = Annotated[
    str | None, typer.Option(help="Recipe to predict with; else the build's default.")
]


class Show(StrEnum):
    """How progress is shown."""

    AUTO = "auto"
    BAR = "bar"
    PLAIN = "plain"
    JSON = "json"


@contextmanager
def _errors_shown(console: Console) -> Iterator[None]:
    """Show what a person can mend as a message; anything else is a fault and keeps its trace."""
    try:
        yield
    except UserError as error:
        console.print(f"[bold red]Error:[/bold red] {_literal(str(error))}", highlight=False)
        raise typer.Exit(1) from None


def _literal(text: str) -> str:
    from rich.markup import escape

    return escape(text)


@app.command()
def run(
    source: Annotated[
        str | None, typer.Option(help="lastfm_500k, lastfm_360k, table or world.")
    ] = None,
    path: Annotated[Path | None, typer.Option(help="File or folder of the source.")] = None,
    preset: Annotated[str | None, typer.Option(help="demo, large, original or tiny.")] = None,
    recipes: Annotated[
        str | None, typer.Option(help="Recipes to train, with commas; the baseline comes along.")
    ] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", help="stage.option=value; may be given several times."),
    ] = None,
    artifacts: Artifacts = None,
    progress: Annotated[Show, typer.Option(help="How to show progress.")] = Show.AUTO,
) -> None:
    """Build from a source. What is up to date is not done again."""
    from pipeline.progress import JsonLines

    console = Console(stderr=progress is Show.JSON)
    lines = JsonLines(sys.stdout) if progress is Show.JSON else None
    try:
        with _errors_shown(console):
            _run(source, path, preset, recipes, set_ or [], artifacts, progress, lines, console)
    except Exception as error:
        if lines is not None:
            lines.say(error=str(error.__context__ or error))
        raise


def _run(
    source: str | None,
    path: Path | None,
    preset: str | None,
    recipes: str | None,
    assignments: list[str],
    artifacts: Path | None,
    progress: Show,
    lines: object,
    console: Console,
) -> None:
    from pipeline.progress import Bars, JsonLines, Lines
    from pipeline.runner import PipelineRun
    from pipeline.summary import print_summary

    chosen = [] if recipes is None else [r.strip() for r in recipes.split(",") if r.strip()]
    if recipes is not None:
        listed = ", ".join(f'"{r}"' for r in chosen)
        assignments = [*assignments, f"train.recipes=[{listed}]"]
    config = options.load(preset, assignments, name=source, path=path)
    bars = progress is Show.BAR or (progress is Show.AUTO and console.is_terminal)
    listener = lines if isinstance(lines, JsonLines) else (Bars if bars else Lines)(console)
    folder = artifacts_folder(artifacts)
    result = PipelineRun(config, artifacts=folder, listener=listener).run()
    if isinstance(lines, JsonLines):
        lines.say(build=result.manifest.id)
    else:
        print_summary(console, result)


@app.command()
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
    with _errors_shown(console):
        predictor = Predictor.open(_build(artifacts))
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


def _plays_in(path: Path, user: str | None, console: Console) -> list[Play]:
    """Read one listener's plays from a file, saying whose they are."""
    from pipeline.scoring import plays_of_user

    user_id, plays = plays_of_user(path, user)
    console.print(f"{len(plays)} artists of user_id {_literal(user_id)}")
    return plays


def _read_as(predictor: Predictor, name: str, console: Console) -> str:
    """Give the artist that `name` means, saying so where it is not spelt like it."""
    (match,) = predictor.resolve([name])
    if match.kind == "corrected" and match.index is not None:
        console.print(f"{_literal(name)} → {_literal(predictor.artist_name(match.index))}")
        return predictor.artist_name(match.index)
    if match.kind in ("ambiguous", "unknown") and match.candidates:
        near = ", ".join(predictor.artist_name(i) for i in match.candidates)
        console.print(f"{_literal(name)}: {match.kind}; did you mean {_literal(near)}?")
    return name


def _print_prediction(console: Console, answer: Prediction, top: int) -> None:
    if answer.unknown:
        unknown = _literal(", ".join(answer.unknown))
        console.print(f"Not known to this build, judged by name alone: {unknown}")
    if answer.without_vector:
        rare = ", ".join(k.artist_name for k in answer.without_vector)
        console.print(f"Known, but rare, so that they say little: {_literal(rare)}")
    if not answer.matched:
        console.print("No artist of the list is known: this is little more than a guess by names.")
    regions = Table(title=f"Layer 1: P(region), {answer.recipe}", title_justify="left")
    for heading in ("region", "probability", "of all listeners"):
        regions.add_column(heading, justify="left" if heading == "region" else "right")
    for row in answer.region.itertuples():
        regions.add_row(row.region, f"{row.probability:.1%}", f"{row.share:.1%}")
    console.print(regions)
    likeliest = answer.region["region"].iat[0]
    within = Table(title=f"Layer 2: P(country | {likeliest})", title_justify="left")
    within.add_column("country")
    within.add_column("probability", justify="right")
    inside = answer.country[answer.country["region"] == likeliest]
    for row in inside.sort_values("within", ascending=False).head(top).itertuples():
        within.add_row(row.country_name, f"{row.within:.1%}")
    console.print(within)
    countries = Table(title="Together: P(country)", title_justify="left")
    for heading in ("country", "region", "probability", "of all listeners"):
        countries.add_column(
            heading, justify="left" if heading in ("country", "region") else "right"
        )
    for row in answer.country.head(top).itertuples():
        countries.add_row(
            row.country_name, row.region, f"{row.probability:.1%}", f"{row.share:.1%}"
        )
    console.print(countries)
    names = answer.country[answer.country["in_set"]]["country_name"]
    console.print(f"9 times in 10 it is one of these {len(names)}: {_literal(', '.join(names))}")


@app.command()
def score(
    plays: Annotated[Path, typer.Argument(help="Plays, as CSV or Parquet.")],
    out: Annotated[Path, typer.Argument(help="Parquet file to write.")],
    recipe: RecipeName = None,
    artifacts: Artifacts = None,
) -> None:
    """Write P(country) of every listener in a file in the layout of user_top_artists.

    OUT gets the columns user_id, country (ISO 3166-1 alpha-2) and probability.
    """
    from rich.progress import Progress

    from pipeline.scoring import score_file

    console = Console()
    with _errors_shown(console):
        predictor = Predictor.open(_build(artifacts))
        with Progress(console=console) as bars:
            bar = bars.add_task("Scoring", total=1.0)
            counts = score_file(
                predictor,
                plays,
                out,
                recipe=recipe,
                progress=lambda share, words: bars.update(bar, completed=share, description=words),
            )
        for row in counts.to_pylist():
            why = f" ({row['reason']})" if row["reason"] else ""
            console.print(f"{row['rows_of']} {row['outcome']}{_literal(why)}: {row['rows']:,}")
        console.print(f"Written: {out}")


@app.command(name="builds")
def show_builds(
    check: Annotated[bool, typer.Option(help="Compare every file with its manifest.")] = False,
    keep: Annotated[
        int | None, typer.Option("--prune", min=1, help="Keep this many builds, remove the rest.")
    ] = None,
    force: Annotated[
        bool, typer.Option(help="With --prune: remove builds too that a program has open.")
    ] = False,
    use: Annotated[str | None, typer.Option(help="Make this build current.")] = None,
    artifacts: Artifacts = None,
) -> None:
    """List builds; check them, choose the current one, or remove old ones."""
    console = Console()
    folder = artifacts_folder(artifacts)
    with _errors_shown(console):
        if use is not None:
            choose(folder, use)
        if keep is not None:
            _print_pruned(console, prune(folder, keep=keep, force=force))
        damaged = _print_builds(console, folder, check=check)
    if damaged:
        raise typer.Exit(1)


def _print_pruned(console: Console, pruned: Pruned) -> None:
    for name in pruned.removed:
        console.print(f"removed {name}")
    for name, reason in pruned.left.items():
        console.print(f"left {name}: {_literal(reason)}")
    if pruned.left:
        console.print("Close what has them open and prune again, or remove them with --force.")


def _print_builds(console: Console, folder: Path, *, check: bool) -> bool:
    """List the builds; True when a checked one is damaged."""
    current, damaged = current_id(folder), False
    table = Table()
    for heading in ("build", "created", "source", "recipes", "size", "state"):
        table.add_column(heading)
    for path in list_builds(folder):
        state = ["current"] if path.name == current else []
        try:
            manifest = read_manifest(path)
            problems = damage(path) if check else []
            state += problems or (["whole"] if check else [])
            damaged = damaged or bool(problems)
            size = sum(f.bytes for f in manifest.files) / 1024**2
            row = (manifest.created, manifest.source.label, str(len(manifest.recipes)))
            table.add_row(path.name, *row, f"{size:.1f} MiB", "; ".join(state))
        except BuildError as error:
            damaged = True
            table.add_row(path.name, "", "", "", "", _literal(str(error)))
    if table.row_count:
        console.print(table)
    else:
        console.print(f"There is no build in {folder}. {BUILD_AGAIN}")
    return damaged and check


@app.command()
def world(
    out: Annotated[Path, typer.Argument(help="Folder to write users.csv and the plays into.")],
    listeners: Annotated[int, typer.Option(min=1, help="Listeners to simulate.")] = 20_000,
    seed: Annotated[int, typer.Option(min=0, help="Seed of every draw.")] = 0,
    parquet: Annotated[bool, typer.Option(help="Write Parquet instead of CSV.")] = False,
) -> None:
    """Write the simulated data set as files, in the layout of lastfm_500k."""
    from rich.progress import Progress

    from pipeline.sources.world.writing import write_world

    console = Console()
    with _errors_shown(console), Progress(console=console) as bars:
        bar = bars.add_task("Simulating", total=1.0)
        write_world(
            out,
            listeners=listeners,
            seed=seed,
            as_parquet=parquet,
            progress=lambda share, words: bars.update(bar, completed=share, description=words),
        )
    console.print(f"Written: {listeners:,} simulated listeners in {out}")


def _build(artifacts: Path | None) -> Build:
    build = current_build(artifacts)
    if build is None:
        raise BuildError(f"there is no build in {artifacts_folder(artifacts)}. {BUILD_AGAIN}")
    return build


if __name__ == "__main__":
    app()
