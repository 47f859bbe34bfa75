"""The warehouse's history: Alembic revisions that bring any older database to today's tables in place.

Belongs here: one revision a change, each with its way back. Revisions never import today's tables: they are history.
"""

from functools import cache
from pathlib import Path

import sqlalchemy as sa

from resources.errors import ServerProblem
from resources.warehouse.database import Database

HERE = Path(__file__).parent


@cache
def head() -> str:
    """The newest revision, read off the file names so that a check at every start stays cheap."""
    return max(path.stem.split("_")[0] for path in (HERE / "versions").glob("[0-9]*.py"))


def current(database: Database) -> str | None:
    """The revision that a database is at; none where it is empty."""
    with database.engine.connect() as connection:
        if not sa.inspect(connection).has_table("alembic_version", schema="ops"):
            return None
        return connection.exec_driver_sql("select version_num from ops.alembic_version").scalar_one_or_none()


def ensure(database: Database) -> bool:
    """Bring a database to the newest revision, if it is not there; answers whether anything was done."""
    revision = current(database)
    if revision == head():
        return False
    if revision is not None and revision > head():
        message = (
            f"the warehouse {database} is at revision {revision}, newer than this version of Cohortline ({head()});"
            " update Cohortline, or name another database"
        )
        raise ServerProblem(message)
    migrate(database, "head")
    return True


def migrate(database: Database, revision: str, *, down: bool = False) -> None:
    """Move a database to a revision, one process at a time."""
    # Alembic takes as long to import as a whole command may take.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    with database.transaction() as transaction:
        transaction.lock("ops.alembic_version")
        config.attributes["connection"] = transaction.connection
        (command.downgrade if down else command.upgrade)(config, revision)
