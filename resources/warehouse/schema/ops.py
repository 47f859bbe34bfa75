"""`ops`: what was loaded, what could not be used, and what was verified."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from resources.warehouse.schema.columns import instant, metadata, text, whole

load_ids = sa.Sequence("load_ids", schema="ops", metadata=metadata, start=1)

LOAD_STATES = ("running", "loaded", "unchanged", "absent", "failed", "superseded", "rolled_back")


def _count(name: str, comment: str) -> sa.Column[int]:
    return whole(name, comment, nullable=False, server_default="0")


loads = sa.Table(
    "loads",
    metadata,
    whole("load_id", "The load; one number for all tables that one run landed.", nullable=False, autoincrement=False),
    text(
        "source_table",
        "The source's table, as the source names it; embedded entries have a name of their own.",
        nullable=False,
    ),
    text("target", "The table that it fills.", nullable=False),
    text("run_id", "The Dagster run that loaded.", nullable=False),
    text("source", "Where the table was read from."),
    text("digest", "Digest of the table as stored in the source, and of the rules that read it."),
    instant("as_of", "The instant that stood for now.", nullable=False),
    text("state", "running, loaded, unchanged, absent, failed, superseded or rolled_back.", nullable=False),
    _count("read", "Documents read: loaded + quarantined + duplicates, always."),
    _count("loaded", "Documents present in the warehouse afterwards, changed or not."),
    _count("quarantined", "Documents that could not be used; their rows stand in ops.quarantine."),
    _count("duplicates", "Identical copies of a document that was loaded."),
    _count("inserted", "Rows that are new with this load."),
    _count("updated", "Rows that this load changed, those that came back included."),
    _count("gone", "Rows that this load no longer found in the source."),
    whole("quarantine_load_id", "The load whose quarantine rows are meant; an earlier one when nothing changed."),
    text("note", "What else is worth knowing of this load, such as why it failed."),
    instant("started_at", "When the load began, by the server's clock.", nullable=False, server_default=sa.func.now()),
    instant("finished_at", "When the load ended, by the server's clock."),
    sa.PrimaryKeyConstraint("load_id", "source_table"),
    sa.CheckConstraint(sa.column("state").in_(LOAD_STATES), name="state"),
    sa.Index(None, "target", "load_id"),
    sa.Index(None, "run_id"),
    schema="ops",
    comment="Each load of each source table, and the account of every document in it.",
)

quarantine = sa.Table(
    "quarantine",
    metadata,
    sa.Column("quarantine_id", sa.BigInteger, sa.Identity(), nullable=False, comment="Order of arrival."),
    whole("load_id", "The load that met the document.", nullable=False),
    text("source_table", "The source's table.", nullable=False),
    text("document_id", "The document's `_id`, where it could be read."),
    text("reason", "Why it could not be used: a short code.", nullable=False),
    text("detail", "Why, in words; holds no value of the document."),
    text("raw", "The line or entry as received, invalid bytes escaped, cut at 64 KB.", nullable=False),
    whole("answers", "How many answers it held, where it is an exam's participation."),
    sa.PrimaryKeyConstraint("quarantine_id"),
    sa.Index(None, "load_id", "source_table"),
    schema="ops",
    comment="What could not be used, with its reason and its content.",
)

audits = sa.Table(
    "audits",
    metadata,
    sa.Column("audit_id", sa.BigInteger, sa.Identity(), nullable=False, comment="Order of arrival."),
    text("run_id", "The Dagster run that verified.", nullable=False),
    text("subject", "What was verified: an asset, or a cohort of it.", nullable=False),
    text("statement", "The statement that should be true: the check's name.", nullable=False),
    sa.Column("passed", sa.Boolean, nullable=False, comment="Whether it was true."),
    text("severity", "WARN or ERROR, as the check says.", nullable=False),
    sa.Column("counts", postgresql.JSONB, nullable=False, comment="The numbers behind the verdict."),
    instant("as_of", "The instant that stood for now.", nullable=False),
    instant("recorded_at", "When it was written, by the server's clock.", nullable=False, server_default=sa.func.now()),
    text("cohort_id", "The cohort whose new rows were audited before they were published; null otherwise."),
    sa.PrimaryKeyConstraint("audit_id"),
    sa.Index(None, "subject", "statement", "cohort_id", "audit_id"),
    schema="ops",
    comment="Each verdict of each check, and of each audit of a cohort's new rows.",
)

ALERT_EVENTS = ("opened", "recovered")
SEVERITIES = ("WARN", "ERROR")

alerts = sa.Table(
    "alerts",
    metadata,
    sa.Column("alert_id", sa.BigInteger, sa.Identity(), nullable=False, comment="Order of events."),
    text("event", "opened: it is wrong from now on; recovered: it no longer is.", nullable=False),
    text("asset", "The asset; or the job, schedule or sensor that failed.", nullable=False),
    text("statement", "The statement that should be true: the check's name.", nullable=False),
    text("kind", "What the subject is: cohort, exam, asset, job, schedule or sensor.", nullable=False),
    text("subject", "The cohort, exam, asset, job, schedule or sensor concerned, by its id.", nullable=False),
    text("severity", "WARN or ERROR, as the check says.", nullable=False),
    sa.Column("counts", postgresql.JSONB, nullable=False, comment="The numbers behind the verdict."),
    text("run_id", "The Dagster run that found it; null where no run did."),
    text("detail", "What failed of a run or a tick: the step, and the class of its error; null for a check."),
    instant("as_of", "The instant that stood for now.", nullable=False),
    instant("recorded_at", "When it was written, by the server's clock.", nullable=False, server_default=sa.func.now()),
    text("message_id", "The message that tells of it: one for all that a verdict says, sent once.", nullable=False),
    _count("attempts", "How often the message was sent."),
    instant(
        "next_attempt_at",
        "The message is not sent again before, by the server's clock.",
        nullable=False,
        server_default=sa.func.now(),
    ),
    text("problem", "Why the last attempt was not accepted."),
    instant("delivered_at", "When the message was accepted, by the server's clock; null until then."),
    sa.PrimaryKeyConstraint("alert_id"),
    sa.CheckConstraint(sa.column("event").in_(ALERT_EVENTS), name="event"),
    sa.CheckConstraint(sa.column("severity").in_(SEVERITIES), name="severity"),
    sa.Index(None, "asset", "statement", "kind", "subject", "alert_id"),
    sa.Index(None, "message_id"),
    sa.Index("ix_alerts_undelivered", "alert_id", postgresql_where=sa.column("delivered_at").is_(None)),
    schema="ops",
    comment="What went wrong and what recovered: an outbox, from which each message is delivered until accepted.",
)

exam_states = sa.Table(
    "exam_states",
    metadata,
    text("scope", "The cohorts that the migration was over, by digest; empty for all of them.", nullable=False),
    text("exam_id", "The exam; empty for answers that belong to none.", nullable=False),
    text("source_table", "What was read of it.", nullable=False),
    text("digest", "Digest of everything that its participations are made from.", nullable=False),
    whole("load_id", "The load that migrated it, and that its quarantine rows stand under.", nullable=False),
    _count("read", "Read: loaded + quarantined + duplicates, always."),
    _count("loaded", "Present in the warehouse afterwards."),
    _count("quarantined", "Could not be used, or lost by rule; their content stands in ops.quarantine."),
    _count("duplicates", "Equal copies of what was loaded."),
    sa.PrimaryKeyConstraint("scope", "exam_id", "source_table"),
    schema="ops",
    comment="How far the migration of exams has come; what has the same digest need not be read again.",
)

exam_history = sa.Table(
    "exam_history",
    metadata,
    whole("load_id", "The load that changed it.", nullable=False, autoincrement=False),
    text("exam_id", "The exam.", nullable=False),
    text("user_id", "The participant; empty for the exam itself.", nullable=False),
    sa.Column("before", postgresql.JSONB, nullable=False, comment="The row as it was before, answers included."),
    sa.PrimaryKeyConstraint("load_id", "exam_id", "user_id"),
    schema="ops",
    comment="What each load changed of exams and participations, so that a load can be rolled back exactly.",
)

exam_exports = sa.Table(
    "exam_exports",
    metadata,
    text("export_id", "The export: the digest of its documents.", nullable=False),
    text("exam_id", "The exam.", nullable=False),
    text("digest", "SHA-256 of the exported document.", nullable=False),
    text("path", "Where the export was written.", nullable=False),
    instant("as_of", "The instant that stood for now.", nullable=False),
    sa.PrimaryKeyConstraint("export_id", "exam_id"),
    schema="ops",
    comment="Which v1 documents were exported, and where to.",
)
