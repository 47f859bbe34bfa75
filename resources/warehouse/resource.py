"""The warehouse as assets receive it."""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg
from pydantic import PrivateAttr

from resources import clock
from resources.settings import Settings
from resources.warehouse import migrations
from resources.warehouse.database import Database
from resources.warehouse.locate import warehouse_url


class Warehouse(dg.ConfigurableResource["Warehouse"]):
    """An open `Database` for the length of a run, brought to today's tables; its pool closes with the run."""

    url: str | None = None
    as_of: str | None = None
    _database: Database = PrivateAttr()

    @property
    def database(self) -> Database:
        """The database of this run."""
        return self._database

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["Warehouse"]:  # noqa: ARG002
        """Open the pool, and close it whatever happens; what the configuration leaves open, the environment says."""
        settings = Settings.from_environment()
        as_of = clock.parse(self.as_of) if self.as_of else settings.as_of
        database = Database(self.url or warehouse_url(settings), as_of)
        try:
            database.check()
            migrations.ensure(database)
            self._database = database
            yield self
        finally:
            database.close()
