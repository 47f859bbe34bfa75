"""What the progress dashboard reads: one row a student, one a cohort."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

TEXT = sa.Text(collation="C")
INSTANT = sa.TIMESTAMP(timezone=True)


def upgrade() -> None:
    """Make it."""
    op.create_table(
        "user_progress_stats",
        sa.Column("user_id", TEXT, nullable=False, comment="The student."),
        sa.Column("cohort_id", TEXT, nullable=False, comment="The student's cohort."),
        sa.Column(
            "questions_interacted",
            sa.BigInteger(),
            nullable=False,
            comment="Progress rows with a selected or an eliminated option.",
        ),
        sa.Column("questions_mastered", sa.BigInteger(), nullable=False, comment="Progress rows that are mastered."),
        sa.Column(
            "total_questions",
            sa.BigInteger(),
            nullable=False,
            comment="Questions in the cohort's modules, by the app's own counters.",
        ),
        sa.Column(
            "last_activity_at",
            INSTANT,
            nullable=True,
            comment="The last attempt in the cohort's classes; null if there was none.",
        ),
        sa.Column("updated_at", INSTANT, nullable=False, comment="The instant for which the row last changed."),
        sa.PrimaryKeyConstraint("user_id", name="pk_user_progress_stats"),
        schema="stats",
        comment="What each active student has done of their cohort's questions.",
    )
    op.create_index("ix_user_progress_stats_cohort_id", "user_progress_stats", ["cohort_id"], schema="stats")
    op.create_table(
        "cohort_stats",
        sa.Column("cohort_id", TEXT, nullable=False, comment="The cohort."),
        sa.Column("total_students", sa.BigInteger(), nullable=False, comment="Active students."),
        sa.Column("total_modules", sa.BigInteger(), nullable=False, comment="Modules of all classes."),
        sa.Column(
            "total_questions",
            sa.BigInteger(),
            nullable=False,
            comment="Questions in these modules, by the app's own counters.",
        ),
        sa.Column(
            "average_completion",
            sa.BigInteger(),
            nullable=False,
            comment="Mean percent of the questions interacted with; can exceed 100.",
        ),
        sa.Column("updated_at", INSTANT, nullable=False, comment="The instant for which the row last changed."),
        sa.PrimaryKeyConstraint("cohort_id", name="pk_cohort_stats"),
        schema="stats",
        comment="How far each cohort has come.",
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("cohort_stats", schema="stats")
    op.drop_table("user_progress_stats", schema="stats")
