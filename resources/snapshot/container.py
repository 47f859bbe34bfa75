"""What a snapshot is made of, whichever way it is stored: the limits it must keep and the interface to its entries.

Belongs here: what `archive.py` and `folder.py` share. Does not: anything that knows one of them, or a table.
"""

import os
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, Self

from resources.errors import UnreadableInput
from resources.snapshot.names import shown

KIB = 1024
MIB = 1024 * KIB

# Measured on a million lines of 388 bytes: larger blocks gain nothing, smaller ones lose to the work per block.
BLOCK_BYTES = 512 * KIB

# A few hundred bytes of memory go to each name. An export with stored files has one for each of them.
MAX_FILES = 1_000_000

# The exporter nests two levels for each component; nobody nests components this deep.
MAX_DEPTH = 32


@dataclass(frozen=True)
class Limits:
    """How much a snapshot may ask of the machine that reads it.

    A document is at most 1 MiB, six times that when every character is escaped, so a line of 32 MiB is no
    document. Documents deflate 4 to 20 times and deflate itself ends near 1030, so a ratio of 200 is a bomb; small
    entries are let off, since even at the worst ratio they stay small. A total over 1 TiB is beyond what one
    deployment exports.
    """

    max_line_bytes: int = 32 * MIB
    max_ratio: float = 200.0
    max_total_bytes: int = 1024 * 1024 * MIB


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True)
class Stamp:
    """What tells one state of a file from another without reading it."""

    device: int
    inode: int
    size: int
    modified_ns: int

    @classmethod
    def of(cls, status: os.stat_result) -> Self:
        """Take the stamp from what the system says of the file."""
        return cls(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)


class Entry(Protocol):
    """One `documents.jsonl` or `generated_schema.jsonl` of a snapshot."""

    @property
    def path(self) -> str:
        """Its normal path inside the snapshot, parts joined by `/`."""

    @property
    def size(self) -> int:
        """How many bytes `blocks` yields in all."""

    def blocks(self) -> Generator[bytes, None, None]:
        """Read its content in blocks of bounded size."""

    def stored(self) -> Iterator[bytes]:
        """Read its bytes as they are stored, behind a header that says how long and of which kind they are."""


class Container(Protocol):
    """An open snapshot, of which nothing is known but its entries."""

    @property
    def entries(self) -> Sequence[Entry]:
        """Every document and schema entry, in the order of their paths, so that both kinds of snapshot agree."""

    def check_unchanged(self) -> None:
        """Refuse a snapshot that is no longer what was opened."""


def unreadable(path: Path, problem: str, step: str) -> UnreadableInput:
    """Make the one line that names the snapshot, what is wrong with it, and the next step."""
    return UnreadableInput(f"snapshot {shown(str(path), 500)}: {problem}; {step}")


def no_access(path: Path, problem: OSError, name: str = "") -> UnreadableInput:
    """Say that the system would not let a snapshot, or one entry of it, be read."""
    thing = f"{shown(name)} cannot be read" if name else "it cannot be read"
    return unreadable(path, f"{thing} ({problem.strerror or problem})", "check the file and who may read it")


def changed(path: Path, name: str = "") -> UnreadableInput:
    """Say that a snapshot, or one entry of it, is not the one that was opened."""
    thing = f"{shown(name)} changed" if name else "it changed"
    return unreadable(path, f"{thing} since it was opened", "wait until it is written in full, then load it again")


def check_total(path: Path, entries: Sequence[Entry], limits: Limits) -> None:
    """Refuse a snapshot whose entries together unpack to more than the limit."""
    total = sum(entry.size for entry in entries)
    if total > limits.max_total_bytes:
        raise unreadable(
            path,
            f"its documents unpack to {total:,} bytes, more than the limit of {limits.max_total_bytes:,}",
            "raise the limit if it is genuine",
        )
