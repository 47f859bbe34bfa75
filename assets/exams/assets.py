"""The exam assets: thin shells. The documents are kept as they came; v2 is made from what has landed, exam by exam."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
from pydantic import Field

from assets.columns import OWNERS, table_metadata
from assets.continuing import continued_load
from assets.exams.exams import refresh_exams
from assets.exams.keep import keep
from assets.exams.migrate import EXAMS_PER_BATCH, Migrated, migrate
from assets.exams.sources import PACKAGE, V1, V1_ANSWERS, V2, V2_ANSWERS
from assets.landing.assets import landing_key
from assets.landing.sources import ALIASES
from assets.partitions import add_partition_metadata, cohort_assets, cohorts_of
from resources.snapshot.resource import SnapshotSource
from resources.warehouse.resource import Warehouse
from resources.warehouse.schema import core, landing

GROUP = "exams"


class MigrationConfig(dg.Config):
    """How the migration goes about it."""

    exams_per_batch: int = Field(
        default=EXAMS_PER_BATCH,
        ge=1,
        description="Exams that are written together: each batch is one transaction, and a killed run goes on after "
        "its last one. More of them take more memory and save little time.",
    )


@dg.asset(
    group_name=GROUP,
    pool=GROUP,
    kinds={"postgres", "convex"},
    owners=OWNERS,
    deps=[landing_key("exams")],
    metadata=table_metadata(landing.v1_exams),
)
def v1_exams(
    context: dg.AssetExecutionContext, warehouse: Warehouse, source_snapshot: SnapshotSource
) -> dg.MaterializeResult[None]:
    """The exams as v1 has them, with their embedded participants: each document as received, and what it holds."""
    with source_snapshot.open(ALIASES) as opened:
        kept = keep(warehouse.database, opened, context.run.run_id)
    (held,) = warehouse.database.read(PACKAGE, "v1_exams_held")
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": kept.account.loaded,
            "load_id": kept.load.load_id,
            "state": kept.state,
            "rows_written": kept.change.rows,
            "gone": kept.change.gone,
            **held,
        }
    )


@dg.asset(
    group_name=GROUP,
    pool=GROUP,
    kinds={"postgres", "sql"},
    owners=OWNERS,
    deps=[v1_exams, landing_key("exams")],
    metadata=table_metadata(core.exams),
)
def exams(context: dg.AssetExecutionContext, warehouse: Warehouse) -> dg.MaterializeResult[None]:
    """The exams of v2: everything of an exam but its participants."""
    done = refresh_exams(warehouse.database, context.run.run_id, continued_load(context.run.tags))
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": done.account.loaded,
            "load_id": done.load.load_id,
            "rows_written": done.change.rows,
            "inserted": done.change.inserted,
            "updated": done.change.updated,
            "gone": done.change.gone,
        }
    )


@cohort_assets(
    {
        "exam_participations": (
            core.exam_participations,
            "Who took part in which exam, and with which result; of v1's and v2's accounts of it the later one.",
        ),
        "exam_answers": (
            core.exam_answers,
            "The answers of each participation, in order; written with the participations, exam by exam.",
        ),
    },
    name="migrate_exams",
    group=GROUP,
    deps=[
        v1_exams,
        exams,
        *(landing_key(name) for name in ("exam_participations", "exam_answers", "users", "cohorts")),
    ],
)
def migrated_exams(
    context: dg.AssetExecutionContext, config: MigrationConfig, warehouse: Warehouse
) -> Iterator[dg.MaterializeResult[None]]:
    """Bring v2 in line with its sources, for the participants of the run's cohorts."""
    database, cohorts = warehouse.database, cohorts_of(context)
    done = migrate(
        database,
        context.run.run_id,
        cohorts,
        exams_per_batch=config.exams_per_batch,
        continued=continued_load(context.run.tags),
        on_batch=lambda done, of: context.log.info("%s of %s exams", done, of),
    )
    rows = {row["cohort_id"]: row["rows"] for row in database.read(PACKAGE, "exam_participations_count")}
    (answers,) = database.read(PACKAGE, "exam_answers_count")
    counts = {cohort: {"dagster/partition_row_count": rows.get(cohort, 0)} for cohort in cohorts}
    add_partition_metadata(context, counts, "exam_participations")
    yield dg.MaterializeResult(
        asset_key="exam_participations",
        metadata={
            "dagster/row_count": sum(rows.values()),
            "rows_written": done.change.rows,
            "inserted": done.change.inserted,
            "updated": done.change.updated,
            "gone": done.change.gone,
            "exams": done.exams,
            "exams_skipped": done.exams_skipped,
            **_account(done),
        },
    )
    yield dg.MaterializeResult(
        asset_key="exam_answers",
        metadata={
            "dagster/row_count": answers["rows"],
            "rows_written": done.answers_written,
            "load_id": done.load.load_id,
            "quarantined": done.orphans,
            # Most of these went into the quarantine within their entry, where they are counted with it.
            "answers_quarantined": sum(done.accounts[table].quarantined for table in (V1_ANSWERS, V2_ANSWERS)),
            "answers_duplicate": sum(done.accounts[table].duplicates for table in (V1_ANSWERS, V2_ANSWERS)),
        },
    )


def _account(done: Migrated) -> dict[str, Any]:
    """Where the entries and rows of both sources ended."""
    accounts = [done.accounts[table] for table in (V1, V2)]
    return {
        "load_id": done.load.load_id,
        "state": done.state,
        "read": sum(one.read for one in accounts),
        "quarantined": sum(one.quarantined for one in accounts),
        "duplicates": sum(one.duplicates for one in accounts),
    }


exam_assets = [v1_exams, exams, migrated_exams]
