"""How a snapshot is opened: `with open_snapshot(path, aliases) as snapshot`, then `snapshot.tables[name].lines()`."""

import hashlib
import stat
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from resources.errors import UnreadableInput
from resources.snapshot.archive import open_archive
from resources.snapshot.catalog import Unused, catalog_of
from resources.snapshot.container import DEFAULT_LIMITS, KIB, Container, Entry, Limits, no_access, unreadable
from resources.snapshot.folder import open_folder
from resources.snapshot.lines import BYTE_ORDER_MARK, Batch, batches
from resources.snapshot.names import SCHEMA, place_of, printable, shown

__all__ = ["Batch", "Limits", "Snapshot", "Table", "Unused", "open_snapshot"]

# A uniform table's schema is ten bytes; of a legacy one the first part shows enough.
_SCHEMA_BYTES = 64 * KIB


@dataclass(frozen=True)
class Table:
    """One known table and the entries it is read from: more than one where two aliases of it are present."""

    name: str
    entries: Sequence[Entry]
    limits: Limits

    @property
    def source_name(self) -> str:
        """The table as the snapshot names it; the first name where several aliases of it are present."""
        return place_of(self.entries[0].path).label

    @property
    def size(self) -> int:
        """How many bytes its documents unpack to."""
        return sum(entry.size for entry in self.entries)

    def lines(self) -> Iterator[Batch]:
        """Read its document lines, in order and in batches; tables may be read at the same time by several threads."""
        for entry in self.entries:
            yield from batches(entry.blocks(), self.limits.max_line_bytes, printable(entry.path))

    def digest(self) -> str:
        """Identify its content by SHA-256 over the bytes as stored, without unpacking or parsing them.

        Equal digests mean equal content. The reverse does not hold: packed otherwise, or unpacked, the same table has
        another digest. Its name has no part in it, nor have the limits.
        """
        digest = hashlib.sha256()
        for entry in self.entries:
            for block in entry.stored():
                digest.update(block)
        return digest.hexdigest()


@dataclass(frozen=True)
class Snapshot:
    """An open snapshot: its known tables by canonical name, and by name all that is not read.

    `unknown` are tables without an alias, as found; `unused` are known ones that another namespace's table stands
    for; `internal` are Convex's own (`_tables`, `_storage`), which no app writes.
    """

    path: Path
    tables: Mapping[str, Table]
    unknown: Sequence[str]
    unused: Sequence[Unused]
    internal: Sequence[str]
    container: Container

    def digest(self, table: str) -> str:
        """Identify the content of one table, see `Table.digest`."""
        return self.tables[table].digest()

    def check_unchanged(self) -> None:
        """Refuse a snapshot that changed since it was opened, by size, time and identity of its files."""
        self.container.check_unchanged()


@contextmanager
def open_snapshot(path: Path, aliases: Mapping[str, str], limits: Limits = DEFAULT_LIMITS) -> Iterator[Snapshot]:
    """Open a ZIP or an unpacked folder; `aliases` maps a deployment's table names to the canonical ones."""
    with _open_container(path, limits) as container:
        _refuse_legacy_schemas(path, container.entries)
        try:
            catalog = catalog_of(container.entries, aliases)
        except ValueError as problem:
            raise unreadable(path, str(problem), "name one export of the app's deployment") from problem
        tables = {name: Table(name, entries, limits) for name, entries in catalog.read.items()}
        yield Snapshot(path, tables, catalog.unknown, catalog.unused, catalog.internal, container)


def _open_container(path: Path, limits: Limits) -> AbstractContextManager[Container]:
    try:
        status = path.stat()
    except FileNotFoundError as problem:
        raise unreadable(path, "there is nothing here", "check the path") from problem
    except (OSError, ValueError) as problem:
        raise _unusable(path, problem) from problem
    if stat.S_ISDIR(status.st_mode):
        return open_folder(path, limits)
    if not stat.S_ISREG(status.st_mode):
        raise unreadable(path, "it is neither a file nor a folder", "name the snapshot that was exported")
    if not status.st_size:
        raise unreadable(path, "the file is empty", "export the snapshot again, or copy it again in full")
    return open_archive(path, limits)


def _unusable(path: Path, problem: OSError | ValueError) -> UnreadableInput:
    if isinstance(problem, OSError):
        return no_access(path, problem)
    return unreadable(path, f"this is no path ({problem})", "check the path")


def _refuse_legacy_schemas(path: Path, entries: Sequence[Entry]) -> None:
    """Refuse the snapshot if a table's values are written in the shape that older exports used."""
    for entry in entries:
        if not entry.path.endswith(SCHEMA):
            continue
        if any(line.strip() not in {b"", b'"uniform"'} for line in _head(entry).split(b"\n")):
            table = shown(place_of(entry.path).label)
            problem = f'table {table} is in the legacy format (its {SCHEMA} does not say "uniform")'
            raise unreadable(path, problem, "export the snapshot again with a current version of Convex")


def _head(entry: Entry) -> bytes:
    head = b""
    with closing(entry.blocks()) as blocks:
        for block in blocks:
            head += block
            if len(head) > _SCHEMA_BYTES:
                break
    return head.removeprefix(BYTE_ORDER_MARK)
