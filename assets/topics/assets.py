"""The topics assets: thin shells. The log and the rankings come first, then what is computed from them."""

import time
from collections.abc import Iterator
from typing import Any

import dagster as dg
import sqlalchemy as sa
from pydantic import Field

from assets.columns import OWNERS, table_metadata
from assets.continuing import continued_load
from assets.landing.assets import landing_key
from assets.topics.log import append
from assets.topics.metrics import refresh_metrics
from assets.topics.replay import rebuild
from assets.topics.summary import as_row, extremes, numbers
from assets.topics.trends import refresh_trends
from resources.warehouse.resource import Warehouse
from resources.warehouse.schema import core, stats

GROUP = "topics"


class RepairConfig(dg.Config):
    """What to do beyond what is needed."""

    everything: bool = Field(
        default=False,
        description="Make the rankings anew from the log, or count every topic anew: mends rows that were damaged.",
    )


SOURCES = [landing_key(name) for name in ("topics", "preferences", "ranking_events")]


# Of each semester, worth plotting over time.
NUMBERS = ("topics", "ranked_topics", "rankings", "very_high", "average_position", "open_periods", "assigned")
EXTREMES = dg.TableSchema(
    [
        dg.TableColumn("semester"),
        dg.TableColumn("topic"),
        dg.TableColumn("average_position", "float"),
        dg.TableColumn("students", "int"),
        dg.TableColumn("category"),
    ]
)


def _spec(table: sa.Table, description: str, deps: list[Any]) -> dg.AssetSpec:
    return dg.AssetSpec(
        table.name,
        description=description,
        kinds={"postgres", "sql"},
        owners=OWNERS,
        deps=deps,
        metadata=table_metadata(table),
    )


@dg.multi_asset(
    name="append_ranking_events",
    group_name=GROUP,
    pool=GROUP,
    specs=[
        _spec(
            core.ranking_events,
            "The log of every change of every order: the source's own events, then what follows from its orders.",
            SOURCES,
        ),
        _spec(core.rankings, "Which topics each student wants, best first: what the log ends in.", SOURCES),
    ],
)
def appended_events(
    context: dg.AssetExecutionContext, config: RepairConfig, warehouse: Warehouse
) -> Iterator[dg.MaterializeResult[None]]:
    """Append what the newest load means to the log, and bring the rankings in line with it."""
    began = time.monotonic()
    rebuilt = rebuild(warehouse.database) if config.everything else None
    done = append(
        warehouse.database,
        context.run.run_id,
        continued=continued_load(context.run.tags),
        everything=config.everything,
    )
    said: dict[str, Any] = {"load_id": done.load_id, "state": done.state, "seconds": _seconds(began)}
    yield dg.MaterializeResult(
        asset_key="ranking_events",
        metadata={
            "dagster/row_count": done.events_in_log,
            "rows_written": done.events_appended,
            "quarantined": done.events.quarantined,
            **said,
        },
    )
    yield dg.MaterializeResult(
        asset_key="rankings",
        metadata={
            "dagster/row_count": done.rankings_held,
            "rows_written": done.rankings_written + (rebuilt.written + rebuilt.left if rebuilt else 0),
            "quarantined": done.entries.quarantined,
            **said,
        },
    )


@dg.multi_asset(
    name="compute_topic_metrics",
    group_name=GROUP,
    pool=GROUP,
    specs=[
        _spec(
            stats.topic_metrics,
            "How wanted each active topic is: how many rank it, where on average, and how that compares.",
            [
                dg.AssetKey("rankings"),
                dg.AssetKey("ranking_events"),
                *(landing_key(name) for name in ("topics", "selection_periods", "assignments")),
            ],
        ),
        _spec(
            stats.topic_distribution,
            "How many students rank each topic at each place.",
            [dg.AssetKey("rankings"), landing_key("topics")],
        ),
    ],
)
def computed_metrics(
    context: dg.AssetExecutionContext, config: RepairConfig, warehouse: Warehouse
) -> Iterator[dg.MaterializeResult[None]]:
    """Count anew the topics that moved, and compare all topics of their semesters."""
    began, database = time.monotonic(), warehouse.database
    done = refresh_metrics(database, context.run.run_id, everything=config.everything)
    yield dg.MaterializeResult(
        asset_key="topic_metrics",
        metadata={
            "dagster/row_count": done.rows,
            "rows_written": done.written + done.left,
            "topics_counted": done.topics,
            "semesters_compared": done.semesters,
            "calculations": done.events,
            "seconds": _seconds(began),
            **numbers(database, *NUMBERS),
            "most_and_least_wanted": dg.MetadataValue.table(
                [dg.TableRecord(dict(as_row(one))) for one in extremes(database)], EXTREMES
            ),
        },
    )
    yield dg.MaterializeResult(
        asset_key="topic_distribution",
        metadata={
            "dagster/row_count": done.distribution_rows,
            "rows_written": done.distribution_written + done.distribution_left,
            "seconds": _seconds(began),
        },
    )


@dg.asset(
    group_name=GROUP,
    pool=GROUP,
    kinds={"postgres", "sql"},
    owners=OWNERS,
    deps=[dg.AssetKey("topic_metrics")],
    metadata=table_metadata(stats.topic_trends),
)
def topic_trends(warehouse: Warehouse) -> dg.MaterializeResult[None]:
    """How each topic's average position went, hour by hour."""
    began, database = time.monotonic(), warehouse.database
    done = refresh_trends(database)
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": done.rows,
            "rows_written": done.written + done.left,
            "seconds": _seconds(began),
            **numbers(database, "hours", "average_position"),
        }
    )


def _seconds(began: float) -> float:
    return round(time.monotonic() - began, 3)


topic_assets = [appended_events, computed_metrics, topic_trends]
