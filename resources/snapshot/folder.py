"""A snapshot unpacked into a folder: walked once without following a link, its files read where they lie."""

import errno
import os
import stat
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from resources.errors import UnreadableInput
from resources.snapshot.container import (
    BLOCK_BYTES,
    MAX_DEPTH,
    MAX_FILES,
    Limits,
    Stamp,
    changed,
    check_total,
    no_access,
    unreadable,
)
from resources.snapshot.names import is_entry, safe_parts, shown

# What opening a file answers when it is gone, or a link, a folder or a socket is in its place.
_PLACE_TAKEN = {errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.EISDIR, errno.ENXIO}


@dataclass(frozen=True)
class FileEntry:
    """One file of an unpacked snapshot, as it was when the folder was walked."""

    root: Path
    path: str
    stamp: Stamp

    @property
    def size(self) -> int:
        """The length of the file."""
        return self.stamp.size

    def blocks(self) -> Generator[bytes, None, None]:
        """Read the file, and refuse it if it is not the one that was walked, or changes meanwhile."""
        with closing(self.open()) as file:
            left = self.size
            try:
                while block := file.read(BLOCK_BYTES):
                    left -= len(block)
                    if left < 0:
                        break
                    yield block
                now = Stamp.of(os.fstat(file.fileno()))
            except OSError as problem:
                raise no_access(self.root, problem, self.path) from problem
            if left or now != self.stamp:
                raise changed(self.root, self.path)

    def stored(self) -> Iterator[bytes]:
        """Read the file behind its length."""
        yield f"file {self.size}\n".encode()
        yield from self.blocks()

    def check_unchanged(self) -> None:
        """Refuse the file if it is not the one that was walked."""
        try:
            now = Stamp.of((self.root / self.path).lstat())
        except OSError as problem:
            raise changed(self.root, self.path) from problem
        if now != self.stamp:
            raise changed(self.root, self.path)

    def open(self) -> FileIO:
        """Open the file that was walked, and no other."""
        # Between the walk and now a pipe or a link may have taken the file's place: neither blocks nor is followed.
        try:
            file = FileIO(self.root / self.path, opener=_open_plainly)
        except OSError as problem:
            if problem.errno in _PLACE_TAKEN:
                raise changed(self.root, self.path) from problem
            raise no_access(self.root, problem, self.path) from problem
        if Stamp.of(os.fstat(file.fileno())) != self.stamp:
            file.close()
            raise changed(self.root, self.path)
        return file


def _open_plainly(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)


@dataclass(frozen=True)
class Folder:
    """An unpacked snapshot."""

    path: Path
    entries: Sequence[FileEntry]

    def check_unchanged(self) -> None:
        """Refuse the folder if one of the entries found in it changed or is gone."""
        for entry in self.entries:
            entry.check_unchanged()


@contextmanager
def open_folder(path: Path, limits: Limits) -> Iterator[Folder]:
    """Find the entries of an unpacked snapshot; the whole tree must be plain files and folders."""
    found = [FileEntry(path, "/".join(parts), Stamp.of(status)) for parts, status in _walk(path) if is_entry(parts)]
    if not found:
        raise unreadable(
            path,
            "the folder holds no <table>/documents.jsonl",
            "name a snapshot's ZIP, or the folder it was unpacked to",
        )
    found.sort(key=lambda entry: entry.path)
    check_total(path, found, limits)
    for entry in found:
        entry.open().close()
    yield Folder(path, found)


def _walk(root: Path) -> Iterator[tuple[tuple[str, ...], os.stat_result]]:
    """List every file below the root with its status, and refuse what is neither file nor folder."""
    folders: list[tuple[str, ...]] = [()]
    count = 0
    while folders:
        outer = folders.pop()
        for name, status in _children(root, outer):
            count += 1
            if count > MAX_FILES:
                raise unreadable(root, f"it holds more than {MAX_FILES:,} files", "name the folder of one snapshot")
            parts = _checked(root, (*outer, name))
            if stat.S_ISDIR(status.st_mode):
                folders.append(parts)
            elif stat.S_ISREG(status.st_mode):
                yield parts, status
            else:
                raise _not_plain(root, parts, status.st_mode)


def _children(root: Path, folder: tuple[str, ...]) -> Iterator[tuple[str, os.stat_result]]:
    try:
        with os.scandir(root.joinpath(*folder)) as listing:
            for child in listing:
                yield child.name, child.stat(follow_symlinks=False)
    except OSError as problem:
        raise no_access(root, problem, "/".join(folder)) from problem


def _checked(root: Path, parts: tuple[str, ...]) -> tuple[str, ...]:
    name = "/".join(parts)
    try:
        return safe_parts(name, MAX_DEPTH)
    except ValueError as problem:
        raise unreadable(
            root, f"the name {shown(name)} is refused: {problem}", "name a snapshot's own folder"
        ) from problem


def _not_plain(root: Path, parts: tuple[str, ...], mode: int) -> UnreadableInput:
    kind = "a symbolic link" if stat.S_ISLNK(mode) else "neither a file nor a folder"
    return unreadable(root, f"{shown('/'.join(parts))} is {kind}", "unpack the snapshot again")
