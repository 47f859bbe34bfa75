"""The progress assets: thin shells around the statements in `sql/`. Users come before cohorts."""

import dagster as dg

from assets.landing.assets import landing_key
from assets.partitions import cohort_asset, cohorts_of
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
    deps=[user_progress_stats, *(landing_key(name) for name in ("cohorts", "classes", "modules"))],
)
def cohort_stats(context: dg.AssetExecutionContext, warehouse: Warehouse) -> dg.MaterializeResult[None]:
    """How far each cohort has come: its students, its questions, and the mean of what was interacted with."""
    return _refreshed(context, warehouse, "cohort_stats")


def _refreshed(context: dg.AssetExecutionContext, warehouse: Warehouse, table: str) -> dg.MaterializeResult[None]:
    """Rewrite the rows of the run's cohorts that changed, and drop those that left."""
    cohorts, database = cohorts_of(context), warehouse.database
    with database.transaction() as transaction:
        transaction.lock("stats", table)
        left = transaction.run(__package__, f"{table}_left", cohorts=cohorts)
        changed = transaction.run(__package__, table, cohorts=cohorts, as_of=database.as_of)
        rows = {row["cohort_id"]: row["rows"] for row in transaction.rows(__package__, f"{table}_count")}
    for cohort in cohorts:
        context.add_asset_metadata({"dagster/partition_row_count": rows.get(cohort, 0)}, partition_key=cohort)
    return dg.MaterializeResult(
        metadata={
            # Of the whole table: the asset's page shows what the newest run said, whichever cohorts it was over.
            "dagster/row_count": sum(rows.values()),
            "rows_written": changed + left,
            "rows_left": left,
            "cohorts": len(cohorts),
        }
    )


progress_assets = [user_progress_stats, cohort_stats]
