"""What must be true of the landing assets. A check asks, a pure function answers."""

import dagster as dg

from assets.checks import check_result
from assets.landing.accounting import account_verdict
from assets.landing.assets import landing_key
from assets.landing.sources import SOURCES, Source
from resources.warehouse.resource import Warehouse

ACCOUNTED_FOR = "every_document_read_is_accounted_for"


def _accounting_check(source: Source) -> dg.AssetChecksDefinition:
    key = dg.AssetCheckKey(landing_key(source.name), ACCOUNTED_FOR)

    @dg.asset_check(
        asset=key.asset_key,
        name=key.name,
        blocking=True,
        description="Documents read = loaded + quarantined + duplicates, and the rows of each are there.",
    )
    def accounting_check(context: dg.AssetCheckExecutionContext, warehouse: Warehouse) -> dg.AssetCheckResult:
        database = warehouse.database
        with database.transaction() as transaction:
            rows = transaction.rows(__package__, "account", target=source.target)
            row = {**rows[0], "rows_present": transaction.count_present(source.name)} if rows else None
        return check_result(database, context.run.run_id, key, account_verdict(row))

    return accounting_check


landing_checks = [_accounting_check(source) for source in SOURCES]
