"""The door for events from outside: what can be read is appended to the log, the rest is kept apart. No dagster."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from assets.landing.land import closing_on_failure
from assets.landing.reading import Unusable
from assets.topics import staging
from assets.topics.events import Envelope, RankingsBatchUpdated, read
from assets.topics.staging import LOG, PACKAGE
from resources.snapshot.raw import raw_text
from resources.warehouse import bulk, loads
from resources.warehouse.bulk import Change, Row
from resources.warehouse.database import Database, Transaction
from resources.warehouse.loads import Account, Load
from resources.warehouse.schema.columns import instant, text, whole

TABLE = "events"
# Not the log's own name: what comes through the door must not overtake an append that has begun.
TARGET = f"{LOG}:{TABLE}"
LINES = bulk.temporary(
    "staged_lines",
    [
        *(whole(name, "") for name in ("line", "ordinal")),
        *(text(name, "") for name in ("event_id", "batch_id", "event_type", "actor_id", "actor_type", "session_id")),
        *(text(name, "") for name in ("student_id", "topic_id", "period_id")),
        instant("at", ""),
        whole("position", ""),
        sa.Column("payload", postgresql.JSONB(none_as_null=True)),
        *(text(name, "") for name in ("reason", "detail", "raw")),
    ],
)
_EMAILS = (
    re.compile(r'(?<="email")\s*:\s*(?:"(?:[^"\\]|\\.)*"?|[^,}\s]+)', re.IGNORECASE),
    re.compile(r"[^\s\"'<>,:;@]+@[^\s\"'<>,:;@]+"),
)


@dataclass(frozen=True)
class Received:
    """What became of the lines at the door."""

    load: Load
    # By lines; what had come before, or came twice, is a duplicate.
    account: Account
    events_appended: int
    rankings_written: int


def receive(database: Database, lines: Iterable[bytes], run_id: str) -> Received:
    """Take events in, a line each; what was taken in before changes nothing."""
    load = loads.begin(database, run_id, source_table=TABLE, target=TARGET, source="door")
    with closing_on_failure(database, load), database.transaction() as transaction:
        staging.hold_log(transaction)
        loads.hold(transaction, load)
        staging.stage(transaction, LINES, staging.EVENTS)
        bulk.copy(transaction.connection, LINES, LINES.c.keys(), _rows(lines))
        bulk.analyze(transaction.connection, LINES)
        transaction.run(PACKAGE, "door_orphans")
        (count,) = transaction.rows(PACKAGE, "door_lines")
        staging.fill(transaction, staging.EVENTS, "door_events", load_id=load.load_id)
        return _received(transaction, load, count["lines"])


def _received(transaction: Transaction, load: Load, lines: int) -> Received:
    """Write what was staged, and close the account."""
    quarantined = transaction.run(PACKAGE, "door_quarantined", load_id=load.load_id, source_table=TABLE)
    (count,) = transaction.rows(PACKAGE, "door_batches")
    taken = staging.take(transaction)
    account = Account(lines, count["batches"], quarantined, lines - count["batches"] - quarantined)
    state = "loaded" if taken.events or quarantined else "unchanged"
    loads.finish(transaction, load, state=state, account=account, change=Change(inserted=taken.events))
    return Received(load, account, taken.events, taken.rankings)


def _rows(lines: Iterable[bytes]) -> Iterator[Row]:
    """The rows of all lines: of each event as many as it changes topics, of what is none a reason."""
    ordinal = 0
    for number, line in enumerate(lines):
        shown = without_emails(raw_text(line))
        try:
            rows = [*_rows_of(read(line), shown)]
        except Unusable as problem:
            name = sha256(shown.encode()).hexdigest()[:32]
            rows = [(name, name, *[None] * 10, str(problem.reason), problem.detail, shown)]
        for row in rows:
            yield (number, ordinal, *row)
            ordinal += 1


def _rows_of(event: Envelope, shown: str) -> Iterator[Row]:
    who = (event.event_type, event.actor_id, event.actor_type, event.session_id)
    payload, batch = event.payload, event.id
    if isinstance(payload, RankingsBatchUpdated):
        for one in payload.updates:
            name = sha256(f"{batch} {one.topic_id}".encode()).hexdigest()[:32]
            place = int(one.new_pos or 0)
            yield (name, batch, *who, payload.student_id, one.topic_id, None, event.at, place, None, None, None, shown)
        return
    student, topic, period = (getattr(payload, name, None) for name in ("student_id", "topic_id", "period_id"))
    yield (batch, batch, *who, student, topic, period, event.at, None, event.kept, None, None, shown)


def without_emails(line: str) -> str:
    """A line without what is, or may be, anybody's email."""
    for pattern, instead in zip(_EMAILS, (":null", "…"), strict=True):
        line = pattern.sub(instead, line)
    return line
