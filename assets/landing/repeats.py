"""What becomes of an `_id` that stands more than once in a table: the first stays, copies count, others are kept.

Looked for only where the keys showed that there are any, by reading the table a second time. Pure.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import blake2b

import msgspec

from assets.landing.rows import Row, Rows
from assets.landing.sources import Source
from resources.snapshot.raw import raw_text
from resources.snapshot.reader import Batch
from resources.warehouse.quarantine import Reason, Reject


class _Identity(msgspec.Struct):
    id: str = msgspec.field(name="_id")


class Repeats:
    """Decides among the documents of repeated ids; `keys` says how often each came as a row."""

    def __init__(self, source: Source, keys: Mapping[str, int], reject: Callable[[Reject], object]) -> None:
        self.duplicates = 0
        self._keys = keys
        self._left = sum(keys.values())
        self._reject = reject
        # What cannot be a row was rejected at the first reading.
        self._rows = Rows(source, lambda _: None)
        self._identity = msgspec.json.Decoder(_Identity).decode
        self._first: dict[str, bytes] = {}

    def rows(self, batches: Iterable[Batch]) -> Iterator[Row]:
        """The one row of each repeated id; reads no further than the last of them."""
        for batch in batches:
            for line in batch.lines:
                row = self._row(line)
                if row is not None:
                    yield row
            if not self._left:
                return

    def _row(self, line: bytes) -> Row | None:
        try:
            key = self._identity(line).id
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return None
        row = self._rows.row(line) if key in self._keys else None
        if row is None:
            return None
        self._left -= 1
        content = _content(line)
        first = self._first.get(key)
        if first is None:
            self._first[key] = content
            return row
        if first == content:
            self.duplicates += 1
        else:
            detail = "another document of this table has the same _id, and came first"
            self._reject(Reject(Reason.REPEATED_ID, detail, raw_text(line), key))
        return None


def _content(line: bytes) -> bytes:
    """What two copies of a document share, however their keys are ordered."""
    return blake2b(msgspec.json.encode(msgspec.json.decode(line), order="sorted"), digest_size=16).digest()
