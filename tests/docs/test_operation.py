"""docs/operation.md: its commands are refused as shown, and its table of variables is that of the code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.docs.fences import DOCS, ROOT, blocks
from tests.docs.walk import environment, run, shows
from tests.service.conftest import Server, start

from xianjie.service.door.provider import VARIABLES as OIDC
from xianjie.service.running.settings_variables import VARIABLES
from xianjie.service.settings import DRAINING, ServiceSettings

PAGE = DOCS / "operation.md"
SHOWN = list(blocks(PAGE))
REFUSED = [block for block in SHOWN if block.info == "sh" and "--" in block.text and "xianjie serve" in block.text]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    made = start(tmp_path_factory.mktemp("operation") / "log")
    yield made
    made.stop()


def told(setting: str | None) -> str:
    """Write what a setting is by default, as the page does."""
    if setting is None:
        return "—"
    value = getattr(ServiceSettings(), setting)
    if value is None:
        return "—"
    if hasattr(value, "tokens"):
        return f"{value.tokens}/{value.seconds}/{value.burst}"
    if setting.startswith("largest_"):
        return f"{value // 1024}KB" if value % 2**20 else f"{value // 2**20}MB"
    if setting == "draining_seconds":
        return f"0；对外开放 open to others: {DRAINING:g}"
    return f"{value:g}"


def table() -> str:
    rows = ["| 变量 variable | 内容 what | 默认 default |", "|---|---|---|"]
    rows += [f"| `{one.name}` | {one.zh} {one.en} | {told(one.setting)} |" for one in VARIABLES]
    rows += [f"| `{name}` | {zh} {en} | — |" for name, (zh, en) in OIDC.items()]
    return "\n".join(rows)


def test_the_table_of_variables_is_that_of_the_code() -> None:
    text = PAGE.read_text("utf-8")
    found = re.search(r"<!-- variables -->\n(.*?)\n<!-- /variables -->", text, re.S)
    assert found is not None
    assert found[1] == table()


@pytest.mark.parametrize("block", REFUSED, ids=lambda block: block.where)
def test_a_command_is_refused_as_shown(block: object, tmp_path: Path) -> None:
    position = next(number for number, one in enumerate(SHOWN) if one is block)
    output = SHOWN[position + 1]
    assert output.info == "text"
    done = run(SHOWN[position].text.strip(), ROOT, environment(XIANJIE_HOME=str(tmp_path)))
    assert done.returncode == 2
    assert done.stdout == ""
    assert shows(output.text, done.stderr) is None


def test_the_first_start_tells_what_is_shown(server: Server) -> None:
    lines = SHOWN[1].text.splitlines()
    said = server.log.read_text("utf-8").splitlines()[0]
    assert said.endswith(lines[0].removeprefix("…"))
    assert lines[1].replace("http://127.0.0.1:8765", server.url).startswith(f"衔接服务 {server.url}")


def test_what_the_page_names_is_there(server: Server) -> None:
    text = PAGE.read_text("utf-8")
    with server.client() as client:
        paths = client.get("/openapi.json").json()["paths"]
    for path in re.findall(r"`(?:GET |POST )?(/v1/[^`]*)`", text):
        assert path in paths, path
    for file in re.findall(r"\]\(\.\./([^)]+)\)", text):
        assert (ROOT / file).exists(), file
    anchors = set(re.findall(r'<a id="([^"]+)">', text))
    assert set(re.findall(r"\(#([^)]+)\)", text)) == anchors


def test_the_page_is_listed() -> None:
    assert "(operation.md)" in (DOCS / "README.md").read_text("utf-8")


if __name__ == "__main__":
    page = PAGE.read_text("utf-8")
    PAGE.write_text(
        re.sub(
            r"(<!-- variables -->\n).*?(<!-- /variables -->)", lambda m: m[1] + table() + "\n" + m[2], page, flags=re.S
        ),
        "utf-8",
    )
