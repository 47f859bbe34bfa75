"""What an event may say, and how a line becomes one. Pure.

An event is an envelope, which says who did what when, around a payload whose shape its type decides. An email is read,
so that its absence is noticed, and kept nowhere.
"""

import math
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Annotated, Any, Literal

import msgspec

from assets.landing.reading import UNREADABLE, Unusable, holds_nul, may_hold_nul
from resources.warehouse.quarantine import Reason

Key = Annotated[str, msgspec.Meta(min_length=1)]
RANKINGS = "RANKINGS_BATCH_UPDATED"
# No order is longer.
MOST_PLACE = 100_000


class Payload(msgspec.Struct, rename="camel"):
    """What an event says beside its envelope."""


class StudentRegistered(Payload):
    """A student came."""

    student_id: Key
    email: str


class Update(Payload):
    """A topic got another place in a student's order; none means that it had none, or has none any more."""

    topic_id: Key
    old_pos: float | None
    new_pos: float | None


class RankingsBatchUpdated(Payload):
    """A student changed their order."""

    student_id: Key
    updates: list[Update]
    session_id: str | None = None


class SelectionPeriodOpened(Payload):
    """Students can rank topics from now on."""

    period_id: Key
    title: str


class SelectionPeriodClosed(Payload):
    """Students can no longer rank topics."""

    period_id: Key


class TopicCreated(Payload):
    """There is a new topic."""

    topic_id: Key
    title: str


class MetricsCalculated(Payload):
    """A topic's metrics changed."""

    topic_id: Key
    avg_position: float
    category: Literal["very-high", "high", "medium", "low"]


class Assignment(Payload):
    """Which topic a student was given."""

    student_id: Key
    topic_id: Key
    original_rank: float | None = None


class AlgorithmExecuted(Payload):
    """Students were given topics."""

    algorithm_type: Key
    assignments: list[Assignment]


PAYLOADS: dict[str, type[Payload]] = {
    "STUDENT_REGISTERED": StudentRegistered,
    RANKINGS: RankingsBatchUpdated,
    "SELECTION_PERIOD_OPENED": SelectionPeriodOpened,
    "SELECTION_PERIOD_CLOSED": SelectionPeriodClosed,
    "TOPIC_CREATED": TopicCreated,
    "METRICS_CALCULATED": MetricsCalculated,
    "ALGORITHM_EXECUTED": AlgorithmExecuted,
}


class _Given(msgspec.Struct):
    """An envelope whose payload is not looked into yet."""

    event_type: str
    actor_id: Key
    actor_type: Literal["student", "admin", "system"]
    payload: msgspec.Raw
    # Epoch milliseconds, or an ISO text with its offset.
    at: float | Annotated[datetime, msgspec.Meta(tz=True)]
    session_id: str | None = None


class Envelope(msgspec.Struct, frozen=True):
    """An event: who did what when."""

    event_type: str
    actor_id: str
    actor_type: str
    at: datetime
    payload: Payload
    session_id: str | None = None

    @property
    def id(self) -> str:
        """The digest of what it says, without what is personal."""
        said = (self.event_type, self.actor_id, self.actor_type, self.session_id, self.at, self.kept)
        return sha256(msgspec.json.encode(said)).hexdigest()[:32]

    @property
    def kept(self) -> dict[str, Any]:
        """The payload as it may be kept."""
        given: dict[str, Any] = msgspec.to_builtins(self.payload)
        return {name: value for name, value in given.items() if name != "email"}


def read(raw: bytes) -> Envelope:
    """Make a line an event; `Unusable` says why it is none, and quotes nothing of it."""
    try:
        given = msgspec.json.decode(raw, type=_Given)
    except msgspec.ValidationError as problem:
        raise Unusable(Reason.WRONG_TYPE, _said(problem)) from None
    except UNREADABLE:
        raise Unusable(Reason.NOT_JSON, "the line is not a JSON document") from None
    shape = PAYLOADS.get(given.event_type)
    if shape is None:
        raise Unusable(Reason.WRONG_TYPE, "event_type is none that is known")
    try:
        payload = msgspec.json.decode(given.payload, type=shape)
    except msgspec.ValidationError as problem:
        raise Unusable(Reason.WRONG_TYPE, f"payload: {_said(problem)}") from None
    except UNREADABLE:
        raise Unusable(Reason.NOT_JSON, "the payload is not a JSON document") from None
    if isinstance(payload, RankingsBatchUpdated):
        _check_updates(payload.updates)
    session = given.session_id or getattr(payload, "session_id", None)
    event = Envelope(given.event_type, given.actor_id, given.actor_type, _instant(given.at), payload, session)
    if may_hold_nul(raw) and (holds_nul(event.kept) or holds_nul([event.actor_id, session])):
        raise Unusable(Reason.NOT_STORABLE, "a text holds a NUL character")
    return event


def _said(problem: msgspec.ValidationError) -> str:
    """What the reader says, without the value that it found: that may be anybody's."""
    text = str(problem)
    return "a field has no value that is allowed" if "value" in text else text


def _instant(given: float | datetime) -> datetime:
    try:
        if isinstance(given, datetime):
            return given.astimezone(UTC)
        return datetime.fromtimestamp(given / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        raise Unusable(Reason.WRONG_TYPE, "at is no instant") from None


def _check_updates(updates: Sequence[Update]) -> None:
    """Refuse places that are none, changes that change nothing, and a topic named twice."""
    rules: tuple[tuple[Callable[[], bool], Reason, str], ...] = (
        (lambda: not updates, Reason.WRONG_TYPE, "updates is empty"),
        (
            lambda: not all(_is_place(place) for one in updates for place in (one.old_pos, one.new_pos)),
            Reason.WRONG_TYPE,
            "a position is no whole number from 1",
        ),
        (lambda: any(one.old_pos == one.new_pos for one in updates), Reason.WRONG_TYPE, "an update changes nothing"),
        (
            lambda: len({one.topic_id for one in updates}) < len(updates),
            Reason.REPEATED_TOPIC,
            "a topic is updated twice",
        ),
    )
    for is_broken, reason, detail in rules:
        if is_broken():
            raise Unusable(reason, detail)


def _is_place(position: float | None) -> bool:
    return position is None or (
        math.isfinite(position) and float(position).is_integer() and 1 <= position <= MOST_PLACE
    )
