"""The verdict on progress: what is stored against a recount in pandas. No dagster."""

from dataclasses import replace

import pandas as pd

from assets.progress import recount
from assets.recounts import cells, disagreements
from assets.verdict import Verdict
from resources.warehouse.database import Database

PACKAGE = "assets.progress"
# As many rows as a frame may have without crowding the run that it is checked in.
MOST_ROWS = 100_000


def user_verdict(database: Database, cohorts: list[str]) -> Verdict:
    """Whether every student's stored numbers are what a recount finds; of very many, those of a seeded sample."""
    (found,) = database.read(PACKAGE, "progress_count", cohorts=cohorts)
    parts = -(-max(found["count"], 1) // MOST_ROWS)
    # Another part each day, the same one for the same instant.
    sample = {"cohorts": cohorts, "parts": parts, "seed": database.as_of.toordinal()}
    stored = database.frame(PACKAGE, "frame_user_stats", **sample).set_index("user_id")
    recounted = recount.users(
        database.frame(PACKAGE, "frame_users", **sample).set_index("id").cohort_id,
        database.frame(PACKAGE, "frame_classes", cohorts=cohorts),
        database.frame(PACKAGE, "frame_progress", **sample),
        _totals(database, cohorts),
    )
    looked_at = (
        "every student of the run's cohorts"
        if parts == 1
        else f"1 in {parts} students, by a hash with the seed {sample['seed']}"
    )
    return replace(_verdict(stored, recounted, cohorts), notes={"recounted": looked_at})


def cohort_verdict(database: Database, cohorts: list[str]) -> Verdict:
    """Whether every cohort's stored numbers are what a recount of its students finds."""
    everyone = {"cohorts": cohorts, "parts": 1, "seed": 0}
    stored = database.frame(PACKAGE, "frame_cohort_stats", cohorts=cohorts).set_index("cohort_id")
    active = database.frame(PACKAGE, "frame_users", **everyone).set_index("id").cohort_id
    of_user = database.frame(PACKAGE, "frame_user_stats", **everyone).set_index("user_id")
    # A student without a row of their own counts as one who has done nothing.
    of_user = of_user.reindex(active.index).fillna({"questions_interacted": 0, "total_questions": 0})
    return _verdict(stored, recount.cohorts(active, of_user, _totals(database, cohorts)), cohorts)


def _totals(database: Database, cohorts: list[str]) -> pd.DataFrame:
    known = database.frame(PACKAGE, "frame_cohorts", cohorts=cohorts)
    classes = database.frame(PACKAGE, "frame_classes", cohorts=cohorts)
    return recount.totals(known, classes, database.frame(PACKAGE, "frame_modules", cohorts=cohorts))


def _verdict(stored: pd.DataFrame, recounted: pd.DataFrame, cohorts: list[str]) -> Verdict:
    wrong = disagreements(stored, recounted)
    return Verdict(
        passed=wrong.empty,
        counts={"cohorts": len(cohorts), "rows": len(stored), "rows_wrong": len(wrong)},
        sample=cells(wrong, [str(name) for name in recounted.columns]),
    )
