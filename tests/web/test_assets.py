"""The files of the pages: whole, ours or vendored as the registry has them, kept for ever, and asking nothing."""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.web.reading import read

from xianjie.errors import PluginError
from xianjie.web.showing.assets import FOLDER, MEDIA, VENDORED, Assets
from xianjie.web.showing.rendering import make_workbench


def test_a_file_is_kept_for_ever_under_its_own_hash(client: TestClient) -> None:
    page = read(client.get("/").text)
    for one in [*page.all("link", rel="stylesheet"), *page.all("script")]:
        path = one.attributes.get("href") or one.attributes["src"]
        answer = client.get(path)
        digest = base64.b64encode(hashlib.sha384(answer.content).digest()).decode()
        assert one.attributes["integrity"] == f"sha384-{digest}"
        assert answer.headers["cache-control"] == "max-age=31536000, immutable"
        again = client.get(path, headers={"if-none-match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")


def test_a_script_is_told_where_its_library_is_and_what_it_is_checked_against() -> None:
    workbench = make_workbench()
    template = workbench.templates.from_string('{{ script("bars.js", "echarts-6.1.0.simple.min.js") }}')
    written = read(template.render()).one("script")
    library = workbench.assets["echarts-6.1.0.simple.min.js"]
    assert written.attributes["src"] == workbench.assets["bars.js"].path
    assert written.attributes["data-library"] == library.path
    assert written.attributes["data-library-integrity"] == library.integrity == VENDORED["echarts-6.1.0.simple.min.js"]


@pytest.mark.parametrize(
    "path",
    [
        "/assets/0000000000000000/workbench.css",
        "/assets/x/../../pages.py",
        "/assets/x/%2e%2e%2fpages.py",
        "/assets/x/icons.svg",
    ],
)
def test_no_other_file_is_given(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "import" not in answer.text


def test_what_others_wrote_is_what_was_vendored_and_has_its_licence(tmp_path: Path) -> None:
    assert set(VENDORED) <= set(MEDIA)
    assert "Zero-Clause BSD" in (FOLDER / "htmx-LICENSE.txt").read_text(encoding="utf-8")
    copy = tmp_path / "static"
    shutil.copytree(FOLDER, copy)
    assert "Apache License" in (FOLDER / "echarts-LICENSE.txt").read_text(encoding="utf-8")
    assert "Apache ECharts" in (FOLDER / "echarts-NOTICE.txt").read_text(encoding="utf-8")
    name = next(iter(VENDORED))
    with (copy / name).open("a", encoding="utf-8") as stream:
        stream.write(" ")
    with pytest.raises(PluginError, match="asset-broken"):
        Assets(copy)
    (copy / name).unlink()
    with pytest.raises(PluginError, match="asset-broken"):
        Assets(copy)


@pytest.mark.parametrize("name", [name for name in MEDIA if name not in VENDORED] + ["icons.svg"])
def test_our_files_ask_nothing_of_other_hosts(name: str) -> None:
    text = (FOLDER / name).read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
    assert not re.search(
        r"https?:|//[a-z]|@import|url\(|data:|eval|innerHTML|document\.write", text.replace("  //", "")
    )


def test_an_icon_is_drawn_as_the_picture_of_all_icons_has_it() -> None:
    assets = Assets()
    for name, inside in re.findall(r'<symbol id="i-([a-z-]+)"[^>]*>(.*?)</symbol>', assets.icons, re.DOTALL):
        assert inside
        assert assets.shape(name) == inside
    assert assets.icons.count("<symbol") == len(set(re.findall(r'id="i-([a-z-]+)"', assets.icons)))
    # what all of them have in common is written in the sheet, not with each
    attributes = {"fill": "none", "stroke": "currentColor", "stroke-width": "1.8"}
    attributes |= {"stroke-linecap": "round", "stroke-linejoin": "round"}
    common = " ".join(['viewBox="0 0 24 24"', *(f'{name}="{value}"' for name, value in attributes.items())])
    assert set(re.findall(r'<symbol id="[^"]*" ([^>]*)>', assets.icons)) == {common}
    (styled,) = re.findall(r"^\.icon {(.*)}$", (FOLDER / "workbench.css").read_text(encoding="utf-8"), re.MULTILINE)
    assert all(f"{name}: {value};" in styled for name, value in attributes.items())
    assert assets.shape("nothing-is-called-so") == ""


def test_every_icon_that_a_template_names_is_drawn() -> None:
    drawn = set(re.findall(r'id="i-([a-z-]+)"', (FOLDER / "icons.svg").read_text(encoding="utf-8")))
    templates = "".join(one.read_text(encoding="utf-8") for one in (FOLDER.parent / "templates").rglob("*.j2"))
    assert set(re.findall(r'icon\("([a-z-]+)"', templates)) <= drawn
    assert {"differ", "open", "same", "silent", "not-stipulated", "not-reported"} <= drawn


def test_no_template_lets_text_through_as_markup() -> None:
    for one in (FOLDER.parent / "templates").rglob("*.j2"):
        text = one.read_text(encoding="utf-8")
        assert "| safe" not in text
        assert "autoescape" not in text
