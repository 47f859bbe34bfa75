"""What must be true of the progress assets. A check asks, a pure function answers.

The functions are imported when they are asked: pandas would double the time in which the definitions load.
"""

import dagster as dg

from assets.checks import check_result
from assets.partitions import cohorts_in_scope
from assets.progress.assets import cohort_stats, user_progress_stats
from resources.warehouse.resource import Warehouse

RECOUNT = "a_recount_agrees"


@dg.asset_check(asset=user_progress_stats, name=RECOUNT)
def user_recount(context: dg.AssetCheckExecutionContext, warehouse: Warehouse) -> dg.AssetCheckResult:
    """Every active student's numbers equal a recount of the progress rows by other code, and nobody else has any."""
    from assets.progress.verify import user_verdict

    verdict = user_verdict(warehouse.database, cohorts_in_scope(context))
    key = dg.AssetCheckKey(user_progress_stats.key, RECOUNT)
    return check_result(warehouse.database, context.run.run_id, key, verdict)


@dg.asset_check(asset=cohort_stats, name=RECOUNT)
def cohort_recount(context: dg.AssetCheckExecutionContext, warehouse: Warehouse) -> dg.AssetCheckResult:
    """Every cohort's numbers equal a recount of its students, modules and questions by other code."""
    from assets.progress.verify import cohort_verdict

    verdict = cohort_verdict(warehouse.database, cohorts_in_scope(context))
    key = dg.AssetCheckKey(cohort_stats.key, RECOUNT)
    return check_result(warehouse.database, context.run.run_id, key, verdict)


progress_checks = [user_recount, cohort_recount]
