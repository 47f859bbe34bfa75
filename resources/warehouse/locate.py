"""Where the warehouse is: the server that the environment names, else the embedded one."""

from resources.settings import Settings

WAREHOUSE = "cohortline"
DAGSTER = "cohortline_dagster"


def warehouse_url(settings: Settings) -> str:
    """The address of the warehouse; the embedded server is started where it is meant and does not run."""
    return settings.database_url or _embedded(settings, WAREHOUSE)


def dagster_url(settings: Settings) -> str:
    """The address of Dagster's own storage: named, else a database of the embedded server."""
    return settings.dagster_database_url or _embedded(settings, DAGSTER)


def _embedded(settings: Settings, database: str) -> str:
    from resources.postgres import EmbeddedServer

    server = EmbeddedServer(settings.home)
    server.start()
    return server.url(database)
