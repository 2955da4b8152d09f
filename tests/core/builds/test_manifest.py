from __future__ import annotations

import json
from pathlib import Path

from pipeline.core.builds.build import MANIFEST, Build, read_manifest


def test_a_manifest_of_before_costs_knew_their_packages_can_be_read(
    tiny_build: Build, tmp_path: Path
) -> None:
    manifest = json.loads((tiny_build.folder / MANIFEST).read_text())
    for cost in manifest["stages"]:
        del cost["packages"]
    (tmp_path / MANIFEST).write_text(json.dumps(manifest))
    read = read_manifest(tmp_path)
    assert read.packages == tiny_build.manifest.packages
    assert [cost.packages for cost in read.stages] == [{} for _ in read.stages]
