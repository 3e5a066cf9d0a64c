"""docs/population.md: its table is assessed, its commands run, its outputs shown; its codes and options exist."""

from __future__ import annotations

import re
from pathlib import Path

from tests.docs.fences import DOCS, ROOT, Block, blocks
from tests.docs.walk import environment, run, shows

PAGE = DOCS / "population.md"
FAMILY = ("assess", "mapping", "show", "summary", "generate", "assess-table")


def ours() -> list[Block]:
    """Give the blocks up to the summaries."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    end = lines.index('<a id="summaries"></a>')
    return [block for block in blocks(PAGE) if block.line < end]


def test_the_page_does_what_it_shows(tmp_path: Path) -> None:
    last: tuple[Block, str] | None = None
    told = 0
    for block in ours():
        match block.info:
            case "csv":
                (tmp_path / "名单.csv").write_text(block.text, encoding="utf-8")
            case "yaml":
                (tmp_path / "对应.yaml").write_text(block.text, encoding="utf-8")
            case "sh":
                done = run(block.text, tmp_path, environment())
                assert done.returncode == 0, f"{block.where}: {done.stdout}{done.stderr}"
                last = (block, done.stdout + done.stderr)
            case "text":
                assert last is not None
                lacking = shows(block.text, last[1])
                assert lacking is None, f"{block.where}: {lacking}\nin:\n{last[1]}"
                last, told = None, told + 1
            case "python":
                done = run(f"python - <<'EOF'\n{block.text}EOF\n", tmp_path, environment())
                assert done.returncode == 0, f"{block.where}: {done.stderr}"
            case _:
                raise AssertionError(f"{block.where}: a block of another kind, {block.info!r}")
    assert told == 4


def test_every_option_and_code_of_the_page_exists() -> None:
    text = PAGE.read_text(encoding="utf-8")
    helps = "".join(run(f"xianjie population {name} --help", DOCS, environment()).stdout for name in FAMILY)
    assert {option for option in re.findall(r"--[a-z][a-z-]+", text) if option not in helps} == set()
    codes = set(re.findall(r"（`([a-z]+(?:-[a-z]+)+)`）", text))
    assert len(codes) >= 4
    assert codes <= set(re.findall(r"^\| `([^`]+)` \|", (DOCS / "errors.md").read_text("utf-8"), re.M))


def test_the_commands_of_the_readme_run(tmp_path: Path) -> None:
    """They are shown for a population that takes a minute; a small one goes the same way."""
    (block,) = [block for block in blocks(ROOT / "README.md", "bash") if "population generate" in block.text]
    pip, *commands = block.text.splitlines()
    assert pip == "python -m pip install 'xianjie[population]'"
    small = [command.replace("--rows 100000", "--rows 2000") for command in commands]
    assert small != commands
    answered = [run(command, tmp_path, environment()) for command in small]
    assert [done.returncode for done in answered] == [0, 4, 0]
    assert "湖北" in answered[-1].stdout
