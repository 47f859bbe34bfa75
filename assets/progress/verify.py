"""The verdict on progress: what is stored against a recount in pandas. No dagster."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from assets.progress import recount
from assets.progress.sampling import Part, Sample, choose
from assets.progress.status import statuses
from assets.recounts import cells, disagreements, together
from assets.verdict import RECOUNT, Verdict
from resources.alerts.outbox import alerted
from resources.warehouse.database import Database

PACKAGE = "assets.progress"
# As many rows as frames may have without crowding the run that they are checked in.
MOST_ROWS = 100_000
EVERYBODY = {"parts": 1, "part": 0, "seed": 0}


def sample(database: Database, cohorts: Sequence[str], *, asset: str, of: str) -> Sample:
    """What to recount today of cohorts by the size of their progress, or by their users."""
    sizes = {row["cohort_id"]: row[of] for row in database.read(PACKAGE, "progress_count", cohorts=list(cohorts))}
    standing = {subject.id for subject in alerted(database, asset, RECOUNT)}
    return choose(sizes, standing, most=MOST_ROWS, today=database.as_of.toordinal())


def user_verdict(database: Database, cohorts: Sequence[str], *, all_known: bool = False) -> Verdict:
    """Whether every student's stored numbers are what a recount finds; of very many, those of today's cohorts."""
    chosen = sample(database, cohorts, asset="user_progress_stats", of="progress")
    pieces = [_users_recounted(database, list(chosen.together), Part(""))]
    pieces += [_users_recounted(database, [part.cohort], part) for part in chosen.parts]
    return _judged(together(pieces), chosen, all_known=all_known)


def cohort_verdict(database: Database, cohorts: Sequence[str], *, all_known: bool = False) -> Verdict:
    """Whether every cohort's stored numbers are what a recount of its students finds; of very many, today's cohorts."""
    chosen = sample(database, cohorts, asset="cohort_stats", of="users")
    # Students are few, compared with what they did: of a cohort that has its turn, all are looked at.
    chosen = replace(chosen, together=sorted({*chosen.together, *(part.cohort for part in chosen.parts)}), parts=())
    keys = list(chosen.together)
    stored = database.frame(PACKAGE, "frame_cohort_stats", cohorts=keys).set_index("cohort_id")
    active = _active(database, keys)
    of_user = database.frame(PACKAGE, "frame_user_stats", cohorts=keys, **EVERYBODY).set_index("user_id")
    # A student without a row of their own counts as one who has done nothing.
    of_user = of_user.reindex(active.index).fillna({"questions_interacted": 0, "total_questions": 0})
    recounted = recount.cohorts(active, of_user, _totals(database, keys))
    wrong = disagreements(stored, recounted)
    verdict = replace(_verdict(stored, recounted, wrong), concerned=sorted(map(str, wrong.index)))
    return _judged(verdict, chosen, all_known=all_known)


def flags_verdict(database: Database) -> Verdict:
    """Whether every question's stored flag count is what a recount finds; of very many, those of a seeded part.

    Where an alert stands, all parts are looked at, one after the other, so that it is told when it is right again.
    """
    (found,) = database.read(PACKAGE, "flag_count")
    parts = -(-max(found["rows"], 1) // MOST_ROWS)
    seed = database.as_of.toordinal()
    whole = parts == 1 or bool(alerted(database, "question_flag_counts", RECOUNT))
    verdicts = []
    for part in range(parts if whole else 1):
        given = {"parts": parts, "part": part, "seed": seed}
        stored = database.frame(PACKAGE, "frame_question_flag_counts", **given).set_index("question_id")
        recounted = recount.flag_counts(
            database.frame(PACKAGE, "frame_questions", **given), database.frame(PACKAGE, "frame_flagged", **given)
        )
        verdicts.append(_verdict(stored, recounted, disagreements(stored, recounted)))
    looked_at = "every question" if whole else f"1 in {parts} questions, by a hash with the seed {seed}"
    return replace(together(verdicts), notes={"recounted": looked_at}, judged=None if whole else ())


def status_verdict(database: Database) -> Verdict:
    """Whether every cohort's stored status is what a recount finds now."""
    known = database.frame(PACKAGE, "frame_known_cohorts")
    schools = database.frame(PACKAGE, "frame_schools").set_index("id").school_name
    stale = [one.cohort_id for one in statuses(database) if one.is_stale]
    recounted = recount.status(
        known.assign(school_name=known.school_id.map(schools), is_stale=known.id.isin(stale)),
        database.frame(PACKAGE, "frame_classes", cohorts=list(known.id)),
        database.frame(PACKAGE, "frame_students"),
        database.frame(PACKAGE, "frame_cohort_stats", cohorts=list(known.id)).cohort_id,
    )
    stored = database.frame(PACKAGE, "frame_cohort_backfill_status").set_index("cohort_id")
    wrong = disagreements(stored, recounted)
    return replace(_verdict(stored, recounted, wrong), kind="cohort", concerned=sorted(map(str, wrong.index)))


def _users_recounted(database: Database, cohorts: list[str], part: Part) -> Verdict:
    given = {"cohorts": cohorts, "parts": part.parts, "part": part.part, "seed": 0}
    stored = database.frame(PACKAGE, "frame_user_stats", **given).set_index("user_id")
    recounted = recount.users(
        database.frame(PACKAGE, "frame_users", **given).set_index("id").cohort_id,
        database.frame(PACKAGE, "frame_classes", cohorts=cohorts),
        database.frame(PACKAGE, "frame_progress", **given),
        _totals(database, cohorts),
    )
    wrong = disagreements(stored, recounted)
    concerned = {str(key) for side in ("stored", "recounted") for key in wrong[f"cohort_id_{side}"].dropna()}
    return replace(_verdict(stored, recounted, wrong), concerned=sorted(concerned))


def _active(database: Database, cohorts: list[str]) -> pd.Series:
    """The active students, each with their cohort."""
    return database.frame(PACKAGE, "frame_users", cohorts=cohorts, **EVERYBODY).set_index("id").cohort_id


def _totals(database: Database, cohorts: list[str]) -> pd.DataFrame:
    known = database.frame(PACKAGE, "frame_cohorts", cohorts=cohorts)
    classes = database.frame(PACKAGE, "frame_classes", cohorts=cohorts)
    return recount.totals(known, classes, database.frame(PACKAGE, "frame_modules", cohorts=cohorts))


def _judged(verdict: Verdict, chosen: Sample, *, all_known: bool) -> Verdict:
    """What was looked at, and what may be taken for right."""
    return replace(verdict, kind="cohort", judged=chosen.judged(all_known=all_known), notes={"recounted": chosen.note})


def _verdict(stored: pd.DataFrame, recounted: pd.DataFrame, wrong: pd.DataFrame) -> Verdict:
    return Verdict(
        passed=wrong.empty,
        counts={"rows": len(stored), "rows_recounted": len(recounted), "rows_wrong": len(wrong)},
        sample=cells(wrong, [str(name) for name in recounted.columns]),
    )
