"""What Alembic runs: the revisions, on the connection it is handed."""

import sqlalchemy as sa
from alembic import context

from resources.warehouse.schema import metadata

connection: sa.Connection = context.config.attributes["connection"]
# Alembic's own table stands in ops, which therefore comes before the first revision.
connection.exec_driver_sql("create schema if not exists ops")
context.configure(
    connection=connection,
    target_metadata=metadata,
    include_schemas=True,
    version_table_schema="ops",
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
