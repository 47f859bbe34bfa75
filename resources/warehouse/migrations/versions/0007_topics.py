"""Topics: rankings, the log of events, and what is computed from them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"

TEXT = sa.Text(collation="C")
INSTANT = sa.TIMESTAMP(timezone=True)


def upgrade() -> None:
    """Make it."""
    op.create_table(
        "ranking_events",
        sa.Column(
            "event_id", TEXT, nullable=False, comment="The event: a digest of what it says, so the same in every load."
        ),
        sa.Column(
            "sequence",
            sa.BigInteger(),
            sa.Identity(),
            nullable=False,
            comment="Order of the log, in which it is replayed.",
        ),
        sa.Column(
            "batch_id",
            TEXT,
            nullable=False,
            comment="What happened together: one student's change, or one look at a semester.",
        ),
        sa.Column("event_type", TEXT, nullable=False, comment="What happened."),
        sa.Column(
            "origin",
            TEXT,
            nullable=False,
            comment="source: the app recorded it; preferences: it follows from an order; undo; cohortline.",
        ),
        sa.Column("actor_id", TEXT, nullable=True, comment="Who did it."),
        sa.Column("actor_type", TEXT, nullable=False, comment="student, admin or system."),
        sa.Column(
            "session_id",
            TEXT,
            nullable=True,
            comment="The session in which it happened; null where the source does not say.",
        ),
        sa.Column("at", INSTANT, nullable=True, comment="When it happened."),
        sa.Column("semester_id", TEXT, nullable=True, comment="The semester; null where the event is of none."),
        sa.Column("student_id", TEXT, nullable=True, comment="The student whose order changed; null where none did."),
        sa.Column("topic_id", TEXT, nullable=True, comment="The topic concerned; null where none is."),
        sa.Column("action", TEXT, nullable=True, comment="added, moved or removed; null where no order changed."),
        sa.Column(
            "position",
            sa.BigInteger(),
            nullable=True,
            comment="The new place, from 1; 0 means removed; null where no order changed.",
        ),
        sa.Column(
            "previous_position",
            sa.BigInteger(),
            nullable=True,
            comment="The place before, as the log has it; null where it had none.",
        ),
        sa.Column(
            "payload",
            postgresql.JSONB(),
            nullable=True,
            comment="What else the event says, by its type; null where the columns say all.",
        ),
        sa.Column("undoes", TEXT, nullable=True, comment="The batch that it takes back; null otherwise."),
        sa.Column("load_id", sa.BigInteger(), nullable=True, comment="The load that appended it; null where none did."),
        sa.CheckConstraint(
            "event_type in ('STUDENT_REGISTERED', 'RANKINGS_BATCH_UPDATED', 'SELECTION_PERIOD_OPENED',"
            " 'SELECTION_PERIOD_CLOSED', 'TOPIC_CREATED', 'METRICS_CALCULATED', 'ALGORITHM_EXECUTED')",
            name="ck_ranking_events_event_type",
        ),
        sa.PrimaryKeyConstraint("event_id", name="pk_ranking_events"),
        schema="core",
        comment="The log of events: append-only, one row for each topic of a change.",
    )
    op.create_index("ix_ranking_events_batch_id", "ranking_events", ["batch_id"], schema="core")
    op.create_index("uq_ranking_events_sequence", "ranking_events", ["sequence"], unique=True, schema="core")
    op.create_table(
        "rankings",
        sa.Column("semester_id", TEXT, nullable=False, comment="The semester."),
        sa.Column("student_id", TEXT, nullable=False, comment="The student."),
        sa.Column("topic_id", TEXT, nullable=False, comment="The topic."),
        sa.Column("position", sa.BigInteger(), nullable=False, comment="Its place in the student's order, from 1."),
        sa.Column(
            "previous_position", sa.BigInteger(), nullable=True, comment="The place before; null where it had none."
        ),
        sa.Column(
            "session_id",
            TEXT,
            nullable=True,
            comment="The session in which it got its place; null where the source does not say.",
        ),
        sa.Column("updated_at", INSTANT, nullable=True, comment="When it got its place."),
        sa.Column("event_id", TEXT, nullable=False, comment="The event that gave it its place."),
        sa.PrimaryKeyConstraint("semester_id", "student_id", "topic_id", name="pk_rankings"),
        schema="core",
        comment="Which topics each student wants, best first: what replaying the log of events ends in.",
    )
    op.create_index("ix_rankings_semester_id_topic_id", "rankings", ["semester_id", "topic_id"], schema="core")
    op.create_table(
        "topic_distribution",
        sa.Column("semester_id", TEXT, nullable=False, comment="The semester."),
        sa.Column("topic_id", TEXT, nullable=False, comment="The topic."),
        sa.Column(
            "position",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="A place in an order, from 1 to the number of active topics.",
        ),
        sa.Column("count", sa.BigInteger(), nullable=False, comment="Students who rank the topic there."),
        sa.Column("updated_at", INSTANT, nullable=False, comment="The instant for which the row last changed."),
        sa.PrimaryKeyConstraint("semester_id", "topic_id", "position", name="pk_topic_distribution"),
        schema="stats",
        comment="How many students rank each topic at each place; the places of a topic sum to its n.",
    )
    op.create_table(
        "topic_metrics",
        sa.Column("semester_id", TEXT, nullable=False, comment="The semester."),
        sa.Column("topic_id", TEXT, nullable=False, comment="The topic."),
        sa.Column("n", sa.BigInteger(), nullable=False, comment="Students who rank it."),
        sa.Column("s1", sa.BigInteger(), nullable=False, comment="Sum of their positions."),
        sa.Column("s2", sa.BigInteger(), nullable=False, comment="Sum of the squares of their positions."),
        sa.Column("t", sa.BigInteger(), nullable=False, comment="Active topics of the semester."),
        sa.Column("average_position", sa.Double(), nullable=True, comment="s1 / n; null where nobody ranks it."),
        sa.Column(
            "standard_deviation",
            sa.Double(),
            nullable=True,
            comment="Of the positions, as a population; null where nobody ranks it.",
        ),
        sa.Column(
            "competition_category",
            TEXT,
            nullable=True,
            comment="very-high, high, medium or low, by average / t; null where nobody ranks it.",
        ),
        sa.Column(
            "percentile",
            sa.Double(),
            nullable=True,
            comment="Among the ranked topics of the semester; higher is more wanted; null where nobody ranks it.",
        ),
        sa.Column("updated_at", INSTANT, nullable=False, comment="The instant for which the row last changed."),
        sa.PrimaryKeyConstraint("semester_id", "topic_id", name="pk_topic_metrics"),
        schema="stats",
        comment="How wanted each active topic is.",
    )
    op.create_table(
        "topic_trends",
        sa.Column("semester_id", TEXT, nullable=False, comment="The semester."),
        sa.Column("topic_id", TEXT, nullable=False, comment="The topic."),
        sa.Column("hour", INSTANT, nullable=False, comment="The hour in UTC, by its begin."),
        sa.Column(
            "average_position",
            sa.Double(),
            nullable=False,
            comment="Mean of the average positions that were calculated in this hour.",
        ),
        sa.Column("events", sa.BigInteger(), nullable=False, comment="How often they were calculated."),
        sa.Column("updated_at", INSTANT, nullable=False, comment="The instant for which the row last changed."),
        sa.PrimaryKeyConstraint("semester_id", "topic_id", "hour", name="pk_topic_trends"),
        schema="stats",
        comment="How each topic's average position went, hour by hour.",
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("topic_trends", schema="stats")
    op.drop_table("topic_metrics", schema="stats")
    op.drop_table("topic_distribution", schema="stats")
    op.drop_index("ix_rankings_semester_id_topic_id", table_name="rankings", schema="core")
    op.drop_table("rankings", schema="core")
    op.drop_index("uq_ranking_events_sequence", table_name="ranking_events", schema="core")
    op.drop_index("ix_ranking_events_batch_id", table_name="ranking_events", schema="core")
    op.drop_table("ranking_events", schema="core")
