"""How a verdict becomes a check result that the UI shows, and an audit that stays."""

import dagster as dg

from assets.verdict import SHOWN, Verdict
from resources.warehouse.database import Database


def check_result(
    database: Database,
    run_id: str,
    key: dg.AssetCheckKey,
    verdict: Verdict,
    severity: dg.AssetCheckSeverity = dg.AssetCheckSeverity.ERROR,
) -> dg.AssetCheckResult:
    """Record the verdict in `ops.audits`, and show its numbers and the first things that are wrong."""
    with database.transaction() as transaction:
        transaction.audit(
            run_id=run_id,
            subject=key.asset_key.to_user_string(),
            statement=key.name,
            passed=verdict.passed,
            severity=severity.value,
            counts=verdict.counts,
            as_of=database.as_of,
        )
    metadata: dict[str, dg.MetadataValue] = {
        name: dg.MetadataValue.int(count) for name, count in verdict.counts.items()
    }
    metadata |= {name: dg.MetadataValue.text(note) for name, note in verdict.notes.items()}
    if verdict.sample:
        records = [dg.TableRecord({name: _cell(cell) for name, cell in row.items()}) for row in verdict.sample[:SHOWN]]
        metadata["first"] = dg.MetadataValue.table(records)
    return dg.AssetCheckResult(
        passed=verdict.passed,
        asset_key=key.asset_key,
        check_name=key.name,
        severity=severity,
        metadata=metadata,
    )


def _cell(value: object) -> str | int | float | bool | None:
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)
