"""`stats`: what dashboards read, computed ahead."""

import sqlalchemy as sa

from resources.warehouse.schema.columns import flag, instant, metadata, number, text, whole

user_progress_stats = sa.Table(
    "user_progress_stats",
    metadata,
    text("user_id", "The student.", nullable=False),
    text("cohort_id", "The student's cohort.", nullable=False),
    whole("questions_interacted", "Progress rows with a selected or an eliminated option.", nullable=False),
    whole("questions_mastered", "Progress rows that are mastered.", nullable=False),
    whole("total_questions", "Questions in the cohort's modules, by the app's own counters.", nullable=False),
    instant("last_activity_at", "The last attempt in the cohort's classes; null if there was none."),
    instant("updated_at", "The instant for which the row last changed.", nullable=False),
    sa.PrimaryKeyConstraint("user_id"),
    sa.Index(None, "cohort_id"),
    schema="stats",
    comment="What each active student has done of their cohort's questions.",
)

cohort_stats = sa.Table(
    "cohort_stats",
    metadata,
    text("cohort_id", "The cohort.", nullable=False),
    whole("total_students", "Active students.", nullable=False),
    whole("total_modules", "Modules of all classes.", nullable=False),
    whole("total_questions", "Questions in these modules, by the app's own counters.", nullable=False),
    whole("average_completion", "Mean percent of the questions interacted with; can exceed 100.", nullable=False),
    instant("updated_at", "The instant for which the row last changed.", nullable=False),
    sa.PrimaryKeyConstraint("cohort_id"),
    schema="stats",
    comment="How far each cohort has come.",
)

question_flag_counts = sa.Table(
    "question_flag_counts",
    metadata,
    text("question_id", "The question.", nullable=False),
    whole("flag_count", "Progress rows of any student in which it is flagged.", nullable=False),
    instant("updated_at", "The instant for which the row last changed.", nullable=False),
    sa.PrimaryKeyConstraint("question_id"),
    schema="stats",
    comment="How often each question is flagged.",
)

cohort_backfill_status = sa.Table(
    "cohort_backfill_status",
    metadata,
    text("cohort_id", "The cohort.", nullable=False),
    text("cohort_name", "The cohort's name."),
    text("school_name", "Its school's name; Unknown where there is none.", nullable=False),
    flag("has_cohort_stats", "Whether it has a row in cohort_stats.", nullable=False),
    whole("total_students", "Active students.", nullable=False),
    whole("students_with_progress_stats", "Those of them who have a row in user_progress_stats.", nullable=False),
    whole("total_classes", "Classes.", nullable=False),
    flag(
        "needs_backfill",
        "Whether stats are missing, or were last computed from other source rows than there are now.",
        nullable=False,
    ),
    instant("updated_at", "The instant for which the row last changed.", nullable=False),
    sa.PrimaryKeyConstraint("cohort_id"),
    schema="stats",
    comment="Which cohorts' stats are there and up to date, as of the last computation of this table.",
)

exam_leaderboard = sa.Table(
    "exam_leaderboard",
    metadata,
    text("exam_id", "The exam.", nullable=False),
    text("user_id", "The participant.", nullable=False),
    whole("rank", "Place from 1: by score, then by completion, then by user.", nullable=False),
    number("score", "Percent; null where the source has none."),
    instant("completed_at", "When it was handed in."),
    instant("updated_at", "The instant for which the row last changed.", nullable=False),
    sa.PrimaryKeyConstraint("exam_id", "user_id"),
    schema="stats",
    comment="Who handed in each exam, best first; only users who exist and are not soft-deleted.",
)

exam_metadata = sa.Table(
    "exam_metadata",
    metadata,
    text("exam_id", "The exam.", nullable=False),
    text("title", "The exam's title."),
    text("description", "What it is about."),
    instant("start_date", "The window opens."),
    instant("end_date", "The window closes."),
    number("completion_time", "Seconds allowed."),
    flag("is_active", "Whether it is shown."),
    number("creation_time", "When it was made, in epoch milliseconds; newest come first.", nullable=False),
    whole("question_count", "Its questions.", nullable=False),
    whole("participant_count", "Participations of any status.", nullable=False),
    whole("legacy_participant_count", "Entries that v1 still embeds in it.", nullable=False),
    instant("updated_at", "The instant for which the row last changed.", nullable=False),
    sa.PrimaryKeyConstraint("exam_id"),
    schema="stats",
    comment="Each exam with its counts, for lists of exams.",
)

user_exam_dashboard = sa.Table(
    "user_exam_dashboard",
    metadata,
    text("user_id", "The user.", nullable=False),
    whole("available_exams_count", "Exams that list the user.", nullable=False),
    whole("completed_exams_count", "Exams that the user handed in.", nullable=False),
    whole("average_score", "Mean score over these, rounded half up; 0 where there is none.", nullable=False),
    whole("learning_bank_questions_count", "Active questions of the learning bank.", nullable=False),
    instant("updated_at", "The instant for which the row last changed.", nullable=False),
    sa.PrimaryKeyConstraint("user_id"),
    schema="stats",
    comment="The numbers at the top of each user's dashboard.",
)

user_recent_exams = sa.Table(
    "user_recent_exams",
    metadata,
    text("user_id", "The user.", nullable=False),
    whole("position", "Place in the list, from 1 to 5.", nullable=False, autoincrement=False),
    text("exam_id", "The exam, which lists the user.", nullable=False),
    text("title", "The exam's title."),
    instant("start_date", "The window opens."),
    instant("end_date", "The window closes."),
    flag("is_completed", "Whether the user handed it in.", nullable=False),
    flag("is_in_progress", "Whether the user has begun it and not handed it in.", nullable=False),
    number("score", "Percent; null unless handed in."),
    instant("completed_at", "When it was handed in; null while in progress, and where the user has not begun."),
    instant("updated_at", "The instant for which the row last changed.", nullable=False),
    sa.PrimaryKeyConstraint("user_id", "position"),
    schema="stats",
    comment="At most five of the exams that list each user: handed in first, newest first, then the rest.",
)

CATEGORIES = ("very-high", "high", "medium", "low")

topic_metrics = sa.Table(
    "topic_metrics",
    metadata,
    text("semester_id", "The semester.", nullable=False),
    text("topic_id", "The topic.", nullable=False),
    whole("n", "Students who rank it.", nullable=False),
    whole("s1", "Sum of their positions.", nullable=False),
    whole("s2", "Sum of the squares of their positions.", nullable=False),
    whole("t", "Active topics of the semester.", nullable=False),
    number("average_position", "s1 / n; null where nobody ranks it."),
    number("standard_deviation", "Of the positions, as a population; null where nobody ranks it."),
    text("competition_category", "very-high, high, medium or low, by average / t; null where nobody ranks it."),
    number("percentile", "Among the ranked topics of the semester; higher is more wanted; null where nobody ranks it."),
    instant("updated_at", "The instant for which the row last changed.", nullable=False),
    sa.PrimaryKeyConstraint("semester_id", "topic_id"),
    schema="stats",
    comment="How wanted each active topic is.",
)

topic_distribution = sa.Table(
    "topic_distribution",
    metadata,
    text("semester_id", "The semester.", nullable=False),
    text("topic_id", "The topic.", nullable=False),
    whole(
        "position", "A place in an order, from 1 to the number of active topics.", nullable=False, autoincrement=False
    ),
    whole("count", "Students who rank the topic there.", nullable=False),
    instant("updated_at", "The instant for which the row last changed.", nullable=False),
    sa.PrimaryKeyConstraint("semester_id", "topic_id", "position"),
    schema="stats",
    comment="How many students rank each topic at each place; the places of a topic sum to its n.",
)

topic_trends = sa.Table(
    "topic_trends",
    metadata,
    text("semester_id", "The semester.", nullable=False),
    text("topic_id", "The topic.", nullable=False),
    instant("hour", "The hour in UTC, by its begin.", nullable=False),
    number("average_position", "Mean of the average positions that were calculated in this hour.", nullable=False),
    whole("events", "How often they were calculated.", nullable=False),
    instant("updated_at", "The instant for which the row last changed.", nullable=False),
    sa.PrimaryKeyConstraint("semester_id", "topic_id", "hour"),
    schema="stats",
    comment="How each topic's average position went, hour by hour.",
)
