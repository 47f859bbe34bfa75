"""What must be true of exams: one step verifies v2 by a second path, and yields its verdict on each statement."""

from collections.abc import Iterator

import dagster as dg
from pydantic import Field

from assets.checks import check_result
from assets.exams.verification.statements import STATEMENTS, Statement, verdict
from assets.exams.verification.verify import doubt, verify
from assets.partitions import cohorts_judged
from resources.warehouse.resource import Warehouse


class VerificationConfig(dg.Config):
    """What to verify."""

    exams: list[str] = Field(default=[], description="Ids of the exams to verify; none given means all of them.")


@dg.multi_asset_check(
    name="verify_exams",
    description="Reads the sources of exams by code of its own, and compares v2 with them in every field.",
    specs=[
        dg.AssetCheckSpec(one.name, asset=dg.AssetKey(one.asset), description=one.description) for one in STATEMENTS
    ],
    can_subset=True,
)
def verify_exams(
    context: dg.AssetCheckExecutionContext, config: VerificationConfig, warehouse: Warehouse
) -> Iterator[dg.AssetCheckResult]:
    """Verify once; exams that fail are looked at row by row by the next migration."""
    database = warehouse.database
    cohorts = cohorts_judged(context)
    report = verify(database, cohorts, exams=config.exams)
    judged = _verified_whole(cohorts, config.exams)
    doubt(database, sorted(report.failed_exams))
    for one in STATEMENTS:
        if (key := _key(one)) in context.selected_asset_check_keys:
            yield check_result(database, context.run.run_id, key, verdict(report, one, judged), _severity(one))


def _verified_whole(cohorts: list[str] | None, exams: list[str]) -> list[str] | None:
    """The exams of which everything was verified, None for all: over some cohorts, no exam is."""
    if cohorts is not None:
        return []
    return exams or None


def _key(statement: Statement) -> dg.AssetCheckKey:
    return dg.AssetCheckKey(dg.AssetKey(statement.asset), statement.name)


def _severity(statement: Statement) -> dg.AssetCheckSeverity:
    return dg.AssetCheckSeverity.ERROR if statement.is_error else dg.AssetCheckSeverity.WARN


exam_checks = [verify_exams]
