"""The second opinion on the tables that the exam pages read: the same by another way. Pure: frames in, frames out."""

import math
from fractions import Fraction

import pandas as pd

DONE = ["completed", "auto_submitted"]
RECENT = 5
# What a whole number of the warehouse can hold.
LEAST, MOST = -(2**63), 2**63 - 1
EXAM_COLUMNS = [
    "title",
    "description",
    "start_date",
    "end_date",
    "completion_time",
    "is_active",
    "creation_time",
    "question_count",
    "participant_count",
    "legacy_participant_count",
]
USER_COLUMNS = ["available_exams_count", "completed_exams_count", "average_score", "learning_bank_questions_count"]
RECENT_COLUMNS = [
    "exam_id",
    "title",
    "start_date",
    "end_date",
    "is_completed",
    "is_in_progress",
    "score",
    "completed_at",
]


def leaderboard(exams: pd.DataFrame, participations: pd.DataFrame) -> pd.DataFrame:
    """Who handed in each exam, ranked, indexed by exam and user."""
    shown = participations.is_known.astype(bool) & ~participations.is_deleted.astype(bool)
    rows = participations[shown & participations.status.isin(DONE) & participations.exam_id.isin(exams.id)]
    ranked = rows.sort_values(
        ["exam_id", "score", "completed_at", "user_id"], ascending=[True, False, True, True], na_position="last"
    )
    ranked["rank"] = ranked.groupby("exam_id").cumcount() + 1
    return ranked.set_index(["exam_id", "user_id"])[["rank", "score", "completed_at"]]


def metadata(exams: pd.DataFrame, participations: pd.DataFrame, v1: pd.DataFrame) -> pd.DataFrame:
    """Each exam with its counts, indexed by exam."""
    embedded = v1[v1.is_embedded.astype(bool) & v1.is_kept.astype(bool)].set_index("exam_id").participants
    found = exams.set_index("id").rename_axis("exam_id")
    return found.assign(
        participant_count=participations.exam_id.value_counts().reindex(found.index, fill_value=0).astype("int64"),
        legacy_participant_count=embedded.reindex(found.index, fill_value=0).astype("int64"),
    )[EXAM_COLUMNS]


def dashboard(
    users: pd.DataFrame, exams: pd.DataFrame, listed: pd.DataFrame, participations: pd.DataFrame, bank: pd.DataFrame
) -> pd.DataFrame:
    """The numbers of each user who is not soft-deleted, indexed by user."""
    found = pd.Index(users.id[users.deleted_at.isna()], name="user_id")
    done = participations[participations.status.isin(DONE) & participations.exam_id.isin(exams.id)]
    scores = done.dropna(subset="score").groupby("user_id").score.agg(list)
    offered = bank.questions[bank.is_offered.astype(bool)]
    return pd.DataFrame(
        {
            "available_exams_count": listed.drop_duplicates().user_id.value_counts().reindex(found, fill_value=0),
            "completed_exams_count": done.user_id.value_counts().reindex(found, fill_value=0),
            "average_score": scores.map(average).reindex(found, fill_value=0),
            "learning_bank_questions_count": int(offered.sum()),
        },
        index=found,
    ).astype("int64")[USER_COLUMNS]


def average(scores: list[float]) -> int:
    """The mean, rounded half up, of the numbers as they are written: 0.3 and 0.7 have the mean 0.5."""
    mean = sum((Fraction(repr(score)) for score in scores), Fraction()) / len(scores)
    return min(max(math.floor(mean + Fraction(1, 2)), LEAST), MOST)


def recent(
    users: pd.DataFrame, exams: pd.DataFrame, listed: pd.DataFrame, participations: pd.DataFrame
) -> pd.DataFrame:
    """The first five exams of each user who is not soft-deleted, indexed by user and position."""
    theirs = listed.drop_duplicates()
    theirs = theirs[theirs.user_id.isin(users.id[users.deleted_at.isna()])]
    rows = theirs.merge(exams, left_on="exam_id", right_on="id").merge(
        participations, how="left", on=["exam_id", "user_id"], indicator="met"
    )
    is_completed = rows.status.isin(DONE)
    rows = rows.assign(
        is_completed=is_completed,
        is_in_progress=(rows.met == "both") & ~is_completed,
        score=rows.score.where(is_completed),
        completed_at=rows.completed_at.where(is_completed),
        moment=rows.completed_at.where(is_completed, rows.start_date),
    )
    rows = rows.sort_values(
        ["user_id", "is_completed", "moment", "exam_id"], ascending=[True, False, False, True], na_position="last"
    )
    rows["position"] = rows.groupby("user_id").cumcount() + 1
    return rows[rows.position <= RECENT].set_index(["user_id", "position"])[RECENT_COLUMNS]
