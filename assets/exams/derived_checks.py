"""What must be true of the tables that the exam pages read. A check asks, a pure function answers.

The functions are imported when they are asked: pandas would double the time in which the definitions load.
"""

import dagster as dg

from assets.checks import check_result
from assets.exams.derived_assets import derived_assets
from assets.verdict import RECOUNT
from resources.warehouse.resource import Warehouse

STATEMENTS = {
    "exam_leaderboard": "Every exam's ranks equal a recount of its participations by other code.",
    "exam_metadata": "Every exam's counts equal a recount of its participations and v1 entries by other code.",
    "user_exam_dashboard": "Every user's numbers equal a recount of exams and participations by other code.",
    "user_recent_exams": "Every user's recent exams equal those that other code finds, in the same order.",
}


def _recount_check(asset: dg.AssetsDefinition) -> dg.AssetChecksDefinition:
    key = dg.AssetCheckKey(asset.key, RECOUNT)
    table = asset.key.to_user_string()

    @dg.asset_check(asset=asset, name=key.name, description=STATEMENTS[table])
    def recount_check(context: dg.AssetCheckExecutionContext, warehouse: Warehouse) -> dg.AssetCheckResult:
        from assets.exams.derived_verify import recounted

        return check_result(warehouse.database, context.run.run_id, key, recounted(warehouse.database, table))

    return recount_check


derived_checks = [_recount_check(asset) for asset in derived_assets]
