from __future__ import annotations

import subprocess
import sys

from api_client import PROBLEM
from fastapi.testclient import TestClient


def test_the_description_declares_every_route_with_its_problems(client: TestClient) -> None:
    described = client.get("/openapi.json").json()
    assert set(described["paths"]) == {
        *("/predict", "/invocations", "/score", "/artists", "/artists/{artist}"),
        *("/countries/{code}", "/build", "/health", "/ping", "/metrics"),
    }
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            assert operation["summary"] and operation["description"] and operation["tags"], path
            wrong = {s: r for s, r in operation["responses"].items() if s >= "400"}
            assert {"500"} <= set(wrong)
            assert method == "get" or {"400", "413", "415", "422", "503"} <= set(wrong)
            for response in wrong.values():
                assert list(response["content"]) == [PROBLEM]


def test_the_api_loads_no_streamlit_and_nothing_that_only_training_needs() -> None:
    code = (
        "import sys, app.serving.api\n"
        "heavy = ('streamlit', 'gensim', 'umap', 'numba', 'doit', 'lightgbm')\n"
        "sys.exit(' '.join(name for name in heavy if name in sys.modules) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
