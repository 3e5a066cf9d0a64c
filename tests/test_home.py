"""The folder of the user's own files is the one that is named, else the system's own."""

from __future__ import annotations

from pathlib import Path

from xianjie.home import default_home


def test_the_folder_that_is_named_stands_before_the_systems() -> None:
    assert default_home({"XIANJIE_HOME": "/some/where"}) == Path("/some/where")
    assert default_home({"XIANJIE_HOME": "~/x"}) == Path("~/x").expanduser()
    assert default_home({"XIANJIE_HOME": ""}).name == "xianjie"
    assert default_home({}).is_absolute()
