"""A table read once, in the order of its key and as it stood at one moment, into parts that wait in a folder.

What is read before a process dies stays as it was read. Whoever goes on reads what comes after the last key that is
there, as it stands then: each row is read once, but not all at the same moment, and the reading says so.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import polars as pl
from psycopg import IsolationLevel, sql

from xianjie.population.database.connecting import Connection
from xianjie.population.database.refusals import damaged, key_doubled, read_otherwise
from xianjie.population.database.sources import Source
from xianjie.population.job.durable import digest_of, write_text, write_whole
from xianjie.population.job.parts import Part
from xianjie.population.job.whole import READ

Tell = Callable[[int], None]
"""Hears how many rows are read."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Parts read in one go, from the number `first` on: the database's own name of the moment, and its time."""

    first: int
    snapshot: str
    at: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A part that is read: its rows, the digest of its file, and its last key."""

    rows: int
    sha256: str
    last: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """How far a source is read into a folder. `cleared`: the rows are gone again, since every part is answered."""

    id: str
    named: str
    source: str
    folder: Path
    stretches: tuple[Stretch, ...]
    pieces: tuple[Piece, ...] = field(default=())
    complete: bool = False
    cleared: bool = False

    @property
    def rows(self) -> int:
        """Count the rows that are read."""
        return sum(piece.rows for piece in self.pieces)

    @property
    def parts(self) -> list[Part]:
        """List the parts, each knowing how many rows come before it."""
        out: list[Part] = []
        before = 0
        for number, piece in enumerate(self.pieces):
            path = str(self.path(number))
            out.append(Part(number, path, 0, piece.rows, before, source=self.named, at=before, identity=self.id))
            before += piece.rows
        return out

    def path(self, number: int) -> Path:
        """Say where a part lies."""
        return self.folder / f"part-{number:06d}.parquet"

    def as_json(self) -> dict[str, Any]:
        """Give what is to be known of the reading later; no value of any row is in it."""
        return {
            "id": self.id,
            "named": self.named,
            "source": self.source,
            "stretches": [asdict(stretch) for stretch in self.stretches],
            "complete": self.complete,
            "cleared": self.cleared,
        }


def opened(source: Source, out: Path) -> Reading:
    """Take up the reading that a folder holds, else begin one.

    Raises DatabaseError `database-read-otherwise` where the folder holds another, `database-read-damaged`.
    """
    folder = out / READ
    found = _found(folder)
    if found is None:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        return Reading("", source.asking.named, source.digest, folder, ())
    if found.source != source.digest:
        raise read_otherwise()
    return found


def forget(out: Path) -> None:
    """Remove what was read into a folder."""
    shutil.rmtree(out / READ, ignore_errors=True)


def read_all(connection: Connection, source: Source, reading: Reading, most: int, tell: Tell) -> Reading:
    """Read what is not read yet, a part at a time; gives the complete reading. Raises DatabaseError, OSError."""
    if reading.complete:
        return reading
    connection.isolation_level, connection.read_only = IsolationLevel.REPEATABLE_READ, True
    with connection.transaction():
        found = connection.execute("SELECT pg_current_snapshot()::text, to_char(now(), 'YYYY-MM-DD\"T\"HH24:MI:SSOF')")
        snapshot, at = map(str, found.fetchone() or ())
        stretch = Stretch(len(reading.pieces), snapshot, at)
        # one that broke off before its first part left nothing
        begun = [one for one in reading.stretches if one.first < stretch.first]
        new = hashlib.sha256(f"{source.digest} {snapshot} {at} {os.urandom(8).hex()}".encode()).hexdigest()[:16]
        reading = replace(reading, id=reading.id or new, stretches=(*begun, stretch))
        _keep(reading)
        after = reading.pieces[-1].last if reading.pieces else None
        for frame in _frames(connection, source, source.selected(after), most, not reading.pieces):
            reading = _added(reading, source, frame)
            tell(reading.rows)
    reading = replace(reading, complete=True)
    _keep(reading)
    return reading


def clear(reading: Reading) -> None:
    """Remove the rows and keys that were read, once every part is answered; how they were read stays known."""
    _keep(replace(reading, cleared=True))
    for number, piece in enumerate(reading.pieces):
        reading.path(number).unlink(missing_ok=True)
        _keep_piece(reading, number, replace(piece, last=()))


def _frames(
    connection: Connection, source: Source, selected: sql.Composed, most: int, at_least_one: bool
) -> Iterator[pl.DataFrame]:
    """Read the rows of a query, `most` at a time; the server sends a message for each row."""
    lines: list[bytes] = []
    with (
        connection.cursor() as cursor,
        cursor.copy(sql.SQL("COPY ({}) TO STDOUT (FORMAT csv)").format(selected)) as copy,
    ):
        for line in copy:
            lines.append(bytes(line))
            if len(lines) == most:
                yield _frame(source, lines)
                at_least_one = False
                lines.clear()
    if lines or at_least_one:
        yield _frame(source, lines)


def _frame(source: Source, lines: Sequence[bytes]) -> pl.DataFrame:
    schema = dict.fromkeys(source.columns, pl.String())
    texts = pl.read_csv(b"".join(lines), has_header=False, schema=schema) if lines else pl.DataFrame(schema=schema)
    return texts.select(kind.laid(texts[name]).alias(name) for name, kind in source.kinds.items())


def _added(reading: Reading, source: Source, frame: pl.DataFrame) -> Reading:
    keys = frame.select(source.key)
    if keys.is_duplicated().any() or (reading.pieces and _told(keys, 0) == reading.pieces[-1].last):
        raise key_doubled()
    number = len(reading.pieces)
    path = reading.path(number)
    digest = write_whole(path, frame.write_parquet)
    piece = Piece(len(frame), digest, _told(keys, -1))
    _keep_piece(reading, number, piece)
    return replace(reading, pieces=(*reading.pieces, piece))


def _keep_piece(reading: Reading, number: int, piece: Piece) -> None:
    write_text(reading.path(number).with_suffix(".json"), json.dumps(asdict(piece), ensure_ascii=False))


def _told(keys: pl.DataFrame, row: int) -> tuple[str, ...]:
    return tuple(map(str, keys.row(row))) if len(keys) else ()


def _keep(reading: Reading) -> None:
    write_text(reading.folder / "reading.json", json.dumps(reading.as_json(), ensure_ascii=False))


def _found(folder: Path) -> Reading | None:
    """Read how far a folder is; None where nothing was begun."""
    try:
        told = json.loads((folder / "reading.json").read_text(encoding="utf-8"))
        stretches = tuple(Stretch(**stretch) for stretch in told.pop("stretches"))
        reading = Reading(**told, folder=folder, stretches=stretches)
        return replace(reading, pieces=tuple(_pieces(reading)))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError, KeyError):
        raise damaged() from None


def _pieces(reading: Reading) -> Iterator[Piece]:
    """List the parts that are whole, up to the first that is not there."""
    number = 0
    while (path := reading.path(number)).with_suffix(".json").exists():
        told = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        piece = Piece(told["rows"], told["sha256"], tuple(told["last"]))
        if not reading.cleared:
            try:
                whole = digest_of(path) == piece.sha256
            except FileNotFoundError:
                whole = False
            if not whole:
                raise damaged()
        yield piece
        number += 1
