"""docs/regression.md: its files are written, its commands run, its outputs shown; its tables name what there is."""

from __future__ import annotations

from pathlib import Path

from tests.docs.fences import DOCS, Block, blocks, outside
from tests.docs.walk import environment, run, shows

from xianjie.errors import InputError
from xianjie.policy.yaml_tree import YamlTree
from xianjie.regression.model import DefaultsShape, EntryShape
from xianjie.regression.paths import parse_path
from xianjie.regression.shapes import Spot, misfit, spot

PAGE = DOCS / "regression.md"


def test_the_page_does_what_it_shows(tmp_path: Path) -> None:
    last: tuple[Block, str] | None = None
    written, told = [], 0
    for block in blocks(PAGE):
        match block.info:
            case "yaml":
                name = block.text.splitlines()[0].removeprefix("# ")
                assert name.endswith(".cases.yaml"), block.where
                (tmp_path / name).write_text(block.text, encoding="utf-8")
                written.append(name)
            case "csv":
                (tmp_path / "family.cases.csv").write_text(block.text, encoding="utf-8")
            case "sh":
                done = run(block.text, tmp_path, environment(PYTEST_ADDOPTS="-p no:cacheprovider"))
                assert done.returncode == 0, f"{block.where}: {done.stdout}{done.stderr}"
                last = (block, done.stdout + done.stderr)
            case "text":
                assert last is not None
                lacking = shows(block.text, last[1])
                assert lacking is None, f"{block.where}: {lacking}\nin:\n{last[1]}"
                last, told = None, told + 1
            case _:
                raise AssertionError(f"{block.where}: a block of another kind, {block.info!r}")
    assert written == ["family.cases.yaml", "line.cases.yaml", "wrong.cases.yaml"]
    assert told == 4
    assert (tmp_path / "report.xml").exists()


def rows(columns: int) -> list[list[str]]:
    """List the rows of the page's tables with so many columns."""
    lines = [line.split(" | ") for _, line in outside(PAGE) if line.startswith("| `")]
    return [[cell.strip("| ") for cell in cells] for cells in lines if len(cells) == columns]


def test_every_key_of_a_case_is_told() -> None:
    keys = {
        key.strip("`") for row in rows(3) for key in row[0].split("、") if key.strip("`") in EntryShape.model_fields
    }
    assert keys == set(EntryShape.model_fields)
    (line,) = [line for _, line in outside(PAGE) if line.startswith("`defaults` 可以写")]
    assert set(DefaultsShape.model_fields) == {word for word in line.split("`") if word in EntryShape.model_fields}


def test_the_paths_shown_are_places_of_answers() -> None:
    shown = rows(2)
    assert len(shown) >= 6
    for path, value in shown:
        steps = parse_path(path.strip("`"))
        assert steps is not None, path
        found = spot(steps)
        assert isinstance(found, Spot), path
        assert misfit(found, YamlTree(value.strip("`"), "page", InputError, dates=False).value) is None
