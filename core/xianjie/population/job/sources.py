"""The files that a population lies in: one, a folder of them (also with `name=value` folders), or a pattern."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from glob import has_magic
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import unquote

from xianjie.errors import InputError, Place, Problem
from xianjie.population.job.durable import digest_of
from xianjie.population.job.footers import read_footer

KINDS: Mapping[str, str] = {
    ".parquet": "parquet",
    ".pq": "parquet",
    ".arrow": "ipc",
    ".ipc": "ipc",
    ".feather": "ipc",
    ".csv": "csv",
    ".txt": "csv",
    ".tsv": "csv",
    ".xlsx": "xlsx",
}
"""The kinds of files by suffix."""

TEXTS = ("csv", "xlsx")
"""The kinds that are read as text, whole files at a time: what is in them is known by its digest alone."""

_NULL_PARTITION = "__HIVE_DEFAULT_PARTITION__"
_LOOKED_AT = 1 << 16


@dataclass(frozen=True)
class Source:
    """One file: its path, its name within the data set, its kind, and what shows whether it has changed since.

    `digest` is of all that a table of text or a workbook holds; of Parquet it is the footer's, of Arrow IPC that of
    both ends, and when it was last written, `changed`, is looked at as well. `groups` are the rows of a Parquet file's
    row groups, else none; `partition` what its folders' names say.
    """

    path: str
    name: str
    kind: str
    size: int
    changed: int
    digest: str
    groups: tuple[int, ...] = ()
    partition: Mapping[str, str | None] = field(default_factory=dict)

    @property
    def fingerprint(self) -> tuple[object, ...]:
        """Give what is different once the file has changed."""
        return (self.size, self.digest) if self.kind in TEXTS else (self.path, self.size, self.changed, self.digest)

    @cached_property
    def identity(self) -> str:
        """Tell the content apart from another's: the size and the digest of what was looked at."""
        return f"{self.size}-{self.digest[:16]}"

    def as_json(self) -> dict[str, Any]:
        """Give the source as JSON has it."""
        return asdict(self)

    @classmethod
    def read(cls, found: Mapping[str, Any]) -> Source:
        """Read what `as_json` gave."""
        return cls(**{**found, "groups": tuple(found["groups"])})


def find_sources(given: str) -> list[Source]:
    """Find a data set's files, in the order of their names. Raises InputError where there is none or a bad one."""
    root, paths = _paths(given)
    kinds = {KINDS[path.suffix.lower()] for path in paths}
    if not paths:
        zh, en = "没有找到数据文件（{}）", "no data files were found ({})"
        _refuse(given, "population-no-files", zh, en, ", ".join(KINDS))
    if len(kinds) > 1:
        _refuse(
            given,
            "population-kinds-mixed",
            "一次只读一种文件，这里有 {}",
            "one kind of file at a time; here are {}",
            ", ".join(sorted(kinds)),
        )
    problems: list[Problem] = []
    found: list[Source] = []
    for path in paths:
        try:
            found.append(_source(path, root))
        except InputError as error:
            problems += error.problems
        except OSError as error:
            zh, en = f"无法读取：{error.strerror}", f"cannot be read: {error.strerror}"
            problems.append(Problem("file-unreadable", zh, en, Place(str(path))))
    if problems:
        raise InputError(problems)
    return found


def _paths(given: str) -> tuple[Path, list[Path]]:
    path = Path(given)
    if path.is_file():
        if path.suffix.lower() not in KINDS:
            zh, en = "不认识的文件类型；可用：{}", "not a kind of file that is read: {}"
            _refuse(given, "population-kind", zh, en, ", ".join(KINDS))
        return path.parent, [path]
    if path.is_dir():
        return path, sorted(_data_files(path), key=lambda found: found.relative_to(path).as_posix())
    if not has_magic(given):
        _refuse(given, "file-missing", "没有这个文件", "there is no such file")
    steps = path.parts
    plain = next(number for number, step in enumerate(steps) if has_magic(step))
    root = Path(*steps[:plain]) if plain else Path()
    matched = root.glob("/".join(steps[plain:]))
    kept = [found for found in matched if found.is_file() and found.suffix.lower() in KINDS]
    return root, sorted(kept, key=lambda found: found.relative_to(root).as_posix())


def _data_files(folder: Path) -> Iterator[Path]:
    """Walk through a folder; what is hidden, or begins with `_` as the marks of Spark do, is passed over."""
    for found in folder.rglob("*"):
        steps = found.relative_to(folder).parts
        if not any(step.startswith((".", "_")) for step in steps) and found.suffix.lower() in KINDS and found.is_file():
            yield found


def _source(path: Path, root: Path) -> Source:
    status = path.stat()
    if not status.st_size:
        _refuse(str(path), "file-empty", "文件是空的", "the file is empty")
    kind = KINDS[path.suffix.lower()]
    if kind == "parquet":
        footer = read_footer(path)
        digest, groups = footer.digest, footer.groups
    else:
        digest, groups = digest_of(path) if kind in TEXTS else _ends(path, status.st_size), ()
    name = path.relative_to(root)
    return Source(
        str(path), name.as_posix(), kind, status.st_size, status.st_mtime_ns, digest, groups, _partition(name)
    )


def _ends(path: Path, size: int) -> str:
    with path.open("rb") as stream:
        head = stream.read(_LOOKED_AT)
        stream.seek(max(0, size - _LOOKED_AT))
        return hashlib.sha256(head + stream.read(_LOOKED_AT)).hexdigest()


def _partition(name: Path) -> dict[str, str | None]:
    pairs = [step.partition("=") for step in name.parts[:-1] if "=" in step]
    return {unquote(key): None if value == _NULL_PARTITION else unquote(value) for key, _, value in pairs}


def _refuse(file: str, code: str, zh: str, en: str, word: str = "") -> NoReturn:
    raise InputError(Problem(code, zh.format(word), en.format(word), Place(file)))
