"""Serve the pages with a clock that stands still, for pictures that are the same in each run.

`python -m tests.browser.still FOLDER PORT`; with a third word, `guarded`, whoever comes must log in, and a key of a
case worker is in FOLDER/key.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

import uvicorn
from tests.service.conftest import TODAY, kept
from tests.service.let_in import key_of

from xianjie.plugins import discover
from xianjie.service.app import create_app
from xianjie.service.door.credentials import door_of
from xianjie.service.logs import make_log
from xianjie.service.settings import ServiceSettings
from xianjie.web.workbench import mount


def main(folder: Path, port: int, guarded: bool) -> None:
    """Serve on a port of this machine until stopped."""
    with kept(folder / "store") as keeping:
        settings = ServiceSettings(today=lambda: TODAY, home=folder / "home", populations=folder / "populations")
        door = None
        if guarded:
            key = key_of(keeping, ("case_worker", "national"), holder="office-3")
            (folder / "key").write_text(key, encoding="utf-8")
            door = door_of(keeping, settings)
        app = create_app(keeping, settings, discover(), make_log("error", io.BytesIO()), door)
        mount(app)
        uvicorn.run(app, host="127.0.0.1", port=port, log_level="error")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), "guarded" in sys.argv[3:])
