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
EVERYBODY = {"parts": 1, "seed": 0}


@dataclass(frozen=True)
class Sample:
    """What is recounted: all cohorts that were asked for, or as many as there is room for, or a part of one."""

    cohorts: Sequence[str]
    asked: int
    seed: int
    # One in so many students, where a single cohort is too large.
    parts: int = 1

    @property
    def note(self) -> str:
        """What is looked at, in words."""
        if self.parts == 1 and len(self.cohorts) == self.asked:
            return "every student of the run's cohorts"
        shown = ", ".join(self.cohorts[:SHOWN]) + (", ..." if len(self.cohorts) > SHOWN else "")
        students = f"1 in {self.parts} students of " if self.parts > 1 else ""
        return f"{students}{len(self.cohorts)} of {self.asked} cohorts, by a hash with the seed {self.seed}: {shown}"

    def judged(self, *, all_known: bool) -> Sequence[str] | None:
        """The cohorts that were looked at whole; none given means all that there are."""
        if self.parts > 1:
            return ()
        return None if all_known and len(self.cohorts) == self.asked else self.cohorts


def sample(database: Database, cohorts: Sequence[str], *, of: str) -> Sample:
    """What to recount of cohorts by the size of their progress or their users: all, or a seeded choice that fits."""
    # Another one each day, the same one for the same instant.
    seed = database.as_of.toordinal()
    sizes = {
        row["cohort_id"]: row[of] for row in database.read(PACKAGE, "progress_count", cohorts=list(cohorts), seed=seed)
    }
    first = next(iter(sizes), None)
    if first and sizes[first] > MOST_ROWS:
        return Sample([first], len(cohorts), seed, parts=-(-sizes[first] // MOST_ROWS))
    chosen: list[str] = []
    room = MOST_ROWS
    for cohort, rows in sizes.items():
        if rows <= room:
            chosen.append(cohort)
            room -= rows
    return Sample(sorted(chosen), len(cohorts), seed)


def user_verdict(database: Database, cohorts: Sequence[str], *, all_known: bool = False) -> Verdict:
    """Whether every student's stored numbers are what a recount finds; of very many, those of some cohorts."""
    chosen = sample(database, cohorts, of="progress")
    keys, part = list(chosen.cohorts), {"parts": chosen.parts, "seed": chosen.seed}
    stored = database.frame(PACKAGE, "frame_user_stats", cohorts=keys, **part).set_index("user_id")
    recounted = recount.users(
        _active(database, keys, **part),
        database.frame(PACKAGE, "frame_classes", cohorts=keys),
        database.frame(PACKAGE, "frame_progress", cohorts=keys, **part),
        _totals(database, keys),
    )
    wrong = disagreements(stored, recounted)
    concerned = {str(key) for side in ("stored", "recounted") for key in wrong[f"cohort_id_{side}"].dropna()}
    return _judged(_verdict(stored, recounted, wrong), chosen, sorted(concerned), all_known=all_known)


def cohort_verdict(database: Database, cohorts: Sequence[str], *, all_known: bool = False) -> Verdict:
    """Whether every cohort's stored numbers are what a recount of its students finds; of very many, some cohorts'."""
    chosen = replace(sample(database, cohorts, of="users"), parts=1)
    keys = list(chosen.cohorts)
    stored = database.frame(PACKAGE, "frame_cohort_stats", cohorts=keys).set_index("cohort_id")
    active = _active(database, keys)
    of_user = database.frame(PACKAGE, "frame_user_stats", cohorts=keys, **EVERYBODY).set_index("user_id")
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
        database.frame(PACKAGE, "frame_user_stats", cohorts=cohorts, **EVERYBODY).set_index("user_id").cohort_id,
    )
    stored = database.frame(PACKAGE, "frame_cohort_backfill_status").set_index("cohort_id")
    wrong = disagreements(stored, recounted)
    return replace(_verdict(stored, recounted, wrong), kind="cohort", concerned=sorted(map(str, wrong.index)))


def _active(database: Database, cohorts: list[str], parts: int = 1, seed: int = 0) -> pd.Series:
    """The active students, each with their cohort."""
    return database.frame(PACKAGE, "frame_users", cohorts=cohorts, parts=parts, seed=seed).set_index("id").cohort_id


def _totals(database: Database, cohorts: list[str]) -> pd.DataFrame:
    known = database.frame(PACKAGE, "frame_cohorts", cohorts=cohorts)
    classes = database.frame(PACKAGE, "frame_classes", cohorts=cohorts)
    return recount.totals(known, classes, database.frame(PACKAGE, "frame_modules", cohorts=cohorts))


def _judged(verdict: Verdict, chosen: Sample, concerned: list[str], *, all_known: bool) -> Verdict:
    """What was looked at, and which of it is wrong."""
    judged = chosen.judged(all_known=all_known)
    return replace(verdict, kind="cohort", concerned=concerned, judged=judged, notes={"recounted": chosen.note})


def _verdict(stored: pd.DataFrame, recounted: pd.DataFrame, wrong: pd.DataFrame) -> Verdict:
    return Verdict(
        passed=wrong.empty,
        counts={"rows": len(stored), "rows_recounted": len(recounted), "rows_wrong": len(wrong)},
        sample=cells(wrong, [str(name) for name in recounted.columns]),
    )
