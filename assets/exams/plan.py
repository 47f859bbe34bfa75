"""What a migration of what has landed would do, found out by the migration's own steps without their writing."""

from collections.abc import Sequence
from dataclasses import dataclass

from assets.exams.batch import Batch, Tally
from assets.exams.migrate import EXAMS_PER_BATCH, batches, settle_orphans, survey
from assets.exams.scope import scope_of
from assets.exams.sources import V1, V2
from resources.warehouse.database import Database


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


def plan(
    database: Database, cohorts: Sequence[str] | None = None, *, exams_per_batch: int = EXAMS_PER_BATCH
) -> Planned:
    """Plan a load over these cohorts; it fills temporary tables and nothing else."""
    scope, tally = scope_of(database, cohorts), Tally()
    with database.transaction() as transaction:
        found = survey(transaction, scope)
        settle_orphans(transaction, scope, 0, tally, write=False)
    for batch in batches(found.works, exams_per_batch):
        with database.transaction() as transaction:
            Batch(transaction, scope, 0, tally).migrate(batch, write=False)
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
