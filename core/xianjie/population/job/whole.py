"""A whole population from its files to the manifest: begun in a folder, gone on with after whatever broke it off."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

import polars as pl
from polars.exceptions import PanicException, PolarsError

from xianjie.errors import InputError, Place, Problem, nearest
from xianjie.population.job import manifest, rejected, runs, staging
from xianjie.population.job.asked import Asked, compiled_for
from xianjie.population.job.durable import BESIDE, write_text
from xianjie.population.job.manifest import Finished, finish
from xianjie.population.job.parts import Part, numbered, parts_of_source
from xianjie.population.job.receipts import Receipt, all_receipts, receipt_path
from xianjie.population.job.running import Run
from xianjie.population.job.sources import TEXTS, Source
from xianjie.population.job.task import kept_receipt
from xianjie.population.reading import check_columns, taken
from xianjie.population.summary import gathered

ASKED = "asked.json"
FOLDERS = ("answers", "rejects", "receipts")
READ = ".read"
"""Where the rows of a database's table wait to be answered."""
OURS = frozenset({ASKED, *FOLDERS, READ, staging.STAGED, manifest.FILE, gathered.FILE, rejected.FILE, runs.FILE})
"""All that a population's folder holds."""

_WORDS: Mapping[str, tuple[str, str]] = {
    "regions": ("地区", "regions"),
    "as_of": ("判定日", "date"),
    "dimensions": ("维度", "dimensions"),
    "policies": ("政策文件", "policies"),
    "due_soon_days": ("到期提醒天数", "days that count as due soon"),
    "readings": ("读法", "readings"),
    "mapped": ("列的对应", "mapping of columns"),
    "supposed": ("设想的改动", "overlays"),
    "leaving_out": ("略去的字段", "fields left out"),
    "engine": ("程序版本", "version of xianjie"),
    "form": ("结果的写法", "form of the answers"),
    "rows_per_part": ("每部分的行数", "rows of a part"),
    "inputs": ("输入的文件", "input files"),
}


class Telling(Protocol):
    """Hears how it goes."""

    def reading(self, name: str) -> None:
        """Hear that a table is being read."""

    def begin(self, rows: int, done: int) -> None:
        """Hear how many rows there are, and how many are done already."""

    def part(self, receipt: Receipt) -> None:
        """Hear of a part that is done."""

    def again(self, names: Sequence[str]) -> None:
        """Hear which files have changed since the last run, whose parts are done again."""


@dataclass(frozen=True, slots=True)
class Laid:
    """The data set, laid out in parts: its files, and at most how many rows a part has.

    `columns` are those of tables of text, by file; where all is finished they are known without reading it again.
    """

    sources: tuple[Source, ...]
    parts: tuple[Part, ...]
    most: int
    columns: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def schema(self, number: int = 0) -> Mapping[str, pl.DataType]:
        """Give the columns of a part. Raises InputError where its file is none that can be read."""
        part = self.parts[number]
        if part.file in self.columns:
            return dict.fromkeys(self.columns[part.file], pl.String())
        try:
            return part.scan().collect_schema()
        except (PolarsError, PanicException, OSError) as error:
            raise InputError(
                Problem(
                    "population-columns",
                    "列读不出来：有同名的列，或有不支持的类型",
                    "the columns cannot be read: two of the same name, or a type that is not supported",
                    Place(part.file),
                )
            ) from error


def column_names(source: Source) -> list[str]:
    """Name the columns of a file; of CSV no more than the header is read."""
    if source.kind in TEXTS:
        return [*staging.columns_of(source), *source.partition]
    return list(Laid((source,), tuple(parts_of_source(source, sum(source.groups) or 1)), 0).schema())


def refuse_folder(out: Path, given: str | None = None) -> None:
    """Raise InputError for a folder that holds something else, or lies among the data (given as files)."""
    if out.exists() and not (out.is_dir() and all(f.name in OURS or _half(f.name) for f in out.iterdir())):
        raise InputError(
            Problem(
                "population-folder",
                "这里已有别的内容，请给出新的或空的文件夹",
                "there is something else here: name a new or an empty folder",
                Place(str(out)),
            )
        )
    root = Path(given).resolve() if given is not None else None
    if root is not None and root.is_dir() and out.resolve().is_relative_to(root):
        raise InputError(
            Problem(
                "population-inside",
                "结果文件夹不能放在数据文件夹里",
                "the folder of the answers cannot lie within that of the data",
                Place(str(out)),
            )
        )


def clear(out: Path) -> None:
    """Remove what an earlier run left, the manifest first; the record of the runs stays."""
    for name in (manifest.FILE, gathered.FILE, rejected.FILE, ASKED):
        (out / name).unlink(missing_ok=True)
    for name in (*FOLDERS, staging.STAGED):
        for found in (out / name).glob("*"):
            if found.name != "lock":
                found.unlink()


def lay_out(sources: Sequence[Source], out: Path, most: int, telling: Telling) -> Laid:
    """Divide the files into parts; CSV and XLSX are read into the folder's stage first.

    Of what is finished and has not changed they are not read again: it is looked at for its digest alone.
    """
    finished = _finished(sources, out, most)
    if finished is not None:
        return finished

    def parts() -> Iterator[Part]:
        for source in sources:
            if source.kind in TEXTS:
                yield from staging.staged_parts(source, out, most, telling.reading)
            else:
                yield from parts_of_source(source, most)

    laid = Laid(tuple(sources), tuple(numbered(parts())), most)
    texts = {source.name for source in sources if source.kind in TEXTS}
    firsts = {part.file: number for number, part in reversed(list(enumerate(laid.parts))) if part.file in texts}
    return replace(laid, columns={file: list(laid.schema(number)) for file, number in firsts.items()})


def _finished(sources: Sequence[Source], out: Path, most: int) -> Laid | None:
    """Give the parts of a finished folder as its receipts have them; None where anything is to be done or read anew."""
    before = begun_in(out)
    if before is None or not (out / manifest.FILE).is_file() or sources[0].kind not in TEXTS:
        return None
    old = [Source.read(found) for found in before["inputs"]]
    same = [(one.name, one.fingerprint) for one in sources] == [(one.name, one.fingerprint) for one in old]
    if not same or before["rows_per_part"] != most:
        return None
    parts = [receipt.part for receipt in all_receipts(out)]
    asked = Asked.read(json.dumps(before["asked"]))
    held = Counter[str]()
    for part in parts:
        held[part.file] += part.rows
    if dict(held) != manifest.rows_of(out) or not all(kept_receipt(asked.digest, part, out) for part in parts):
        return None
    columns = before.get("columns")
    return None if columns is None else Laid(tuple(sources), tuple(parts), most, columns)


def answer(asked: Asked, laid: Laid, out: Path, run: Run, telling: Telling, strict: bool = False) -> Finished:
    """Answer all parts that are not answered yet, then write rejects, summary and manifest.

    Raises InputError where the folder holds the answers to another question, where a column is missing or a part cannot
    be read (what else there is, is answered), and where a file changed meanwhile; OSError where nothing can be written.
    """
    changed = _changed(asked, laid, out)
    _check(asked, laid)
    if changed:
        telling.again(changed)
    _sweep(
        out, {name for part in laid.parts for name in (f"{part.name}.json", f"{part.name}.parquet", f"{part.name}.csv")}
    )
    for part in laid.parts:
        if part.file in changed:
            receipt_path(out, part).unlink(missing_ok=True)
    write_text(out / ASKED, _begun(asked, laid))
    done = {part.number: receipt for part in laid.parts if (receipt := kept_receipt(asked.digest, part, out))}
    left = [part for part in laid.parts if part.number not in done]
    if left:
        for name in (manifest.FILE, gathered.FILE, rejected.FILE):
            (out / name).unlink(missing_ok=True)
    telling.begin(sum(part.rows for part in laid.parts), sum(receipt.part.rows for receipt in done.values()))

    def tell(receipt: Receipt) -> None:
        done[receipt.part.number] = receipt
        telling.part(receipt)

    if left:
        run(asked, left, out, tell)
    _refuse_changing(laid)
    finished = finish(asked, list(done.values()), out, strict)
    shutil.rmtree(out / staging.STAGED, ignore_errors=True)
    return finished


def _begun(asked: Asked, laid: Laid) -> str:
    inputs = [source.as_json() for source in laid.sources]
    whole = {
        "asked": json.loads(asked.text),
        "rows_per_part": laid.most,
        "inputs": inputs,
        "columns": laid.columns,
    }
    return json.dumps(whole, ensure_ascii=False, sort_keys=True, indent=1) + "\n"


def begun_in(out: Path) -> dict[str, Any] | None:
    """Read what was asked in a folder; None where nothing was."""
    try:
        found: dict[str, Any] = json.loads((out / ASKED).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except ValueError:
        raise InputError(
            Problem("population-folder", "asked.json 已损坏", "asked.json is damaged", Place(str(out)))
        ) from None
    return found


def _changed(asked: Asked, laid: Laid, out: Path) -> list[str]:
    """Name the files that changed since the folder was begun; InputError where it was begun with another question."""
    before = begun_in(out)
    if before is None:
        return []
    now = json.loads(_begun(asked, laid))
    differing = [name for name in now["asked"] if now["asked"][name] != before["asked"].get(name)]
    if now["rows_per_part"] != before["rows_per_part"]:
        differing.append("rows_per_part")
    old = {source["name"]: source for source in before["inputs"]}
    if [source["name"] for source in now["inputs"]] != list(old):
        differing.append("inputs")
    if differing:
        zh, en = ("、".join(_WORDS[name][0] for name in differing), ", ".join(_WORDS[name][1] for name in differing))
        raise InputError(
            Problem(
                "population-asked-otherwise",
                f"这个文件夹里是另一次提问的结果，不同的是：{zh}；换一个文件夹，或用 --overwrite 重来",
                f"the folder holds the answers to another question; what differs: {en}; take another folder, or "
                "--overwrite",
                Place(str(out)),
            )
        )
    return [one.name for one in laid.sources if one.fingerprint != Source.read(old[one.name]).fingerprint]


def _check(asked: Asked, laid: Laid) -> None:
    """Check each file's columns before the first row is read."""
    compiled, mapped = compiled_for(asked.text), asked.mapped
    problems: dict[Problem, None] = {}
    fields = {name.rpartition(".")[2] for name in compiled.columns()}
    for name in asked.leaving_out:
        if name not in fields:
            near = nearest(name, tuple(fields))
            zh = "没有这个字段" + (f"，是否为 {near}？" if near else f"；可用：{'、'.join(sorted(fields))}")
            en = "no such field" + (f"; did you mean {near}?" if near else f"; known: {', '.join(sorted(fields))}")
            problems[Problem("population-field", zh, en, Place(path=name))] = None
    answers = set(compiled.columns(asked.leaving_out))
    problems.update(dict.fromkeys(taken(name) for name in mapped.keep if name in answers))
    seen: set[str] = set()
    for number, part in enumerate(laid.parts):
        if part.file in seen:
            continue
        seen.add(part.file)
        try:
            schema = laid.schema(number)
            check_columns(schema, compiled.layout, mapped.sources, mapped.unrecorded, mapped.keep, mapped.words)
        except InputError as error:
            for problem in error.problems:
                problems[Problem(problem.code, problem.zh, problem.en, Place(part.file, path=problem.place.path))] = (
                    None
                )
    if problems:
        raise InputError(list(problems))


def _sweep(out: Path, wanted: set[str]) -> None:
    """Remove what a killed process was writing, and what belongs to no part."""
    for folder in (out, *(out / name for name in FOLDERS), out / staging.STAGED):
        for found in folder.glob("*"):
            stray = folder.name in FOLDERS and found.name != "lock" and found.name not in wanted
            if _half(found.name) or stray:
                with suppress(OSError):
                    found.unlink()


def _half(name: str) -> bool:
    """Tell by its name a file that a process was writing when it was killed."""
    return name.startswith(".") and name.endswith(BESIDE) and not name.startswith(".spark")


def _refuse_changing(laid: Laid) -> None:
    names = []
    for source in laid.sources:
        try:
            status = Path(source.path).stat()
            same = (status.st_size, status.st_mtime_ns) == (source.size, source.changed)
        except OSError:
            same = False
        if not same:
            names.append(source.path)
    if names:
        raise InputError(
            [
                Problem(
                    "population-input-changed",
                    "读取期间文件变了；待它写完后再次运行，变了的部分会重做",
                    "the file changed while it was read: run again once it is written, what changed is done again",
                    Place(name),
                )
                for name in names
            ]
        )
