"""Which schedules and sensors failed at a tick, and which work again."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import dagster as dg
from dagster._core.scheduler.instigation import InstigatorTick, InstigatorType, TickStatus

from pipelines.problems import class_names
from resources import clock
from resources.alerts import outbox
from resources.alerts.outbox import Judged, Subject
from resources.warehouse.database import Database, Transaction

PACKAGE = "pipelines.alerts"
STATEMENT = "every_tick_succeeds"
KINDS = {InstigatorType.SCHEDULE: "schedule", InstigatorType.SENSOR: "sensor"}
ENDED = [TickStatus.SUCCESS, TickStatus.SKIPPED, TickStatus.FAILURE]

FIRST_LOOK = timedelta(minutes=10)
# A tick is dated by its beginning, and seen when it has ended.
OVERLAP = timedelta(minutes=5)


def judge_ticks(instance: dg.DagsterInstance, database: Database, since: datetime | None = None) -> Judged:
    """Judge every tick since then that is later than what its alerts already tell."""
    after = since - OVERLAP if since else clock.now() - FIRST_LOOK
    done = Judged()
    for subject, ticks in _ticks(instance, after):
        if ticks:
            with database.transaction() as transaction:
                done += _judge(transaction, subject, ticks)
    return done


def _ticks(instance: dg.DagsterInstance, after: datetime) -> Iterator[tuple[Subject, list[InstigatorTick]]]:
    """The ticks of each schedule and sensor, oldest first."""
    found: dict[Subject, list[InstigatorTick]] = {}
    for state in instance.all_instigator_state():
        if kind := KINDS.get(state.instigator_type):
            ticks = instance.get_ticks(
                state.instigator_origin_id, state.selector_id, after=after.timestamp(), statuses=ENDED
            )
            found.setdefault(Subject(kind, state.instigator_name), []).extend(ticks)
    for subject, ticks in found.items():
        yield subject, sorted(ticks, key=_began)


def _judge(transaction: Transaction, subject: Subject, ticks: Sequence[InstigatorTick]) -> Judged:
    is_open = subject in outbox.standing_subjects(transaction, subject.id, STATEMENT)
    told = _told_until(transaction, subject)
    done = Judged()
    for tick in ticks:
        if tick.is_failure == is_open or (told and _began(tick) <= told):
            continue
        is_open = tick.is_failure
        names = class_names(tick.error)
        done += outbox.judge(
            transaction,
            asset=subject.id,
            statement=STATEMENT,
            severity="ERROR",
            counts={},
            run_id=None,
            as_of=_began(tick),
            kind=subject.kind,
            failing=[subject.id] if is_open else [],
            judged=[subject.id],
            detail=names[-1] if names and is_open else None,
        )
    return done


def _told_until(transaction: Transaction, subject: Subject) -> datetime | None:
    """The newest tick that an alert tells of; those before it have been judged."""
    (row,) = transaction.rows(PACKAGE, "told_until", statement=STATEMENT, kind=subject.kind, subject=subject.id)
    told = row["told_until"]
    return told if isinstance(told, datetime) else None


def _began(tick: InstigatorTick) -> datetime:
    return datetime.fromtimestamp(tick.timestamp, UTC)
