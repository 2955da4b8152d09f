from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.codebase.definitions import BODY
from pipeline.codebase.reach import Codebase, Name, name_of

FILES = {
    "pipeline/__init__.py": "",
    "pipeline/stage.py": """
from pipeline.numbers import half, third
from pipeline import shapes
import numpy as np
import scipy.sparse
from json import dumps


def run(x):
    return half(x) + shapes.area(x)


def inner(x):
    from sklearn.svm import SVC

    return SVC, np.mean(x)


def whole():
    return shapes


def typed(x: np.ndarray) -> third:
    return x


def several():
    return scipy.sparse, dumps
""",
    "pipeline/numbers.py": """
from pipeline.deep import quarter as fourth

TWO = 2


def half(x):
    return x / TWO


def third(x):
    return x / 3


def again(x):
    return fourth(x)
""",
    "pipeline/shapes.py": """
from pathlib import Path

from pipeline.numbers import fourth

HERE = Path(__file__).parent


def area(x):
    return x * fourth(x)


def table():
    return (HERE / "shapes.csv").read_text()


class Circle:
    def draw(self):
        return table()
""",
    "pipeline/deep.py": """
import os

os.environ["A"] = "b"


def quarter(x):
    return x / 4
""",
    "pipeline/shapes.csv": "name\ncircle\n",
    "app/__init__.py": "",
}


@pytest.fixture
def code(tmp_path: Path) -> Codebase:
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    return Codebase(tmp_path)


def names(code: Codebase, *seeds: str) -> set[str]:
    """What seeds in pipeline.stage reach, bodies left out."""
    reached = code.reached(Name("pipeline.stage", seed) for seed in seeds)
    return {f"{n.module}.{n.name}" for n in reached.definitions if n.name != BODY}


def test_names_are_followed_through_modules(code: Codebase) -> None:
    assert names(code, "run") == {
        "pipeline.stage.run",
        "pipeline.numbers.half",
        "pipeline.numbers.TWO",
        "pipeline.shapes.area",
        # numbers has it from deep, and shapes from numbers.
        "pipeline.deep.quarter",
    }


def test_a_module_that_is_handed_around_is_reached_whole(code: Codebase) -> None:
    expected = {f"pipeline.shapes.{n}" for n in ("HERE", "area", "table", "Circle")}
    assert names(code, "whole") == {"pipeline.stage.whole", "pipeline.deep.quarter", *expected}


def test_annotations_lead_nowhere(code: Codebase) -> None:
    reached = code.reached([Name("pipeline.stage", "typed")])
    assert names(code, "typed") == {"pipeline.stage.typed"}
    assert reached.packages == frozenset()


def test_packages_of_others_are_those_that_are_used(code: Codebase) -> None:
    def packages(seed: str) -> frozenset[str]:
        return code.reached([Name("pipeline.stage", seed)]).packages

    assert packages("run") == frozenset()
    assert packages("inner") == {"sklearn", "numpy"}
    # What comes with Python is no package of others.
    assert packages("several") == {"scipy"}


def test_what_imports_do_is_reached_with_any_definition(code: Codebase) -> None:
    reached = code.reached([Name("pipeline.shapes", "HERE")]).definitions
    assert Name("pipeline.deep", BODY) in reached


def test_data_files_belong_to_the_definitions_that_name_them(code: Codebase) -> None:
    shapes = code.root / "pipeline" / "shapes.csv"
    assert code.reached([Name("pipeline.shapes", "area")]).files == frozenset()
    assert code.reached([Name("pipeline.shapes", "Circle")]).files == {shapes}


def test_a_seed_that_is_not_there_is_refused(code: Codebase) -> None:
    with pytest.raises(KeyError, match=r"'walk' in a module 'pipeline.stage'"):
        code.reached([Name("pipeline.stage", "walk")])
    with pytest.raises(KeyError, match=r"'run' in a module 'pipeline.stages'"):
        code.reached([Name("pipeline.stages", "run")])


def test_a_stop_is_not_looked_into(code: Codebase) -> None:
    stop = Name("pipeline.shapes", "area")
    reached = code.reached([Name("pipeline.stage", "run")], stops=[stop])
    assert reached.stops == {stop}
    assert stop not in reached.definitions
    assert Name("pipeline.deep", "quarter") not in reached.definitions


@pytest.mark.parametrize(
    ("file", "old", "new", "differs"),
    [
        ("numbers.py", "x / TWO", "TWO / x", True),
        ("numbers.py", "TWO = 2", "TWO = 2.0", True),
        ("numbers.py", "x / 3", "x / 3.0", False),
        ("deep.py", '"b"', '"c"', True),
        # The same definitions are reached, but not by the same names.
        ("stage.py", "import half, third", "import third as half, half as third", True),
        ("shapes.csv", "circle", "square", False),
    ],
)
def test_the_digest_changes_with_what_is_reached(
    code: Codebase, file: str, old: str, new: str, differs: bool
) -> None:
    seed = [Name("pipeline.stage", "run")]
    path = code.root / "pipeline" / file
    assert path.read_text().count(old) == 1
    before = code.digest(code.reached(seed))
    path.write_text(path.read_text().replace(old, new))
    changed = Codebase(code.root)
    assert (changed.digest(changed.reached(seed)) != before) is differs


def test_names_that_change_places_change_the_digest(code: Codebase) -> None:
    path = code.root / "pipeline" / "stage.py"
    text = "from pipeline.numbers import {}\n\ndef run(x):\n    return half(x) - third(x)\n"
    digests = []
    for imported in ("half, third", "half as third, third as half"):
        path.write_text(text.format(imported))
        changed = Codebase(code.root)
        reached = changed.reached([Name("pipeline.stage", "run")])
        assert {n.name for n in reached.definitions if n.module.endswith("numbers")} >= {
            "half",
            "third",
        }
        digests.append(changed.digest(reached))
    assert digests[0] != digests[1]


def test_a_changed_data_file_changes_the_digest(code: Codebase) -> None:
    seed = [Name("pipeline.shapes", "table")]
    before = code.digest(code.reached(seed))
    (code.root / "pipeline" / "shapes.csv").write_text("name\nsquare\n")
    assert code.digest(code.reached(seed)) != before


def of_nobody(x: Callable[[], None]) -> None: ...


def test_a_function_stands_in_its_module() -> None:
    assert name_of(of_nobody) == Name(__name__, "of_nobody")
    assert name_of(Codebase.reached) == Name("pipeline.codebase.reach", "Codebase")
