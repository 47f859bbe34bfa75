"""The verdict on progress: what is stored against a recount in pandas. No dagster."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from assets.progress import recount
from assets.progress.status import statuses
from assets.recounts import cells, disagreements
from assets.verdict import SHOWN, Verdict
from resources.warehouse.database import Database

PACKAGE = "assets.progress"
# As many rows as frames may have without crowding the run that they are checked in.
MOST_ROWS = 100_000


@dataclass(frozen=True)
class Sample:
    """The cohorts that are recounted: all that were asked for, or as many as there is room for."""

    cohorts: Sequence[str]
    asked: int
    seed: int

    @property
    def is_whole(self) -> bool:
        """Whether that is all of them."""
        return len(self.cohorts) == self.asked

    @property
    def note(self) -> str:
        """Which cohorts these are, in words."""
        if self.is_whole:
            return "every student of the run's cohorts"
        shown = ", ".join(self.cohorts[:SHOWN]) + (", ..." if len(self.cohorts) > SHOWN else "")
        return f"{len(self.cohorts)} of {self.asked} cohorts, by a hash with the seed {self.seed}: {shown}"


def sample(database: Database, cohorts: Sequence[str]) -> Sample:
    """The cohorts to recount: all up to a size, and above it a seeded choice, at least one."""
    # Others each day, the same ones for the same instant.
    seed = database.as_of.toordinal()
    chosen: list[str] = []
    room = MOST_ROWS
    for row in database.read(PACKAGE, "progress_count", cohorts=list(cohorts), seed=seed):
        if row["rows"] <= room or not chosen:
            chosen.append(row["cohort_id"])
            room -= row["rows"]
    return Sample(sorted(chosen), len(cohorts), seed)


def user_verdict(database: Database, cohorts: Sequence[str], *, all_known: bool = False) -> Verdict:
    """Whether every student's stored numbers are what a recount finds; of very many, those of some cohorts."""
    chosen = sample(database, cohorts)
    keys = list(chosen.cohorts)
    stored = database.frame(PACKAGE, "frame_user_stats", cohorts=keys).set_index("user_id")
    recounted = recount.users(
        _active(database, keys),
        database.frame(PACKAGE, "frame_classes", cohorts=keys),
        database.frame(PACKAGE, "frame_progress", cohorts=keys),
        _totals(database, keys),
    )
    wrong = disagreements(stored, recounted)
    concerned = {str(key) for side in ("stored", "recounted") for key in wrong[f"cohort_id_{side}"].dropna()}
    return _judged(_verdict(stored, recounted, wrong), chosen, sorted(concerned), all_known=all_known)


def cohort_verdict(database: Database, cohorts: Sequence[str], *, all_known: bool = False) -> Verdict:
    """Whether every cohort's stored numbers are what a recount of its students finds; of very many, some cohorts'."""
    chosen = sample(database, cohorts)
    keys = list(chosen.cohorts)
    stored = database.frame(PACKAGE, "frame_cohort_stats", cohorts=keys).set_index("cohort_id")
    active = _active(database, keys)
    of_user = database.frame(PACKAGE, "frame_user_stats", cohorts=keys).set_index("user_id")
    # A student without a row of their own counts as one who has done nothing.
    of_user = of_user.reindex(active.index).fillna({"questions_interacted": 0, "total_questions": 0})
    recounted = recount.cohorts(active, of_user, _totals(database, keys))
    wrong = disagreements(stored, recounted)
    concerned = sorted(map(str, wrong.index))
    return _judged(_verdict(stored, recounted, wrong), chosen, concerned, all_known=all_known)


def flags_verdict(database: Database) -> Verdict:
    """Whether every question's stored flag count is what a recount finds; of very many, those of a seeded sample."""
    (found,) = database.read(PACKAGE, "flag_count")
    parts = -(-max(found["rows"], 1) // MOST_ROWS)
    part = {"parts": parts, "seed": database.as_of.toordinal()}
    stored = database.frame(PACKAGE, "frame_question_flag_counts", **part).set_index("question_id")
    recounted = recount.flag_counts(
        database.frame(PACKAGE, "frame_questions", **part), database.frame(PACKAGE, "frame_flagged", **part)
    )
    looked_at = "every question" if parts == 1 else f"1 in {parts} questions, by a hash with the seed {part['seed']}"
    verdict = _verdict(stored, recounted, disagreements(stored, recounted))
    return replace(verdict, notes={"recounted": looked_at}, judged=None if parts == 1 else ())


def status_verdict(database: Database) -> Verdict:
    """Whether every cohort's stored status is what a recount finds now."""
    known = database.frame(PACKAGE, "frame_known_cohorts")
    cohorts = list(known.id)
    schools = database.frame(PACKAGE, "frame_schools").set_index("id").school_name
    with_stats = database.frame(PACKAGE, "frame_cohort_stats", cohorts=cohorts).cohort_id
    recounted = recount.status(
        known.assign(
            school_name=known.school_id.map(schools),
            has_cohort_stats=known.id.isin(with_stats),
            is_stale=known.id.isin([one.cohort_id for one in statuses(database) if one.is_stale]),
        ),
        database.frame(PACKAGE, "frame_classes", cohorts=cohorts),
        _active(database, cohorts),
        database.frame(PACKAGE, "frame_user_stats", cohorts=cohorts).set_index("user_id").cohort_id,
    )
    stored = database.frame(PACKAGE, "frame_cohort_backfill_status").set_index("cohort_id")
    wrong = disagreements(stored, recounted)
    return replace(_verdict(stored, recounted, wrong), kind="cohort", concerned=sorted(map(str, wrong.index)))


def _active(database: Database, cohorts: list[str]) -> pd.Series:
    """The active students, each with their cohort."""
    return database.frame(PACKAGE, "frame_users", cohorts=cohorts).set_index("id").cohort_id


def _totals(database: Database, cohorts: list[str]) -> pd.DataFrame:
    known = database.frame(PACKAGE, "frame_cohorts", cohorts=cohorts)
    classes = database.frame(PACKAGE, "frame_classes", cohorts=cohorts)
    return recount.totals(known, classes, database.frame(PACKAGE, "frame_modules", cohorts=cohorts))


def _judged(verdict: Verdict, chosen: Sample, concerned: list[str], *, all_known: bool) -> Verdict:
    """What was looked at, and which of it is wrong."""
    judged = None if all_known and chosen.is_whole else chosen.cohorts
    return replace(verdict, kind="cohort", concerned=concerned, judged=judged, notes={"recounted": chosen.note})


def _verdict(stored: pd.DataFrame, recounted: pd.DataFrame, wrong: pd.DataFrame) -> Verdict:
    return Verdict(
        passed=wrong.empty,
        counts={"rows": len(stored), "rows_recounted": len(recounted), "rows_wrong": len(wrong)},
        sample=cells(wrong, [str(name) for name in recounted.columns]),
    )
