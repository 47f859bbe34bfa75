"""Progress and alerts: flag counts, the status of each cohort's stats, their audits, and the outbox of alerts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"

TEXT = sa.Text(collation="C")
INSTANT = sa.TIMESTAMP(timezone=True)


def upgrade() -> None:
    """Make it."""
    op.create_table(
        "alerts",
        sa.Column("alert_id", sa.BigInteger(), sa.Identity(), nullable=False, comment="Order of events."),
        sa.Column(
            "event", TEXT, nullable=False, comment="opened: it is wrong from now on; recovered: it no longer is."
        ),
        sa.Column("asset", TEXT, nullable=False, comment="The asset; or the job, schedule or sensor that failed."),
        sa.Column("statement", TEXT, nullable=False, comment="The statement that should be true: the check's name."),
        sa.Column(
            "kind", TEXT, nullable=False, comment="What the subject is: cohort, exam, asset, job, schedule or sensor."
        ),
        sa.Column(
            "subject",
            TEXT,
            nullable=False,
            comment="The cohort, exam, asset, job, schedule or sensor concerned, by its id.",
        ),
        sa.Column("severity", TEXT, nullable=False, comment="WARN or ERROR, as the check says."),
        sa.Column("counts", postgresql.JSONB(), nullable=False, comment="The numbers behind the verdict."),
        sa.Column("run_id", TEXT, nullable=True, comment="The Dagster run that found it; null where no run did."),
        sa.Column(
            "detail",
            TEXT,
            nullable=True,
            comment="What failed of a run or a tick: the step, and the class of its error; null for a check.",
        ),
        sa.Column("as_of", INSTANT, nullable=False, comment="The instant that stood for now."),
        sa.Column(
            "recorded_at",
            INSTANT,
            server_default=sa.text("now()"),
            nullable=False,
            comment="When it was written, by the server's clock.",
        ),
        sa.Column(
            "message_id",
            TEXT,
            nullable=False,
            comment="The message that tells of it: one for all that a verdict says, sent once.",
        ),
        sa.Column(
            "attempts", sa.BigInteger(), server_default="0", nullable=False, comment="How often the message was sent."
        ),
        sa.Column(
            "next_attempt_at",
            INSTANT,
            server_default=sa.text("now()"),
            nullable=False,
            comment="The message is not sent again before, by the server's clock.",
        ),
        sa.Column("problem", TEXT, nullable=True, comment="Why the last attempt was not accepted."),
        sa.Column(
            "delivered_at",
            INSTANT,
            nullable=True,
            comment="When the message was accepted, by the server's clock; null until then.",
        ),
        sa.CheckConstraint("event IN ('opened', 'recovered')", name="ck_alerts_event"),
        sa.CheckConstraint("severity IN ('WARN', 'ERROR')", name="ck_alerts_severity"),
        sa.PrimaryKeyConstraint("alert_id", name="pk_alerts"),
        schema="ops",
        comment="What went wrong and what recovered: an outbox, from which each message is delivered until accepted.",
    )
    op.create_index(
        "ix_alerts_asset_statement_kind_subject_alert_id",
        "alerts",
        ["asset", "statement", "kind", "subject", "alert_id"],
        schema="ops",
    )
    op.create_index("ix_alerts_message_id", "alerts", ["message_id"], schema="ops")
    op.create_index(
        "ix_alerts_undelivered", "alerts", ["alert_id"], schema="ops", postgresql_where=sa.text("delivered_at IS NULL")
    )
    op.create_table(
        "cohort_backfill_status",
        sa.Column("cohort_id", TEXT, nullable=False, comment="The cohort."),
        sa.Column("cohort_name", TEXT, nullable=True, comment="The cohort's name."),
        sa.Column("school_name", TEXT, nullable=False, comment="Its school's name; Unknown where there is none."),
        sa.Column("has_cohort_stats", sa.Boolean(), nullable=False, comment="Whether it has a row in cohort_stats."),
        sa.Column("total_students", sa.BigInteger(), nullable=False, comment="Active students."),
        sa.Column(
            "students_with_progress_stats",
            sa.BigInteger(),
            nullable=False,
            comment="Those of them who have a row in user_progress_stats.",
        ),
        sa.Column("total_classes", sa.BigInteger(), nullable=False, comment="Classes."),
        sa.Column(
            "needs_backfill",
            sa.Boolean(),
            nullable=False,
            comment="Whether stats are missing, or were last computed from other source rows than there are now.",
        ),
        sa.Column("updated_at", INSTANT, nullable=False, comment="The instant for which the row last changed."),
        sa.PrimaryKeyConstraint("cohort_id", name="pk_cohort_backfill_status"),
        schema="stats",
        comment="Which cohorts' stats are there and up to date, as of the last computation of this table.",
    )
    op.create_table(
        "question_flag_counts",
        sa.Column("question_id", TEXT, nullable=False, comment="The question."),
        sa.Column(
            "flag_count",
            sa.BigInteger(),
            nullable=False,
            comment="Progress rows of any student in which it is flagged.",
        ),
        sa.Column("updated_at", INSTANT, nullable=False, comment="The instant for which the row last changed."),
        sa.PrimaryKeyConstraint("question_id", name="pk_question_flag_counts"),
        schema="stats",
        comment="How often each question is flagged.",
    )
    op.add_column(
        "audits",
        sa.Column(
            "cohort_id",
            TEXT,
            nullable=True,
            comment="The cohort whose new rows were audited before they were published; null otherwise.",
        ),
        schema="ops",
    )
    op.drop_index("ix_audits_subject_statement_audit_id", table_name="audits", schema="ops")
    op.create_index(
        "ix_audits_subject_statement_cohort_id_audit_id",
        "audits",
        ["subject", "statement", "cohort_id", "audit_id"],
        schema="ops",
    )
    op.create_table_comment(
        "audits",
        "Each verdict of each check, and of each audit of a cohort's new rows.",
        existing_comment="Each verdict of each check.",
        schema="ops",
    )


def downgrade() -> None:
    """Take it back."""
    op.create_table_comment(
        "audits",
        "Each verdict of each check.",
        existing_comment="Each verdict of each check, and of each audit of a cohort's new rows.",
        schema="ops",
    )
    op.drop_index("ix_audits_subject_statement_cohort_id_audit_id", table_name="audits", schema="ops")
    op.create_index(
        "ix_audits_subject_statement_audit_id", "audits", ["subject", "statement", "audit_id"], schema="ops"
    )
    op.drop_column("audits", "cohort_id", schema="ops")
    op.drop_table("question_flag_counts", schema="stats")
    op.drop_table("cohort_backfill_status", schema="stats")
    op.drop_index(
        "ix_alerts_undelivered", table_name="alerts", schema="ops", postgresql_where=sa.text("delivered_at IS NULL")
    )
    op.drop_index("ix_alerts_message_id", table_name="alerts", schema="ops")
    op.drop_index("ix_alerts_asset_statement_kind_subject_alert_id", table_name="alerts", schema="ops")
    op.drop_table("alerts", schema="ops")
