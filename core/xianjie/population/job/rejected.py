"""The rows put aside, told in one table: which row of which file, which column, and why; never the value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from xianjie.messages import sentence_of
from xianjie.population.job.durable import write_whole
from xianjie.population.job.parts import Part
from xianjie.population.job.receipts import Receipt
from xianjie.population.reading import ROW

FILE = "rejects.csv"
BOM = "\ufeff"

HEADER = ("file", "row", "number", "column", "code", "reason", "原因")
"""The file, the row in it from 1 (a header is not counted), its number in the answers, and what is wrong."""

REASONS: Mapping[str, tuple[str, str]] = {
    "cell-money": ("须是金额（如 80000、8万元）", "must be an amount (as 80000, 8万元)"),
    "cell-truth": ("只接受 是、否、不清楚", "only 是, 否, 不清楚, true or false is accepted"),
    "facts-contradict": ("与同一行的另一项相矛盾", "contradicts another fact of the row"),
    "number-too-small": ("数字过小", "the number is too small"),
    "set-none": ("“无”不能与其他项并列", "无 (none) cannot stand beside other entries"),
    "text-invalid": ("文字里有无效的字符", "the text holds an invalid character"),
    "word-unknown": ("不是允许的词", "not one of the words allowed"),
}
"""What codes say of a value whose sentence is elsewhere made for the very fact."""


def reason_of(code: str) -> tuple[str, str]:
    """Give a code's sentence, in Chinese and in English."""
    return REASONS.get(code) or sentence_of(code) or ("见“错误代码”一页", "see the page of error codes")


def write_rejects(receipts: Sequence[Receipt], out: Path) -> str | None:
    """Gather all parts' rejects in one CSV file; gives its digest, None where nothing was put aside."""
    path = out / FILE
    if not any(receipt.rejected for receipt in receipts):
        path.unlink(missing_ok=True)
        return None

    def write(beside: Path) -> None:
        with beside.open("w", encoding="utf-8", newline="") as stream:
            stream.write(BOM + ",".join(HEADER) + "\r\n")
            for receipt in receipts:
                if receipt.rejected:
                    stream.write(_table(receipt.part, out).write_csv(include_header=False, line_terminator="\r\n"))

    return write_whole(path, write)


def _table(part: Part, out: Path) -> pl.DataFrame:
    faults = pl.read_parquet(out / "rejects" / f"{part.name}.parquet", glob=False)
    codes = faults["code"].unique().to_list()
    told = [reason_of(code) for code in codes]
    return faults.select(
        pl.lit(part.file).alias("file"),
        (pl.col(ROW) - part.before + part.at + 1).alias("row"),
        pl.col(ROW).alias("number"),
        "column",
        "code",
        pl.col("code").replace_strict(codes, [en for _, en in told], return_dtype=pl.String).alias("reason"),
        pl.col("code").replace_strict(codes, [zh for zh, _ in told], return_dtype=pl.String).alias("原因"),
    )
