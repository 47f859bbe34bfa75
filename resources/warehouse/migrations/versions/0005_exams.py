"""Exams: v1 documents as kept, the normalized v2, what is read from it, and how far the migration has come."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"

TEXT = sa.Text(collation="C")
INSTANT = sa.TIMESTAMP(timezone=True)
STATES = "state in ('running', 'loaded', 'unchanged', 'absent', 'failed', 'superseded'{})"


def upgrade() -> None:
    """Make it."""
    op.create_table(
        "exam_answers",
        sa.Column("exam_id", TEXT, nullable=False, comment="The exam."),
        sa.Column("participation_id", TEXT, nullable=False, comment="The participation."),
        sa.Column(
            "position", sa.Integer(), autoincrement=False, nullable=False, comment="Place in the source's list, from 0."
        ),
        sa.Column("question_id", TEXT, nullable=False, comment="The question answered."),
        sa.Column("selected_answer", TEXT, nullable=True, comment="The answer given."),
        sa.Column("is_correct", sa.Boolean(), nullable=True, comment="Whether it was right."),
        sa.PrimaryKeyConstraint("exam_id", "participation_id", "position", name="pk_exam_answers"),
        schema="core",
        comment="The answers of each participation; the position within it is an answer's identity.",
    )
    op.create_table(
        "exam_participations",
        sa.Column("exam_id", TEXT, nullable=False, comment="The exam."),
        sa.Column("user_id", TEXT, nullable=False, comment="The participant."),
        sa.Column(
            "id",
            TEXT,
            nullable=False,
            comment="The participation: a digest of exam and user, so the same in every load.",
        ),
        sa.Column(
            "score", sa.Double(), nullable=True, comment="Percent; may have a fraction. Null where the source has none."
        ),
        sa.Column(
            "status",
            TEXT,
            nullable=True,
            comment="in_progress, completed or auto_submitted; null where the source has none and none follows.",
        ),
        sa.Column(
            "status_inferred",
            sa.Boolean(),
            nullable=False,
            comment="Whether the status was inferred from a completion, as the oldest entries have none.",
        ),
        sa.Column(
            "started_at", INSTANT, nullable=True, comment="When it was begun; null where the source does not say."
        ),
        sa.Column("completed_at", INSTANT, nullable=True, comment="When it was handed in; null while in progress."),
        sa.Column("pause_phase", TEXT, nullable=True, comment="before_pause, during_pause or after_pause."),
        sa.Column("pause_started_at", INSTANT, nullable=True, comment="When the pause began."),
        sa.Column("pause_ended_at", INSTANT, nullable=True, comment="When the pause ended."),
        sa.Column("is_pause_cut_short", sa.Boolean(), nullable=True, comment="Whether the pause ended early."),
        sa.Column(
            "total_pause_duration_ms", sa.Double(), nullable=True, comment="Length of the pause in milliseconds."
        ),
        sa.Column(
            "in_progress_answers",
            postgresql.JSONB(none_as_null=True),
            nullable=True,
            comment="A draft of the answers, as the source has it.",
        ),
        sa.Column(
            "answers_missing",
            sa.Boolean(),
            nullable=False,
            comment="Whether the source's entry lacked its list of answers.",
        ),
        sa.Column(
            "origin", TEXT, nullable=False, comment="v1: embedded in the exam; v2: a row of the source's own v2 table."
        ),
        sa.Column("source_id", TEXT, nullable=True, comment="The `_id` of the source's row, where the origin is v2."),
        sa.Column("created_load", sa.BigInteger(), nullable=False, comment="The load that brought it."),
        sa.Column("load_id", sa.BigInteger(), nullable=False, comment="The load that last changed it."),
        sa.Column(
            "gone_load",
            sa.BigInteger(),
            nullable=True,
            comment="The load that no longer found it in the source; null while it is there.",
        ),
        sa.PrimaryKeyConstraint("exam_id", "user_id", name="pk_exam_participations"),
        schema="core",
        comment="Who took part in which exam, and with which result: one row a pair.",
    )
    op.create_index("ix_exam_participations_user_id", "exam_participations", ["user_id"], unique=False, schema="core")
    op.create_table(
        "exams",
        sa.Column("id", TEXT, nullable=False, comment="The exam."),
        sa.Column(
            "creation_time", sa.Double(), nullable=False, comment="When it was made, in epoch milliseconds, exact."
        ),
        sa.Column("title", TEXT, nullable=True, comment="The exam's title."),
        sa.Column("description", TEXT, nullable=True, comment="What it is about."),
        sa.Column("start_date", INSTANT, nullable=True, comment="The window opens."),
        sa.Column("end_date", INSTANT, nullable=True, comment="The window closes."),
        sa.Column("question_ids", postgresql.ARRAY(TEXT), nullable=False, comment="Its questions, in order."),
        sa.Column("completion_time", sa.Double(), nullable=True, comment="Seconds allowed."),
        sa.Column(
            "allowed_participants",
            postgresql.ARRAY(TEXT),
            nullable=False,
            comment="Users that it lists.",
        ),
        sa.Column("enable_pause", sa.Boolean(), nullable=True, comment="Whether a pause is allowed."),
        sa.Column("pause_duration_minutes", sa.Double(), nullable=True, comment="Minutes of the pause."),
        sa.Column("is_active", sa.Boolean(), nullable=True, comment="Whether it is shown."),
        sa.Column("created_by", TEXT, nullable=True, comment="Who made it."),
        sa.Column("created_load", sa.BigInteger(), nullable=False, comment="The load that brought it."),
        sa.Column("load_id", sa.BigInteger(), nullable=False, comment="The load that last changed it."),
        sa.PrimaryKeyConstraint("id", name="pk_exams"),
        schema="core",
        comment="Exams, without their participants.",
    )
    op.create_table(
        "v1_exams",
        sa.Column("exam_id", TEXT, nullable=False, comment="The exam."),
        sa.Column("digest", TEXT, nullable=False, comment="SHA-256 of the kept document, byte for byte."),
        sa.Column(
            "document",
            sa.LargeBinary(),
            nullable=True,
            comment="The newest document of the exam that had a list of participants, as received, compressed by zlib;"
            " null where there was none, or since it was cleared.",
        ),
        sa.Column("bytes", sa.BigInteger(), nullable=False, comment="Length of that document as received."),
        sa.Column("participants", sa.BigInteger(), nullable=False, comment="Entries embedded in it."),
        sa.Column("answers", sa.BigInteger(), nullable=False, comment="Answers embedded in these entries."),
        sa.Column(
            "is_embedded",
            sa.Boolean(),
            nullable=False,
            comment="Whether the source's exam still has a list of participants.",
        ),
        sa.Column(
            "cleared_at",
            INSTANT,
            nullable=True,
            comment="The instant for which `exams clear` dropped the document; null while it is kept.",
        ),
        sa.Column("load_id", sa.BigInteger(), nullable=False, comment="The load that last wrote this row."),
        sa.Column(
            "gone_load",
            sa.BigInteger(),
            nullable=True,
            comment="The load that no longer found the exam in the source; null while it is there.",
        ),
        sa.PrimaryKeyConstraint("exam_id", name="pk_v1_exams"),
        schema="landing",
        comment="The exams of v1 with their embedded participants: the documents as received, and counts of each.",
    )
    op.create_table(
        "exam_exports",
        sa.Column("export_id", TEXT, nullable=False, comment="The export: the digest of its documents."),
        sa.Column("exam_id", TEXT, nullable=False, comment="The exam."),
        sa.Column("digest", TEXT, nullable=False, comment="SHA-256 of the exported document."),
        sa.Column("path", TEXT, nullable=False, comment="Where the export was written."),
        sa.Column("as_of", INSTANT, nullable=False, comment="The instant that stood for now."),
        sa.PrimaryKeyConstraint("export_id", "exam_id", name="pk_exam_exports"),
        schema="ops",
        comment="Which v1 documents were exported, and where to.",
    )
    op.create_table(
        "exam_history",
        sa.Column("load_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="The load that changed it."),
        sa.Column("exam_id", TEXT, nullable=False, comment="The exam."),
        sa.Column("user_id", TEXT, nullable=False, comment="The participant; empty for the exam itself."),
        sa.Column(
            "before",
            postgresql.JSONB(),
            nullable=False,
            comment="The row as it was before, answers included.",
        ),
        sa.PrimaryKeyConstraint("load_id", "exam_id", "user_id", name="pk_exam_history"),
        schema="ops",
        comment="What each load changed of exams and participations, so that a load can be rolled back exactly.",
    )
    op.create_table(
        "exam_states",
        sa.Column(
            "scope",
            TEXT,
            nullable=False,
            comment="The cohorts that the migration was over, by digest; empty for all of them.",
        ),
        sa.Column("exam_id", TEXT, nullable=False, comment="The exam; empty for answers that belong to none."),
        sa.Column("source_table", TEXT, nullable=False, comment="What was read of it."),
        sa.Column(
            "digest", TEXT, nullable=False, comment="Digest of everything that its participations are made from."
        ),
        sa.Column(
            "load_id",
            sa.BigInteger(),
            nullable=False,
            comment="The load that migrated it, and that its quarantine rows stand under.",
        ),
        sa.Column(
            "read",
            sa.BigInteger(),
            server_default="0",
            nullable=False,
            comment="Read: loaded + quarantined + duplicates, always.",
        ),
        sa.Column(
            "loaded",
            sa.BigInteger(),
            server_default="0",
            nullable=False,
            comment="Present in the warehouse afterwards.",
        ),
        sa.Column(
            "quarantined",
            sa.BigInteger(),
            server_default="0",
            nullable=False,
            comment="Could not be used, or lost by rule; their content stands in ops.quarantine.",
        ),
        sa.Column(
            "duplicates",
            sa.BigInteger(),
            server_default="0",
            nullable=False,
            comment="Equal copies of what was loaded.",
        ),
        sa.PrimaryKeyConstraint("scope", "exam_id", "source_table", name="pk_exam_states"),
        schema="ops",
        comment="How far the migration of exams has come; what has the same digest need not be read again.",
    )
    op.create_table(
        "exam_leaderboard",
        sa.Column("exam_id", TEXT, nullable=False, comment="The exam."),
        sa.Column("user_id", TEXT, nullable=False, comment="The participant."),
        sa.Column(
            "rank", sa.BigInteger(), nullable=False, comment="Place from 1: by score, then by completion, then by user."
        ),
        sa.Column("score", sa.Double(), nullable=True, comment="Percent; null where the source has none."),
        sa.Column("completed_at", INSTANT, nullable=True, comment="When it was handed in."),
        sa.Column("updated_at", INSTANT, nullable=False, comment="The instant for which the row last changed."),
        sa.PrimaryKeyConstraint("exam_id", "user_id", name="pk_exam_leaderboard"),
        schema="stats",
        comment="Who handed in each exam, best first; only users who exist and are not soft-deleted.",
    )
    op.create_table(
        "exam_metadata",
        sa.Column("exam_id", TEXT, nullable=False, comment="The exam."),
        sa.Column("title", TEXT, nullable=True, comment="The exam's title."),
        sa.Column("description", TEXT, nullable=True, comment="What it is about."),
        sa.Column("start_date", INSTANT, nullable=True, comment="The window opens."),
        sa.Column("end_date", INSTANT, nullable=True, comment="The window closes."),
        sa.Column("completion_time", sa.Double(), nullable=True, comment="Seconds allowed."),
        sa.Column("is_active", sa.Boolean(), nullable=True, comment="Whether it is shown."),
        sa.Column(
            "creation_time",
            sa.Double(),
            nullable=False,
            comment="When it was made, in epoch milliseconds; newest come first.",
        ),
        sa.Column("question_count", sa.BigInteger(), nullable=False, comment="Its questions."),
        sa.Column("participant_count", sa.BigInteger(), nullable=False, comment="Participations of any status."),
        sa.Column(
            "legacy_participant_count", sa.BigInteger(), nullable=False, comment="Entries that v1 still embeds in it."
        ),
        sa.Column("updated_at", INSTANT, nullable=False, comment="The instant for which the row last changed."),
        sa.PrimaryKeyConstraint("exam_id", name="pk_exam_metadata"),
        schema="stats",
        comment="Each exam with its counts, for lists of exams.",
    )
    op.create_table(
        "user_exam_dashboard",
        sa.Column("user_id", TEXT, nullable=False, comment="The user."),
        sa.Column("available_exams_count", sa.BigInteger(), nullable=False, comment="Exams that list the user."),
        sa.Column("completed_exams_count", sa.BigInteger(), nullable=False, comment="Exams that the user handed in."),
        sa.Column(
            "average_score",
            sa.BigInteger(),
            nullable=False,
            comment="Mean score over these, rounded half up; 0 where there is none.",
        ),
        sa.Column(
            "learning_bank_questions_count",
            sa.BigInteger(),
            nullable=False,
            comment="Active questions of the learning bank.",
        ),
        sa.Column("updated_at", INSTANT, nullable=False, comment="The instant for which the row last changed."),
        sa.PrimaryKeyConstraint("user_id", name="pk_user_exam_dashboard"),
        schema="stats",
        comment="The numbers at the top of each user's dashboard.",
    )
    op.create_table(
        "user_recent_exams",
        sa.Column("user_id", TEXT, nullable=False, comment="The user."),
        sa.Column(
            "position", sa.BigInteger(), autoincrement=False, nullable=False, comment="Place in the list, from 1 to 5."
        ),
        sa.Column("exam_id", TEXT, nullable=False, comment="The exam, which lists the user."),
        sa.Column("title", TEXT, nullable=True, comment="The exam's title."),
        sa.Column("start_date", INSTANT, nullable=True, comment="The window opens."),
        sa.Column("end_date", INSTANT, nullable=True, comment="The window closes."),
        sa.Column("is_completed", sa.Boolean(), nullable=False, comment="Whether the user handed it in."),
        sa.Column(
            "is_in_progress",
            sa.Boolean(),
            nullable=False,
            comment="Whether the user has begun it and not handed it in.",
        ),
        sa.Column("score", sa.Double(), nullable=True, comment="Percent; null unless handed in."),
        sa.Column(
            "completed_at",
            INSTANT,
            nullable=True,
            comment="When it was handed in; null while in progress, and where the user has not begun.",
        ),
        sa.Column("updated_at", INSTANT, nullable=False, comment="The instant for which the row last changed."),
        sa.PrimaryKeyConstraint("user_id", "position", name="pk_user_recent_exams"),
        schema="stats",
        comment="At most five of the exams that list each user: handed in first, newest first, then the rest.",
    )
    op.create_index(
        "ix_exam_answers_participation_id", "exam_answers", ["participation_id"], unique=False, schema="landing"
    )
    op.create_index(
        "ix_exam_participations_exam_id", "exam_participations", ["exam_id"], unique=False, schema="landing"
    )
    op.execute("alter table landing.v1_exams alter column document set storage external")
    op.drop_constraint(op.f("ck_loads_ck_loads_state"), "loads", schema="ops")
    op.create_check_constraint(op.f("ck_loads_state"), "loads", STATES.format(", 'rolled_back'"), schema="ops")
    op.alter_column(
        "loads",
        "state",
        existing_type=sa.TEXT(collation="C"),
        comment="running, loaded, unchanged, absent, failed, superseded or rolled_back.",
        existing_comment="running, loaded, unchanged, absent, failed or superseded.",
        existing_nullable=False,
        schema="ops",
    )
    op.add_column(
        "quarantine",
        sa.Column(
            "answers",
            sa.BigInteger(),
            nullable=True,
            comment="How many answers it held, where it is an exam's participation.",
        ),
        schema="ops",
    )


def downgrade() -> None:
    """Take it back."""
    op.execute("update ops.loads set state = 'superseded' where state = 'rolled_back'")
    op.drop_constraint(op.f("ck_loads_state"), "loads", schema="ops")
    op.create_check_constraint(op.f("ck_loads_ck_loads_state"), "loads", STATES.format(""), schema="ops")
    op.drop_column("quarantine", "answers", schema="ops")
    op.alter_column(
        "loads",
        "state",
        existing_type=sa.TEXT(collation="C"),
        comment="running, loaded, unchanged, absent, failed or superseded.",
        existing_comment="running, loaded, unchanged, absent, failed, superseded or rolled_back.",
        existing_nullable=False,
        schema="ops",
    )
    op.drop_index("ix_exam_participations_exam_id", table_name="exam_participations", schema="landing")
    op.drop_index("ix_exam_answers_participation_id", table_name="exam_answers", schema="landing")
    op.drop_table("user_recent_exams", schema="stats")
    op.drop_table("user_exam_dashboard", schema="stats")
    op.drop_table("exam_metadata", schema="stats")
    op.drop_table("exam_leaderboard", schema="stats")
    op.drop_table("exam_states", schema="ops")
    op.drop_table("exam_history", schema="ops")
    op.drop_table("exam_exports", schema="ops")
    op.drop_table("v1_exams", schema="landing")
    op.drop_table("exams", schema="core")
    op.drop_index("ix_exam_participations_user_id", table_name="exam_participations", schema="core")
    op.drop_table("exam_participations", schema="core")
    op.drop_table("exam_answers", schema="core")
