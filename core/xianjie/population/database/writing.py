"""Answers written into tables of the database: each part in one transaction with its receipt, so exactly once.

Beside `answers`, a view in words, stand `answers_packed` (a row for each key), `answers_rejects`, `answers_legend`
(what each code and bit means), `answers_parts` (the receipts) and `answers_run` (the question). The view is made last:
who reads it reads all of a population or nothing.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import psycopg
from psycopg import sql

from xianjie.population.database.connecting import Connection, lock
from xianjie.population.database.naming import LONGEST, Naming, sql_type
from xianjie.population.database.refusals import damaged, denied, long_name, taken, too_wide, unknown_table, unlike
from xianjie.population.database.sources import Name, Source
from xianjie.population.database.staging import Reading
from xianjie.population.job.asked import Asked
from xianjie.population.job.receipts import Receipt
from xianjie.population.reading import ROW

PACKED, REJECTS, LEGEND, PARTS, RUN = "_packed", "_rejects", "_legend", "_parts", "_run"
BESIDE = (PACKED, REJECTS, LEGEND, PARTS, RUN)
MOST_COLUMNS = 1500
"""PostgreSQL takes 1,600 columns in a table."""

_ROWS = 10_000
"""Rows that are written out at a time."""


@dataclass(frozen=True, slots=True)
class Target:
    """The tables that take a run's answers: under which name, for what question, with which columns.

    `along` are the columns that come from the source, the key's first, each with its SQL type.
    """

    name: Name
    asked: Asked
    reading: str
    key: tuple[str, ...]
    along: Mapping[str, str]
    naming: Naming
    packed: Mapping[str, str]

    def table(self, ending: str) -> sql.Identifier:
        """Quote the name of a table beside the view."""
        return self.name.beside(ending).identifier

    @property
    def faults(self) -> tuple[str, str]:
        """Name the columns that tell a fault: where it is, and its code."""
        return self.free("column_name"), self.free("code")

    def free(self, name: str) -> str:
        """Give a column of ours a name that none of the source's has."""
        while name in self.along:
            name = f"xianjie_{name}"
        return name


def target_of(name: Name, asked: Asked, reading: Reading, source: Source, naming: Naming, dtypes: pl.Schema) -> Target:
    """Settle what the tables are like. Raises DatabaseError for too long a name or too many columns."""
    most = LONGEST - max(map(len, BESIDE))
    if len(name.table.encode()) > most:
        raise long_name(most)
    along = {column: source.types[column] for column in dict.fromkeys((*source.key, *asked.mapped.keep))}
    packed = {column: sql_type(dtypes[column]) for column in naming.named}
    if max(len(along) + len(packed), len(along) + len(naming.shown) + 2) > MOST_COLUMNS:
        raise too_wide(MOST_COLUMNS)
    return Target(name, asked, reading.id, source.key, along, naming, packed)


def prepare(connection: Connection, target: Target, reading: Reading) -> dict[int, str]:
    """Hold the tables for this run, make those that are not there; gives the parts that are in, by their digests.

    Raises DatabaseError `database-held`; `database-target-taken` where the tables hold something else;
    `database-read-damaged` where there are none, and the rows that were read are gone.
    """
    schema = target.name.schema or _current_schema(connection)
    lock(connection, f"writing {schema}.{target.name.table}")
    ours = {f"{target.name.table}{ending}" for ending in BESIDE}
    there = _there(connection, schema, {*ours, target.name.table})
    if not there:
        if reading.cleared:
            raise damaged()
        with connection.transaction():
            _create(connection, target, reading)
        return {}
    if not ours <= there or not _same(connection, target):
        raise taken()
    return _written(connection, target)


def check_rights(connection: Connection, name: Name) -> None:
    """See to it, before anything is read, that tables can be made. Raises DatabaseError `database-denied`."""
    schema = name.schema or _current_schema(connection)
    found = connection.execute(
        "SELECT has_schema_privilege(oid, 'USAGE, CREATE') FROM pg_namespace WHERE nspname = %s", [schema]
    ).fetchone()
    if found is None:
        raise unknown_table()
    there = _there(connection, schema, [f"{name.table}{ending}" for ending in BESIDE])
    if found != (True,) and not there:
        raise denied()


def write_part(connection: Connection, target: Target, receipt: Receipt, out: Path) -> None:
    """Write a part's answers and rejects, and its receipt, all or nothing."""
    part = receipt.part
    answers = pl.read_parquet(out / "answers" / f"{part.name}.parquet")
    rejects = _rejects(target, receipt, out)
    with connection.transaction():
        connection.execute(
            sql.SQL(
                "INSERT INTO {} (part, answered, rejected, faults, sha256, written) VALUES (%s, %s, %s, %s, %s, now())"
            ).format(target.table(PARTS)),
            [part.number, receipt.answered, receipt.rejected, json.dumps(dict(receipt.faults)), digest_told(receipt)],
        )
        columns = {**{name: name for name in target.along}, **target.naming.named}
        _copy(connection, target.table(PACKED), list(columns.values()), answers.select(list(columns)))
        if rejects is not None:
            _copy(connection, target.table(REJECTS), [*target.key, *target.faults], rejects)


def finish(connection: Connection, target: Target, reading: Reading) -> None:
    """Say that all parts are in, and make the view in words."""
    view = target.name.identifier
    with connection.transaction():
        connection.execute(
            sql.SQL("UPDATE {} SET finished = coalesce(finished, now()), reading = %s").format(target.table(RUN)),
            [json.dumps(reading.as_json()["stretches"])],
        )
        along = [sql.SQL("p.{}").format(sql.Identifier(name)) for name in target.along]
        ours = [
            sql.SQL("r.{} AS {}").format(sql.Identifier(name), sql.Identifier(target.free(name)))
            for name in ("as_of", "question_sha256")
        ]
        shown = [sql.SQL("{} AS {}").format(words, sql.Identifier(name)) for name, words in target.naming.shown.items()]
        connection.execute(
            sql.SQL("CREATE OR REPLACE VIEW {} AS SELECT {} FROM {} AS p CROSS JOIN {} AS r").format(
                view,
                sql.SQL(", ").join([*along, *ours, *shown]),
                target.table(PACKED),
                target.table(RUN),
            )
        )


def digest_told(receipt: Receipt) -> str:
    """Give the digest of the file of answers that a receipt vouches for."""
    return receipt.files[f"answers/{receipt.part.name}.parquet"]


def check_written(written: Mapping[int, str], receipt: Receipt) -> bool:
    """Tell whether a part is in the table. Raises DatabaseError `database-part-unlike` where another is."""
    found = written.get(receipt.part.number)
    if found is not None and found != digest_told(receipt):
        raise unlike()
    return found is not None


def _current_schema(connection: Connection) -> str:
    found = connection.execute("SELECT current_schema()").fetchone()
    return str(found[0]) if found else ""


def _there(connection: Connection, schema: str, names: Collection[str]) -> set[str]:
    found = connection.execute(
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = %s AND c.relname = ANY(%s)",
        [schema, list(names)],
    )
    return {str(name) for (name,) in found}


def _same(connection: Connection, target: Target) -> bool:
    """Tell whether the tables were made for this question and this reading."""
    asked = sql.SQL("SELECT question_sha256, reading_id FROM {}").format(target.table(RUN))
    try:
        return connection.execute(asked).fetchall() == [(target.asked.digest, target.reading)]
    except psycopg.errors.UndefinedColumn:
        return False


def _written(connection: Connection, target: Target) -> dict[int, str]:
    found = connection.execute(sql.SQL("SELECT part, sha256 FROM {}").format(target.table(PARTS)))
    return {int(str(part)): str(digest) for part, digest in found}


def _create(connection: Connection, target: Target, reading: Reading) -> None:
    key = sql.SQL(", ").join(map(sql.Identifier, target.key))
    along = [_column(name, written) for name, written in target.along.items()]
    packed = [_column(target.naming.named[name], written) for name, written in target.packed.items()]
    made: dict[str, list[sql.Composable]] = {
        PACKED: [*along, *packed, sql.SQL("PRIMARY KEY ({})").format(key)],
        REJECTS: [
            *(_column(name, target.along[name]) for name in target.key),
            *(sql.SQL("{} text NOT NULL").format(sql.Identifier(name)) for name in target.faults),
        ],
        LEGEND: [sql.SQL("column_name text NOT NULL, code integer, bit integer, answer text NOT NULL, meaning text")],
        PARTS: [
            sql.SQL(
                "part integer PRIMARY KEY, answered bigint NOT NULL, rejected bigint NOT NULL, faults jsonb NOT NULL,"
                " sha256 text NOT NULL, written timestamptz NOT NULL"
            )
        ],
        RUN: [
            sql.SQL(
                "question_sha256 text NOT NULL, question jsonb NOT NULL, as_of date NOT NULL, reading_id text NOT NULL,"
                " reading jsonb NOT NULL, begun timestamptz NOT NULL, finished timestamptz"
            )
        ],
    }
    for ending, columns in made.items():
        listed = sql.SQL(", ").join(columns)
        connection.execute(sql.SQL("CREATE TABLE {} ({})").format(target.table(ending), listed))
    legend = [(line.column, line.code, line.bit, line.answer, line.meaning) for line in target.naming.lines]
    titles = ["column_name", "code", "bit", "answer", "meaning"]
    schema = dict(zip(titles, (pl.String, pl.Int64, pl.Int64, pl.String, pl.String), strict=True))
    _copy(connection, target.table(LEGEND), titles, pl.DataFrame(legend, schema=schema, orient="row"))
    connection.execute(
        sql.SQL(
            "INSERT INTO {} (question_sha256, question, as_of, reading_id, reading, begun)"
            " VALUES (%s, %s, %s, %s, %s, now())"
        ).format(target.table(RUN)),
        [
            target.asked.digest,
            target.asked.text,
            dt.date.fromordinal(target.asked.as_of),
            target.reading,
            json.dumps(reading.as_json()["stretches"]),
        ],
    )


def _column(name: str, written: str) -> sql.Composed:
    return sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(written))  # as format_type writes it


def _rejects(target: Target, receipt: Receipt, out: Path) -> pl.DataFrame | None:
    """Give the faults of a part, each with the key of its row in the place of its number."""
    part = receipt.part
    path = out / "rejects" / f"{part.name}.parquet"
    if not receipt.rejected:
        return None
    faults = pl.read_parquet(path).select(
        pl.col(ROW) - part.before, pl.col("column").alias("·column"), pl.col("code").alias("·code")
    )
    keys = part.scan().select(target.key).with_row_index(ROW).with_columns(pl.col(ROW).cast(pl.Int64)).collect()
    return faults.join(keys, on=ROW, maintain_order="left").select(*target.key, "·column", "·code")


def _copy(connection: Connection, table: sql.Identifier, columns: Sequence[str], frame: pl.DataFrame) -> None:
    """Write a frame's columns, in their order, into a table's."""
    plain = frame.select(_plain(name, dtype) for name, dtype in frame.schema.items())
    written = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv)").format(
        table, sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.cursor() as cursor, cursor.copy(written) as copy:
        for chunk in plain.iter_slices(_ROWS):
            copy.write(chunk.write_csv(include_header=False, quote_style="non_numeric").encode())


def _plain(name: str, dtype: pl.DataType) -> pl.Expr:
    if dtype == pl.UInt64():
        return pl.col(name).reinterpret(signed=True)
    if isinstance(dtype, pl.List):
        return pl.col(name).map_elements(_as_json, pl.String())
    return pl.col(name)


def _as_json(values: pl.Series) -> str:
    return json.dumps(values.to_list(), ensure_ascii=False)
