"""The digest of a participation with its answers, byte for byte as the database makes it. Pure.

The database hashes the binary form in which PostgreSQL sends a row: every value with its type and its length, nulls
apart, lists with their elements likewise. That form is unambiguous, and the same on every server.
"""

from collections.abc import Iterable
from hashlib import blake2b, sha256
from struct import Struct

from assets.exams.verification.expected import Row

BOOL, INT4, TEXT, FLOAT8, INSTANT = 16, 23, 25, 701, 1184
BOOLS, INT4S, TEXTS = 1000, 1007, 1009
MOST_REMEMBERED = 100_000
# PostgreSQL counts microseconds from the year 2000.
SINCE_2000 = 946_684_800_000_000

_head = Struct("!Ii").pack
_count = Struct("!i").pack
_double = Struct("!Iid").pack
_long = Struct("!Iiq").pack
_list = Struct("!iiIii").pack
_ABSENT = _count(-1)
_FLAG = {True: _count(1) + b"\1", False: _count(1) + b"\0", None: _ABSENT}
_NULL = {oid: _head(oid, -1) for oid in (BOOL, TEXT, FLOAT8, INSTANT, BOOLS, INT4S, TEXTS)}
_YES, _NO = _head(BOOL, 1) + b"\1", _head(BOOL, 1) + b"\0"
_FIELDS = _count(20)


class _Elements(dict[str | None, bytes]):
    """Texts as elements of a list; the same few come by the million, so each is encoded once."""

    def __missing__(self, text: str | None) -> bytes:
        if len(self) > MOST_REMEMBERED:
            self.clear()
        raw = b"" if text is None else text.encode()
        self[text] = element = _ABSENT if text is None else _count(len(raw)) + raw
        return element


_element = _Elements().__getitem__
_places: dict[int, bytes] = {}


def participation_id(exam_id: str, user_id: str) -> str:
    """The id that a participation has in every load."""
    return blake2b(f"{exam_id}\0{user_id}".encode(), digest_size=16).hexdigest()


def digest(exam_id: str, row: Row) -> bytes:
    """The digest of what should stand in v2."""
    one = row.participation
    return sha256(
        b"".join(
            (
                _FIELDS,
                _text(one.user_id),
                _text(participation_id(exam_id, one.user_id)),
                _number(one.score),
                _text(one.status),
                _flag(one.status_inferred),
                _instant(one.started_at),
                _instant(one.completed_at),
                _text(one.pause_phase),
                _instant(one.pause_started_at),
                _instant(one.pause_ended_at),
                _flag(one.is_pause_cut_short),
                _number(one.total_pause_duration_ms),
                # Drafts are few and have many spellings: they are compared by themselves.
                _flag(one.in_progress_answers is not None),
                _flag(one.answers_missing),
                _text(row.origin),
                _text(row.source_id),
                _positions(len(one.question_ids)),
                _elements(TEXTS, TEXT, map(_element, one.question_ids), len(one.question_ids), nulls=False),
                _elements(
                    TEXTS,
                    TEXT,
                    map(_element, one.selected_answers),
                    len(one.selected_answers),
                    nulls=None in one.selected_answers,
                ),
                _elements(
                    BOOLS,
                    BOOL,
                    map(_FLAG.__getitem__, one.are_correct),
                    len(one.are_correct),
                    nulls=None in one.are_correct,
                ),
            )
        )
    ).digest()


def _text(value: str | None) -> bytes:
    if value is None:
        return _NULL[TEXT]
    raw = value.encode()
    return _head(TEXT, len(raw)) + raw


def _number(value: float | None) -> bytes:
    # The two zeros are equal; the one without a sign stands in v2.
    return _NULL[FLOAT8] if value is None else _double(FLOAT8, 8, value + 0.0)


def _instant(value: int | None) -> bytes:
    return _NULL[INSTANT] if value is None else _long(INSTANT, 8, value - SINCE_2000)


def _flag(value: bool | None) -> bytes:  # noqa: FBT001
    return _NULL[BOOL] if value is None else _YES if value else _NO


def _positions(count: int) -> bytes:
    """The places from 0 on, as a list."""
    made = _places.get(count)
    if made is None:
        places = (_count(4) + _count(place) for place in range(count))
        _places[count] = made = _elements(INT4S, INT4, places, count, nulls=False)
    return made


def _elements(list_type: int, element_type: int, elements: Iterable[bytes], count: int, *, nulls: bool) -> bytes:
    """A list: one dimension that begins at 1; no list at all where there is nothing to gather."""
    if not count:
        return _NULL[list_type]
    body = _list(1, nulls, element_type, count, 1) + b"".join(elements)
    return _head(list_type, len(body)) + body
