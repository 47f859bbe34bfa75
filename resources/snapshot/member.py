"""The members of a ZIP that hold documents: read raw for the digest, inflated for the lines, and checked at the end.

Reading them here rather than through `zipfile` is a few per cent faster and gives three things it lacks: the stored
bytes, an end to a member that unpacks to more than it declares, and several members read at the same time.
"""

import os
import struct
import zipfile
import zlib
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from resources.errors import UnreadableInput
from resources.snapshot.container import BLOCK_BYTES, Stamp, changed, no_access, unreadable
from resources.snapshot.names import shown

# Inflating wants small bites: what one bite yields beyond a block is copied to the next call.
_COMPRESSED_BLOCK_BYTES = 64 * 1024

_LOCAL_HEADER = struct.Struct("<4s5H3L2H")
_SIGNATURE = b"PK\x03\x04"
_ENCRYPTED = 0x0001
_NAME_IS_UTF8 = 0x0800


@dataclass(frozen=True)
class StoredFile:
    """The open file of a ZIP, and what it was when it was opened."""

    path: Path
    raw: FileIO
    stamp: Stamp

    def blocks(self, start: int, length: int, most: int) -> Iterator[bytes]:
        """Read a stretch of the file without moving its position, so that several readers can share it."""
        left = length
        while left:
            try:
                block = os.pread(self.raw.fileno(), min(left, most), start + length - left)
            except OSError as problem:
                raise no_access(self.path, problem) from problem
            if not block:
                raise EOFError("the file ends within it")
            left -= len(block)
            yield block

    def check_unchanged(self) -> None:
        """Refuse the file if it was written to, or another one lies in its place."""
        try:
            now = (Stamp.of(os.fstat(self.raw.fileno())), Stamp.of(self.path.stat()))
        except OSError as problem:
            raise changed(self.path) from problem
        if now != (self.stamp, self.stamp):
            raise changed(self.path)


@dataclass(frozen=True)
class MemberEntry:
    """One member of a ZIP, of which only the directory's record is known until it is read."""

    file: StoredFile
    path: str
    info: zipfile.ZipInfo

    @property
    def size(self) -> int:
        """The size the directory declares; `blocks` holds the member to it."""
        return self.info.file_size

    def blocks(self) -> Generator[bytes, None, None]:
        """Unpack the member; if anything is wrong with it, one error names it, at the latest at its end."""
        self.file.check_unchanged()
        produced, crc = 0, 0
        try:
            for block in self._unpacked():
                produced += len(block)
                if produced > self.size:
                    raise self._damaged("it unpacks to more than it declares")
                crc = zlib.crc32(block, crc)
                yield block
        except (zlib.error, EOFError) as problem:
            raise self._damaged(str(problem)) from problem
        if produced != self.size or crc != self.info.CRC:
            raise self._damaged("its size or its checksum is not the declared one")
        self.file.check_unchanged()

    def stored(self) -> Iterator[bytes]:
        """Read the bytes as packed, behind the method, the sizes and the checksum; the name is left out."""
        info = self.info
        yield f"zip {info.compress_type} {info.compress_size} {info.file_size} {info.CRC}\n".encode()
        try:
            yield from self.file.blocks(self.content_start(), info.compress_size, BLOCK_BYTES)
        except EOFError as problem:
            raise self._damaged(str(problem)) from problem
        self.file.check_unchanged()

    def content_start(self) -> int:
        """Find where the content starts behind the member's own header, which must agree with the directory."""
        at = self.info.header_offset
        try:
            header = b"".join(self.file.blocks(at, _LOCAL_HEADER.size, _LOCAL_HEADER.size))
            signature, _, flags, method, *_, name_length, extra_length = _LOCAL_HEADER.unpack(header)
            name = b"".join(self.file.blocks(at + len(header), name_length, BLOCK_BYTES))
        except EOFError as problem:
            raise self._damaged(str(problem)) from problem
        named = name.decode("utf-8" if flags & _NAME_IS_UTF8 else "cp437", "replace") == self.info.orig_filename
        if signature != _SIGNATURE or not named or method != self.info.compress_type or flags & _ENCRYPTED:
            raise self._damaged("its header disagrees with the archive's directory")
        return at + int(_LOCAL_HEADER.size) + int(name_length) + int(extra_length)

    def _unpacked(self) -> Iterator[bytes]:
        if self.info.compress_type == zipfile.ZIP_STORED:
            yield from self.file.blocks(self.content_start(), self.info.compress_size, BLOCK_BYTES)
            return
        inflating = zlib.decompressobj(-zlib.MAX_WBITS)
        for packed in self.file.blocks(self.content_start(), self.info.compress_size, _COMPRESSED_BLOCK_BYTES):
            left = packed
            while left and not inflating.eof:
                block = inflating.decompress(left, BLOCK_BYTES)
                left = inflating.unconsumed_tail
                if block:
                    yield block
        # Output may remain inside after the last input; drained in bounded steps too.
        while not inflating.eof and (block := inflating.decompress(b"", BLOCK_BYTES)):
            yield block
        if not inflating.eof:
            raise EOFError("its compressed data stops before its end")

    def _damaged(self, why: str) -> UnreadableInput:
        return unreadable(
            self.file.path,
            f"{shown(self.path)} is damaged ({why})",
            "export the snapshot again, or copy it again in full",
        )
