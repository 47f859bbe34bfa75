"""The four schemas, and the account of what is loaded and verified."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None


SCHEMAS = {
    "landing": "Typed rows as the source had them.",
    "core": "The normalized model: exams, activity, rankings, attempts.",
    "stats": "What dashboards read.",
    "ops": "Loads, audits, quarantine, change log, alerts.",
}


def upgrade() -> None:
    """Make it."""
    for name, comment in SCHEMAS.items():
        op.execute(f"create schema if not exists {name}")
        op.execute(f"comment on schema {name} is '{comment}'")
    op.execute(sa.schema.CreateSequence(sa.Sequence("load_ids", schema="ops")))
    op.create_table(
        "audits",
        sa.Column("audit_id", sa.BigInteger(), sa.Identity(always=False), nullable=False, comment="Order of arrival."),
        sa.Column("run_id", sa.Text(collation="C"), nullable=False, comment="The Dagster run that verified."),
        sa.Column(
            "subject", sa.Text(collation="C"), nullable=False, comment="What was verified: an asset, or a cohort of it."
        ),
        sa.Column(
            "statement",
            sa.Text(collation="C"),
            nullable=False,
            comment="The statement that should be true: the check's name.",
        ),
        sa.Column("passed", sa.Boolean(), nullable=False, comment="Whether it was true."),
        sa.Column("severity", sa.Text(collation="C"), nullable=False, comment="WARN or ERROR, as the check says."),
        sa.Column(
            "counts", postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment="The numbers behind the verdict."
        ),
        sa.Column("as_of", sa.TIMESTAMP(timezone=True), nullable=False, comment="The instant that stood for now."),
        sa.Column(
            "recorded_at",
            sa.TIMESTAMP(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
            comment="When it was written, by the server's clock.",
        ),
        sa.PrimaryKeyConstraint("audit_id", name="pk_audits"),
        schema="ops",
        comment="Each verdict of each check.",
    )
    op.create_index(
        "ix_audits_subject_statement_audit_id",
        "audits",
        ["subject", "statement", "audit_id"],
        unique=False,
        schema="ops",
    )
    op.create_table(
        "loads",
        sa.Column(
            "load_id",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="The load; one number for all tables that one run landed.",
        ),
        sa.Column(
            "source_table",
            sa.Text(collation="C"),
            nullable=False,
            comment="The source's table, as the source names it; embedded entries have a name of their own.",
        ),
        sa.Column("target", sa.Text(collation="C"), nullable=False, comment="The table that it fills."),
        sa.Column("run_id", sa.Text(collation="C"), nullable=False, comment="The Dagster run that loaded."),
        sa.Column("source", sa.Text(collation="C"), nullable=True, comment="Where the table was read from."),
        sa.Column(
            "digest",
            sa.Text(collation="C"),
            nullable=True,
            comment="Digest of the table as stored in the source, and of the rules that read it.",
        ),
        sa.Column("as_of", sa.TIMESTAMP(timezone=True), nullable=False, comment="The instant that stood for now."),
        sa.Column(
            "state",
            sa.Text(collation="C"),
            nullable=False,
            comment="running, loaded, unchanged, absent, failed or superseded.",
        ),
        sa.Column(
            "read",
            sa.BigInteger(),
            server_default="0",
            nullable=False,
            comment="Documents read: loaded + quarantined + duplicates, always.",
        ),
        sa.Column(
            "loaded",
            sa.BigInteger(),
            server_default="0",
            nullable=False,
            comment="Documents present in the warehouse afterwards, changed or not.",
        ),
        sa.Column(
            "quarantined",
            sa.BigInteger(),
            server_default="0",
            nullable=False,
            comment="Documents that could not be used; their rows stand in ops.quarantine.",
        ),
        sa.Column(
            "duplicates",
            sa.BigInteger(),
            server_default="0",
            nullable=False,
            comment="Identical copies of a document that was loaded.",
        ),
        sa.Column(
            "inserted", sa.BigInteger(), server_default="0", nullable=False, comment="Rows that are new with this load."
        ),
        sa.Column(
            "updated",
            sa.BigInteger(),
            server_default="0",
            nullable=False,
            comment="Rows that this load changed, those that came back included.",
        ),
        sa.Column(
            "gone",
            sa.BigInteger(),
            server_default="0",
            nullable=False,
            comment="Rows that this load no longer found in the source.",
        ),
        sa.Column(
            "quarantine_load_id",
            sa.BigInteger(),
            nullable=True,
            comment="The load whose quarantine rows are meant; an earlier one when nothing changed.",
        ),
        sa.Column(
            "note",
            sa.Text(collation="C"),
            nullable=True,
            comment="What else is worth knowing of this load, such as why it failed.",
        ),
        sa.Column(
            "started_at",
            sa.TIMESTAMP(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
            comment="When the load began, by the server's clock.",
        ),
        sa.Column(
            "finished_at",
            sa.TIMESTAMP(timezone=True),
            nullable=True,
            comment="When the load ended, by the server's clock.",
        ),
        sa.CheckConstraint(
            "state IN ('running', 'loaded', 'unchanged', 'absent', 'failed', 'superseded')", name="ck_loads_state"
        ),
        sa.PrimaryKeyConstraint("load_id", "source_table", name="pk_loads"),
        schema="ops",
        comment="Each load of each source table, and the account of every document in it.",
    )
    op.create_index("ix_loads_run_id", "loads", ["run_id"], unique=False, schema="ops")
    op.create_index("ix_loads_target_load_id", "loads", ["target", "load_id"], unique=False, schema="ops")
    op.create_table(
        "quarantine",
        sa.Column(
            "quarantine_id", sa.BigInteger(), sa.Identity(always=False), nullable=False, comment="Order of arrival."
        ),
        sa.Column("load_id", sa.BigInteger(), nullable=False, comment="The load that met the document."),
        sa.Column("source_table", sa.Text(collation="C"), nullable=False, comment="The source's table."),
        sa.Column(
            "document_id",
            sa.Text(collation="C"),
            nullable=True,
            comment="The document's `_id`, where it could be read.",
        ),
        sa.Column("reason", sa.Text(collation="C"), nullable=False, comment="Why it could not be used: a short code."),
        sa.Column(
            "detail", sa.Text(collation="C"), nullable=True, comment="Why, in words; holds no value of the document."
        ),
        sa.Column(
            "raw",
            sa.Text(collation="C"),
            nullable=False,
            comment="The line or entry as received, invalid bytes escaped, cut at 64 KB.",
        ),
        sa.PrimaryKeyConstraint("quarantine_id", name="pk_quarantine"),
        schema="ops",
        comment="What could not be used, with its reason and its content.",
    )
    op.create_index(
        "ix_quarantine_load_id_source_table", "quarantine", ["load_id", "source_table"], unique=False, schema="ops"
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("quarantine", schema="ops")
    op.drop_table("loads", schema="ops")
    op.drop_table("audits", schema="ops")
    op.execute("drop sequence ops.load_ids")
    for name in ("stats", "core", "landing"):
        op.execute(f"drop schema {name}")
