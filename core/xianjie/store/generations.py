"""Find the state in a store's folder: the newest whole snapshot, and the journals that go on from it."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from xianjie.errors import Problem
from xianjie.store.journal import JournalReader
from xianjie.store.refusals import StoreError, broken
from xianjie.store.snapshots import Tables, read_snapshot, snapshot_path

_NAME = re.compile(r"(snapshot|journal)-([0-9]{12,})\.jsonl")


@dataclass(frozen=True, slots=True)
class Found:
    """The state in a folder after transaction `number`, and where the last journal goes on; what was noticed besides.

    `journal` is None where there is nothing yet.
    """

    tables: Tables
    number: int
    journal: Path | None
    size: int
    remarks: tuple[Problem, ...]


def files(folder: Path, kind: str) -> dict[int, Path]:
    """List the snapshots or the journals of a folder by their numbers, in order."""
    found = {}
    for path in folder.iterdir():
        name = _NAME.fullmatch(path.name)
        if name and name[1] == kind:
            found[int(name[2])] = path
    return dict(sorted(found.items()))


def tidy(folder: Path) -> None:
    """Remove what a crash left half written."""
    for path in folder.glob(".*.writing"):
        with contextlib.suppress(OSError):
            path.unlink()


def find_state(folder: Path) -> Found:
    """Read the state of a folder; StoreError with file and line where an acknowledged line is not as it was written."""
    journals = files(folder, "journal")
    remarks: list[Problem] = []
    start, tables = _newest(folder, remarks)
    if not journals and not start:
        return Found(tables, 0, None, 0, ())
    following = [after for after in journals if after >= start]
    _nothing_gone(folder, start, journals, remarks)
    number = start
    for after in following:
        if after != number:
            raise broken(str(journals[after]), 1, "与前一个日志接不上", "it does not follow the journal before")
        reader = JournalReader(journals[after], after)
        for changes in reader:
            for table, name, document in changes:
                if document is None:
                    tables.get(table, {}).pop(name, None)
                else:
                    tables.setdefault(table, {})[name] = document
        number = reader.number
        last = after == following[-1]
        if not reader.headed or (reader.torn and not last):
            raise broken(str(reader.path), None, "文件不完整", "the file is not whole")
        if reader.torn:
            remarks.append(_torn(reader))
    return Found(tables, number, reader.path, reader.good, tuple(remarks))


def _newest(folder: Path, remarks: list[Problem]) -> tuple[int, Tables]:
    """Read the newest whole snapshot; where a newer one is damaged, the journals since the older one make it good."""
    for number, path in reversed(files(folder, "snapshot").items()):
        try:
            return number, read_snapshot(path, number)
        except StoreError as error:
            if error.code != "store-broken":
                raise
            remarks += error.problems
    return 0, {}


def _nothing_gone(folder: Path, start: int, journals: Mapping[int, Path], remarks: Sequence[Problem]) -> None:
    """Refuse where a file that was there is gone: each snapshot has the journal that goes on from it."""
    lost = next((at for at in (start, *files(folder, "snapshot")) if at >= start and at not in journals), None)
    if lost is None:
        return
    if remarks and lost == start == 0:
        raise StoreError(remarks)  # no whole snapshot, and no journal from the beginning
    path = folder / f"journal-{lost:012}.jsonl"
    if not start and journals and not files(folder, "snapshot"):
        path = snapshot_path(folder, min(journals))
    raise broken(str(path), None, "缺少这个文件", "this file is gone")


def _torn(reader: JournalReader) -> Problem:
    return Problem(
        "store-torn",
        f"最后一行没有写完（{reader.torn} 字节），写入未曾确认，已丢弃：{reader.path.name}",
        f"the last line was not finished ({reader.torn} bytes), never acknowledged, and is dropped: {reader.path.name}",
    )


def forget_before(folder: Path, number: int) -> None:
    """Remove the files that are older than a snapshot; what cannot be removed is left."""
    for path in _older(folder, number):
        with contextlib.suppress(OSError):
            path.unlink()


def _older(folder: Path, number: int) -> Iterator[Path]:
    for kind in ("snapshot", "journal"):
        yield from (path for at, path in files(folder, kind).items() if at < number)


def previous_snapshot(folder: Path, number: int) -> int:
    """Find the snapshot before a given one; 0 where there is none."""
    return max((at for at in files(folder, "snapshot") if at < number), default=0)
