"""The landing tables: one for each table of the source."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"


TABLES = (
    "assignments",
    "attempts",
    "classes",
    "cohorts",
    "exam_answers",
    "exam_participations",
    "exams",
    "exercises",
    "learning_bank_questions",
    "modules",
    "practice_sessions",
    "preferences",
    "questions",
    "ranking_events",
    "schools",
    "selection_periods",
    "topics",
    "user_profiles",
    "user_progress",
    "users",
    "watch_events",
)


def upgrade() -> None:
    """Make it."""
    op.create_table(
        "assignments",
        sa.Column("id", sa.Text(collation="C"), nullable=False, comment="The document's `_id`."),
        sa.Column(
            "creation_time",
            sa.Double(),
            nullable=False,
            comment="`_creationTime` in epoch milliseconds, exact: it orders rows by less than a microsecond.",
        ),
        sa.Column("period_id", sa.Text(collation="C"), nullable=True, comment="The selection period."),
        sa.Column("batch_id", sa.Text(collation="C"), nullable=True, comment="The run of the assignment."),
        sa.Column("student_id", sa.Text(collation="C"), nullable=False, comment="The student."),
        sa.Column("topic_id", sa.Text(collation="C"), nullable=False, comment="The topic."),
        sa.Column("original_rank", sa.Double(), nullable=True, comment="Where the student had ranked it."),
        sa.Column("load_id", sa.BigInteger(), nullable=False, comment="The load that last wrote this row."),
        sa.Column(
            "gone_load",
            sa.BigInteger(),
            nullable=True,
            comment="The load that no longer found it in the source; null while it is there.",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_assignments"),
        schema="landing",
        comment="Which topic each student was given.",
    )
    op.create_table(
        "attempts",
        sa.Column("id", sa.Text(collation="C"), nullable=False, comment="The document's `_id`."),
        sa.Column(
            "creation_time",
            sa.Double(),
            nullable=False,
            comment="`_creationTime` in epoch milliseconds, exact: it orders rows by less than a microsecond.",
        ),
        sa.Column("number", sa.Text(collation="C"), nullable=True, comment="The attempt's own `id`."),
        sa.Column("user_id", sa.Text(collation="C"), nullable=False, comment="The user's number."),
        sa.Column("session_id", sa.Text(collation="C"), nullable=True, comment="The practice session."),
        sa.Column(
            "exercise_id", sa.Text(collation="C"), nullable=True, comment="The exercise; null where it is unknown."
        ),
        sa.Column("user_answer", sa.Text(collation="C"), nullable=True, comment="The answer given."),
        sa.Column("is_correct", sa.Boolean(), nullable=False, comment="Whether it was right."),
        sa.Column("score", sa.Double(), nullable=True, comment="Points, where the source has them."),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), nullable=True, comment="When it was made."),
        sa.Column("load_id", sa.BigInteger(), nullable=False, comment="The load that last wrote this row."),
        sa.Column(
            "gone_load",
            sa.BigInteger(),
            nullable=True,
            comment="The load that no longer found it in the source; null while it is there.",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_attempts"),
        schema="landing",
        comment="Practice attempts.",
    )
    op.create_table(
        "classes",
        sa.Column("id", sa.Text(collation="C"), nullable=False, comment="The document's `_id`."),
        sa.Column(
            "creation_time",
            sa.Double(),
            nullable=False,
            comment="`_creationTime` in epoch milliseconds, exact: it orders rows by less than a microsecond.",
        ),
        sa.Column("name", sa.Text(collation="C"), nullable=True, comment="The class's name."),
        sa.Column("code", sa.Text(collation="C"), nullable=True, comment="Its short code."),
        sa.Column("cohort_id", sa.Text(collation="C"), nullable=True, comment="The cohort that takes it."),
        sa.Column(
            "deleted_at",
            sa.TIMESTAMP(timezone=True),
            nullable=True,
            comment="Soft deletion; such classes still count, as in the app.",
        ),
        sa.Column("load_id", sa.BigInteger(), nullable=False, comment="The load that last wrote this row."),
        sa.Column(
            "gone_load",
            sa.BigInteger(),
            nullable=True,
            comment="The load that no longer found it in the source; null while it is there.",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_classes"),
        schema="landing",
        comment="Classes of a cohort.",
    )
    op.create_table(
        "cohorts",
        sa.Column("id", sa.Text(collation="C"), nullable=False, comment="The document's `_id`."),
        sa.Column(
            "creation_time",
            sa.Double(),
            nullable=False,
            comment="`_creationTime` in epoch milliseconds, exact: it orders rows by less than a microsecond.",
        ),
        sa.Column("name", sa.Text(collation="C"), nullable=True, comment="The cohort's name."),
        sa.Column("school_id", sa.Text(collation="C"), nullable=True, comment="Its school."),
        sa.Column("start_year", sa.Text(collation="C"), nullable=True, comment="First year, as written."),
        sa.Column("end_year", sa.Text(collation="C"), nullable=True, comment="Last year, as written."),
        sa.Column("class_code", sa.Text(collation="C"), nullable=True, comment="The code that students join with."),
        sa.Column(
            "deleted_at",
            sa.TIMESTAMP(timezone=True),
            nullable=True,
            comment="Soft deletion; such cohorts still count, as in the app.",
        ),
        sa.Column("load_id", sa.BigInteger(), nullable=False, comment="The load that last wrote this row."),
        sa.Column(
            "gone_load",
            sa.BigInteger(),
            nullable=True,
            comment="The load that no longer found it in the source; null while it is there.",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_cohorts"),
        schema="landing",
        comment="Cohorts: the partitions of everything that is kept per cohort.",
    )
    op.create_table(
        "exam_answers",
        sa.Column("id", sa.Text(collation="C"), nullable=False, comment="The document's `_id`."),
        sa.Column(
            "creation_time",
            sa.Double(),
            nullable=False,
            comment="`_creationTime` in epoch milliseconds, exact: it orders rows by less than a microsecond.",
        ),
        sa.Column("participation_id", sa.Text(collation="C"), nullable=False, comment="The participation."),
        sa.Column("question_id", sa.Text(collation="C"), nullable=False, comment="The question."),
        sa.Column("selected_answer", sa.Text(collation="C"), nullable=True, comment="The answer given."),
        sa.Column("is_correct", sa.Boolean(), nullable=True, comment="Whether it was right."),
        sa.Column("load_id", sa.BigInteger(), nullable=False, comment="The load that last wrote this row."),
        sa.Column(
            "gone_load",
            sa.BigInteger(),
            nullable=True,
            comment="The load that no longer found it in the source; null while it is there.",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_exam_answers"),
        schema="landing",
        comment="Answers that the source already holds in its v2 table.",
    )
    op.create_table(
        "exam_participations",
        sa.Column("id", sa.Text(collation="C"), nullable=False, comment="The document's `_id`."),
        sa.Column(
            "creation_time",
            sa.Double(),
            nullable=False,
            comment="`_creationTime` in epoch milliseconds, exact: it orders rows by less than a microsecond.",
        ),
        sa.Column("exam_id", sa.Text(collation="C"), nullable=False, comment="The exam."),
        sa.Column("user_id", sa.Text(collation="C"), nullable=False, comment="The participant."),
        sa.Column("score", sa.Double(), nullable=True, comment="Percent; may have a fraction."),
        sa.Column(
            "completed_at",
            sa.TIMESTAMP(timezone=True),
            nullable=True,
            comment="When it was handed in; the epoch while in progress.",
        ),
        sa.Column("started_at", sa.TIMESTAMP(timezone=True), nullable=True, comment="When it was begun."),
        sa.Column("status", sa.Text(collation="C"), nullable=True, comment="in_progress, completed or auto_submitted."),
        sa.Column(
            "pause_phase", sa.Text(collation="C"), nullable=True, comment="before_pause, during_pause or after_pause."
        ),
        sa.Column("pause_started_at", sa.TIMESTAMP(timezone=True), nullable=True, comment="When the pause began."),
        sa.Column("pause_ended_at", sa.TIMESTAMP(timezone=True), nullable=True, comment="When the pause ended."),
        sa.Column("is_pause_cut_short", sa.Boolean(), nullable=True, comment="Whether the pause ended early."),
        sa.Column(
            "total_pause_duration_ms", sa.Double(), nullable=True, comment="Length of the pause in milliseconds."
        ),
        sa.Column("load_id", sa.BigInteger(), nullable=False, comment="The load that last wrote this row."),
        sa.Column(
            "gone_load",
            sa.BigInteger(),
            nullable=True,
            comment="The load that no longer found it in the source; null while it is there.",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_exam_participations"),
        schema="landing",
        comment="Participations that the source already holds in its v2 table.",
    )
    op.create_table(
        "exams",
        sa.Column("id", sa.Text(collation="C"), nullable=False, comment="The document's `_id`."),
        sa.Column(
            "creation_time",
            sa.Double(),
            nullable=False,
            comment="`_creationTime` in epoch milliseconds, exact: it orders rows by less than a microsecond.",
        ),
        sa.Column("title", sa.Text(collation="C"), nullable=True, comment="The exam's title."),
        sa.Column("description", sa.Text(collation="C"), nullable=True, comment="What it is about."),
        sa.Column("start_date", sa.TIMESTAMP(timezone=True), nullable=True, comment="The window opens."),
        sa.Column("end_date", sa.TIMESTAMP(timezone=True), nullable=True, comment="The window closes."),
        sa.Column(
            "question_ids", postgresql.ARRAY(sa.Text(collation="C")), nullable=False, comment="Its questions, in order."
        ),
        sa.Column("completion_time", sa.Double(), nullable=True, comment="Seconds allowed."),
        sa.Column(
            "allowed_participants",
            postgresql.ARRAY(sa.Text(collation="C")),
            nullable=False,
            comment="Users that it lists.",
        ),
        sa.Column("enable_pause", sa.Boolean(), nullable=True, comment="Whether a pause is allowed."),
        sa.Column("pause_duration_minutes", sa.Double(), nullable=True, comment="Minutes of the pause."),
        sa.Column("is_active", sa.Boolean(), nullable=True, comment="Whether it is shown."),
        sa.Column("created_by", sa.Text(collation="C"), nullable=True, comment="Who made it."),
        sa.Column("load_id", sa.BigInteger(), nullable=False, comment="The load that last wrote this row."),
        sa.Column(
            "gone_load",
            sa.BigInteger(),
            nullable=True,
            comment="The load that no longer found it in the source; null while it is there.",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_exams"),
        schema="landing",
        comment="Exams, without the participants that v1 embeds in them.",
    )
    op.create_table(
        "exercises",
        sa.Column("id", sa.Text(collation="C"), nullable=False, comment="The document's `_id`."),
        sa.Column(
            "creation_time",
            sa.Double(),
            nullable=False,
            comment="`_creationTime` in epoch milliseconds, exact: it orders rows by less than a microsecond.",
        ),
        sa.Column("number", sa.Text(collation="C"), nullable=True, comment="The exercise's own `id`."),
        sa.Column("exercise_type", sa.Text(collation="C"), nullable=True, comment="What kind of exercise it is."),
        sa.Column("tense", sa.Text(collation="C"), nullable=True, comment="The tense that it trains."),
        sa.Column("difficulty", sa.Text(collation="C"), nullable=True, comment="How hard it is."),
        sa.Column("is_active", sa.Boolean(), nullable=True, comment="Whether it is offered."),
        sa.Column("load_id", sa.BigInteger(), nullable=False, comment="The load that last wrote this row."),
        sa.Column(
            "gone_load",
            sa.BigInteger(),
            nullable=True,
            comment="The load that no longer found it in the source; null while it is there.",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_exercises"),
        schema="landing",
        comment="Practice exercises.",
    )
    op.create_table(
        "learning_bank_questions",
        sa.Column("id", sa.Text(collation="C"), nullable=False, comment="The document's `_id`."),
        sa.Column(
            "creation_time",
            sa.Double(),
            nullable=False,
            comment="`_creationTime` in epoch milliseconds, exact: it orders rows by less than a microsecond.",
        ),
        sa.Column("question_id", sa.Text(collation="C"), nullable=False, comment="The question."),
        sa.Column("is_active", sa.Boolean(), nullable=True, comment="Whether it is offered."),
        sa.Column("added_at", sa.TIMESTAMP(timezone=True), nullable=True, comment="When it was added."),
        sa.Column("added_by", sa.Text(collation="C"), nullable=True, comment="Who added it."),
        sa.Column("load_id", sa.BigInteger(), nullable=False, comment="The load that last wrote this row."),
        sa.Column(
            "gone_load",
            sa.BigInteger(),
            nullable=True,
            comment="The load that no longer found it in the source; null while it is there.",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_learning_bank_questions"),
        schema="landing",
        comment="Questions offered for learning outside exams.",
    )
    op.create_table(
        "modules",
        sa.Column("id", sa.Text(collation="C"), nullable=False, comment="The document's `_id`."),
        sa.Column(
            "creation_time",
            sa.Double(),
            nullable=False,
            comment="`_creationTime` in epoch milliseconds, exact: it orders rows by less than a microsecond.",
        ),
        sa.Column("class_id", sa.Text(collation="C"), nullable=True, comment="Its class."),
        sa.Column("title", sa.Text(collation="C"), nullable=True, comment="The module's title."),
        sa.Column("status", sa.Text(collation="C"), nullable=True, comment="draft, published or archived."),
        sa.Column(
            "question_count",
            sa.BigInteger(),
            nullable=True,
            comment="The app's own counter; it drifts from the real number of questions.",
        ),
        sa.Column(
            "deleted_at",
            sa.TIMESTAMP(timezone=True),
            nullable=True,
            comment="Soft deletion; such modules still count, as in the app.",
        ),
        sa.Column("load_id", sa.BigInteger(), nullable=False, comment="The load that last wrote this row."),
        sa.Column(
            "gone_load",
            sa.BigInteger(),
            nullable=True,
            comment="The load that no longer found it in the source; null while it is there.",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_modules"),
        schema="landing",
        comment="Modules of a class.",
    )
    op.create_table(
        "practice_sessions",
        sa.Column("id", sa.Text(collation="C"), nullable=False, comment="The document's `_id`."),
        sa.Column(
            "creation_time",
            sa.Double(),
            nullable=False,
            comment="`_creationTime` in epoch milliseconds, exact: it orders rows by less than a microsecond.",
        ),
        sa.Column("number", sa.Text(collation="C"), nullable=True, comment="The session's own `id`."),
        sa.Column("user_id", sa.Text(collation="C"), nullable=False, comment="The user's number."),
        sa.Column("started_at", sa.TIMESTAMP(timezone=True), nullable=True, comment="When it began."),
        sa.Column("ended_at", sa.TIMESTAMP(timezone=True), nullable=True, comment="When it ended."),
        sa.Column("total_exercises", sa.BigInteger(), nullable=True, comment="Exercises in it."),
        sa.Column("correct_answers", sa.BigInteger(), nullable=True, comment="Right answers in it."),
        sa.Column("score_percentage", sa.Double(), nullable=True, comment="Its score, where the source has it."),
        sa.Column(
            "session_type", sa.Text(collation="C"), nullable=True, comment="practice, test or what the app says."
        ),
        sa.Column("is_completed", sa.Boolean(), nullable=True, comment="Whether it was finished."),
        sa.Column("load_id", sa.BigInteger(), nullable=False, comment="The load that last wrote this row."),
        sa.Column(
            "gone_load",
            sa.BigInteger(),
            nullable=True,
            comment="The load that no longer found it in the source; null while it is there.",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_practice_sessions"),
        schema="landing",
        comment="Practice sessions.",
    )
    op.create_table(
        "preferences",
        sa.Column("id", sa.Text(collation="C"), nullable=False, comment="The document's `_id`."),
        sa.Column(
            "creation_time",
            sa.Double(),
            nullable=False,
            comment="`_creationTime` in epoch milliseconds, exact: it orders rows by less than a microsecond.",
        ),
        sa.Column("student_id", sa.Text(collation="C"), nullable=False, comment="The student."),
        sa.Column("semester_id", sa.Text(collation="C"), nullable=False, comment="The semester."),
        sa.Column(
            "topic_order",
            postgresql.ARRAY(sa.Text(collation="C")),
            nullable=False,
            comment="Topics, most wanted first.",
        ),
        sa.Column(
            "last_updated", sa.TIMESTAMP(timezone=True), nullable=True, comment="When the student last saved it."
        ),
        sa.Column("load_id", sa.BigInteger(), nullable=False, comment="The load that last wrote this row."),
        sa.Column(
            "gone_load",
            sa.BigInteger(),
            nullable=True,
            comment="The load that no longer found it in the source; null while it is there.",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_preferences"),
        schema="landing",
        comment="Each student's order of topics.",
    )
    op.create_table(
        "questions",
        sa.Column("id", sa.Text(collation="C"), nullable=False, comment="The document's `_id`."),
        sa.Column(
            "creation_time",
            sa.Double(),
            nullable=False,
            comment="`_creationTime` in epoch milliseconds, exact: it orders rows by less than a microsecond.",
        ),
        sa.Column("module_id", sa.Text(collation="C"), nullable=True, comment="Its module, where it belongs to one."),
        sa.Column("domain", sa.Text(collation="C"), nullable=True, comment="Its topic, where it belongs to exams."),
        sa.Column("correct_answer", sa.Text(collation="C"), nullable=True, comment="The answer key of exam questions."),
        sa.Column(
            "options",
            postgresql.ARRAY(sa.Text(collation="C")),
            nullable=False,
            comment="The choices of exam questions; empty where they have a shape of their own.",
        ),
        sa.Column("flag_count", sa.BigInteger(), nullable=True, comment="The app's own counter of flags."),
        sa.Column("deleted_at", sa.TIMESTAMP(timezone=True), nullable=True, comment="Soft deletion."),
        sa.Column("load_id", sa.BigInteger(), nullable=False, comment="The load that last wrote this row."),
        sa.Column(
            "gone_load",
            sa.BigInteger(),
            nullable=True,
            comment="The load that no longer found it in the source; null while it is there.",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_questions"),
        schema="landing",
        comment="Questions of modules, of exams and of the learning bank.",
    )
    op.create_table(
        "ranking_events",
        sa.Column("id", sa.Text(collation="C"), nullable=False, comment="The document's `_id`."),
        sa.Column(
            "creation_time",
            sa.Double(),
            nullable=False,
            comment="`_creationTime` in epoch milliseconds, exact: it orders rows by less than a microsecond.",
        ),
        sa.Column("topic_id", sa.Text(collation="C"), nullable=False, comment="The topic."),
        sa.Column("student_id", sa.Text(collation="C"), nullable=False, comment="The student."),
        sa.Column("semester_id", sa.Text(collation="C"), nullable=False, comment="The semester."),
        sa.Column("position", sa.Double(), nullable=True, comment="The new position from 1; 0 means removed."),
        sa.Column("previous_position", sa.Double(), nullable=True, comment="The position before."),
        sa.Column("action", sa.Text(collation="C"), nullable=True, comment="added, moved or removed."),
        sa.Column("load_id", sa.BigInteger(), nullable=False, comment="The load that last wrote this row."),
        sa.Column(
            "gone_load",
            sa.BigInteger(),
            nullable=True,
            comment="The load that no longer found it in the source; null while it is there.",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_ranking_events"),
        schema="landing",
        comment="Changes of rankings that the source recorded.",
    )
    op.create_table(
        "schools",
        sa.Column("id", sa.Text(collation="C"), nullable=False, comment="The document's `_id`."),
        sa.Column(
            "creation_time",
            sa.Double(),
            nullable=False,
            comment="`_creationTime` in epoch milliseconds, exact: it orders rows by less than a microsecond.",
        ),
        sa.Column("name", sa.Text(collation="C"), nullable=True, comment="The school's name."),
        sa.Column("deleted_at", sa.TIMESTAMP(timezone=True), nullable=True, comment="Soft deletion."),
        sa.Column("load_id", sa.BigInteger(), nullable=False, comment="The load that last wrote this row."),
        sa.Column(
            "gone_load",
            sa.BigInteger(),
            nullable=True,
            comment="The load that no longer found it in the source; null while it is there.",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_schools"),
        schema="landing",
        comment="Schools.",
    )
    op.create_table(
        "selection_periods",
        sa.Column("id", sa.Text(collation="C"), nullable=False, comment="The document's `_id`."),
        sa.Column(
            "creation_time",
            sa.Double(),
            nullable=False,
            comment="`_creationTime` in epoch milliseconds, exact: it orders rows by less than a microsecond.",
        ),
        sa.Column("semester_id", sa.Text(collation="C"), nullable=True, comment="The semester."),
        sa.Column("title", sa.Text(collation="C"), nullable=True, comment="The period's title."),
        sa.Column("kind", sa.Text(collation="C"), nullable=True, comment="open, inactive or closed."),
        sa.Column("open_date", sa.TIMESTAMP(timezone=True), nullable=True, comment="When it opens."),
        sa.Column("close_date", sa.TIMESTAMP(timezone=True), nullable=True, comment="When it closes."),
        sa.Column("load_id", sa.BigInteger(), nullable=False, comment="The load that last wrote this row."),
        sa.Column(
            "gone_load",
            sa.BigInteger(),
            nullable=True,
            comment="The load that no longer found it in the source; null while it is there.",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_selection_periods"),
        schema="landing",
        comment="Periods in which topics can be ranked.",
    )
    op.create_table(
        "topics",
        sa.Column("id", sa.Text(collation="C"), nullable=False, comment="The document's `_id`."),
        sa.Column(
            "creation_time",
            sa.Double(),
            nullable=False,
            comment="`_creationTime` in epoch milliseconds, exact: it orders rows by less than a microsecond.",
        ),
        sa.Column("title", sa.Text(collation="C"), nullable=True, comment="The topic's title."),
        sa.Column("semester_id", sa.Text(collation="C"), nullable=False, comment="Its semester."),
        sa.Column("is_active", sa.Boolean(), nullable=True, comment="Whether it can be chosen."),
        sa.Column("deleted_at", sa.TIMESTAMP(timezone=True), nullable=True, comment="Soft deletion."),
        sa.Column("load_id", sa.BigInteger(), nullable=False, comment="The load that last wrote this row."),
        sa.Column(
            "gone_load",
            sa.BigInteger(),
            nullable=True,
            comment="The load that no longer found it in the source; null while it is there.",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_topics"),
        schema="landing",
        comment="Topics that students of a semester can rank.",
    )
    op.create_table(
        "user_profiles",
        sa.Column("id", sa.Text(collation="C"), nullable=False, comment="The document's `_id`."),
        sa.Column(
            "creation_time",
            sa.Double(),
            nullable=False,
            comment="`_creationTime` in epoch milliseconds, exact: it orders rows by less than a microsecond.",
        ),
        sa.Column("user_id", sa.Text(collation="C"), nullable=False, comment="The user's number."),
        sa.Column("current_streak", sa.BigInteger(), nullable=True, comment="The stored current streak."),
        sa.Column("longest_streak", sa.BigInteger(), nullable=True, comment="The stored longest streak."),
        sa.Column(
            "last_practice_date", sa.TIMESTAMP(timezone=True), nullable=True, comment="The stored last practice."
        ),
        sa.Column("load_id", sa.BigInteger(), nullable=False, comment="The load that last wrote this row."),
        sa.Column(
            "gone_load",
            sa.BigInteger(),
            nullable=True,
            comment="The load that no longer found it in the source; null while it is there.",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_user_profiles"),
        schema="landing",
        comment="Practice profiles, as the app stored them.",
    )
    op.create_table(
        "user_progress",
        sa.Column("id", sa.Text(collation="C"), nullable=False, comment="The document's `_id`."),
        sa.Column(
            "creation_time",
            sa.Double(),
            nullable=False,
            comment="`_creationTime` in epoch milliseconds, exact: it orders rows by less than a microsecond.",
        ),
        sa.Column("user_id", sa.Text(collation="C"), nullable=False, comment="The student."),
        sa.Column(
            "class_id", sa.Text(collation="C"), nullable=False, comment="The class in which the question was met."
        ),
        sa.Column("question_id", sa.Text(collation="C"), nullable=False, comment="The question."),
        sa.Column(
            "selected_options", postgresql.ARRAY(sa.Text(collation="C")), nullable=False, comment="The options chosen."
        ),
        sa.Column(
            "eliminated_options",
            postgresql.ARRAY(sa.Text(collation="C")),
            nullable=False,
            comment="The options struck out.",
        ),
        sa.Column("is_flagged", sa.Boolean(), nullable=False, comment="Flagged by the student."),
        sa.Column("is_mastered", sa.Boolean(), nullable=False, comment="Mastered by the student."),
        sa.Column("attempts", sa.BigInteger(), nullable=True, comment="How often it was tried."),
        sa.Column(
            "last_attempt_at",
            sa.TIMESTAMP(timezone=True),
            nullable=True,
            comment="The last attempt; the epoch stands for none.",
        ),
        sa.Column(
            "deleted_at",
            sa.TIMESTAMP(timezone=True),
            nullable=True,
            comment="Soft deletion; such rows still count, as in the app.",
        ),
        sa.Column("load_id", sa.BigInteger(), nullable=False, comment="The load that last wrote this row."),
        sa.Column(
            "gone_load",
            sa.BigInteger(),
            nullable=True,
            comment="The load that no longer found it in the source; null while it is there.",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_user_progress"),
        schema="landing",
        comment="What each student did with each question.",
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Text(collation="C"), nullable=False, comment="The document's `_id`."),
        sa.Column(
            "creation_time",
            sa.Double(),
            nullable=False,
            comment="`_creationTime` in epoch milliseconds, exact: it orders rows by less than a microsecond.",
        ),
        sa.Column(
            "number", sa.BigInteger(), nullable=True, comment="The integer `id` that practice data knows the user by."
        ),
        sa.Column(
            "username", sa.Text(collation="C"), nullable=True, comment="The user name that legacy practice files carry."
        ),
        sa.Column("name", sa.Text(collation="C"), nullable=True, comment="The name shown."),
        sa.Column(
            "role", sa.Text(collation="C"), nullable=True, comment="student, teacher, admin or what the app says."
        ),
        sa.Column("cohort_id", sa.Text(collation="C"), nullable=True, comment="The cohort of a student."),
        sa.Column("time_zone", sa.Text(collation="C"), nullable=True, comment="The user's IANA time zone."),
        sa.Column(
            "deleted_at",
            sa.TIMESTAMP(timezone=True),
            nullable=True,
            comment="Soft deletion; present and not null means deleted, the epoch included.",
        ),
        sa.Column("load_id", sa.BigInteger(), nullable=False, comment="The load that last wrote this row."),
        sa.Column(
            "gone_load",
            sa.BigInteger(),
            nullable=True,
            comment="The load that no longer found it in the source; null while it is there.",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        schema="landing",
        comment="People: students, teachers, administrators.",
    )
    op.create_table(
        "watch_events",
        sa.Column("id", sa.Text(collation="C"), nullable=False, comment="The document's `_id`."),
        sa.Column(
            "creation_time",
            sa.Double(),
            nullable=False,
            comment="`_creationTime` in epoch milliseconds, exact: it orders rows by less than a microsecond.",
        ),
        sa.Column("user_id", sa.Text(collation="C"), nullable=False, comment="The user."),
        sa.Column("record_id", sa.Text(collation="C"), nullable=True, comment="The record's own `id`."),
        sa.Column(
            "watched_at",
            sa.Text(collation="C"),
            nullable=True,
            comment="When, as written: an ISO time, or epoch milliseconds.",
        ),
        sa.Column(
            "raw_timestamp", sa.Text(collation="C"), nullable=True, comment="When, as the watch history wrote it."
        ),
        sa.Column("video_id", sa.Text(collation="C"), nullable=True, comment="The video."),
        sa.Column("video_title", sa.Text(collation="C"), nullable=True, comment="Its title."),
        sa.Column("video_url", sa.Text(collation="C"), nullable=True, comment="Its address."),
        sa.Column("channel_title", sa.Text(collation="C"), nullable=True, comment="Its channel."),
        sa.Column("channel_url", sa.Text(collation="C"), nullable=True, comment="The channel's address."),
        sa.Column("product", sa.Text(collation="C"), nullable=True, comment="YouTube or YouTube Music."),
        sa.Column(
            "topics",
            postgresql.ARRAY(sa.Text(collation="C")),
            nullable=True,
            comment="The topics given; null where they are to be derived.",
        ),
        sa.Column("load_id", sa.BigInteger(), nullable=False, comment="The load that last wrote this row."),
        sa.Column(
            "gone_load",
            sa.BigInteger(),
            nullable=True,
            comment="The load that no longer found it in the source; null while it is there.",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_watch_events"),
        schema="landing",
        comment="Videos that users watched.",
    )


def downgrade() -> None:
    """Take it back."""
    for name in TABLES:
        op.drop_table(name, schema="landing")
