"""Tests of `xianjie new-region`: what it makes loads, lints clean, can be installed; a fault leaves nothing."""

from __future__ import annotations

import importlib
import json
import sys
import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from xianjie.cli.scaffold_files import EXAMPLE
from xianjie.plugins import Region, Regions, discover
from xianjie.policy.load import load_policy
from xianjie.regression.read import read_cases_file
from xianjie.regression.run import Engines
from xianjie.regression.run import run as put
from xianjie.vocabulary import BASE
from xianjie.vocabulary.topics import TOPIC

from .conftest import Run

ARGS = ("--zh", "陕西", "--en", "Shaanxi", "--code", "610000")


def _make(run: Run, into: Path) -> Path:
    result = run("new-region", "shaanxi", *ARGS, "--into", str(into))
    assert result.exit_code == 0, result.output
    return into / "xianjie-shaanxi"


def test_it_loads_and_lints_clean(run: Run, tmp_path: Path) -> None:
    folder = _make(run, tmp_path)
    policy_file = folder / "xianjie_shaanxi/policies/shaanxi-draft.yaml"
    result = run("lint", str(policy_file))
    assert (result.exit_code, result.stdout) == (0, "shaanxi-draft.yaml：无错误，0 条规则\n")
    policy = load_policy(policy_file, BASE)
    assert policy.silent == set(TOPIC)
    assert policy.file.document.level == "province"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["xianjie-shaanxi"]
    schema = json.loads((policy_file.parent / "policy.schema.json").read_text(encoding="utf-8"))
    assert "clauses" in schema["properties"]
    assert "xianjie lint shaanxi" in (folder / "README.md").read_text(encoding="utf-8")


def test_its_worked_example_holds(run: Run, tmp_path: Path) -> None:
    path = _make(run, tmp_path) / "xianjie_shaanxi/policies/shaanxi-draft.yaml"
    lines = path.read_text(encoding="utf-8").splitlines()
    shown = [line.removeprefix(EXAMPLE) for line in lines if line.split("#")[0].strip() != "- coverage"]
    path.write_text("\n".join(shown) + "\n", encoding="utf-8")
    policy = load_policy(path, BASE)
    assert [group.group.id for group in policy.groups] == ["still_in_difficulty"]


def test_it_can_be_installed_as_a_plugin(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = _make(run, tmp_path)
    project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))
    points = project["project"]["entry-points"]["xianjie.regions"]
    monkeypatch.syspath_prepend(str(folder))
    importlib.invalidate_caches()
    try:
        regions = discover([EntryPoint(name, value, "xianjie.regions") for name, value in points.items()])
        assert regions.regions["shaanxi"].zh == "陕西"
        assert [policy.region for policy in regions.load()] == ["shaanxi"]
        assert [path.name for path in regions.regions["shaanxi"].case_files()] == ["example.cases.yaml"]
    finally:
        sys.modules.pop("xianjie_shaanxi", None)


def test_its_case_holds(run: Run, tmp_path: Path) -> None:
    folder = _make(run, tmp_path) / "xianjie_shaanxi"
    region = Region("shaanxi", "陕西", "Shaanxi", "610000", folder)
    regions = Regions({"shaanxi": region}, BASE)
    engines = Engines(regions)
    (file,) = region.case_files()
    (case,) = read_cases_file(file, BASE, regions)
    assert case.region == "shaanxi"
    assert put(case, engines.of(case)).holds
    engines.close()


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("Shaanxi", *ARGS), "region-id"),
        (("shaan-xi", *ARGS), "region-id"),
        (("shaanxi", "--zh", "Shaanxi", "--en", "Shaanxi", "--code", "610000"), "region-zh"),
        (("shaanxi", "--zh", "陕西", "--en", '"', "--code", "610000"), "region-en"),
        (("shaanxi", "--zh", "陕西", "--en", "Shaanxi", "--code", "61000"), "region-code"),
        (("shaanxi", "--zh", "陕西", "--en", "Shaanxi", "--code", "６１００００"), "region-code"),
        (("tianjin", "--zh", "天津", "--en", "Tianjin", "--code", "120000"), "region-installed"),
    ],
)
def test_bad_arguments_leave_nothing(run: Run, tmp_path: Path, args: tuple[str, ...], code: str) -> None:
    result = run("new-region", *args, "--into", str(tmp_path))
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"[{code}]" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_existing_folder_is_left_alone(run: Run, tmp_path: Path) -> None:
    (tmp_path / "xianjie-shaanxi").mkdir()
    result = run("new-region", "shaanxi", *ARGS, "--into", str(tmp_path))
    assert result.exit_code == 2
    assert "[folder-exists]" in result.stderr
    assert list((tmp_path / "xianjie-shaanxi").iterdir()) == []


def test_a_place_that_is_not_there_is_refused(run: Run, tmp_path: Path) -> None:
    result = run("new-region", "shaanxi", *ARGS, "--into", str(tmp_path / "none"))
    assert result.exit_code == 2
    assert "[folder-missing]" in result.stderr


def test_a_failure_half_way_leaves_nothing(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = 0
    original = Path.write_text

    def fail_later(self: Path, *args: object, **kwargs: object) -> int:
        nonlocal written
        written += 1
        if written > 2:
            raise OSError(28, "No space left on device")
        return original(self, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(Path, "write_text", fail_later)
    result = run("new-region", "shaanxi", *ARGS, "--into", str(tmp_path))
    assert result.exit_code == 2
    assert "[folder-unwritable]" in result.stderr
    assert list(tmp_path.iterdir()) == []
