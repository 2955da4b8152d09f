from __future__ import annotations

from pathlib import Path

import pandas as pd

from tests.commands.calling import call


def test_world_writes_a_data_set_that_run_reads(tmp_path: Path) -> None:
    result = call("world", tmp_path / "data", "--listeners", 400)
    assert result.exit_code == 0, result.output
    users = pd.read_csv(tmp_path / "data" / "users.csv", keep_default_na=False)
    assert len(users) == 400
    run = call(
        *("run", "--source", "lastfm_500k", "--path", tmp_path / "data", "--preset", "tiny"),
        *("--recipes", "majority", "--artifacts", tmp_path / "artifacts"),
    )
    assert run.exit_code == 0, run.output
