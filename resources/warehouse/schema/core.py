"""`core`: the normalized model.

Keys lead with what never changes, the exam, so that the tables can be partitioned or distributed by it.
"""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from resources.warehouse.schema.columns import flag, instant, metadata, number, text, texts, whole

ORIGINS = ("v1", "v2")
STATUSES = ("in_progress", "completed", "auto_submitted")

exams = sa.Table(
    "exams",
    metadata,
    text("id", "The exam.", nullable=False),
    number("creation_time", "When it was made, in epoch milliseconds, exact.", nullable=False),
    text("title", "The exam's title."),
    text("description", "What it is about."),
    instant("start_date", "The window opens."),
    instant("end_date", "The window closes."),
    texts("question_ids", "Its questions, in order."),
    number("completion_time", "Seconds allowed."),
    texts("allowed_participants", "Users that it lists."),
    flag("enable_pause", "Whether a pause is allowed."),
    number("pause_duration_minutes", "Minutes of the pause."),
    flag("is_active", "Whether it is shown."),
    text("created_by", "Who made it."),
    whole("created_load", "The load that brought it.", nullable=False),
    whole("load_id", "The load that last changed it.", nullable=False),
    sa.PrimaryKeyConstraint("id"),
    schema="core",
    comment="Exams, without their participants.",
)

exam_participations = sa.Table(
    "exam_participations",
    metadata,
    text("exam_id", "The exam.", nullable=False),
    text("user_id", "The participant.", nullable=False),
    text("id", "The participation: a digest of exam and user, so the same in every load.", nullable=False),
    number("score", "Percent; may have a fraction. Null where the source has none."),
    text("status", "in_progress, completed or auto_submitted; null where the source has none and none follows."),
    flag(
        "status_inferred",
        "Whether the status was inferred from a completion, as the oldest entries have none.",
        nullable=False,
    ),
    instant("started_at", "When it was begun; null where the source does not say."),
    instant("completed_at", "When it was handed in; null while in progress."),
    text("pause_phase", "before_pause, during_pause or after_pause."),
    instant("pause_started_at", "When the pause began."),
    instant("pause_ended_at", "When the pause ended."),
    flag("is_pause_cut_short", "Whether the pause ended early."),
    number("total_pause_duration_ms", "Length of the pause in milliseconds."),
    sa.Column(
        "in_progress_answers",
        postgresql.JSONB(none_as_null=True),
        comment="A draft of the answers, as the source has it.",
    ),
    flag("answers_missing", "Whether the source's entry lacked its list of answers.", nullable=False),
    text("origin", "v1: embedded in the exam; v2: a row of the source's own v2 table.", nullable=False),
    text("source_id", "The `_id` of the source's row, where the origin is v2."),
    whole("created_load", "The load that brought it.", nullable=False),
    whole("load_id", "The load that last changed it.", nullable=False),
    whole("gone_load", "The load that no longer found it in the source; null while it is there."),
    sa.PrimaryKeyConstraint("exam_id", "user_id"),
    sa.Index(None, "user_id"),
    schema="core",
    comment="Who took part in which exam, and with which result: one row a pair.",
)

exam_answers = sa.Table(
    "exam_answers",
    metadata,
    text("exam_id", "The exam.", nullable=False),
    text("participation_id", "The participation.", nullable=False),
    sa.Column(
        "position", sa.Integer, nullable=False, autoincrement=False, comment="Place in the source's list, from 0."
    ),
    text("question_id", "The question answered.", nullable=False),
    text("selected_answer", "The answer given."),
    flag("is_correct", "Whether it was right."),
    sa.PrimaryKeyConstraint("exam_id", "participation_id", "position"),
    schema="core",
    comment="The answers of each participation; the position within it is an answer's identity.",
)

EVENT_TYPES = (
    "STUDENT_REGISTERED",
    "RANKINGS_BATCH_UPDATED",
    "SELECTION_PERIOD_OPENED",
    "SELECTION_PERIOD_CLOSED",
    "TOPIC_CREATED",
    "METRICS_CALCULATED",
    "ALGORITHM_EXECUTED",
)

rankings = sa.Table(
    "rankings",
    metadata,
    text("semester_id", "The semester.", nullable=False),
    text("student_id", "The student.", nullable=False),
    text("topic_id", "The topic.", nullable=False),
    whole("position", "Its place in the student's order, from 1.", nullable=False),
    whole("previous_position", "The place before; null where it had none."),
    text("session_id", "The session in which it got its place; null where the source does not say."),
    instant("updated_at", "When it got its place."),
    text("event_id", "The event that gave it its place.", nullable=False),
    sa.PrimaryKeyConstraint("semester_id", "student_id", "topic_id"),
    sa.Index(None, "semester_id", "topic_id"),
    schema="core",
    comment="Which topics each student wants, best first: what replaying the log of events ends in.",
)

ranking_events = sa.Table(
    "ranking_events",
    metadata,
    text("event_id", "The event: a digest of what it says, so the same in every load.", nullable=False),
    sa.Column(
        "sequence", sa.BigInteger, sa.Identity(), nullable=False, comment="Order of the log, in which it is replayed."
    ),
    text("batch_id", "What happened together: one student's change, or one look at a semester.", nullable=False),
    text("event_type", "What happened.", nullable=False),
    text(
        "origin",
        "source: the app recorded it; preferences: it follows from an order; undo; cohortline.",
        nullable=False,
    ),
    text("actor_id", "Who did it."),
    text("actor_type", "student, admin or system.", nullable=False),
    text("session_id", "The session in which it happened; null where the source does not say."),
    instant("at", "When it happened."),
    text("semester_id", "The semester; null where the event is of none."),
    text("student_id", "The student whose order changed; null where none did."),
    text("topic_id", "The topic concerned; null where none is."),
    text("action", "added, moved or removed; null where no order changed."),
    whole("position", "The new place, from 1; 0 means removed; null where no order changed."),
    whole("previous_position", "The place before, as the log has it; null where it had none."),
    sa.Column(
        "payload",
        postgresql.JSONB(none_as_null=True),
        comment="What else the event says, by its type; null where the columns say all.",
    ),
    text("undoes", "The batch that it takes back; null otherwise."),
    whole("load_id", "The load that appended it; null where none did."),
    sa.PrimaryKeyConstraint("event_id"),
    sa.CheckConstraint(sa.column("event_type").in_(EVENT_TYPES), name="event_type"),
    sa.Index("uq_ranking_events_sequence", "sequence", unique=True),
    sa.Index(None, "batch_id"),
    schema="core",
    comment="The log of events: append-only, one row for each topic of a change.",
)
