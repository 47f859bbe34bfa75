"""The progress assets: thin shells around the statements in `sql/`. Users come before cohorts."""

import time

import dagster as dg

from assets.columns import OWNERS, table_metadata
from assets.landing.assets import landing_key
from assets.partitions import add_partition_metadata, cohort_asset, cohorts_of
from assets.progress.flags import refresh_flags
from assets.progress.refresh import Refreshed, refresh
from assets.progress.status import refresh_status
from resources.warehouse.resource import Warehouse
from resources.warehouse.schema import stats

GROUP = "progress"


@cohort_asset(
    stats.user_progress_stats,
    group=GROUP,
    deps=[landing_key(name) for name in ("users", "cohorts", "classes", "modules", "user_progress")],
)
def user_progress_stats(context: dg.AssetExecutionContext, warehouse: Warehouse) -> dg.MaterializeResult[None]:
    """What each active student has done of their cohort's questions."""
    return _refreshed(context, warehouse, "user_progress_stats")


@cohort_asset(
    stats.cohort_stats,
    group=GROUP,
    deps=[user_progress_stats, *(landing_key(name) for name in ("users", "cohorts", "classes", "modules"))],
)
def cohort_stats(context: dg.AssetExecutionContext, warehouse: Warehouse) -> dg.MaterializeResult[None]:
    """How far each cohort has come: its students, its questions, and the mean of what was interacted with."""
    return _refreshed(context, warehouse, "cohort_stats")


@dg.asset(
    deps=[landing_key(name) for name in ("questions", "user_progress")],
    group_name=GROUP,
    pool=GROUP,
    kinds={"postgres", "sql"},
    owners=OWNERS,
    metadata=table_metadata(stats.question_flag_counts),
)
def question_flag_counts(context: dg.AssetExecutionContext, warehouse: Warehouse) -> dg.MaterializeResult[None]:
    """How often each question is flagged, over the students of all cohorts."""
    began = time.monotonic()
    found = refresh_flags(warehouse.database, context.run.run_id)
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": found.rows,
            "flags": found.flags,
            "flags_of_unknown_questions": found.flags_of_unknown_questions,
            "rows_written": found.written + found.left,
            "rows_left": found.left,
            "seconds": _seconds(began),
        }
    )


@dg.asset(
    deps=[
        cohort_stats,
        *(landing_key(name) for name in ("schools", "cohorts", "classes", "modules", "users", "user_progress")),
    ],
    group_name=GROUP,
    pool=GROUP,
    kinds={"postgres", "sql"},
    owners=OWNERS,
    metadata=table_metadata(stats.cohort_backfill_status),
)
def cohort_backfill_status(warehouse: Warehouse) -> dg.MaterializeResult[None]:
    """Which cohorts' stats are there and up to date, and which need a backfill."""
    began = time.monotonic()
    published = refresh_status(warehouse.database)
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": len(published.statuses),
            "cohorts_that_need_backfill": sum(one.needs_backfill for one in published.statuses),
            "students": sum(one.total_students for one in published.statuses),
            "rows_written": published.written + published.left,
            "rows_left": published.left,
            "seconds": _seconds(began),
        }
    )


def _refreshed(context: dg.AssetExecutionContext, warehouse: Warehouse, table: str) -> dg.MaterializeResult[None]:
    """Bring the rows of the run's cohorts up to date, and say of each what it holds."""
    began = time.monotonic()
    cohorts = cohorts_of(context)
    done = refresh(warehouse.database, table, cohorts, context.run.run_id)
    seconds = _seconds(began)
    add_partition_metadata(context, {cohort: _numbers(done, cohort) for cohort in cohorts})
    return dg.MaterializeResult(
        metadata={
            # Of the whole table: the asset's page shows what the newest run said, whichever cohorts it was over.
            "dagster/row_count": done.rows,
            "rows_written": done.changed,
            "rows_left": done.left,
            "cohorts": len(cohorts),
            "cohorts_refused": len(done.refused),
            "seconds": seconds,
        }
    )


def _numbers(done: Refreshed, cohort: str) -> dict[str, int]:
    """What a cohort's partition says of itself, run after run."""
    numbers = dict(done.cohorts.get(cohort, {}))
    return {
        "dagster/partition_row_count": numbers.pop("rows", 0),
        "rows_changed": done.written.get(cohort, 0),
        **numbers,
    }


def _seconds(began: float) -> float:
    return round(time.monotonic() - began, 3)


progress_assets = [user_progress_stats, cohort_stats, question_flag_counts, cohort_backfill_status]
