"""What a load would do, found out by the load's own steps, which are taken back."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from assets.exams.batch import Batch, Tally
from assets.exams.keep import EXAMS, SOURCE_TABLE, keep_present
from assets.exams.migrate import EXAMS_PER_BATCH, batches, settle_orphans, survey
from assets.exams.scope import scope_of
from assets.exams.sources import PACKAGE, V1, V2
from assets.landing.land import land_present
from assets.landing.sources import SOURCES
from resources.snapshot.reader import Snapshot
from resources.warehouse.database import Database, Transaction
from resources.warehouse.loads import Load
from resources.warehouse.schema import landing

# What the migration reads of a snapshot.
READ = ("exams", "exam_participations", "exam_answers")


@dataclass(frozen=True)
class Planned:
    """What a load would do with participations."""

    insert: int
    update: int
    keep: int
    gone: int
    quarantine: int
    exams: int
    exams_unchanged: int

    def as_json(self) -> dict[str, int]:
        """For programs."""
        return {
            "insert": self.insert,
            "update": self.update,
            "keep": self.keep,
            "gone": self.gone,
            "quarantine": self.quarantine,
            "exams": self.exams,
            "examsUnchanged": self.exams_unchanged,
        }


def plan(database: Database, cohorts: Sequence[str] | None = None, snapshot: Snapshot | None = None) -> Planned:
    """Plan a load of a snapshot, or of what has landed, over these cohorts; nothing of it stays."""
    scope, tally = scope_of(database, cohorts), Tally()
    with _taken_back(database) as transaction:
        if snapshot is not None:
            _land(transaction, snapshot, database)
        found = survey(transaction, scope)
        settle_orphans(transaction, scope, 0, tally, write=False)
        for batch in batches(found.works, EXAMS_PER_BATCH):
            with transaction.connection.begin_nested() as savepoint:
                Batch(transaction, scope, 0, tally).migrate(batch, write=False)
                savepoint.rollback()
    present = tally.loaded(V1) + tally.loaded(V2) + found.rows_of_skipped
    return Planned(
        insert=tally.inserted,
        update=tally.updated,
        keep=present - tally.inserted - tally.updated,
        gone=tally.gone,
        quarantine=tally.quarantined,
        exams=len(found.works) + found.skipped,
        exams_unchanged=found.skipped,
    )


@contextmanager
def _taken_back(database: Database) -> Iterator[Transaction]:
    with database.engine.connect() as connection, connection.begin() as outer:
        yield Transaction(connection)
        outer.rollback()


def _land(transaction: Transaction, snapshot: Snapshot, database: Database) -> None:
    """Land what the migration reads, under the number that the next load would have."""
    ((number,),) = (row.values() for row in transaction.rows(PACKAGE, "next_load"))
    for source in SOURCES:
        table = snapshot.tables.get(source.name)
        if source.name in READ and table is not None:
            transaction.lock(source.target)
            land_present(transaction, table, source, Load(number, table.source_name, source.target, database.as_of))
    exams = snapshot.tables.get(EXAMS.name)
    if exams is not None:
        target = landing.v1_exams.fullname
        transaction.lock(target)
        keep_present(transaction, exams, Load(number, SOURCE_TABLE, target, database.as_of))
