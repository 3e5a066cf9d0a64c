"""A table of a database assessed: read into parts, each part answered, and the answers written back."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import polars as pl

from xianjie.population.compiler.policies import Compiled
from xianjie.population.database.connecting import Connection, connected
from xianjie.population.database.naming import naming_of
from xianjie.population.database.refusals import damaged
from xianjie.population.database.sources import Asking, Name, Source, described, schema_of, source_of
from xianjie.population.database.staging import Reading, clear, forget, opened, read_all
from xianjie.population.database.writing import (
    Target,
    check_rights,
    check_written,
    finish,
    prepare,
    target_of,
    write_part,
)
from xianjie.population.job import manifest, whole
from xianjie.population.job.asked import FORMS, Asked, compiled_for
from xianjie.population.job.manifest import Finished
from xianjie.population.job.parts import ROWS_PER_PART, Part
from xianjie.population.job.receipts import Receipt
from xianjie.population.job.running import Run, Tell
from xianjie.population.job.task import kept_receipt
from xianjie.population.job.whole import Laid
from xianjie.population.reading import check_columns


class Telling(whole.Telling, Protocol):
    """Hears how it goes, from the reading on."""

    def read(self, rows: int) -> None:
        """Hear how many rows are read."""


@dataclass(frozen=True, slots=True)
class Done:
    """What came of it: the question as it was put (the key goes along), how it was read, the counts, parts written."""

    asked: Asked
    reading: Reading
    finished: Finished
    written: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where answers are written: a database's address, and the name of their table."""

    address: str
    name: Name


def columns_of(address: str, asking: Asking) -> list[str]:
    """Name the columns of what is asked to be read. Raises DatabaseError."""
    with connected(address) as connection:
        return [one.name for one in described(connection, asking)]


def assess_table(
    asked: Asked,
    asking: Asking,
    out: Path,
    telling: Telling,
    run: Run,
    address: str = "",
    place: Place | None = None,
    most: int = ROWS_PER_PART,
    fresh: bool = False,
    strict: bool = False,
) -> Done:
    """Read a table into the folder `out`, answer it there part by part, and write the answers to `place`.

    What was done before is not done again, unless `fresh`: then all is begun anew. The caller holds the folder. Raises
    InputError for columns that do not fit, before a row is read, and as `whole.answer` does; DatabaseError; OSError
    where the folder cannot be written.
    """
    compiled = compiled_for(asked.text)
    with connected(address) as connection:
        asked, source = _settled(connection, asked, asking, compiled)
        if place is not None:
            with connected(place.address) as writing:
                check_rights(writing, place.name)
        if fresh:
            whole.clear(out)
            forget(out)
        reading = opened(source, out)
        if not reading.complete:
            telling.reading(asking.named)
        reading = read_all(connection, source, reading, most, telling.read)
    laid = Laid((), tuple(reading.parts), most)
    kept = [receipt for part in laid.parts if (receipt := kept_receipt(asked.digest, part, out))]
    if reading.cleared and len(kept) < len(laid.parts):
        raise damaged()
    target = None if place is None else _target(asked, source, reading, compiled, place)
    with _writer(target, place, reading, out) as (write, conclude):
        written = sum(map(write, kept))

        def answering(asked: Asked, parts: Sequence[Part], out: Path, tell: Tell) -> None:
            def hear(receipt: Receipt) -> None:
                nonlocal written
                written += write(receipt)
                tell(receipt)

            run(asked, parts, out, hear)

        if reading.cleared:
            finished = manifest.finish(asked, kept, out, strict)
        else:
            finished = whole.answer(asked, laid, out, answering, telling, strict)
        if not (strict and finished.rejected):
            conclude()
            clear(reading)
    return Done(asked, reading, finished, written)


def _settled(connection: Connection, asked: Asked, asking: Asking, compiled: Compiled) -> tuple[Asked, Source]:
    """Check the columns, and let the key go along with the answers."""
    mapped, layout = asked.mapped, compiled.layout
    columns = described(connection, asking)
    check_columns(schema_of(columns), layout, mapped.sources, mapped.unrecorded, mapped.keep, mapped.words)
    facts = [mapped.sources.get(fact, fact) for fact in layout.names if fact not in mapped.unrecorded]
    source = source_of(connection, asking, columns, facts, mapped.keep)
    keep = tuple(dict.fromkeys((*source.key, *mapped.keep)))
    return replace(asked, mapped=replace(mapped, keep=keep), form=FORMS[0]), source


def _target(asked: Asked, source: Source, reading: Reading, compiled: Compiled, place: Place) -> Target:
    naming = naming_of(compiled, asked.leaving_out, source.columns)
    rows = pl.LazyFrame(schema=compiled.layout.schema)
    dtypes = compiled.answer(rows, (), asked.leaving_out).collect_schema()
    return target_of(place.name, asked, reading, source, naming, dtypes)


@contextlib.contextmanager
def _writer(
    target: Target | None, place: Place | None, reading: Reading, out: Path
) -> Iterator[tuple[Callable[[Receipt], bool], Callable[[], None]]]:
    """Give what writes a part, unless it is in already, and what makes the view when all parts are in."""
    if target is None or place is None:
        yield lambda _: False, lambda: None
        return
    with connected(place.address) as connection:
        there = prepare(connection, target, reading)

        def write(receipt: Receipt) -> bool:
            if check_written(there, receipt):
                return False
            write_part(connection, target, receipt, out)
            return True

        yield write, lambda: finish(connection, target, reading)
