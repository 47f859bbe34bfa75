"""Reads what v1 embeds in an exam's document: entries, each with its answers. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from assets.landing.reading import UNREADABLE, Unusable, holds_nul, may_hold_nul, names_of, second_look
from assets.landing.rows import EPOCH, instant
from resources.snapshot.documents import Key, Milliseconds, PausePhase, Status
from resources.snapshot.raw import raw_text
from resources.snapshot.values import encode_special
from resources.warehouse.quarantine import Reason, Reject


class Answer(msgspec.Struct, rename="camel", gc=False, frozen=True):
    """An answer to one question."""

    question_id: Key
    selected_answer: str | None = None
    is_correct: bool | None = None


class Entry(msgspec.Struct, rename="camel", gc=False):
    """What one participant did, as v1 embeds it."""

    user_id: Key
    score: float | None = None
    completed_at: Milliseconds | None = None
    answers: list[Answer] | None = None
    started_at: Milliseconds | None = None
    status: Status | None = None
    pause_phase: PausePhase | None = None
    pause_started_at: Milliseconds | None = None
    pause_ended_at: Milliseconds | None = None
    is_pause_cut_short: bool | None = None
    total_pause_duration_ms: float | None = None
    in_progress_answers: list[Any] | None = None


class _Document(msgspec.Struct, gc=False):
    participants: list[Entry] | None = None


class _Loose(msgspec.Struct, gc=False):
    participants: msgspec.Raw = msgspec.Raw(b"null")


class Fields(NamedTuple):
    """A participation's fields, as they stand in the warehouse."""

    score: float | None
    status: str | None
    status_inferred: bool
    started_at: datetime | None
    completed_at: datetime | None
    pause_phase: str | None
    pause_started_at: datetime | None
    pause_ended_at: datetime | None
    is_pause_cut_short: bool | None
    total_pause_duration_ms: float | None
    # A draft of the answers, as JSON text with sorted keys.
    in_progress_answers: str | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A participation that one of the sources has."""

    user_id: str
    fields: Fields
    answers: Sequence[Answer]
    answers_missing: bool = False
    # The `_id` and the creation of a row of the source's own v2 table; none for an embedded entry.
    source_id: str | None = None
    created: float = 0.0
    # Its place in the exam's list.
    place: int = -1


@dataclass
class Embedded:
    """What one document embeds."""

    # Each user's first readable entry, in order.
    candidates: list[Candidate] = field(default_factory=list)
    rejects: list[tuple[str | None, Reject]] = field(default_factory=list)
    read: int = 0
    answers_read: int = 0


_decode = msgspec.json.Decoder(_Document).decode
_decode_loose = msgspec.json.Decoder(_Loose).decode
_decode_list = msgspec.json.Decoder(list[msgspec.Raw]).decode
_decode_entry = msgspec.json.Decoder(Entry).decode
_NAMES = names_of(Entry)


def embedded(document: bytes) -> Embedded:
    """The entries of an exam's document; those that cannot be used, or stand after another of their user, apart."""
    found = Embedded()
    if not may_hold_nul(document):
        try:
            entries = _decode(document).participants or []
        except UNREADABLE:
            pass
        else:
            return _settled(found, document, list(enumerate(entries)))
    return _settled(found, document, _one_by_one(found, raw_entries(document)))


def raw_list(document: bytes) -> list[bytes] | None:
    """The text of each entry; none where the participants are no list."""
    given = _decode_loose(document).participants
    if bytes(given) == b"null":
        return []
    try:
        return [bytes(one) for one in _decode_list(given)]
    except msgspec.MsgspecError:
        return None


def raw_entries(document: bytes) -> list[bytes]:
    """The text of each entry; where the participants are no list, their text as the one entry."""
    entries = raw_list(document)
    return [bytes(_decode_loose(document).participants)] if entries is None else entries


def _one_by_one(found: Embedded, texts: Sequence[bytes]) -> list[tuple[int, Entry]]:
    """The entries that can be read; the others are rejected with their content."""
    entries = []
    for place, text in enumerate(texts):
        try:
            entries.append((place, _entry(text)))
        except Unusable as problem:
            answers = answers_in(text)
            found.read += 1
            found.answers_read += answers
            reject = Reject(problem.reason, f"entry {place}: {problem.detail}", raw_text(text), answers=answers)
            found.rejects.append((user_of(text), reject))
    return entries


def _entry(text: bytes) -> Entry:
    try:
        entry = _decode_entry(text)
    except UNREADABLE as problem:
        entry = second_look(text, Entry, _NAMES, str(problem), "entry")
    if may_hold_nul(text) and holds_nul(entry):
        raise Unusable(Reason.NOT_STORABLE, "a text holds a NUL character")
    return entry


def _settled(found: Embedded, document: bytes, entries: list[tuple[int, Entry]]) -> Embedded:
    """Keep each user's first entry; later ones are rejected with their content."""
    seen: dict[str, int] = {}
    texts: list[bytes] = []
    for place, entry in entries:
        found.read += 1
        found.answers_read += len(entry.answers or ())
        first = seen.setdefault(entry.user_id, place)
        if first == place:
            found.candidates.append(_candidate(entry, place))
            continue
        texts = texts or raw_entries(document)
        detail = f"entry {place}: entry {first} of this exam has the same user, and came first"
        reject = Reject(Reason.REPEATED_PARTICIPANT, detail, raw_text(texts[place]), answers=len(entry.answers or ()))
        found.rejects.append((entry.user_id, reject))
    return found


def _candidate(entry: Entry, place: int) -> Candidate:
    completed = instant(entry.completed_at) if entry.completed_at else None
    status, inferred = status_of(entry.status, completed)
    return Candidate(
        user_id=entry.user_id,
        fields=Fields(
            score=unsigned(entry.score),
            status=status,
            status_inferred=inferred,
            started_at=_instant(entry.started_at),
            completed_at=completed,
            pause_phase=entry.pause_phase,
            pause_started_at=_instant(entry.pause_started_at),
            pause_ended_at=_instant(entry.pause_ended_at),
            is_pause_cut_short=entry.is_pause_cut_short,
            total_pause_duration_ms=unsigned(entry.total_pause_duration_ms),
            in_progress_answers=_draft(entry.in_progress_answers),
        ),
        answers=entry.answers or (),
        answers_missing=entry.answers is None,
        place=place,
    )


def unsigned(value: float | None) -> float | None:
    """A number whose zero has no sign: there are two, which are equal and look different."""
    return None if value is None else value + 0.0


def status_of(status: str | None, completed_at: datetime | None) -> tuple[str | None, bool]:
    """The status, and whether it was inferred: the oldest have none, and were only written when handed in."""
    if status is None and completed_at is not None and completed_at > EPOCH:
        return "completed", True
    return status, False


def _instant(value: float | None) -> datetime | None:
    return None if value is None else instant(value)


def _draft(answers: list[Any] | None) -> str | None:
    """A draft as JSON text that does not depend on the order of keys."""
    if answers is None:
        return None
    return msgspec.json.encode(encode_special(answers), order="sorted").decode()


def user_of(text: bytes) -> str | None:
    """The user of an entry that cannot be read otherwise, where it names one."""
    try:
        value = msgspec.json.decode(text)
    except UNREADABLE:
        return None
    user = value.get("userId") if isinstance(value, dict) else None
    return user if isinstance(user, str) else None


def answers_in(text: bytes) -> int:
    """How many answers an entry holds, whatever they look like."""
    try:
        value = msgspec.json.decode(text)
    except UNREADABLE:
        return 0
    answers = value.get("answers") if isinstance(value, dict) else None
    return len(answers) if isinstance(answers, list) else 0
