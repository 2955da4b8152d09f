from __future__ import annotations

import importlib
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import pytest

from pipeline.core.registry import Registry

THREADS = 20
_numbers = count()


@pytest.fixture
def declare(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Registry[int]]]:
    """Write a package of the named modules, and give its registry, from which nothing is loaded."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def write(**modules: str) -> Registry[int]:
        package = f"declared_things_{next(_numbers)}"
        folder = tmp_path / package
        folder.mkdir()
        head = "from pipeline.core.registry import Registry"
        (folder / "__init__.py").write_text(f"{head}\nTHINGS = Registry(__name__, 'thing')\n")
        for name, text in modules.items():
            (folder / f"{name}.py").write_text(f"from {package} import THINGS\n{text}\n")
        things: Registry[int] = importlib.import_module(package).THINGS
        return things

    return write


def test_items_are_found_by_themselves_in_the_order_of_their_names(
    declare: Callable[..., Registry[int]],
) -> None:
    things = declare(x="THINGS.add('b', 2)", y="THINGS.add('a', 1)", _helper="1 / 0")
    assert dict(things) == {"a": 1, "b": 2}
    assert list(things) == ["a", "b"]
    assert len(things) == 2


def test_an_unknown_name_is_refused_with_all_names(declare: Callable[..., Registry[int]]) -> None:
    things = declare(x="THINGS.add('b', 2)\nTHINGS.add('a', 1)")
    with pytest.raises(KeyError, match="there is no thing 'c'; there are: a, b"):
        things["c"]


def test_a_name_is_declared_once(declare: Callable[..., Registry[int]]) -> None:
    things = declare(x="THINGS.add('a', 1)", y="THINGS.add('a', 2)")
    with pytest.raises(ValueError, match="the thing 'a' is declared twice in declared_things"):
        len(things)


def test_a_module_that_is_being_loaded_may_look_the_registry_up(
    declare: Callable[..., Registry[int]],
) -> None:
    things = declare(x="THINGS.add('a', 1)", y="THINGS.add('before', sum(THINGS.values()))")
    assert dict(things) == {"a": 1, "before": 1}


def test_a_module_that_fails_is_loaded_again(
    declare: Callable[..., Registry[int]], tmp_path: Path
) -> None:
    things = declare(x="THINGS.add('a', 1)", y="open(__file__ + '.absent')\nTHINGS.add('b', 2)")
    with pytest.raises(FileNotFoundError):
        len(things)
    (mended,) = tmp_path.glob("declared_things_*/y.py")
    (mended.parent / "y.py.absent").touch()
    assert list(things) == ["a", "b"]


def test_threads_that_ask_at_once_all_see_every_item(
    declare: Callable[..., Registry[int]],
) -> None:
    slow = "import time\ntime.sleep(0.2)\n"
    things = declare(
        x=f"{slow}THINGS.add('a', 1)",
        y=f"{slow}THINGS.add('b', len(THINGS))",
        z="THINGS.add('c', 3)",
    )
    start = threading.Barrier(THREADS)

    def ask(_: int) -> dict[str, int]:
        start.wait()
        return dict(things)

    with ThreadPoolExecutor(THREADS) as pool:
        assert list(pool.map(ask, range(THREADS))) == [{"a": 1, "b": 1, "c": 3}] * THREADS
