"""Blocks of bytes cut into batches of lines, in bounded memory. Knows neither files nor documents.

A line ends with a newline byte and nothing else: JSON text may hold U+2028 or a carriage return. Work is done once
for each block rather than once for each line, unless something unusual (CR LF, a huge line) is in it.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

# As much of an oversized line as the quarantine can hold.
HEAD_BYTES = 64 * 1024

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Oversized:
    """A line too long to be held in memory: its number, its first 64 KiB, and what identifies the whole."""

    ordinal: int
    head: bytes
    length: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Some neighbouring lines of one entry, with their line numbers: `zip(batch.ordinals, batch.lines)`.

    Line numbers count from 1 within the entry as an editor would show them, skipped blank lines included.
    An oversized line comes in a batch of its own, in its place among the others.
    """

    entry: str
    ordinals: Sequence[int]
    lines: list[bytes]
    oversized: tuple[Oversized, ...] = ()


def batches(blocks: Iterable[bytes], max_line_bytes: int, entry: str = "") -> Iterator[Batch]:
    """Cut the blocks of one entry into batches of lines, without line ends, blank lines or a byte order mark."""
    open_line = _OpenLine(max_line_bytes)
    ordinal = 1
    for block in _without_bom(blocks):
        lines = block.split(b"\n")
        rest = lines.pop()
        if lines:
            first = open_line.close(lines[0], ordinal)
            if isinstance(first, Oversized):
                yield Batch(entry, (), [], (first,))
                del lines[0]
                ordinal += 1
            else:
                lines[0] = first
            if b"\r" in block or (lines and lines[0].endswith(b"\r")):
                lines = [line.removesuffix(b"\r") for line in lines]
            # The first line was judged when it was closed; another is never longer than the block it lies in.
            may_be_oversized = len(block) > max_line_bytes
            yield from _whole_lines(lines, ordinal, max_line_bytes if may_be_oversized else None, entry)
            ordinal += len(lines)
        open_line.add(rest)
    last = open_line.close(b"", ordinal)
    if isinstance(last, Oversized):
        yield Batch(entry, (), [], (last,))
    else:
        yield from _batch([last.removesuffix(b"\r")], ordinal, entry)


def _without_bom(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Drop the byte order mark from the start of the stream, even where the first blocks are shorter than it."""
    start: bytes | None = b""
    for block in blocks:
        if start is None:
            yield block
        elif len(start := start + block) >= len(BYTE_ORDER_MARK):
            yield start.removeprefix(BYTE_ORDER_MARK)
            start = None
    if start:
        yield start


def _whole_lines(lines: list[bytes], ordinal: int, most: int | None, entry: str) -> Iterator[Batch]:
    """Make batches of whole lines, around each that is longer than `most`."""
    start = 0
    for index in () if most is None else [i for i, line in enumerate(lines) if len(line) > most]:
        yield from _batch(lines[start:index], ordinal + start, entry)
        line = lines[index]
        digest = hashlib.sha256(line).hexdigest()
        yield Batch(entry, (), [], (Oversized(ordinal + index, line[:HEAD_BYTES], len(line), digest),))
        start = index + 1
    yield from _batch(lines[start:] if start else lines, ordinal + start, entry)


def _batch(lines: list[bytes], ordinal: int, entry: str) -> Iterator[Batch]:
    """Make one batch of lines, or none if all are blank."""
    ordinals: Sequence[int] = range(ordinal, ordinal + len(lines))
    if not all(map(bytes.strip, lines)):
        ordinals = [n for n, line in zip(ordinals, lines, strict=True) if line.strip()]
        lines = [line for line in lines if line.strip()]
    if lines:
        yield Batch(entry, ordinals, lines)


class _OpenLine:
    """The line whose end has not been seen: held while it is short enough, else only digested."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._start_anew()

    def _start_anew(self) -> None:
        self._held: list[bytes] = []
        self._length = 0
        self._digested = 0
        self._digest = hashlib.sha256()
        self._head = bytearray()

    def add(self, piece: bytes) -> None:
        """Take the next piece of the line."""
        if not piece:
            return
        self._held.append(piece)
        self._length += len(piece)
        # The last byte stays back, and the limit has one to spare: it may be the carriage return of the line end.
        if self._length > self._limit + 1:
            *whole, last = self._held
            for part in (*whole, last[:-1]):
                self._let_go(part)
            self._held = [last[-1:]]

    def close(self, piece: bytes, ordinal: int) -> bytes | Oversized:
        """Take the last piece and answer the line; one that is not oversized keeps its carriage return."""
        self.add(piece)
        end = b"".join(self._held)
        if not self._digested and len(end.removesuffix(b"\r")) <= self._limit:
            self._start_anew()
            return end
        self._let_go(end.removesuffix(b"\r"))
        line = Oversized(ordinal, bytes(self._head), self._digested, self._digest.hexdigest())
        self._start_anew()
        return line

    def _let_go(self, part: bytes) -> None:
        self._digest.update(part)
        self._digested += len(part)
        self._head += part[: HEAD_BYTES - len(self._head)]
