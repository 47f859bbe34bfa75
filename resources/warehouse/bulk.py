"""Bulk writing: rows stream in by binary COPY, and only what changed is rewritten.

An empty table is filled directly, its keys built afterwards in one sort. A filled one is compared with a staging
table in a single pass. Either way nothing is seen before the transaction commits.
"""

import os
import socket
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from struct import pack
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg import pq, sql
from psycopg.adapt import Dumper
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import AddConstraint, CreateIndex, CreateTable, DropConstraint, DropIndex, DropTable

DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]
Row = Sequence[object]
# Every table that is replaced keeps which load last wrote a row, and which no longer found it.
WRITTEN, GONE = "load_id", "gone_load"
TEXT_OID, TEXT_ARRAY_OID = 25, 1009
FEW = 8
IN_FLIGHT = 4 * 1024 * 1024


@dataclass(frozen=True)
class Change:
    """How many rows of a table a load changed."""

    inserted: int = 0
    updated: int = 0
    gone: int = 0

    @property
    def rows(self) -> int:
        """All rows written."""
        return self.inserted + self.updated + self.gone


def _driver(connection: sa.Connection) -> psycopg.Connection[Any]:
    raw = connection.connection.driver_connection
    if not isinstance(raw, psycopg.Connection):
        message = f"binary COPY needs psycopg, not {type(raw).__module__}"
        raise TypeError(message)
    return raw


def _widen(driver: psycopg.Connection[Any]) -> None:
    """Let a local socket hold what the server has not yet taken in, so that neither side waits for the other.

    The system may allow less; a connection over the network sees to this itself.
    """
    with socket.socket(fileno=os.dup(driver.fileno())) as wire:
        if wire.family == getattr(socket, "AF_UNIX", None):
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, IN_FLIGHT)


def _encoded(values: Sequence[str]) -> bytes:
    """A list of texts as PostgreSQL sends it: dimensions, nulls, element type; its size and first index; elements."""
    if not values:
        return pack("!iiI", 0, 0, TEXT_OID)
    elements = (pack("!i", len(raw)) + raw for raw in (value.encode() for value in values))
    return pack("!iiIii", 1, 0, TEXT_OID, len(values), 1) + b"".join(elements)


@lru_cache(maxsize=65_536)
def _encoded_once(values: tuple[str, ...]) -> bytes:
    return _encoded(values)


class _Texts(Dumper):
    """Lists of texts for COPY; the same few choices come by the million, so each is encoded once."""

    format = pq.Format.BINARY
    oid = TEXT_ARRAY_OID

    def dump(self, obj: list[str]) -> bytes:
        # A long one hardly comes twice, and would take its room.
        return _encoded_once(tuple(obj)) if len(obj) <= FEW else _encoded(obj)


_SIGNATURE, _END = b"PGCOPY\n\xff\r\n\0" + pack("!ii", 0, 0), pack("!h", -1)


def copy_encoded(connection: sa.Connection, table: sa.Table, columns: Sequence[str], blocks: Iterable[bytes]) -> None:
    """Stream rows that already stand in the binary form of COPY into a table, or a temporary one."""
    driver = _driver(connection)
    _widen(driver)
    with driver.cursor() as cursor, cursor.copy(_into(table, columns)) as stream:
        stream.write(_SIGNATURE)
        for block in blocks:
            stream.write(block)
        stream.write(_END)


def _into(table: sa.Table, columns: Sequence[str]) -> sql.Composed:
    names = (table.schema, table.name) if table.schema else (table.name,)
    return sql.SQL("copy {} ({}) from stdin (format binary)").format(
        sql.Identifier(*names), sql.SQL(", ").join(map(sql.Identifier, columns))
    )


def copy(connection: sa.Connection, table: sa.Table, columns: Sequence[str], rows: Iterable[Row]) -> int:
    """Stream rows into a table by binary COPY, holding none of them; answers how many there were."""
    # COLLATE is no part of a type's name.
    types = [table.c[name].type.compile(DIALECT).split(" COLLATE ")[0].lower() for name in columns]
    count = 0
    driver = _driver(connection)
    _widen(driver)
    with driver.cursor() as cursor:
        cursor.adapters.register_dumper(list, _Texts)
        with cursor.copy(_into(table, columns)) as target:
            target.set_types([kind if "[" not in kind else "text[]" for kind in types])
            write = target.write_row
            for count, row in enumerate(rows, start=1):  # noqa: B007
                write(row)
    return count


def temporary(name: str, columns: Iterable[sa.Column[Any]]) -> sa.Table:
    """A temporary table of columns like these, without their constraints; `create_temporary` makes it."""
    bare = (sa.Column(column.name, column.type) for column in columns)
    return sa.Table(name, sa.MetaData(), *bare, prefixes=["temporary"], postgresql_on_commit="drop")


def create_temporary(connection: sa.Connection, table: sa.Table) -> None:
    """Make a temporary table that is gone with the transaction."""
    connection.execute(CreateTable(table))


def analyze(connection: sa.Connection, *tables: sa.Table) -> None:
    """Take a quick look at tables that were filled: until then the planner takes them for empty."""
    driver = _driver(connection)
    driver.execute("set local default_statistics_target = 10")
    names = sql.SQL(", ").join(sql.Identifier(*filter(None, (table.schema, table.name))) for table in tables)
    driver.execute(sql.SQL("analyze {}").format(names))


class Replacement:
    """A table about to be replaced: rows go in, repeated keys come out, and what changed is written.

    Used within one transaction that holds the table's advisory lock.
    """

    def __init__(self, connection: sa.Connection, table: sa.Table, columns: Sequence[str], load_id: int) -> None:
        self.columns = list(columns)
        self._connection = connection
        self._table = table
        self._load_id = load_id
        self._key = next(iter(table.primary_key.columns)).name
        self._direct = self._is_empty()
        self._stage = table if self._direct else self._staging()
        if self._direct:
            self._drop_keys()

    def _is_empty(self) -> bool:
        if self._connection.scalar(sa.select(sa.exists(sa.select(self._table)))):
            return False
        names = sql.Identifier(self._table.schema or "public", self._table.name)
        # Emptied within the transaction, its new rows need no write-ahead log where the server allows it.
        _driver(self._connection).execute(sql.SQL("truncate {}").format(names))
        return True

    def _staging(self) -> sa.Table:
        stage = temporary(f"staged_{self._table.name}", self._table.columns)
        create_temporary(self._connection, stage)
        return stage

    def _drop_keys(self) -> None:
        # A constraint that is dropped or added by itself leaves its table's definition: so a copy's is.
        table = self._table.to_metadata(sa.MetaData())
        for index in table.indexes:
            self._connection.execute(DropIndex(index))
        self._connection.execute(DropConstraint(table.primary_key))

    def _add_keys(self) -> None:
        table = self._table.to_metadata(sa.MetaData())
        self._connection.execute(AddConstraint(table.primary_key))
        for index in table.indexes:
            self._connection.execute(CreateIndex(index))

    def add(self, rows: Iterable[Row]) -> int:
        """Stream rows in; each is the values of `columns`. Answers how many."""
        mark = (self._load_id,)
        return copy(self._connection, self._stage, [*self.columns, WRITTEN], (tuple(row) + mark for row in rows))

    def repeated(self) -> dict[str, int]:
        """Keys that came in more than once, and how often."""
        key, count = self._stage.c[self._key], sa.func.count()
        found = self._connection.execute(sa.select(key, count).group_by(key).having(count > 1).order_by(key))
        return {row[0]: row[1] for row in found}

    def remove(self, keys: Iterable[str]) -> None:
        """Take rows out again, so that the right one of each key can be added."""
        key = self._stage.c[self._key]
        given = sa.bindparam("keys", list(keys), postgresql.ARRAY(sa.Text(collation="C")))
        self._connection.execute(sa.delete(self._stage).where(key == sa.any_(given)))

    def apply(self) -> Change:
        """Write what changed, and mark what is gone."""
        if self._direct:
            self._add_keys()
            inserted = self._connection.scalar(sa.select(sa.func.count()).select_from(self._table))
            change = Change(inserted=inserted or 0)
        else:
            change = Change(*self._connection.execute(self._difference()).one())
            self._connection.execute(DropTable(self._stage))
        if change.rows:
            analyze(self._connection, self._table)
        return change

    def _difference(self) -> sa.Select[Any]:
        """One pass over both tables finds every difference; one statement writes them all."""
        old, new = self._table.alias("old"), self._stage.alias("new")
        values = [name for name in self.columns if name != self._key]
        differs = sa.tuple_(*(old.c[name] for name in values)).is_distinct_from(
            sa.tuple_(*(new.c[name] for name in values))
        )
        came_back = old.c[GONE].is_not(None)
        left = sa.and_(new.c[self._key].is_(None), old.c[GONE].is_(None))
        arrived = old.c[self._key].is_(None)
        changes = (
            sa.select(*new.columns, old.c[self._key].label("old_key"))
            .select_from(old.join(new, old.c[self._key] == new.c[self._key], full=True))
            .where(sa.or_(arrived, left, sa.and_(new.c[self._key].is_not(None), sa.or_(came_back, differs))))
            .cte("changes")
        )
        return self._written_changes(changes, values)

    def _written_changes(self, changes: sa.CTE, values: Sequence[str]) -> sa.Select[Any]:
        table, key = self._table, self._key
        inserted = (
            sa.insert(table)
            .from_select(
                [key, *values, WRITTEN],
                sa.select(*(changes.c[name] for name in (key, *values, WRITTEN))).where(changes.c.old_key.is_(None)),
            )
            .returning(table.c[key])
            .cte("inserted")
        )
        updated = (
            sa.update(table)
            .where(table.c[key] == changes.c.old_key, changes.c[key].is_not(None))
            .values({name: changes.c[name] for name in (*values, WRITTEN)} | {GONE: None})
            .returning(table.c[key])
            .cte("updated")
        )
        gone = (
            sa.update(table)
            .where(table.c[key] == changes.c.old_key, changes.c[key].is_(None))
            .values({GONE: self._load_id})
            .returning(table.c[key])
            .cte("gone")
        )
        counts = (sa.select(sa.func.count()).select_from(part).scalar_subquery() for part in (inserted, updated, gone))
        return sa.select(*counts)
