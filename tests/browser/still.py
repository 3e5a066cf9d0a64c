"""Serve the pages with a clock that stands still, for pictures that are the same in each run."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import uvicorn
from tests.service.conftest import TODAY, kept

from xianjie.plugins import discover
from xianjie.service.app import create_app
from xianjie.service.logs import make_log
from xianjie.service.settings import ServiceSettings
from xianjie.web.workbench import mount


def main(folder: Path, port: int) -> None:
    """Serve on a port of this machine until stopped."""
    with kept(folder / "store") as keeping:
        settings = ServiceSettings(today=lambda: TODAY, home=folder / "home")
        app = create_app(keeping, settings, discover(), make_log("error", io.BytesIO()))
        mount(app)
        uvicorn.run(app, host="127.0.0.1", port=port, log_level="error")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
