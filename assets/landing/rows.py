"""How a line of a source table becomes a row, or a rejected document with its reason. Pure."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import msgspec
import sqlalchemy as sa
from msgspec.structs import astuple

from assets.landing.reading import UNREADABLE, Unusable, holds_nul, may_hold_nul, names_of, second_look
from assets.landing.sources import Source
from resources.snapshot.documents import Document, Option
from resources.snapshot.raw import oversized_text, raw_text
from resources.snapshot.reader import Batch
from resources.warehouse.quarantine import Reason, Reject

Row = tuple[Any, ...]
MOST_WHOLE = 2**63 - 1
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Beyond it, in the year 2106, seconds as a float are too coarse for microseconds.
ROUGH_ABOVE = 2.0**32 * 1000


def instant(value: float | str) -> datetime:
    """An instant from epoch milliseconds or an ISO text, which is UTC where it names no zone."""
    if isinstance(value, str):
        read = datetime.fromisoformat(value)
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    if abs(value) < ROUGH_ABOVE:
        return datetime.fromtimestamp(value / 1000, UTC)
    return EPOCH + timedelta(milliseconds=value)


def whole(value: float) -> int:
    """A whole number, which the source writes with a dot."""
    number = int(value)
    if number != value or abs(number) > MOST_WHOLE:
        raise ValueError("not a whole number that fits")
    return number


def text(value: str | float) -> str:
    """An id or a label that the source may write as a number."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def texts(values: list[str | Option]) -> list[str]:
    """Texts, or the texts of options that have an id of their own."""
    return [value if isinstance(value, str) else value.text or "" for value in values]


def _conversion(column: sa.Column[Any], annotation: object) -> Callable[[Any], object] | None:
    """What a value needs before it can be stored; nothing for most."""
    if isinstance(column.type, sa.TIMESTAMP):
        return instant
    if isinstance(column.type, sa.BigInteger):
        return whole
    choices = get_args(annotation) or (annotation,)
    if isinstance(column.type, sa.Text) and float in choices:
        return text
    return texts if annotation == list[str | Option] else None


class Rows:
    """Reads the lines of one source table; what cannot be a row is handed to `reject`."""

    def __init__(self, source: Source, reject: Callable[[Reject], object]) -> None:
        self.read = 0
        self._shape = source.document
        self._refusal = source.refusal
        self._reject = reject
        self._decode = msgspec.json.Decoder(source.document).decode
        fields = msgspec.structs.fields(source.document)
        self._names = names_of(source.document)
        self._conversions = [
            (place, convert)
            for place, field in enumerate(fields)
            if (convert := _conversion(source.table.c[field.name], field.type)) is not None
        ]

    def rows(self, batches: Iterable[Batch]) -> Iterator[Row]:
        """The rows of all lines that can be one, in order."""
        for batch in batches:
            self.read += len(batch.lines) + len(batch.oversized)
            for line in batch.lines:
                row = self.row(line)
                if row is not None:
                    yield row
            for long in batch.oversized:
                self._reject(Reject(Reason.TOO_LONG, f"{long.length} bytes in one line", oversized_text(long)))

    def row(self, line: bytes) -> Row | None:
        """The row of a line; none where it was rejected."""
        document_id = None
        try:
            document = self._document(line)
            document_id = document.id
            return self._row(document, line)
        except Unusable as problem:
            shown = (problem.document_id or document_id or "").replace("\0", "\\u0000")
            self._reject(Reject(problem.reason, problem.detail, raw_text(line), shown or None))
            return None

    def _row(self, document: Document, line: bytes) -> Row:
        values = list(astuple(document))
        for place, convert in self._conversions:
            value = values[place]
            if value is not None:
                try:
                    values[place] = convert(value)
                except (ValueError, OverflowError):
                    raise Unusable(Reason.WRONG_TYPE, f"{self._names[place]} has no usable value") from None
        if may_hold_nul(line) and any(map(holds_nul, values)):
            raise Unusable(Reason.NOT_STORABLE, "a text holds a NUL character")
        refusal = self._refusal and self._refusal(document)
        if refusal:
            raise Unusable(Reason.BAD_PARTITION_KEY, refusal)
        return tuple(values)

    def _document(self, line: bytes) -> Document:
        try:
            return self._decode(line)
        except UNREADABLE as problem:
            return second_look(line, self._shape, self._names, str(problem))
