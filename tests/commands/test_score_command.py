from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from pipeline.core.builds.build import Build
from tests.commands.calling import call, message


def test_score_writes_every_class(tiny_artifacts: Path, tiny_build: Build, tmp_path: Path) -> None:
    plays = tmp_path / "plays.csv"
    name = tiny_build.sql("SELECT artist_name FROM artists WHERE artist = 0")["artist_name"].iat[0]
    plays.write_text(f'user_id,rank,artist_name,playcount,mbid\n7,1,"{name}",5,\n7,2,"x",oops,\n')
    out = tmp_path / "out.parquet"
    result = call("score", plays, out, "--artifacts", tiny_artifacts, "--recipe", "flat")
    assert result.exit_code == 0, result.output
    scores = pd.read_parquet(out)
    assert set(scores["country"]) == set(tiny_build.read("countries", "kept")["country"])
    assert scores["probability"].sum() == pytest.approx(1, abs=1e-5)
    # The row that could not be read is counted.
    assert "plays set aside" in message(result)
