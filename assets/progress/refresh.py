"""Bringing the stats of cohorts up to date: stage, audit, publish, cohort by cohort in one transaction. No dagster.

A cohort whose staged rows fail their audit keeps its last good rows; the others go on. Every audit is kept with what
the rows were made from, so that it can be told later whether the source has changed since.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from resources.warehouse import bulk
from resources.warehouse.database import Database, Transaction
from resources.warehouse.schema import stats
from resources.warehouse.schema.columns import text, whole

SOURCES = bulk.temporary(
    "staged_sources",
    [text("cohort_id", ""), whole("students", ""), sa.Column("source", postgresql.JSONB)],
)


def _unaudited(table: sa.Table) -> list[sa.Column[Any]]:
    """The columns of a table's staged rows, in which a sum may be larger than what can be published."""
    sums = {"total_questions", "average_completion"}
    given = (column for column in table.c if column.name != "updated_at")
    return [sa.Column(one.name, sa.Numeric if one.name in sums else one.type) for one in given]


USERS = bulk.temporary("staged_user_progress_stats", _unaudited(stats.user_progress_stats))
COHORTS = bulk.temporary(
    "staged_cohort_stats",
    [
        *_unaudited(stats.cohort_stats),
        whole("active_students", ""),
        whole("other_totals", ""),
        sa.Column("source", postgresql.JSONB),
    ],
)
STAGED = {"user_progress_stats": (USERS, SOURCES), "cohort_stats": (COHORTS,)}


@dataclass(frozen=True)
class Refreshed:
    """What a refresh found and did."""

    # What each cohort of the table holds now: rows, and what else is worth plotting.
    cohorts: Mapping[str, Mapping[str, int]]
    # Rows written, by cohort.
    written: Mapping[str, int]
    left: int
    # Cohorts whose new rows failed their audit, and which keep their last good ones.
    refused: Sequence[str]

    @property
    def rows(self) -> int:
        """The rows of the whole table."""
        return sum(numbers["rows"] for numbers in self.cohorts.values())

    @property
    def changed(self) -> int:
        """All rows written or dropped."""
        return sum(self.written.values()) + self.left


def refresh(database: Database, table: str, cohorts: Sequence[str], run_id: str) -> Refreshed:
    """Bring the rows of some cohorts up to date, where they pass their audit."""
    with database.transaction() as transaction:
        transaction.lock("stats", table)
        refused = _staged(database, transaction, table, cohorts, run_id)
        passed = [cohort for cohort in cohorts if cohort not in set(refused)]
        left = transaction.run(__package__, f"{table}_left", cohorts=passed)
        written = transaction.rows(__package__, table, cohorts=passed, as_of=database.as_of)
        count = transaction.rows(__package__, f"{table}_count")
    return Refreshed(
        cohorts={row.pop("cohort_id"): row for row in count},
        written={row["cohort_id"]: row["rows"] for row in written},
        left=left,
        refused=refused,
    )


def _staged(database: Database, transaction: Transaction, table: str, cohorts: Sequence[str], run_id: str) -> list[str]:
    """Stage the new rows and audit them; answers the cohorts whose rows are refused."""
    # The planner takes a cohort's students to be many times as many as they are.
    transaction.make_room()
    for stage in STAGED[table]:
        bulk.create_temporary(transaction.connection, stage)
    transaction.run(__package__, f"staged_{table}", cohorts=list(cohorts))
    bulk.analyze(transaction.connection, *STAGED[table])
    audits = transaction.rows(__package__, f"audit_{table}", run_id=run_id, as_of=database.as_of)
    return sorted(audit["cohort_id"] for audit in audits if not audit["passed"])
