"""What an executor of Spark does: answer the parts it is given, and report each, or why it refuses.

The function is shipped as it stands, so it imports nothing of xianjie before it has seen which xianjie is there.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from contextlib import chdir, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from socket import gethostname
from typing import Any

from xianjie.errors import Place, Problem
from xianjie.version import __version__

Shipped = Callable[[Iterable[str]], None]


def collecting() -> Any:
    """Make what puts the reports of several tasks into one list, as Spark's accumulators want it."""

    class Collecting:
        """Lists of reports, laid one behind the other."""

        def zero(self, _: list[str]) -> list[str]:
            return []

        def addInPlace(self, one: list[str], other: list[str]) -> list[str]:  # noqa: N802 - Spark's own name
            one.extend(other)
            return one

    return Collecting()


def answering(asked_text: str, out: Path, mark: str, reports: Any) -> Shipped:
    """Make the function that executors run over parts, each the JSON of one.

    `mark` names a file in `out` by which an executor sees that it is the driver's folder; relative paths of parts are
    meant from the driver's own. `reports` is an accumulator: of a part done it gets the receipt, else a refusal, as
    JSON. Whatever may pass (a full disk, a lost connection) is raised, and Spark tries again.
    """
    engine, folder, place = __version__, str(out), os.getcwd()

    def refused(host: str, problems: list[dict[str, Any]], part: str | None = None) -> str:
        return json.dumps({"host": host, "refused": problems, "part": part})

    def run(parts: Iterable[str]) -> None:
        from pyspark import TaskContext

        host, context = gethostname(), TaskContext.get()
        os.environ.setdefault("POLARS_MAX_THREADS", str(context.cpus() if context else 1))
        try:
            from xianjie.version import __version__ as here
        except ImportError:
            here = ""
        if here != engine:
            reports.add([refused(host, [{"code": "spark-executor-differs"}])])
            return
        listed = [json.loads(text) for text in parts]
        absolute = all(os.path.isabs(part["path"]) for part in listed)
        if not os.path.exists(os.path.join(folder, mark)) or not (absolute or os.path.isdir(place)):
            reports.add([refused(host, [{"code": "spark-folder-elsewhere"}])])
            return
        from xianjie.errors import InputError, XianjieError
        from xianjie.population.job.asked import compiled_for
        from xianjie.population.job.parts import Part
        from xianjie.population.job.task import assess_part

        try:
            compiled_for(asked_text)
        except XianjieError as error:
            reports.add([refused(host, [asdict(problem) for problem in error.problems])])
            return
        for part in [Part(**found) for found in listed]:
            try:
                with chdir(place) if not absolute else nullcontext():
                    receipt = assess_part(asked_text, part, Path(folder))
            except InputError as error:
                reports.add([refused(host, [asdict(problem) for problem in error.problems], part.name)])
                continue
            reports.add([receipt.text])

    return run


@dataclass(frozen=True, slots=True)
class Refusal:
    """What an executor will not do: a part that is at fault, or, where it names none, anything at all."""

    problems: tuple[Problem, ...]
    part: str | None


def refusal(report: str) -> Refusal | None:
    """Read a refusal out of a report; None where it is a receipt."""
    found = json.loads(report)
    if "refused" not in found:
        return None
    return Refusal(tuple(_problem(problem, found["host"]) for problem in found["refused"]), found["part"])


def _problem(found: dict[str, Any], host: str) -> Problem:
    match found["code"]:
        case "spark-executor-differs":
            return Problem(
                "spark-executor-differs",
                "执行器上没有装 xianjie，或版本与本机不同，请统一后重来",
                "the executor lacks xianjie, or has another version than this machine: make them the same",
                Place(file=host),
            )
        case "spark-folder-elsewhere":
            return Problem(
                "spark-folder-elsewhere",
                "执行器看不到结果文件夹，各机须以同一路径挂载同一文件系统",
                "the executor does not see the folder of the answers: mount one file system under one path everywhere",
                Place(file=host),
            )
    place = Place(**found["place"])
    return Problem(found["code"], found["zh"], found["en"], place if str(place) else Place(file=host))
