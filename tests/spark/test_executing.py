"""The function shipped to executors looks about before it trusts: which xianjie is there, and whose folder it sees."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from pyspark import cloudpickle
from tests.spark.data import prints

from xianjie.errors import Problem
from xianjie.population.job.asked import Asked
from xianjie.population.job.parts import Part
from xianjie.population.job.task import assess_part
from xianjie.population.spark.executing import answering, collecting, refusal
from xianjie.version import __version__


class Reports(list[str]):
    """What an accumulator is to an executor."""

    def add(self, reports: list[str]) -> None:
        self.extend(reports)


ELSEWHERE = """
import pickle, sys
run, reports = pickle.loads(sys.stdin.buffer.read())
run(["a part that nobody reads"])
print(reports.said[0])
"""


def problem_of(report: str) -> Problem:
    """Give the one problem for which an executor refuses everything."""
    found = refusal(report)
    assert found is not None
    assert found.part is None
    (problem,) = found.problems
    return problem


def on_another_machine(folder: Path, version: str | None) -> str:
    """Run the shipped function in a Python that has another xianjie, or none; gives its report."""
    if version is not None:
        (folder / "xianjie").mkdir()
        (folder / "xianjie" / "__init__.py").touch()
        (folder / "xianjie" / "version.py").write_text(f'__version__ = "{version}"\n')

    class Said:
        def __init__(self) -> None:
            self.said: list[str] = []

        def add(self, reports: list[str]) -> None:
            self.said.extend(reports)

    reports: Any = Said()
    shipped = cloudpickle.dumps((answering("a question that nobody reads", folder, ".mark", reports), reports))
    import pyspark

    paths = [str(folder), str(Path(pyspark.__path__[0]).parent)]
    code = f"import sys; sys.path[:] = {paths!r} + [one for one in sys.path if 'site-packages' not in one]" + ELSEWHERE
    run = subprocess.run([sys.executable, "-E", "-S", "-c", code], input=shipped, capture_output=True, check=False)
    assert run.returncode == 0, run.stderr.decode()
    said: str = run.stdout.decode()
    return said


@pytest.mark.parametrize("version", ["0.0.0", f"{__version__}.1"])
def test_another_version_refuses_and_says_where(tmp_path: Path, version: str) -> None:
    report = on_another_machine(tmp_path, version)
    problem = problem_of(report)
    assert problem.code == "spark-executor-differs"
    assert problem.place.file == json.loads(report)["host"] != ""


def test_an_executor_without_xianjie_says_so(tmp_path: Path) -> None:
    assert problem_of(on_another_machine(tmp_path / "nowhere", None)).code == "spark-executor-differs"


def test_a_folder_of_the_same_name_elsewhere_is_not_written_to(asked: Asked, parts: list[Part], tmp_path: Path) -> None:
    reports = Reports()
    (tmp_path / "out").mkdir()
    answering(asked.text, tmp_path / "out", ".spark-0.tmp", reports)([json.dumps(parts[0].as_json())])
    assert problem_of(reports[0]).code == "spark-folder-elsewhere"
    assert list((tmp_path / "out").iterdir()) == []


def test_reports_of_several_tasks_are_one_list() -> None:
    param = collecting()
    first = param.zero(["not this"])
    assert first == []
    assert param.addInPlace(param.addInPlace(first, ["a"]), ["b", "c"]) == ["a", "b", "c"]


def test_a_part_done_by_several_at_once_comes_to_the_same(
    asked: Asked, parts: list[Part], one_machine: Path, tmp_path: Path
) -> None:
    """As Spark has it done that speculates, or that has given an executor up which is still writing."""
    with ThreadPoolExecutor(4) as pool:
        attempts = [pool.submit(assess_part, asked.text, part, tmp_path) for part in parts[:3] for _ in range(4)]
    assert len({attempt.result().text for attempt in attempts}) == 3
    ours, theirs = prints(tmp_path), prints(one_machine)
    assert ours == {name: theirs[name] for name in ours}
    assert {Path(name).stem for name in ours} == {part.name for part in parts[:3]}
