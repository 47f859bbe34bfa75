"""The landing assets: the snapshot itself, and one asset for each table that the registry names."""

from typing import Any

import dagster as dg

from assets.columns import OWNERS, table_metadata
from assets.landing.land import Landed, land
from assets.landing.sources import ALIASES, SOURCES, Source
from resources.snapshot.reader import Snapshot
from resources.snapshot.resource import SnapshotSource
from resources.warehouse.resource import Warehouse

GROUP = "landing"


def landing_key(name: str) -> dg.AssetKey:
    """The key of a landing asset."""
    return dg.AssetKey([GROUP, name])


@dg.asset(group_name=GROUP, kinds={"convex"}, owners=OWNERS, key_prefix="landing")
def snapshot(source_snapshot: SnapshotSource) -> dg.MaterializeResult[None]:
    """The Convex snapshot as it arrived: which tables it holds, which are missing, which nobody knows."""
    with source_snapshot.open(ALIASES) as opened:
        return dg.MaterializeResult(metadata=_contents(opened))


def _contents(opened: Snapshot) -> dict[str, Any]:
    absent = [one.aliases[0] for one in SOURCES if one.name not in opened.tables]
    tables = [
        dg.TableRecord({"table": table.source_name, "bytes": table.size, "lands_in": f"landing.{name}"})
        for name, table in sorted(opened.tables.items())
    ]
    unused = [dg.TableRecord({"table": one.name, "why": one.reason}) for one in opened.unused]
    return {
        "path": dg.MetadataValue.path(str(opened.path)),
        "tables": dg.MetadataValue.table(tables),
        "tables_known": len(opened.tables),
        "tables_unknown": len(opened.unknown),
        "unknown": ", ".join(opened.unknown) or "none",
        "absent": ", ".join(absent) or "none",
    } | ({"not_read": dg.MetadataValue.table(unused)} if unused else {})


def _landing_asset(source: Source) -> dg.AssetsDefinition:
    @dg.asset(
        key=landing_key(source.name),
        group_name=GROUP,
        pool=GROUP,
        kinds={"postgres", "convex"},
        owners=OWNERS,
        deps=[snapshot],
        description=source.table.comment,
        metadata=table_metadata(source.table),
    )
    def landing_asset(
        context: dg.AssetExecutionContext, warehouse: Warehouse, source_snapshot: SnapshotSource
    ) -> dg.MaterializeResult[None]:
        with source_snapshot.open(ALIASES) as opened:
            landed = land(warehouse.database, opened, source, context.run.run_id)
        context.log.info("%s: %s, load %s", source.name, landed.state, landed.load.load_id)
        return dg.MaterializeResult(metadata=_account(landed))

    return landing_asset


def _account(landed: Landed) -> dict[str, Any]:
    account, change = landed.account, landed.change
    return {
        "dagster/row_count": account.loaded,
        "load_id": landed.load.load_id,
        "state": landed.state,
        "as_of": landed.load.as_of.isoformat(),
        "read": account.read,
        "quarantined": account.quarantined,
        "duplicates": account.duplicates,
        "rows_written": change.rows,
        "inserted": change.inserted,
        "updated": change.updated,
        "gone": change.gone,
    }


landing_assets = [snapshot, *(_landing_asset(source) for source in SOURCES)]
