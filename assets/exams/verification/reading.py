"""How this reading understands a kept document: generic JSON, then its own rules of what an entry is. Pure."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from operator import itemgetter
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
_three = itemgetter("questionId", "selectedAnswer", "isCorrect")
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
    """The entries of a document; what of these is no JSON by itself becomes an `Unreadable`."""
    try:
        whole = msgspec.json.decode(document)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        parts = msgspec.json.decode(document, type=dict[str, msgspec.Raw])
        raw = msgspec.json.decode(parts["participants"], type=list[msgspec.Raw])
        return [_entry(one) for one in raw]
    entries = whole.get("participants") if isinstance(whole, dict) else None
    return entries if isinstance(entries, list) else []


def _entry(raw: msgspec.Raw) -> object:
    try:
        return msgspec.json.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as problem:
        return problem


def user_of(entry: object) -> str | None:
    """The user of an entry; none where it names none that could be one."""
    user = entry.get("userId") if isinstance(entry, dict) else None
    try:
        return user if isinstance(user, str) and _sound_id(user) else None
    except Unreadable:
        return None


def answers_of(entry: object) -> int:
    """How many answers an entry of any quality embeds."""
    answers = entry.get("answers") if isinstance(entry, dict) else None
    return len(answers) if isinstance(answers, list) else 0


def read(entry: Any) -> Participation:
    """Read an entry, or raise `Unreadable`."""
    user = user_of(entry)
    if user is None:
        raise Unreadable
    get = entry.get
    done = _number(get("completedAt"))
    status = _one_of(get("status"), STATUSES)
    inferred = status is None and done is not None and done > 0
    short = get("isPauseCutShort")
    if type(short) not in FLAGS:
        raise Unreadable
    draft = get("inProgressAnswers")
    if draft is not None:
        _look_through(draft if isinstance(draft, list) else _refuse())
    answers = get("answers")
    return Participation(
        user,
        _number(get("score")),
        "completed" if inferred else status,
        inferred,
        _instant(get("startedAt")),
        _instant(done) if done else None,
        _one_of(get("pausePhase"), PHASES),
        _instant(get("pauseStartedAt")),
        _instant(get("pauseEndedAt")),
        short,
        _number(get("totalPauseDurationMs")),
        draft,
        answers is None,
        *_answers([] if answers is None else answers),
    )


def _answers(answers: Any) -> tuple[list[str], list[str | None], list[bool | None]]:
    if type(answers) is not list:
        raise Unreadable
    if not answers:
        return [], [], []
    try:
        questions, selected, correct = _columns(answers)
        all(map(_sound_id, questions))
        all(map(_sound_or_absent, selected))
    except (KeyError, TypeError, AttributeError):
        raise Unreadable from None
    if not FLAGS.issuperset(map(type, correct)):
        raise Unreadable
    return questions, selected, correct


def _columns(answers: list[Any]) -> tuple[list[Any], list[Any], list[Any]]:
    try:
        # In one pass, where all have everything.
        questions, selected, correct = map(list, zip(*map(_three, answers), strict=True))
    except KeyError:
        names = ("questionId", "selectedAnswer", "isCorrect")
        questions, selected, correct = ([answer.get(name) for answer in answers] for name in names)
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
