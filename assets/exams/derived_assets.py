"""The assets that the exam pages read: thin shells around `derived.py`. They are made over everything at once."""

from collections.abc import Callable
from typing import Any

import dagster as dg
import sqlalchemy as sa

from assets.columns import OWNERS, table_metadata
from assets.exams.derived import refresh
from assets.landing.assets import landing_key
from resources.warehouse.resource import Warehouse
from resources.warehouse.schema import stats

GROUP = "exams"
EXAMS = dg.AssetKey("exams")
PARTICIPATIONS = dg.AssetKey("exam_participations")
V1 = dg.AssetKey("v1_exams")
USERS = landing_key("users")


def _derived_asset(table: sa.Table, deps: list[dg.AssetKey]) -> Callable[[Callable[..., Any]], dg.AssetsDefinition]:
    return dg.asset(
        group_name=GROUP,
        pool=GROUP,
        kinds={"postgres", "sql"},
        owners=OWNERS,
        deps=deps,
        metadata=table_metadata(table),
    )


@_derived_asset(stats.exam_leaderboard, [EXAMS, PARTICIPATIONS, USERS])
def exam_leaderboard(warehouse: Warehouse) -> dg.MaterializeResult[None]:
    """Who handed in each exam, best score first: users who exist and are not soft-deleted."""
    return _refreshed(warehouse, "exam_leaderboard")


@_derived_asset(stats.exam_metadata, [EXAMS, PARTICIPATIONS, V1])
def exam_metadata(warehouse: Warehouse) -> dg.MaterializeResult[None]:
    """Each exam with its window and its numbers of questions, participants and entries that v1 still embeds."""
    return _refreshed(warehouse, "exam_metadata")


@_derived_asset(stats.user_exam_dashboard, [EXAMS, PARTICIPATIONS, USERS, landing_key("learning_bank_questions")])
def user_exam_dashboard(warehouse: Warehouse) -> dg.MaterializeResult[None]:
    """How many exams each user may take and has handed in, and the mean of the scores."""
    return _refreshed(warehouse, "user_exam_dashboard")


@_derived_asset(stats.user_recent_exams, [EXAMS, PARTICIPATIONS, USERS])
def user_recent_exams(warehouse: Warehouse) -> dg.MaterializeResult[None]:
    """At most five of the exams that list each user: handed in first, newest first, then the rest by their start."""
    return _refreshed(warehouse, "user_recent_exams")


def _refreshed(warehouse: Warehouse, table: str) -> dg.MaterializeResult[None]:
    done = refresh(warehouse.database, table)
    return dg.MaterializeResult(
        metadata={"dagster/row_count": done.rows, "rows_written": done.written + done.left, "rows_left": done.left}
    )


derived_assets = [exam_leaderboard, exam_metadata, user_exam_dashboard, user_recent_exams]
