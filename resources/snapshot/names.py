"""Paths inside a snapshot: which are safe, which are tables, and how they are shown. Opens nothing."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

DOCUMENTS = "documents.jsonl"
SCHEMA = "generated_schema.jsonl"

_COMPONENTS = "_components"
_STORAGE = "_storage"
_MACOS_JUNK = "__MACOSX"
_DRIVE = re.compile(r"[A-Za-z]:")
_SHOWN_CHARACTERS = 120


def shown(name: str, most: int = _SHOWN_CHARACTERS) -> str:
    """Make a foreign name fit for one line of a message: control and broken characters escaped, length bounded."""
    return printable(name if len(name) <= most else name[: most - 1] + "…")


def printable(name: str) -> str:
    """Escape what no terminal, log or database should get: control characters and bytes that were no UTF-8."""
    if name.isprintable():
        return name
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in name)


def listed(names: Sequence[str], most: int = 10) -> str:
    """Join names for a message, no more than `most` of them."""
    text = ", ".join(shown(name) for name in names[:most])
    return text if len(names) <= most else f"{text} and {len(names) - most:,} more"


def safe_parts(name: str, max_depth: int) -> tuple[str, ...]:
    """Split a member's name into the parts of its normal path; ValueError says what makes it unsafe."""
    if "\0" in name:
        raise ValueError("it holds a NUL byte")
    if "\\" in name:
        raise ValueError("it holds a backslash")
    if name.startswith("/"):
        raise ValueError("it is an absolute path")
    if _DRIVE.match(name):
        raise ValueError("it starts with a drive letter")
    parts = tuple(part for part in name.split("/") if part not in {"", "."})
    if ".." in parts:
        raise ValueError("it leads out of the snapshot")
    if len(parts) > max_depth:
        raise ValueError(f"it is nested deeper than {max_depth} folders")
    return parts


@dataclass(frozen=True)
class Place:
    """Where an entry belongs: a table of the root (component ``""``) or of a component (`billing`, `billing/inner`)."""

    component: str
    table: str

    @property
    def label(self) -> str:
        """The table as found, with the component in front: `users`, `_components/billing/users`."""
        folders = [f"{_COMPONENTS}/{name}" for name in self.component.split("/") if name]
        return printable("/".join([*folders, self.table]))

    @property
    def is_internal(self) -> bool:
        """Whether Convex keeps the table for itself (`_tables`, `_storage`), so that no app ever wrote it."""
        return self.table.startswith("_")


def is_entry(parts: Sequence[str]) -> bool:
    """Whether a path is one of the files that hold a table, not stored content or a folder's litter."""
    if not parts or parts[-1] not in {DOCUMENTS, SCHEMA}:
        return False
    return _MACOS_JUNK not in parts[:-1] and _STORAGE not in parts[:-2]


def place_of(path: str) -> Place:
    """Find the table that an entry belongs to by the tail of its path, whatever folders stand in front.

    A file without a folder has no table name: it goes by its own, so that it is listed rather than lost.
    """
    parts = path.split("/")
    if len(parts) == 1:
        return Place("", parts[0])
    outer = parts[:-2]
    components: list[str] = []
    while _COMPONENTS in outer:
        start = outer.index(_COMPONENTS)
        # A folder `_components` straight above a table names no component; the table must not pass for the root's.
        components.append(outer[start + 1] if start + 1 < len(outer) else "?")
        outer = outer[start + 2 :]
    return Place("/".join(components), parts[-2])
