"""One part of a population: read, answered, written beside and renamed; done twice it comes to the same."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import lru_cache
from pathlib import Path

import polars as pl
from polars.exceptions import PanicException, PolarsError

from xianjie.cases.harmless import RISKY, harmless
from xianjie.errors import InputError, Place, Problem
from xianjie.population.compiler.policies import Compiled, beside_name
from xianjie.population.job.asked import Asked, compiled_for, read_facts
from xianjie.population.job.durable import write_text, write_whole
from xianjie.population.job.parts import Part
from xianjie.population.job.receipts import Receipt, receipt_path
from xianjie.population.reading import ROW, read_whole
from xianjie.population.summary.tally import Tallying
from xianjie.population.wording import in_words

BOM = b"\xef\xbb\xbf"

NO_TURN: AbstractContextManager[object] = nullcontext()


def assess_part(asked_text: str, part: Part, out: Path, turn: AbstractContextManager[object] = NO_TURN) -> Receipt:
    """Answer a part into the folder `out` and leave its receipt there; a receipt that is there already is given back.

    `turn` is waited for and held while the answers are worked out; they are counted and written after it. Raises
    InputError for a file that cannot be read or lacks a column, OSError where it cannot be written.
    """
    asked = Asked.read(asked_text)
    kept = kept_receipt(asked.digest, part, out)
    if kept is not None:
        return kept
    compiled, tallying = compiled_for(asked_text), _tallying(asked_text)
    with turn:
        rows, rejects = answered(asked, part, compiled, tallying.truths)
    tally = tallying.of(rows)
    rows = rows.drop(map(beside_name, tallying.truths))
    files = {}
    answers = in_words(rows, compiled) if asked.form != "packed" else rows
    suffix = "csv" if asked.form == "csv" else "parquet"
    for name, frame in ((f"answers/{part.name}.{suffix}", answers), (f"rejects/{part.name}.parquet", rejects)):
        if len(frame) or name.startswith("answers"):
            files[name] = _written(frame, out / name)
        else:
            (out / name).unlink(missing_ok=True)
    receipt = Receipt(
        asked.digest,
        part,
        len(rows),
        rejects[ROW].n_unique(),
        dict(sorted(rejects.group_by("code").len().iter_rows())),
        files,
        tally,
    )
    write_text(receipt_path(out, part), receipt.text)
    return receipt


@lru_cache(maxsize=4)
def _tallying(asked_text: str) -> Tallying:
    asked = Asked.read(asked_text)
    return Tallying(compiled_for(asked_text), asked.leaving_out, asked.mapped.division)


def kept_receipt(asked: str, part: Part, out: Path) -> Receipt | None:
    """Give the receipt that a part left for this question (by its digest); None where there is none."""
    path = receipt_path(out, part)
    try:
        receipt = Receipt.read(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        return None
    whole = all((out / name).exists() for name in receipt.files)
    return receipt if receipt.asked == asked and receipt.part == part and whole else None


def answered(
    asked: Asked, part: Part, compiled: Compiled, beside: Sequence[int] = ()
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Answer a part's rows, and list the faults of those put aside; the terms in `beside` go along with the answers.

    Raises InputError where the part cannot be read.
    """
    keep = asked.mapped.keep
    try:
        good, rejects = read_whole(part.scan(), lambda facts: read_facts(facts, asked, keep))
        rows = compiled.answered(good, [ROW, *keep], asked.leaving_out, beside)
    except InputError as error:
        raise InputError([_placed(problem, part) for problem in error.problems]) from error
    except (PolarsError, PanicException, OSError) as error:
        raise InputError(_unreadable(part)) from error
    if part.identity and len(rows) + rejects[ROW].n_unique() != part.rows:
        raise InputError(_unreadable(part))
    number = pl.col(ROW) + part.before
    return rows.with_columns(number), rejects.with_columns(number).sort(ROW, "column", "code")


def _placed(problem: Problem, part: Part) -> Problem:
    return Problem(problem.code, problem.zh, problem.en, Place(part.file, path=problem.place.path))


def _unreadable(part: Part) -> Problem:
    first, last = part.at + 1, part.at + part.rows
    return Problem(
        "part-unreadable",
        f"第 {first} 至 {last} 行读不出来，文件可能已损坏；修复后再次运行，接着做",
        f"rows {first} to {last} cannot be read, the file may be damaged: mend it, run again to go on",
        Place(part.file),
    )


def _written(frame: pl.DataFrame, path: Path) -> str:
    if path.suffix == ".parquet":
        return write_whole(path, frame.write_parquet)
    return write_whole(path, lambda beside: beside.write_bytes(csv_bytes(frame)))


def csv_bytes(frame: pl.DataFrame) -> bytes:
    """Write answers as CSV that a spreadsheet opens, and takes no text in it for a formula."""
    plain = frame.with_columns(_harmless(frame[name]) for name in frame.columns if frame[name].dtype == pl.String)
    return BOM + plain.write_csv(line_terminator="\r\n").encode()


def _harmless(texts: pl.Series) -> pl.Series:
    """Keep a spreadsheet from taking a text that went along for a formula."""
    risky = texts.str.slice(0, 1).is_in(RISKY).fill_null(False)
    made = pl.Series([harmless(text) for text in texts.filter(risky).to_list()], dtype=pl.String)
    return texts.scatter(risky.arg_true(), made) if len(made) else texts
