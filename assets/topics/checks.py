"""What must be true of the topics assets. A check asks, a function that knows no dagster answers.

The recounts are imported when they are asked: pandas would double the time in which the definitions load.
"""

from collections.abc import Iterator

import dagster as dg

from assets.checks import check_result
from assets.topics.statements import ASKED, STATEMENTS, Asked, Statement, verdict
from resources.warehouse.resource import Warehouse


@dg.multi_asset_check(
    name="verify_rankings",
    description="Asks the warehouse where a statement about rankings and their log is false.",
    specs=[
        dg.AssetCheckSpec(one.name, asset=dg.AssetKey(one.asset), description=one.description) for one in STATEMENTS
    ],
    can_subset=True,
)
def verify_rankings(context: dg.AssetCheckExecutionContext, warehouse: Warehouse) -> Iterator[dg.AssetCheckResult]:
    """Each statement about rankings and events."""
    for one in STATEMENTS:
        key = dg.AssetCheckKey(dg.AssetKey(one.asset), one.name)
        if key in context.selected_asset_check_keys:
            found = verdict(warehouse.database, one)
            yield check_result(warehouse.database, context.run.run_id, key, found, _severity(one))


def _severity(statement: Statement | Asked) -> dg.AssetCheckSeverity:
    return dg.AssetCheckSeverity.ERROR if statement.is_error else dg.AssetCheckSeverity.WARN


def _function_check(check: Asked) -> dg.AssetChecksDefinition:
    key = dg.AssetCheckKey(dg.AssetKey(check.asset), check.name)

    @dg.asset_check(asset=key.asset_key, name=key.name, description=check.description)
    def function_check(context: dg.AssetCheckExecutionContext, warehouse: Warehouse) -> dg.AssetCheckResult:
        from assets.topics import verify

        found = getattr(verify, check.ask)(warehouse.database)
        return check_result(warehouse.database, context.run.run_id, key, found, _severity(check))

    return function_check


topic_checks = [verify_rankings, *map(_function_check, ASKED)]
