"""What must be true of the progress assets. A check asks, a function that knows no dagster answers.

The recounts are imported when they are asked: pandas would double the time in which the definitions load.
"""

from collections.abc import Iterator

import dagster as dg

from assets.checks import check_result
from assets.partitions import cohorts_in_scope, cohorts_judged
from assets.progress.assets import cohort_backfill_status, cohort_stats, question_flag_counts, user_progress_stats
from assets.progress.statements import STATEMENTS, Statement, verdict
from assets.verdict import RECOUNT
from resources.warehouse.resource import Warehouse


@dg.multi_asset_check(
    name="verify_progress",
    description="Asks the warehouse for cohorts for which a statement about progress is false.",
    specs=[
        dg.AssetCheckSpec(one.name, asset=dg.AssetKey(one.asset), description=one.description) for one in STATEMENTS
    ],
    can_subset=True,
)
def verify_progress(context: dg.AssetCheckExecutionContext, warehouse: Warehouse) -> Iterator[dg.AssetCheckResult]:
    """Each statement about the cohorts of the run."""
    cohorts, all_known = cohorts_in_scope(context), cohorts_judged(context) is None
    for one in STATEMENTS:
        if (key := _key(one)) in context.selected_asset_check_keys:
            found = verdict(warehouse.database, one, cohorts, all_known=all_known)
            yield check_result(warehouse.database, context.run.run_id, key, found, _severity(one))


@dg.asset_check(asset=user_progress_stats, name=RECOUNT)
def user_recount(context: dg.AssetCheckExecutionContext, warehouse: Warehouse) -> dg.AssetCheckResult:
    """Every active student's numbers equal a recount of the progress rows by other code, and nobody else has any."""
    from assets.progress.verify import user_verdict

    found = user_verdict(warehouse.database, cohorts_in_scope(context), all_known=cohorts_judged(context) is None)
    key = dg.AssetCheckKey(user_progress_stats.key, RECOUNT)
    return check_result(warehouse.database, context.run.run_id, key, found)


@dg.asset_check(asset=cohort_stats, name=RECOUNT)
def cohort_recount(context: dg.AssetCheckExecutionContext, warehouse: Warehouse) -> dg.AssetCheckResult:
    """Every cohort's numbers equal a recount of its students, modules and questions by other code."""
    from assets.progress.verify import cohort_verdict

    found = cohort_verdict(warehouse.database, cohorts_in_scope(context), all_known=cohorts_judged(context) is None)
    key = dg.AssetCheckKey(cohort_stats.key, RECOUNT)
    return check_result(warehouse.database, context.run.run_id, key, found)


@dg.asset_check(asset=question_flag_counts, name=RECOUNT)
def flags_recount(context: dg.AssetCheckExecutionContext, warehouse: Warehouse) -> dg.AssetCheckResult:
    """Every question's flags equal a recount of the flagged progress rows by other code."""
    from assets.progress.verify import flags_verdict

    key = dg.AssetCheckKey(question_flag_counts.key, RECOUNT)
    return check_result(warehouse.database, context.run.run_id, key, flags_verdict(warehouse.database))


@dg.asset_check(asset=cohort_backfill_status, name=RECOUNT)
def status_recount(context: dg.AssetCheckExecutionContext, warehouse: Warehouse) -> dg.AssetCheckResult:
    """Every cohort's status equals a recount of its students and classes by other code, as they are now."""
    from assets.progress.verify import status_verdict

    found = status_verdict(warehouse.database)
    key = dg.AssetCheckKey(cohort_backfill_status.key, RECOUNT)
    return check_result(warehouse.database, context.run.run_id, key, found)


def _key(statement: Statement) -> dg.AssetCheckKey:
    return dg.AssetCheckKey(dg.AssetKey(statement.asset), statement.name)


def _severity(statement: Statement) -> dg.AssetCheckSeverity:
    return dg.AssetCheckSeverity.ERROR if statement.is_error else dg.AssetCheckSeverity.WARN


progress_checks = [verify_progress, user_recount, cohort_recount, flags_recount, status_recount]
