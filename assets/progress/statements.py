"""What must be true of progress beside the recounts, and the verdict on each statement. No dagster.

Each statement finds the cohorts for which it is false, with numbers; most by a file in `sql/` of that name.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from assets.progress.status import statuses
from assets.verdict import SHOWN, Verdict
from resources.warehouse.database import Database

PACKAGE = "assets.progress"

Found = list[dict[str, Any]]


def by_file(name: str, **parameters: str) -> Callable[[Database, Sequence[str]], Found]:
    """Find cohorts by a statement in `sql/`."""
    return lambda database, cohorts: database.read(PACKAGE, name, cohorts=list(cohorts), **parameters)


def stale(database: Database, cohorts: Sequence[str]) -> Found:
    """Cohorts whose source was touched since their stats were last published, with the loads."""
    wanted = set(cohorts)
    return [
        {"cohort_id": one.cohort_id, "touched_load": one.touched_load, "computed_load": one.computed_load}
        for one in statuses(database)
        if one.is_stale and one.cohort_id in wanted
    ]


@dataclass(frozen=True)
class Statement:
    """A true statement about an asset, and what finds the cohorts for which it is not."""

    asset: str
    name: str
    description: str
    find: Callable[[Database, Sequence[str]], Found]
    # Whether it being false makes the numbers wrong, or is only worth knowing.
    is_error: bool = True


STATEMENTS = (
    Statement(
        "user_progress_stats",
        "every_active_student_has_stats_and_nobody_else",
        "Every active student of each cohort has a row there, and nobody else has.",
        by_file("wrong_members"),
    ),
    Statement(
        "user_progress_stats",
        "every_cohort_passed_its_audit",
        "The newest rows of every cohort passed their audit; where they did not, its last good rows stand.",
        by_file("refused_cohorts", subject="user_progress_stats"),
    ),
    Statement(
        "user_progress_stats",
        "no_progress_row_is_repeated",
        "No student has two progress rows of the same question; they count as the source has them.",
        by_file("repeated_progress"),
        is_error=False,
    ),
    Statement(
        "user_progress_stats",
        "nobody_interacted_with_more_than_there_is",
        "No student interacted with more questions than the cohort has; it is not capped.",
        by_file("more_interacted_than_there_is"),
        is_error=False,
    ),
    Statement(
        "user_progress_stats",
        "nothing_that_counts_is_soft_deleted",
        "No cohort, class, module or progress row that counts is soft-deleted; they count as in the app.",
        by_file("soft_deleted"),
        is_error=False,
    ),
    Statement(
        "cohort_stats",
        "every_cohort_passed_its_audit",
        "The newest row of every cohort passed its audit; where it did not, its last good row stands.",
        by_file("refused_cohorts", subject="cohort_stats"),
    ),
    Statement(
        "cohort_stats",
        "no_computation_is_older_than_its_source",
        "No load has touched a cohort's source rows since its stats were last published.",
        stale,
    ),
    Statement(
        "cohort_stats",
        "every_total_agrees_with_the_question_rows",
        "Every module's own counter of questions is the number of its question rows; the counter counts.",
        by_file("drifted_totals"),
        is_error=False,
    ),
)


def verdict(database: Database, statement: Statement, cohorts: Sequence[str], *, all_known: bool = False) -> Verdict:
    """Ask a statement about some cohorts."""
    rows = statement.find(database, cohorts)
    return Verdict(
        passed=not rows,
        counts={
            "cohorts": len(cohorts),
            "cohorts_concerned": len(rows),
            "rows_concerned": sum(int(row.get("rows", 1)) for row in rows),
        },
        sample=[{"cohort": row.pop("cohort_id"), **row} for row in (dict(row) for row in rows[:SHOWN])],
        kind="cohort",
        concerned=[row["cohort_id"] for row in rows],
        judged=None if all_known else list(cohorts),
    )
