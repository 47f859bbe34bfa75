"""How this reading understands a kept document: values of any kind, then its own rules of what an entry is. Pure."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import Any, NamedTuple, NoReturn

import msgspec

from assets.landing.rows import instant as rounded_instant
from resources.snapshot.values import decode_special

STATUSES = frozenset({"in_progress", "completed", "auto_submitted"})
PHASES = frozenset({"before_pause", "during_pause", "after_pause"})
LONGEST_ID = 255
# What a calendar of four-digit years can hold.
EARLIEST_MS, LATEST_MS = -62_135_596_800_000, 253_402_300_799_999
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
_question, _selected, _correct = map(attrgetter, ("questionId", "selectedAnswer", "isCorrect"))
FLAGS = frozenset({bool, type(None)})
MOST_REMEMBERED = 100_000


class Participation(NamedTuple):
    """All that v2 keeps of a participation but its key and where it came from; instants in epoch microseconds."""

    user_id: str
    score: float | None
    status: str | None
    status_inferred: bool
    started_at: int | None
    completed_at: int | None
    pause_phase: str | None
    pause_started_at: int | None
    pause_ended_at: int | None
    is_pause_cut_short: bool | None
    total_pause_duration_ms: float | None
    in_progress_answers: Any
    answers_missing: bool
    question_ids: list[str]
    selected_answers: list[str | None]
    are_correct: list[bool | None]


class Unreadable(Exception):
    """An entry breaks a rule."""


class Answer(msgspec.Struct, gc=False):
    """An answer with whatever it holds; what is absent is as good as null."""

    questionId: Any = None  # noqa: N815
    selectedAnswer: Any = None  # noqa: N815
    isCorrect: Any = None  # noqa: N815


class Entry(msgspec.Struct, gc=False):
    """An entry with whatever it holds."""

    userId: Any = None  # noqa: N815
    score: Any = None
    completedAt: Any = None  # noqa: N815
    answers: list[Answer] | None = None
    startedAt: Any = None  # noqa: N815
    status: Any = None
    pausePhase: Any = None  # noqa: N815
    pauseStartedAt: Any = None  # noqa: N815
    pauseEndedAt: Any = None  # noqa: N815
    isPauseCutShort: Any = None  # noqa: N815
    totalPauseDurationMs: Any = None  # noqa: N815
    inProgressAnswers: Any = None  # noqa: N815


class _Whole(msgspec.Struct, gc=False):
    participants: list[Entry] | None = None


_decode_whole = msgspec.json.Decoder(_Whole).decode


class _Sound(dict[object, bool]):
    """Texts that PostgreSQL can store; the same few come by the million, so each is looked at once."""

    def __missing__(self, text: object) -> bool:
        if type(text) is not str or "\0" in text:
            raise Unreadable
        try:
            text.encode()
        except UnicodeEncodeError:
            raise Unreadable from None
        if len(self) > MOST_REMEMBERED:
            self.clear()
        self[text] = True
        return True


class _SoundOrAbsent(_Sound):
    """The same, where there need be none."""

    def __missing__(self, text: object) -> bool:
        return text is None or super().__missing__(text)


class _SoundId(_Sound):
    """The same, of a length that can be looked up."""

    def __missing__(self, text: object) -> bool:
        if isinstance(text, str) and 0 < len(text) <= LONGEST_ID:
            return super().__missing__(text)
        raise Unreadable


_sound = _Sound().__getitem__
_sound_id = _SoundId().__getitem__
_sound_or_absent = _SoundOrAbsent().__getitem__


def decode(document: bytes) -> list[object]:
    """The entries of a document; what of these is no object, or no JSON by itself, stays what it is."""
    try:
        return list(_decode_whole(document).participants or [])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        parts = msgspec.json.decode(document, type=dict[str, msgspec.Raw])
        try:
            raw = msgspec.json.decode(parts.get("participants", b"[]"), type=list[msgspec.Raw])
        except msgspec.ValidationError:
            return []
        return [_entry(one) for one in raw]


def _entry(raw: msgspec.Raw) -> object:
    try:
        return shaped(msgspec.json.decode(raw))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as problem:
        return problem


def shaped(value: object) -> object:
    """An object of JSON as an entry, with its answers as answers; anything else as it is."""
    if not isinstance(value, dict):
        return value
    known = {name: value[name] for name in Entry.__struct_fields__ if name in value}
    if isinstance(known.get("answers"), list):
        known["answers"] = [_answer(one) for one in known["answers"]]
    return Entry(**known)


def _answer(value: object) -> object:
    if not isinstance(value, dict):
        return value
    return Answer(**{name: value[name] for name in Answer.__struct_fields__ if name in value})


def user_of(entry: object) -> str | None:
    """The user of an entry; none where it names none that could be one."""
    user = entry.userId if isinstance(entry, Entry) else None
    try:
        return user if isinstance(user, str) and _sound_id(user) else None
    except Unreadable:
        return None


def answers_of(entry: object) -> int:
    """How many answers an entry of any quality embeds."""
    answers: object = entry.answers if isinstance(entry, Entry) else None
    return len(answers) if isinstance(answers, list) else 0


def read(entry: object) -> Participation:
    """Read an entry, or raise `Unreadable`."""
    user = user_of(entry)
    if user is None or not isinstance(entry, Entry):
        raise Unreadable
    done = _number(entry.completedAt)
    status = _one_of(entry.status, STATUSES)
    inferred = status is None and done is not None and done > 0
    if type(entry.isPauseCutShort) not in FLAGS:
        raise Unreadable
    if entry.inProgressAnswers is not None:
        _look_through(entry.inProgressAnswers if isinstance(entry.inProgressAnswers, list) else _refuse())
    return Participation(
        user,
        _number(entry.score),
        "completed" if inferred else status,
        inferred,
        _instant(entry.startedAt),
        _instant(done) if done else None,
        _one_of(entry.pausePhase, PHASES),
        _instant(entry.pauseStartedAt),
        _instant(entry.pauseEndedAt),
        entry.isPauseCutShort,
        _number(entry.totalPauseDurationMs),
        entry.inProgressAnswers,
        entry.answers is None,
        *_answers([] if entry.answers is None else entry.answers),
    )


def _answers(answers: Any) -> tuple[list[str], list[str | None], list[bool | None]]:
    if type(answers) is not list:
        raise Unreadable
    if not answers:
        return [], [], []
    try:
        questions, selected, correct = (list(map(get, answers)) for get in (_question, _selected, _correct))
        all(map(_sound_id, questions))
        all(map(_sound_or_absent, selected))
    except (TypeError, AttributeError):
        raise Unreadable from None
    if not FLAGS.issuperset(map(type, correct)):
        raise Unreadable
    return questions, selected, correct


def _number(value: object) -> float | None:
    if value is None or type(value) is float:
        return value
    try:
        known: Any = decode_special(value) if isinstance(value, dict) else value
        number = float(known) if type(known) in {int, float} else _refuse()
    except (ValueError, OverflowError):
        raise Unreadable from None
    return number if math.isfinite(number) else _refuse()


def _instant(value: object) -> int | None:
    number = _number(value)
    if number is None:
        return None
    if not EARLIEST_MS <= number <= LATEST_MS:
        raise Unreadable
    # What has a fraction of a millisecond is rounded as it is everywhere in the warehouse.
    return int(number) * 1000 if number.is_integer() else microseconds(rounded_instant(number))


def microseconds(instant: datetime) -> int:
    """Microseconds since the epoch."""
    return (instant - EPOCH) // MICROSECOND


def _one_of(value: object, choices: frozenset[str]) -> str | None:
    if value is None:
        return None
    return value if isinstance(value, str) and value in choices else _refuse()


def _refuse() -> NoReturn:
    raise Unreadable


def _look_through(value: object) -> None:
    """Refuse texts that cannot be stored, at any depth."""
    if isinstance(value, str):
        _sound(value)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            _look_through(key)
            _look_through(inner)
    elif isinstance(value, list):
        for inner in value:
            _look_through(inner)


def same_json(one: object, other: object) -> bool:
    """Whether two JSON values are the same; yes and no are no numbers."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same_json(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same_json, one, other))
    return isinstance(one, bool) == isinstance(other, bool) and one == other
