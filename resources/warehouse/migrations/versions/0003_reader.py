"""The read-only role for dashboards: it sees stats, and nothing else."""

import logging

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

ROLE = "cohortline_reader"

_log = logging.getLogger(__name__)


def _role_exists(connection: sa.Connection) -> bool:
    return bool(connection.scalar(sa.text("select count(*) from pg_roles where rolname = :role"), {"role": ROLE}))


def upgrade() -> None:
    """Make the role where it is missing and may be made, and let it read."""
    connection = op.get_bind()
    if not _role_exists(connection):
        if not connection.scalar(
            sa.text("select rolcreaterole or rolsuper from pg_roles where rolname = current_user")
        ):
            # An external server may not let its owner make roles; nothing else needs this one.
            _log.warning("role %s is missing and may not be created here; have it created, then grant it stats", ROLE)
            return
        op.execute(f"create role {ROLE} nologin")
    op.execute(f"grant usage on schema stats to {ROLE}")
    op.execute(f"grant select on all tables in schema stats to {ROLE}")
    op.execute(f"alter default privileges in schema stats grant select on tables to {ROLE}")


def downgrade() -> None:
    """Take its rights back; the role itself may serve other databases of the server."""
    if _role_exists(op.get_bind()):
        op.execute(f"alter default privileges in schema stats revoke select on tables from {ROLE}")
        op.execute(f"revoke select on all tables in schema stats from {ROLE}")
        op.execute(f"revoke usage on schema stats from {ROLE}")
