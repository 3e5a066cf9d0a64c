"""Take changed documents into service while it runs: build an engine, try it, record what is new, then change over.

What is read again are the regions' files; Python code of plugins that was imported stays as it was.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from anyio import CapacityLimiter, Lock

from xianjie.access import NATIONAL, AccessError, Division, Principal, division
from xianjie.cases.read import read_case
from xianjie.engine.assess import LANGUAGES, Engine
from xianjie.errors import PolicyError, Problem, XianjieError
from xianjie.plugins import Regions
from xianjie.policy.prepared import Policy
from xianjie.records.publications import Approval, Publication, may_publish, publish
from xianjie.regression.read import read_cases_file
from xianjie.regression.run import Engines, run
from xianjie.service.answering import Answering
from xianjie.service.state import Service
from xianjie.service.working import in_thread
from xianjie.source import read_bytes
from xianjie.store import Record

LARGEST = 64 * 1024 * 1024
_Made = tuple[str, Regions, Engine, list[Record]]


@dataclass(frozen=True, slots=True)
class Reloaded:
    """What came of looking at the documents again: whether anything had changed, and what came into service."""

    changed: bool
    published: Sequence[Record]


class Reloading:
    """Look at the documents again, one time after the other; whatever goes wrong, the old ones stay in service.

    `forward` has the other processes of the service do so as well.
    """

    def __init__(self, service: Service, find: Callable[[], Regions], written: str) -> None:
        """Take where to find the regions, and how their files were `written` when they were loaded."""
        self._service, self._find, self._written = service, find, written
        self.forward: Callable[[], None] | None = None
        self._thread = CapacityLimiter(1)
        self._alone = Lock()

    async def again(self, principal: Principal, approved: Mapping[str, Approval] | None = None) -> Reloaded:
        """Take changed documents into service, if the principal may publish them; `approved` as `publish` takes it.

        Requests under way go on with those that they began with. Raises Denied; PluginError, PolicyError or InputError
        where what is there now is not fit; StoreError where it cannot be recorded.
        """
        async with self._alone:
            made = await in_thread(self._thread, self._made, principal, approved)
            if made is None:
                return Reloaded(False, ())
            service, before = self._service, self._service.answering
            self._written, service.regions, engine, records = made
            service.answering = Answering(engine, service.settings, service.keeping.ring)
            before.engine.retire()
            service.log.info("documents reloaded", regions=list(engine.policies), published=len(records))
            return Reloaded(True, records)

    def _made(self, principal: Principal, approved: Mapping[str, Approval] | None) -> _Made | None:
        regions = self._find()
        written = files_written(regions)
        if written == self._written:
            return None
        engine = Engine(regions.load(), regions.vocabulary)
        try:
            may_publish(principal, self._changed(regions, engine))
            self_test(regions, engine, self._service.settings.today().toordinal())
            if files_written(regions) != written:
                raise PolicyError(
                    Problem(
                        "documents-moving",
                        "文件正在改动，请在写完之后再试",
                        "the files are being changed: try again when they are whole",
                    )
                )
            records = publish(self._service.keeping, principal, documents(regions, engine), approved)
            return written, regions, engine, records
        except BaseException:
            engine.close()
            raise

    def _changed(self, regions: Regions, engine: Engine) -> list[Division]:
        """List the divisions whose documents are other than those in service."""
        before = set(documents(self._service.regions, self._service.answering.engine))
        return sorted({one.division for one in before ^ set(documents(regions, engine))})


def documents(regions: Regions, engine: Engine) -> list[Publication]:
    """List the documents of an engine, as they are published."""
    return [
        Publication(
            region,
            policy.id,
            policy.file.version,
            policy.sha256,
            policy.file.document.standing,
            _division(regions.regions[region].code),
        )
        for region, policy in _policies(engine)
    ]


def _division(code: str) -> Division:
    """Place a region; one whose code is no division's is for those who are there for the whole country."""
    try:
        return division(code)
    except AccessError:
        return NATIONAL


def _policies(engine: Engine) -> list[tuple[str, Policy]]:
    return [(region, policy) for region, line in engine.documents.timelines.items() for policy in line.all]


def answer_nothing(engine: Engine, day: int) -> None:
    """Answer an empty case everywhere, in both languages, so that the documents are compiled and found good."""
    empty = read_case({}, engine.vocabulary)
    for lang in LANGUAGES:
        engine.written(empty, list(engine.policies), day, lang=lang)


def self_test(regions: Regions, engine: Engine, day: int) -> None:
    """Try documents: an empty case is answered everywhere in both languages, and the regions' own cases hold.

    Raises InputError and PolicyError; PolicyError `case-does-not-hold` with the places of the cases.
    """
    answer_nothing(engine, day)
    engines = Engines(regions)
    failures: list[Problem] = []
    try:
        for file in [file for region in regions.regions.values() for file in region.case_files()]:
            cases = read_cases_file(file, regions.vocabulary, regions)
            engines.check(cases)
            failures += [
                Problem(
                    "case-does-not-hold",
                    "地区自带的个案与结论不符，文件没有投入使用",
                    "a case of the region's own does not hold: the documents were not taken into service",
                    case.place,
                )
                for case in cases
                if not run(case, engines.of(case)).holds
            ]
    finally:
        engines.close()
    if failures:
        raise PolicyError(failures)


def files_written(regions: Regions) -> str:
    """Digest the files of the regions, so that it is cheap to tell that nothing has changed.

    Raises InputError where one cannot be read.
    """
    digest = hashlib.sha256()
    for region in regions.regions.values():
        digest.update(repr(region).encode())
        for file in sorted({*region.policy_files(), *(region.folder / "cases").rglob("*.yaml")}):
            data = read_bytes(file, LARGEST)
            digest.update(f"{file} {len(data)}\n".encode() + data)
    return digest.hexdigest()


def told_in_short(error: XianjieError) -> list[Problem]:
    """Tell faults of files by the end of their paths, with line and column: where all lies is nobody's business."""
    out = []
    for problem in error.problems:
        place = problem.place
        file = None if place.file is None else "/".join(Path(place.file).parts[-3:])
        where = ":".join(str(part) for part in (file, place.line, place.column) if part is not None)
        there = f"{where} " if where else ""
        out.append(replace(problem, zh=there + problem.zh, en=there + problem.en, place=replace(place, file=None)))
    return out
