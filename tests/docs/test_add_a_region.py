"""Walk docs/add-a-region.md: every command, edit and output, in order, in an empty folder.

One command is not run as printed: `pip install -e` would build the distribution with hatchling, in an isolated place
and over the network. In its place the folder goes on the path, with the entry point that the scaffold's pyproject.toml
declares, as an editable install would leave it. All other commands run as printed, each in a process of its own.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

from tests.docs.fences import DOCS, Block, blocks
from tests.docs.walk import environment, run, shows

PAGE = DOCS / "add-a-region.md"
INSTALL = "pip install -e "
FAULTS = {"[topic-contradicted]": 2, "个不符": 1}
"""Shown output that belongs to a command which fails, and its exit status; every other command must succeed."""


def edit(block: Block, folder: Path) -> None:
    """Apply an edit: the lines that stay or go must stand in the file once, together and in this order."""
    head, *lines = block.text.splitlines()
    assert head.startswith("+++ "), block.where
    file = folder / head.removeprefix("+++ ")
    old = "".join(line[1:] + "\n" for line in lines if line[:1] in ("-", " "))
    new = "".join(line[1:] + "\n" for line in lines if line[:1] in ("+", " "))
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{block.where}: the lines stand {text.count(old)} times in {file.name}"
    file.write_text(text.replace(old, new), encoding="utf-8")


def install(folder: Path, site: Path) -> None:
    """Leave what an editable install leaves: the package on the path, and its entry points."""
    project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    info = site / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n")
    lines = [f"[{group}]\n" + "".join(f"{k} = {v}\n" for k, v in found.items()) for group, found in _groups(project)]
    (info / "entry_points.txt").write_text("\n".join(lines))


def _groups(project: dict[str, dict[str, dict[str, str]]]) -> list[tuple[str, dict[str, str]]]:
    return list(project["entry-points"].items())


def test_the_walk_does_what_the_page_says(tmp_path: Path) -> None:
    site = tmp_path / "site"
    work = tmp_path / "work"
    work.mkdir()
    paths: list[str] = []
    last: tuple[Block, str, int] | None = None
    told = installed = 0
    for block in blocks(PAGE):
        match block.info:
            case "sh" if block.text.startswith(INSTALL):
                folder = work / block.text.removeprefix(INSTALL).strip()
                install(folder, site)
                paths, installed = [str(site), str(folder)], installed + 1
            case "sh":
                done = run(block.text, work, environment(PYTHONPATH=":".join(paths)))
                last = (block, done.stdout + done.stderr, done.returncode)
            case "text":
                assert last is not None
                command, real, status = last
                wanted = next((number for fault, number in FAULTS.items() if fault in block.text), 0)
                assert status == wanted, f"{command.where}: {real}"
                assert shows(block.text, real) is None, f"{block.where}: {shows(block.text, real)}\nin:\n{real}"
                told += 1
            case "diff":
                edit(block, work)
            case "python":
                done = run(f"python - <<'PY'\n{block.text}PY", work, environment())
                assert done.returncode == 0, done.stderr
            case _:
                raise AssertionError(f"{block.where}: a block of another kind, {block.info!r}")
    assert installed == 1
    assert told >= 7


def test_the_page_says_that_its_clauses_are_invented() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert "全是虚构" in text
    assert "invented for the exercise" in text
