"""How a Convex export writes: documents as lines, tables as entries, the whole as a streamed ZIP.

Belongs here: the form. Does not: what the documents say.
"""

import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import nullcontext, suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Self

# A field with this value is an absent key, as an undefined field is in an export.
ABSENT: Final = object()

NAN: Final = {"$float": "AAAAAAAA+H8="}
INFINITY: Final = {"$float": "AAAAAAAA8H8="}

README = """# A snapshot of an invented deployment

Documents of each table are lines of JSON in <table>/documents.jsonl. All people, titles and addresses are made up.
"""

SCHEMA = b'"uniform"\n'

# Level 1 costs half of level 6 and gives up a tenth: ids do not compress anyway.
LEVEL = 1
CHUNK = 1 << 18
# Entries that may pass 4 GiB must say so in their header, before the first byte.
BIG = 1 << 31


def encode(fields: Mapping[str, object]) -> str:
    """A document as its line: sorted keys, no blanks, text as it is, floats with a dot or an exponent."""
    present = {key: value for key, value in fields.items() if value is not ABSENT}
    return json.dumps(present, ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False)


def chunks(lines: Iterable[str], done: Callable[[int], None]) -> Iterator[bytes]:
    """The lines as blocks of bytes; never more than a block and a line are held."""
    block: list[str] = []
    size = 0
    for line in lines:
        block.append(line)
        size += len(line)
        if size >= CHUNK:
            yield packed(block)
            done(len(block))
            block, size = [], 0
    yield packed(block)
    done(len(block))


def packed(block: list[str]) -> bytes:
    """Lines as UTF-8; a lone surrogate stands for a byte that is no UTF-8."""
    return "".join([f"{line}\n" for line in block]).encode("utf-8", "surrogateescape")


class Stream:
    """A file that only goes forward, so that entries are written with trailing sizes, as the exporter streams them."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file

    def write(self, data: bytes) -> int:
        """Hand the bytes on."""
        return self.file.write(data)

    def flush(self) -> None:
        """Hand the wish on."""
        self.file.flush()

    def close(self) -> None:
        """Leave the file open: `Export` closes it."""


class Export:
    """An export ZIP in the making; entries stand in the order in which they are added."""

    def __init__(self, path: Path) -> None:
        self.file = path.open("wb")
        self.zip = zipfile.ZipFile(
            Stream(self.file),
            "w",
            zipfile.ZIP_DEFLATED,
            compresslevel=LEVEL,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            # After a failure too, or its finalizer would write to a closed file; that failure is the one to hear of.
            with suppress(OSError) if error else nullcontext():
                self.zip.close()
        finally:
            self.file.close()

    def add(self, name: str, parts: Iterable[bytes], *, expected: int = 0) -> None:
        """Stream one entry; `expected` bytes decide whether it may grow past 4 GiB."""
        with self.zip.open(name, "w", force_zip64=expected > BIG) as entry:
            for part in parts:
                entry.write(part)
