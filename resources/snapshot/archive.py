"""A snapshot as a ZIP: its directory is checked in full before anything is unpacked.

The standard library reads the directory (zip64, data descriptors, comments, bytes in front). What it would let pass
is refused here; the content of a member is read by `member.py`.
"""

import os
import stat
import struct
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from resources.snapshot.container import (
    MAX_DEPTH,
    MAX_FILES,
    MIB,
    Limits,
    Stamp,
    check_total,
    no_access,
    unreadable,
)
from resources.snapshot.member import MemberEntry, StoredFile
from resources.snapshot.names import is_entry, safe_parts, shown

_AGAIN = "export the snapshot again, or copy it again in full"
_FOREIGN = "this is no archive that Convex writes: use the export as it was downloaded"

_MAX_DIRECTORY_BYTES = 128 * MIB
_DIRECTORY_RECORD = b"PK\x01\x02"
_LOCAL_HEADER = b"PK\x03\x04"
_LOCAL_HEADER_BYTES = 30

_END_RECORD = b"PK\x05\x06"
_END_RECORD_COUNT_AT = 10
# The record itself and the longest comment that may follow it.
_END_RECORD_REACH = 22 + 0xFFFF

# Encrypted content, strong encryption, masked directory.
_ENCRYPTED_FLAGS = 0x0001 | 0x0040 | 0x2000

# What the packers of desktop systems choose for large files or at their strongest setting.
_OTHER_METHODS = {9: "deflate64", 12: "bzip2", 14: "lzma", 93: "zstandard", 95: "xz"}

# Below this even the worst ratio that deflate can reach stays harmless.
_RATIO_MATTERS_ABOVE = 10 * MIB


@dataclass(frozen=True)
class Archive:
    """An open ZIP."""

    path: Path
    file: StoredFile
    entries: Sequence[MemberEntry]

    def check_unchanged(self) -> None:
        """Refuse the ZIP if the file was written to, or another one lies in its place."""
        self.file.check_unchanged()


@contextmanager
def open_archive(path: Path, limits: Limits) -> Iterator[Archive]:
    """Open a ZIP whose every member passes the checks, and keep it open."""
    try:
        # Should a pipe have taken the file's place, opening it must not wait for a writer.
        raw = _ArchiveFile(path, opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK))
    except OSError as problem:
        raise no_access(path, problem) from problem
    with raw:
        file = StoredFile(path, raw, Stamp.of(os.fstat(raw.fileno())))
        members = [MemberEntry(file, name, info) for name, info in _safe_members(path, raw)]
        # Also of members that are never read: were its name damaged in the directory, one of them would be a table.
        for member in members:
            member.content_start()
        entries = sorted((one for one in members if is_entry(one.path.split("/"))), key=lambda one: one.path)
        for entry in entries:
            _check_packing(path, entry, limits)
        check_total(path, entries, limits)
        yield Archive(path, file, entries)


class _ArchiveFile(FileIO):
    """The ZIP as the standard library sees it: too large a directory is refused before it is parsed."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Read as ever, unless it is a directory beyond the bounds."""
        if size is not None and size > _MAX_DIRECTORY_BYTES:
            raise zipfile.BadZipFile(f"its directory claims {size:,} bytes")
        data = super().read(-1 if size is None else size) or b""
        if data.count(_DIRECTORY_RECORD) > MAX_FILES:
            raise zipfile.BadZipFile(f"it holds more than {MAX_FILES:,} files")
        return data


def _safe_members(path: Path, raw: FileIO) -> list[tuple[str, zipfile.ZipInfo]]:
    """List all members by their normal paths, and refuse the archive for any that is unsafe."""
    archive = _read_directory(path, raw)
    members: dict[str, zipfile.ZipInfo] = {}
    for info in archive.infolist():
        name = _safe_name(path, info)
        if name in members:
            raise unreadable(path, f"it holds {shown(name)} twice", _FOREIGN)
        members[name] = info
    _check_count(path, raw, len(members))
    _check_overlaps(path, archive)
    return [(name, info) for name, info in members.items() if not info.is_dir()]


def _read_directory(path: Path, raw: FileIO) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(raw)
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, OverflowError, struct.error) as problem:
        raw.seek(0)
        if raw.read(len(_LOCAL_HEADER)) == _LOCAL_HEADER:
            raise unreadable(path, f"the ZIP is cut off or damaged ({shown(str(problem))})", _AGAIN) from problem
        raise unreadable(path, "it is neither a ZIP nor a folder", "name the snapshot that was exported") from problem


def _safe_name(path: Path, info: zipfile.ZipInfo) -> str:
    """Check what the directory says of one member, and answer its normal path."""
    # `filename` has been mended by the library already; the original shows what was meant.
    name = info.orig_filename
    try:
        parts = safe_parts(name, MAX_DEPTH)
    except ValueError as problem:
        raise unreadable(path, f"the member name {shown(name)} is refused: {problem}", _FOREIGN) from problem
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        what = "a symbolic link" if kind == stat.S_IFLNK else "neither a file nor a folder"
        raise unreadable(path, f"{shown(name)} is {what}", _FOREIGN)
    if info.flag_bits & _ENCRYPTED_FLAGS:
        raise unreadable(path, f"{shown(name)} is encrypted", "decrypt the archive first")
    return "/".join(parts)


def _check_count(path: Path, raw: FileIO, count: int) -> None:
    """Refuse a directory of fewer or more members than its end record tells, since a damaged record hides the next."""
    raw.seek(-min(os.fstat(raw.fileno()).st_size, _END_RECORD_REACH), os.SEEK_END)
    tail = raw.read()
    (told,) = struct.unpack_from("<H", tail, tail.rindex(_END_RECORD) + _END_RECORD_COUNT_AT)
    # Beyond 65,535 members the number is either this mark or, from some packers, only its last 16 bits.
    if told not in {0xFFFF, count & 0xFFFF}:
        raise unreadable(path, f"its directory lists {count:,} files, its end record {told:,}", _AGAIN)


def _check_overlaps(path: Path, archive: zipfile.ZipFile) -> None:
    """Refuse members that share stored bytes, which is how a small archive holds any amount of data."""
    infos = sorted(archive.infolist(), key=lambda info: info.header_offset)
    ends = [info.header_offset + _LOCAL_HEADER_BYTES + len(info.orig_filename) + info.compress_size for info in infos]
    starts = [info.header_offset for info in infos[1:]]
    for info, end, limit in zip(infos, ends, [*starts, archive.start_dir], strict=False):
        if info.header_offset < 0 or end > limit:
            raise unreadable(path, f"{shown(info.orig_filename)} reaches beyond its place in the archive", _AGAIN)


def _check_packing(path: Path, entry: MemberEntry, limits: Limits) -> None:
    """Refuse an entry that cannot be unpacked, or that is packed beyond belief, by what the directory declares."""
    info, name = entry.info, shown(entry.path)
    if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        method = _OTHER_METHODS.get(info.compress_type, "unknown")
        problem = f"{name} is compressed by method {info.compress_type} ({method})"
        raise unreadable(path, problem, "pack it again with deflate, or unpack it and name the folder")
    if info.compress_type == zipfile.ZIP_STORED and info.compress_size != info.file_size:
        raise unreadable(path, f"{name} is stored, yet declares two sizes", _AGAIN)
    if info.file_size > _RATIO_MATTERS_ABOVE and info.file_size > limits.max_ratio * info.compress_size:
        problem = f"{name} unpacks to {info.file_size:,} bytes from {info.compress_size:,}"
        raise unreadable(path, problem, f"raise the limit of {limits.max_ratio:g} times if it is genuine")
