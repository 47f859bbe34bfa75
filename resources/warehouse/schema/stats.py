"""`stats`: what dashboards read, computed ahead."""

import sqlalchemy as sa

from resources.warehouse.schema.columns import instant, metadata, text, whole

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
