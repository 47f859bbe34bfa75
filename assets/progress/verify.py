"""The verdict on progress: what is stored against a recount in pandas. No dagster."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from assets.progress import recount
from assets.progress.status import statuses
from assets.recounts import cells, disagreements, together
from assets.verdict import RECOUNT, SHOWN, Verdict
from resources.alerts.outbox import alerted
from resources.warehouse.database import Database

PACKAGE = "assets.progress"
# As many rows as frames may have without crowding the run that they are checked in.
MOST_ROWS = 100_000
EVERYBODY = {"parts": 1, "part": 0, "seed": 0}


@dataclass(frozen=True)
class Sample:
    """What is recounted: all cohorts that were asked for, or as many as there is room for, or a part of one."""

    cohorts: Sequence[str]
    asked: int
    seed: int
    # A single cohort that is too large is looked at in so many parts, one after the other; or only at the first.
    parts: int = 1
    all_parts: bool = True

    @property
    def note(self) -> str:
        """What is looked at, in words."""
        if self.all_parts and len(self.cohorts) == self.asked:
            return "every student of the run's cohorts"
        shown = ", ".join(self.cohorts[:SHOWN]) + (", ..." if len(self.cohorts) > SHOWN else "")
        students = "" if self.all_parts else f"1 in {self.parts} students of "
        return f"{students}{len(self.cohorts)} of {self.asked} cohorts, by a hash with the seed {self.seed}: {shown}"

    def judged(self, *, all_known: bool) -> Sequence[str] | None:
        """The cohorts that were looked at whole; none given means all that there are."""
        if not self.all_parts:
            return ()
        return None if all_known and len(self.cohorts) == self.asked else self.cohorts


def sample(database: Database, cohorts: Sequence[str], *, asset: str, of: str) -> Sample:
    """What to recount of cohorts by the size of their progress or their users: all, or a seeded choice that fits.

    Cohorts that an alert stands about come first, so that it is told when they are right again.
    """
    # Another choice each day, the same one for the same instant.
    seed = database.as_of.toordinal()
    first_of_all = [subject.id for subject in alerted(database, asset, RECOUNT)]
    found = database.read(PACKAGE, "progress_count", cohorts=list(cohorts), alerted=first_of_all, seed=seed)
    first = found[0] if found else None
    if first and first[of] > MOST_ROWS:
        parts = -(-first[of] // MOST_ROWS)
        return Sample([first["cohort_id"]], len(cohorts), seed, parts, all_parts=first["is_alerted"])
    chosen: list[str] = []
    room = MOST_ROWS
    for row in found:
        if row[of] <= room:
            chosen.append(row["cohort_id"])
            room -= row[of]
    return Sample(sorted(chosen), len(cohorts), seed)


def user_verdict(database: Database, cohorts: Sequence[str], *, all_known: bool = False) -> Verdict:
    """Whether every student's stored numbers are what a recount finds; of very many, those of some cohorts."""
    chosen = sample(database, cohorts, asset="user_progress_stats", of="progress")
    keys = list(chosen.cohorts)
    classes, totals = database.frame(PACKAGE, "frame_classes", cohorts=keys), _totals(database, keys)
    verdicts, concerned = [], set[str]()
    for part in range(chosen.parts if chosen.all_parts else 1):
        given = {"cohorts": keys, "parts": chosen.parts, "part": part, "seed": chosen.seed}
        stored = database.frame(PACKAGE, "frame_user_stats", **given).set_index("user_id")
        active = database.frame(PACKAGE, "frame_users", **given).set_index("id").cohort_id
        recounted = recount.users(active, classes, database.frame(PACKAGE, "frame_progress", **given), totals)
        wrong = disagreements(stored, recounted)
        concerned |= {str(key) for side in ("stored", "recounted") for key in wrong[f"cohort_id_{side}"].dropna()}
        verdicts.append(_verdict(stored, recounted, wrong))
    return _judged(together(verdicts), chosen, sorted(concerned), all_known=all_known)


def cohort_verdict(database: Database, cohorts: Sequence[str], *, all_known: bool = False) -> Verdict:
    """Whether every cohort's stored numbers are what a recount of its students finds; of very many, some cohorts'."""
    # Students are few, compared with what they did: even of the largest cohort all are looked at.
    chosen = replace(sample(database, cohorts, asset="cohort_stats", of="users"), parts=1, all_parts=True)
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


def _active(database: Database, cohorts: list[str]) -> pd.Series:
    """The active students, each with their cohort."""
    return database.frame(PACKAGE, "frame_users", cohorts=cohorts, **EVERYBODY).set_index("id").cohort_id


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
