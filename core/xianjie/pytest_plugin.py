"""The pytest plugin that collects `*.cases.yaml`: what a policy must answer, told in the office's own words.

Every pytest session of an environment loads it, so whatever is heavy is imported when there is a file to collect.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from xianjie.plugins import Regions
    from xianjie.regression.model import RegressionCase
    from xianjie.regression.run import Engines, Result

FILES = ".cases.yaml"
SHEETS = ".cases.xlsx"
ENGINES = ("generated", "tree", "rete")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options `--xianjie-engine`, `xianjie_engine` and `xianjie_cases_xlsx`."""
    group = parser.getgroup("xianjie", "衔接：政策的回归个案 / regression cases of policies")
    group.addoption(
        "--xianjie-engine",
        choices=ENGINES,
        help="推理引擎，结论相同 / how conditions are decided: the same answers (default: generated)",
    )
    parser.addini("xianjie_engine", "推理引擎 / generated, tree or rete", default=ENGINES[0])
    parser.addini(
        "xianjie_cases_xlsx", "也收集 *.cases.xlsx / collect *.cases.xlsx as well", type="bool", default=False
    )


def pytest_configure(config: pytest.Config) -> None:
    """Refuse an engine that there is not."""
    if config.getini("xianjie_engine") not in ENGINES:
        raise pytest.UsageError(f"xianjie_engine: 须是 / must be one of {', '.join(ENGINES)}")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect a file of cases."""
    sheets = file_path.name.endswith(SHEETS) and parent.config.getini("xianjie_cases_xlsx")
    if sheets or file_path.name.endswith(FILES):
        return CasesFile.from_parent(parent, path=file_path)
    return None


def pytest_unconfigure(config: pytest.Config) -> None:
    """Free what the engines hold outside Python."""
    bench = config.stash.get(_BENCH, None)
    if bench is not None:
        bench.engines.close()


class Bench:
    """What the cases of a session share: the installed regions, and the engines."""

    def __init__(self, engine: Any) -> None:
        from xianjie.plugins import discover
        from xianjie.regression.run import Engines

        self.regions: Regions = discover()
        self.engines: Engines = Engines(self.regions, engine)

    def name_of(self, region: str) -> str:
        """Name a region in Chinese; a reference to something else stays as it is."""
        found = self.regions.regions.get(region)
        return region if found is None else found.zh


_BENCH = pytest.StashKey[Bench]()


def _bench(config: pytest.Config) -> Bench:
    bench = config.stash.get(_BENCH, None)
    if bench is None:
        engine = config.getoption("--xianjie-engine") or config.getini("xianjie_engine")
        bench = config.stash[_BENCH] = Bench(engine)
    return bench


class CasesFile(pytest.File):
    """A file of cases; one that is at fault is told with every line and column."""

    def collect(self) -> Iterator[pytest.Item]:
        """Read the file, and check that its regions, overlays and settings fit."""
        from xianjie.regression.files import near
        from xianjie.regression.read import read_cases_file

        bench = _bench(self.config)
        cases = read_cases_file(near(self.path), bench.regions.vocabulary, bench.regions)
        bench.engines.check(cases)
        for case in cases:
            yield CaseItem.from_parent(self, name=case.label, case=case)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:  # noqa: ARG002
        """Tell a faulty file without a traceback."""
        told = _problems(excinfo.value)
        return super().repr_failure(excinfo) if told is None else told


class CaseItem(pytest.Item):
    """One case before one region."""

    def __init__(self, *, case: RegressionCase, **rest: Any) -> None:
        super().__init__(**rest)
        self.case = case
        self.extra_keyword_matches.update(case.tags, case.rows, (_bench(self.config).name_of(case.region),))

    def runtest(self) -> None:
        """Put the case to its region, and compare."""
        from xianjie.regression.report import listed_properties
        from xianjie.regression.run import run

        result = run(self.case, _bench(self.config).engines.of(self.case))
        self.user_properties += listed_properties(result)
        if not result.holds:
            raise CaseDoesNotHoldError(result)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Tell what was expected and found, with clause and reason, without a traceback."""
        if isinstance(excinfo.value, CaseDoesNotHoldError):
            return self._told(excinfo.value.result)
        told = _problems(excinfo.value)
        return super().repr_failure(excinfo, style) if told is None else told

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Say where the case stands."""
        line = self.case.place.line
        return self.path, None if line is None else line - 1, self.name

    def _told(self, result: Result) -> Told:
        from xianjie.regression.tell import brief, failure_lines

        bench = _bench(self.config)
        vocabulary = bench.regions.vocabulary
        lines = failure_lines(result, bench.name_of(self.case.region), vocabulary, "zh")
        return Told(str(self.path), self.case.place.line or 1, brief(result, vocabulary, "zh"), lines)


class Told:
    """A failure as pytest shows it: lines for a person, and in `reprcrash` the one that summaries and JUnit quote."""

    def __init__(self, path: str, line: int, first: str, lines: list[str]) -> None:
        self.reprcrash = SimpleNamespace(path=path, lineno=line, message=first)
        self.lines = lines

    def __str__(self) -> str:
        return "\n".join(self.lines)

    def toterminal(self, terminal: pytest.TerminalReporter) -> None:
        """Write the lines."""
        for line in self.lines:
            terminal.line(line)


class CaseDoesNotHoldError(Exception):
    """A case does not hold; `result` says in what."""

    def __init__(self, result: Result) -> None:
        super().__init__(result.case.label)
        self.result = result


def _problems(error: BaseException) -> str | None:
    """Write the problems of an error of the engine, one a line; None for an error of any other kind."""
    from xianjie.errors import XianjieError

    return "\n".join(problem.text() for problem in error.problems) if isinstance(error, XianjieError) else None
