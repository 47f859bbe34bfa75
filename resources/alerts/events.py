"""What the outbox holds, for whoever asks: what stands, or everything that ever happened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from resources.alerts.outbox import PACKAGE
from resources.warehouse.database import Database


@dataclass(frozen=True)
class Event:
    """What one message tells; of a standing alert, as far as it still stands."""

    message_id: str
    event: str
    asset: str
    statement: str
    severity: str
    kind: str
    subjects: Sequence[str]
    counts: Mapping[str, int]
    run_id: str | None
    detail: str | None
    as_of: datetime
    recorded_at: datetime
    attempts: int
    problem: str | None
    delivered_at: datetime | None


def standing(database: Database) -> list[Event]:
    """What is wrong now, oldest first."""
    return _events(database, everything=False)


def everything(database: Database) -> list[Event]:
    """Every opening and every recovery, oldest first."""
    return _events(database, everything=True)


def _events(database: Database, *, everything: bool) -> list[Event]:
    return [Event(**row) for row in database.read(PACKAGE, "events", everything=everything)]
