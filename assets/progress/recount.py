"""The second opinion on progress: the same numbers by another way, in pandas. Pure: frames in, frames out."""

import numpy as np
import pandas as pd

COUNTS = ["cohort_id", "questions_interacted", "questions_mastered", "total_questions", "last_activity_at"]
TOTALS = ["total_students", "total_modules", "total_questions", "average_completion"]
STATUS = [
    "cohort_name",
    "school_name",
    "has_cohort_stats",
    "total_students",
    "students_with_progress_stats",
    "total_classes",
    "needs_backfill",
]


def totals(cohorts: pd.DataFrame, classes: pd.DataFrame, modules: pd.DataFrame) -> pd.DataFrame:
    """Modules and questions of each cohort, indexed by cohort."""
    owned = modules.assign(cohort_id=modules.class_id.map(classes.set_index("id").cohort_id))
    found = owned.groupby("cohort_id").agg(total_modules=("id", "size"), total_questions=("question_count", "sum"))
    return found.reindex(cohorts.id, fill_value=0).astype("int64")


def users(active: pd.Series, classes: pd.DataFrame, progress: pd.DataFrame, of_cohort: pd.DataFrame) -> pd.DataFrame:
    """The numbers of each active student, indexed by user; `active` maps users to cohorts."""
    touched = (progress.selected > 0) | (progress.eliminated > 0)
    rows = progress.assign(
        cohort=progress.class_id.map(classes.set_index("id").cohort_id),
        questions_interacted=touched,
        questions_mastered=progress.is_mastered,
        last_activity_at=progress.last_attempt_at.where(progress.last_attempt_at != pd.Timestamp(0, tz="UTC")),
    )
    own = rows[rows.cohort.notna() & (rows.cohort == rows.user_id.map(active))].groupby("user_id")
    counted = own[["questions_interacted", "questions_mastered"]].sum().reindex(active.index, fill_value=0)
    return counted.astype("int64").assign(
        cohort_id=active,
        total_questions=active.map(of_cohort.total_questions),
        last_activity_at=own.last_activity_at.max().reindex(active.index),
    )[COUNTS]


def cohorts(active: pd.Series, of_user: pd.DataFrame, of_cohort: pd.DataFrame) -> pd.DataFrame:
    """The numbers of each cohort, indexed by cohort."""
    completion = (of_user.questions_interacted / of_user.total_questions.replace(0, np.nan) * 100).groupby(active)
    mean = completion.mean().reindex(of_cohort.index).fillna(0)
    return of_cohort.assign(
        total_students=active.value_counts().reindex(of_cohort.index, fill_value=0).astype("int64"),
        # A hair above, so that a half that a float falls short of is still rounded up.
        average_completion=np.floor(mean + 0.5 + 1e-9).astype("int64"),
    )[TOTALS]


def flag_counts(questions: pd.DataFrame, flagged: pd.DataFrame) -> pd.DataFrame:
    """How often each question is flagged, indexed by question."""
    counted = flagged.question_id.value_counts().reindex(questions.id, fill_value=0).astype("int64")
    return pd.DataFrame({"flag_count": counted})


def status(known: pd.DataFrame, classes: pd.DataFrame, students: pd.DataFrame, with_stats: pd.Series) -> pd.DataFrame:
    """The status of each cohort, indexed by cohort.

    `known` says of each its names, and whether its source has changed since; `students`, how many active ones there
    are by their own cohort and that of their stats; `with_stats`, which cohorts have stats.
    """
    done = students[students.cohort_id == students.stats_cohort_id]
    found = known.set_index("id").assign(
        school_name=lambda frame: frame.school_name.astype(object).where(frame.school_name.notna(), "Unknown"),
        has_cohort_stats=lambda frame: frame.index.isin(with_stats),
        total_students=lambda frame: _sums(students, frame.index),
        students_with_progress_stats=lambda frame: _sums(done, frame.index),
        total_classes=lambda frame: classes.cohort_id.value_counts().reindex(frame.index, fill_value=0).astype("int64"),
    )
    missing = ~found.has_cohort_stats | (found.students_with_progress_stats < found.total_students)
    return found.assign(needs_backfill=missing | found.is_stale)[STATUS]


def _sums(students: pd.DataFrame, wanted: pd.Index) -> pd.Series:
    return students.groupby("cohort_id").students.sum().reindex(wanted, fill_value=0).astype("int64")
