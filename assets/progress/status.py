"""Which cohorts' stats are there and up to date: asked of the warehouse as it is now, or published. No dagster."""

from collections.abc import Sequence
from dataclasses import dataclass

from assets.landing.cohorts import by_name
from assets.partition_keys import UNASSIGNED
from assets.progress.flags import flags_are_stale
from resources.warehouse import bulk
from resources.warehouse.database import Database, Transaction
from resources.warehouse.schema import stats

PACKAGE = "assets.progress"
STAGE = bulk.temporary(
    "staged_cohort_backfill_status", [c for c in stats.cohort_backfill_status.c if c.name != "updated_at"]
)


@dataclass(frozen=True)
class CohortStatus:
    """The stats of one cohort, and whether they should be computed anew."""

    cohort_id: str
    cohort_name: str | None
    school_name: str
    has_cohort_stats: bool
    total_students: int
    students_with_progress_stats: int
    total_classes: int
    needs_backfill: bool
    # Whether its source rows are others than those that its stats were last published from, and the loads of both.
    is_stale: bool
    touched_load: int
    computed_load: int | None
    # Its school's name as the source has it.
    school: str | None

    def as_json(self) -> dict[str, object]:
        """The status as programs read it."""
        return {
            "cohortId": self.cohort_id,
            "cohortName": self.cohort_name,
            "schoolName": self.school_name,
            "hasCohortStats": self.has_cohort_stats,
            "totalStudents": self.total_students,
            "studentsWithProgressStats": self.students_with_progress_stats,
            "totalClasses": self.total_classes,
            "needsBackfill": self.needs_backfill,
        }

    def matches(self, text: str) -> bool:
        """Whether a text stands in the name of the cohort or of its school, in whatever case."""
        return any(text.lower() in (name or "").lower() for name in (self.cohort_name, self.school))


@dataclass(frozen=True)
class Published:
    """The status table after a refresh, and what it did."""

    statuses: Sequence[CohortStatus]
    written: int
    left: int


def statuses(database: Database) -> list[CohortStatus]:
    """Every cohort of the source as it is now, by name."""
    with database.transaction() as transaction:
        return _statuses(transaction)


def needing(database: Database) -> list[str]:
    """The partitions that need a backfill.

    Where nothing does but what is kept of all cohorts together, that is the one of those without a cohort.
    """
    found = statuses(database)
    keys = {one.cohort_id for one in found if one.needs_backfill}
    keys |= {row["cohort_id"] for row in database.read(PACKAGE, "left_behind")}
    if not keys and (flags_are_stale(database) or _differ(database, found)):
        keys = {UNASSIGNED}
    return sorted(keys)


def refresh_status(database: Database) -> Published:
    """Publish every cohort's status; only what changed is written."""
    with database.transaction() as transaction:
        transaction.lock("stats", "cohort_backfill_status")
        found = _statuses(transaction)
        bulk.create_temporary(transaction.connection, STAGE)
        columns = [column.name for column in STAGE.columns]
        bulk.copy(transaction.connection, STAGE, columns, ([getattr(one, name) for name in columns] for one in found))
        left = transaction.run(PACKAGE, "cohort_backfill_status_left")
        written = transaction.run(PACKAGE, "cohort_backfill_status", as_of=database.as_of)
    return Published(found, written, left)


def _differ(database: Database, found: Sequence[CohortStatus]) -> bool:
    """Whether the published status is another than the one found."""
    stored = {row["cohort_id"]: row for row in database.read(PACKAGE, "frame_cohort_backfill_status")}
    names = [column.name for column in STAGE.columns]
    return stored != {one.cohort_id: {name: getattr(one, name) for name in names} for one in found}


def _statuses(transaction: Transaction) -> list[CohortStatus]:
    found = [CohortStatus(**row) for row in transaction.rows(PACKAGE, "cohort_status")]
    return sorted(found, key=lambda one: by_name(one.cohort_name, one.cohort_id))
