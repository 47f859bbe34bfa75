"""How a verdict becomes a check result that the UI shows, and an audit that stays."""

from collections.abc import Sequence

import dagster as dg

from assets.verdict import SHOWN, Verdict
from resources.alerts import outbox
from resources.warehouse.database import Database


def check_result(
    database: Database,
    run_id: str,
    key: dg.AssetCheckKey,
    verdict: Verdict,
    severity: dg.AssetCheckSeverity = dg.AssetCheckSeverity.ERROR,
) -> dg.AssetCheckResult:
    """Record the verdict and the alerts that it opens or recovers; show its numbers and the first that is wrong."""
    asset = key.asset_key.to_user_string()
    kind, failing, judged = _concern(asset, verdict)
    with database.transaction() as transaction:
        transaction.audit(
            run_id=run_id,
            subject=asset,
            statement=key.name,
            passed=verdict.passed,
            severity=severity.value,
            counts=verdict.counts,
            as_of=database.as_of,
        )
        outbox.judge(
            transaction,
            asset=asset,
            statement=key.name,
            severity=severity.value,
            counts=verdict.counts,
            run_id=run_id,
            as_of=database.as_of,
            kind=kind,
            failing=failing,
            judged=judged,
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


def _concern(asset: str, verdict: Verdict) -> tuple[str, Sequence[str], Sequence[str] | None]:
    """What a verdict is about, what it is false for, and what it looked at."""
    if verdict.passed:
        return verdict.kind, (), verdict.judged
    if verdict.kind == "asset":
        return verdict.kind, (asset,), verdict.judged
    if verdict.concerned:
        return verdict.kind, verdict.concerned, verdict.judged
    # It names nothing: the asset as a whole is in doubt, and nothing has proved right.
    return "asset", (asset,), ()


def _cell(value: object) -> str | int | float | bool | None:
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)
