"""``python -m app.serving`` starts the API over the current build."""

from __future__ import annotations

from typing import Annotated

import typer


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on.")] = 8000,
) -> None:
    """Serve the API over the current build; $ATLAS_ARTIFACTS says where builds lie."""
    import uvicorn

    from app.serving.api import app

    uvicorn.run(app, host=host, port=port)


if __name__ == "__main__":
    typer.run(serve)
