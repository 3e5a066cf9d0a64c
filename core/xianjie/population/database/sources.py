"""What is read: a table, a view or a query of the database, its columns with their types, and the key of its rows."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import polars as pl
from psycopg import sql

from xianjie.population.database.connecting import Connection
from xianjie.population.database.kinds import KEYS, Kind, kept_kind, kind_of
from xianjie.population.database.refusals import bad_name, bad_query, key_null, key_type, key_unknown, no_key

_PART = r'(?:"(?:[^"\x00]|"")+"|[^\W\d][\w$]*)'
_NAME = re.compile(rf"\s*({_PART})(?:\s*\.\s*({_PART}))?\s*")


@dataclass(frozen=True, slots=True)
class Name:
    """The name of a table or view; `schema` None: where the search path finds it."""

    schema: str | None
    table: str

    @property
    def identifier(self) -> sql.Identifier:
        """Quote it."""
        return sql.Identifier(*([self.schema] if self.schema is not None else []), self.table)

    def beside(self, ending: str) -> Name:
        """Name a table beside it."""
        return Name(self.schema, f"{self.table}{ending}")


def name_of(text: str) -> Name:
    """Read a table's name as SQL has it: folded to lower case unless quoted. Raises DatabaseError `database-name`."""
    found = _NAME.fullmatch(text)
    if found is None:
        raise bad_name(text)
    parts = [_unquoted(part) for part in found.groups() if part is not None]
    return Name(parts[0] if len(parts) == 2 else None, parts[-1])


def _unquoted(part: str) -> str:
    if part.startswith('"'):
        return part[1:-1].replace('""', '"')
    return "".join(letter.lower() if letter.isascii() else letter for letter in part)


@dataclass(frozen=True, slots=True)
class Asking:
    """What somebody asks to be read: a table's name, or a query's text; `key` is empty for the table's primary key."""

    table: Name | None = None
    query: str | None = None
    key: tuple[str, ...] = ()

    @property
    def named(self) -> str:
        """Name it, for people and for the receipts."""
        if self.table is None:
            return "query"
        return ".".join(part for part in (self.table.schema, self.table.table) if part is not None)

    @property
    def relation(self) -> sql.Composable:
        """Write what stands after FROM; it is called `r`, so that no column is taken for what is selected of it."""
        if self.table is not None:
            return sql.SQL("{} AS r").format(self.table.identifier)
        text = (self.query or "").strip().removesuffix(";")
        return sql.SQL("({}\n) AS r").format(sql.SQL(text))  # somebody's own SQL


@dataclass(frozen=True, slots=True)
class Described:
    """A column as the database tells: its type's name, category, that of its elements, and how the type is written."""

    name: str
    type_name: str
    category: str
    element_category: str | None
    written: str


@dataclass(frozen=True, slots=True)
class Source:
    """What is read: the relation, the key's columns first, then those that are wanted, each with its kind."""

    asking: Asking
    key: tuple[str, ...]
    kinds: Mapping[str, Kind]
    types: Mapping[str, str]

    @property
    def columns(self) -> tuple[str, ...]:
        """Name the columns, the key's first."""
        return tuple(self.kinds)

    @property
    def digest(self) -> str:
        """Give a digest of what is read, and in which form."""
        told = [
            [self.asking.table.schema, self.asking.table.table] if self.asking.table else None,
            self.asking.query,
            list(self.key),
            [[name, kind.fetched, self.types[name]] for name, kind in self.kinds.items()],
        ]
        return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()

    def selected(self, after: Sequence[object] | None) -> sql.Composed:
        """Write the query that reads all rows in the key's order, or those after a key."""
        columns = sql.SQL(", ").join(kind.expression(sql.Identifier("r", name)) for name, kind in self.kinds.items())
        key = sql.SQL(", ").join(sql.Identifier("r", name) for name in self.key)
        where = sql.Composed([])
        if after is not None:
            last = sql.SQL(", ").join(
                sql.SQL("{}::{}").format(sql.Literal(str(value)), sql.SQL(self.types[name]))
                for name, value in zip(self.key, after, strict=True)
            )
            where = sql.SQL(" WHERE ({}) > ({})").format(key, last)
        return sql.SQL("SELECT {} FROM {}{} ORDER BY {}").format(columns, self.asking.relation, where, key)


def described(connection: Connection, asking: Asking) -> list[Described]:
    """Ask the database which columns there are; nothing is read. Raises DatabaseError."""
    cursor = connection.execute(sql.SQL("SELECT * FROM {} LIMIT 0").format(asking.relation))
    found = cursor.description
    if found is None or len({column.name for column in found}) < len(found):
        raise bad_query()
    types = connection.execute(
        "SELECT t.oid, t.typname, t.typcategory, e.typcategory, format_type(t.oid, -1)"
        " FROM pg_type t LEFT JOIN pg_type e ON e.oid = t.typelem AND t.typcategory = 'A' WHERE t.oid = ANY(%s)",
        [[column.type_code for column in found]],
    ).fetchall()
    by_oid = {oid: (str(name), str(category), element, str(written)) for oid, name, category, element, written in types}
    out = []
    for column in found:
        name, category, element, written = by_oid[column.type_code]
        out.append(Described(column.name, name, category, None if element is None else str(element), written))
    return out


def primary_key(connection: Connection, table: Name) -> tuple[str, ...]:
    """Name the columns of a table's primary key, in its order; none where it has none, as a view."""
    found = connection.execute(
        "SELECT a.attname FROM pg_index i CROSS JOIN unnest(i.indkey) WITH ORDINALITY AS k(number, place)"
        " JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number"
        " WHERE i.indrelid = %s::regclass AND i.indisprimary ORDER BY k.place",
        [table.identifier.as_string(connection)],
    )
    return tuple(str(name) for (name,) in found)


def schema_of(columns: Sequence[Described]) -> dict[str, pl.DataType]:
    """Give every column in the form that it takes, to check a mapping against."""
    return {one.name: kind_of(one.type_name, one.category, one.element_category).dtype for one in columns}


def source_of(
    connection: Connection, asking: Asking, columns: Sequence[Described], facts: Collection[str], keep: Sequence[str]
) -> Source:
    """Settle what is read: the columns of `facts`, those that go along, and the key.

    Raises DatabaseError where there is no key, or one that does not serve.
    """
    key = asking.key or (primary_key(connection, asking.table) if asking.table else ())
    by_name = {one.name: one for one in columns}
    if not key:
        raise no_key()
    for name in key:
        if name not in by_name:
            raise key_unknown(name)
        if by_name[name].type_name not in KEYS:
            raise key_type(name)
    if asking.key:
        empty = sql.SQL(" OR ").join(sql.SQL("{} IS NULL").format(sql.Identifier("r", name)) for name in key)
        if connection.execute(sql.SQL("SELECT 1 FROM {} WHERE {} LIMIT 1").format(asking.relation, empty)).fetchone():
            raise key_null()
    kinds, types = {}, {}
    for name in dict.fromkeys((*key, *keep, *facts)):
        one = by_name[name]
        if name in facts:
            kind = kind_of(one.type_name, one.category, one.element_category)
            kinds[name], types[name] = kind, kind.held if name not in key else one.written
        else:
            kinds[name], types[name] = kept_kind(one.type_name, one.written), one.written
    return Source(asking, key, kinds, types)
