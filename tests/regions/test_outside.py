"""The proof from outside: a region in a distribution of its own answers, with the core untouched.

Both wheels are built and installed once, into an environment that sees the dependencies installed here and nothing of
the working tree. (That the wheel brings all its dependencies along is tried apart, in a wholly clean environment.) pip
may need the network for what builds the wheels.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.regions.region_cases import ROOT

CASE = {"case": "E-0001", "as_of": "2025-05-01", "aid": {"temporary_aid_date": "2024-05-01"}}
ASK = """
import json, sys, xianjie
answer = xianjie.assess(json.loads(sys.argv[1]), regions=["shaanxi"])
print(json.dumps(answer.to_json(), ensure_ascii=False))
"""
WHERE = "import xianjie, pathlib; print(pathlib.Path(xianjie.__file__).parent)"
NO_INDEX = ("Temporary failure in name resolution", "NewConnectionError", "Max retries exceeded", "ConnectTimeoutError")


def run(*command: str | Path, cwd: Path, check: bool = True) -> subprocess.CompletedProcess[str]:
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "COV_", "VIRTUAL_ENV"))
    }
    environment |= {"CPPFLAGS": "-DPyEval_CallObject=PyObject_CallObject", "PYTHONUTF8": "1"}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if check and done.returncode != 0:
        if any(sign in done.stderr for sign in NO_INDEX):
            pytest.skip("pip cannot reach a package index, which a clean environment needs")
        pytest.fail(f"{' '.join(map(str, command[:4]))} …\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
    return done


def digest(folder: Path) -> str:
    """Hash the files of a package, compiled ones left out."""
    found = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            found.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes())
    return found.hexdigest()


@dataclass(frozen=True)
class Clean:
    """A clean environment: first with the engine alone, then with the region beside it."""

    folder: Path
    core: Path
    engine_wheel: Path
    region_wheel: Path
    core_before: str
    regions_before: list[Mapping[str, Any]]
    refused_before: subprocess.CompletedProcess[str]

    def run(self, *command: str | Path, check: bool = True) -> subprocess.CompletedProcess[str]:
        return run(self.folder / "bin" / command[0], *command[1:], cwd=self.folder, check=check)


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Clean:
    work = tmp_path_factory.mktemp("outside")
    folder, dist = work / "clean", work / "dist"
    quiet = ("--quiet", "--disable-pip-version-check")
    run(
        *(sys.executable, "-m", "pip", "wheel", *quiet, "--no-deps", "--wheel-dir", dist),
        *(ROOT, ROOT / "examples/xianjie-shaanxi"),
        cwd=work,
    )
    (engine_wheel,) = dist.glob("xianjie-*.whl")
    (region_wheel,) = dist.glob("xianjie_shaanxi-*.whl")
    run(sys.executable, "-m", "venv", "--without-pip", folder, cwd=work)
    pip = (sys.executable, "-m", "pip", "--python", folder / "bin/python", "install", *quiet, "--no-deps")
    # a folder that a .pth names is searched, and the .pth files in it are not read: the editable xianjie stays out
    (site,) = folder.glob("lib/python*/site-packages")
    (site / "dependencies.pth").write_text(f"{sysconfig.get_path('purelib')}\n", encoding="utf-8")
    run(*pip, engine_wheel, cwd=work)
    core = Path(run(folder / "bin/python", "-c", WHERE, cwd=folder).stdout.strip())
    before = json.loads(run(folder / "bin/xianjie", "regions", "--json", cwd=folder).stdout)
    refused = run(folder / "bin/python", "-c", ASK, json.dumps(CASE), cwd=folder, check=False)
    core_before = digest(core)
    run(*pip, region_wheel, cwd=work)
    return Clean(folder, core, engine_wheel, region_wheel, core_before, before, refused)


def test_the_engine_alone_does_not_know_the_region(clean: Clean) -> None:
    assert [region["id"] for region in clean.regions_before] == ["hubei", "jinhua", "shanghai", "shanxi", "tianjin"]
    assert clean.refused_before.returncode != 0
    assert "region-unknown" in clean.refused_before.stderr
    names = zipfile.ZipFile(clean.engine_wheel).namelist()
    assert not [name for name in names if "shaanxi" in name or name.startswith("tests")]
    assert "xianjie_hubei/policies/hubei-2024.yaml" in names


def test_the_region_s_wheel_holds_its_files_and_nothing_of_the_engine(clean: Clean) -> None:
    names = zipfile.ZipFile(clean.region_wheel).namelist()
    assert "xianjie_shaanxi/policies/shaanxi-digest.yaml" in names
    assert "xianjie_shaanxi/cases/shaanxi.cases.yaml" in names
    assert not [name for name in names if name.startswith("xianjie/")]


def test_the_region_answers_through_the_api(clean: Clean) -> None:
    answer = json.loads(clean.run("python", "-c", ASK, json.dumps(CASE)).stdout)
    shaanxi = answer["regions"]["shaanxi"]
    assert shaanxi["policy"]["standing"] == "press_report"
    assert shaanxi["eligibility"]["status"] == "covered"
    groups = {group["id"]: group for group in shaanxi["eligibility"]["groups"]}
    assert groups["recent_temporary_aid"]["flagged"] is True  # the anniversary itself


def test_the_region_is_listed_on_the_command_line(clean: Clean) -> None:
    found = {region["id"]: region["zh"] for region in json.loads(clean.run("xianjie", "regions", "--json").stdout)}
    assert found["shaanxi"] == "陕西"
    assert len(found) == 6


def test_the_region_answers_on_the_command_line(clean: Clean, tmp_path: Path) -> None:
    case = tmp_path / "case.json"
    case.write_text(json.dumps(CASE), encoding="utf-8")
    done = clean.run("xianjie", "assess", case, "--region", "shaanxi", "--json")
    assert json.loads(done.stdout)["regions"]["shaanxi"]["eligibility"]["status"] == "covered"


def test_the_core_is_untouched_and_not_that_of_the_working_tree(clean: Clean) -> None:
    assert clean.core.is_relative_to(clean.folder)
    assert digest(clean.core) == clean.core_before
