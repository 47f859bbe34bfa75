"""`cohortline db`: the database behind the warehouse."""

import os
import shutil
import sys
from pathlib import Path

import click

from pipelines.cli.output import json_option, print_facts, print_json
from resources.errors import WrongUse
from resources.postgres import EmbeddedServer, ServerStatus
from resources.settings import Settings
from resources.warehouse.locate import DAGSTER, WAREHOUSE

dagster_option = click.option("--dagster", is_flag=True, help="Dagster's own database instead of the warehouse.")


@click.group(
    "db",
    epilog="""\b
Examples:
  cohortline db status
  cohortline db psql -- -c 'select * from ops.loads'
  psql "$(cohortline db url)"
  cohortline db stop""",
)
def command() -> None:
    """Start, stop, inspect or reset the database.

    The embedded PostgreSQL keeps its data below COHORTLINE_HOME; COHORTLINE_DATABASE_URL names another server instead.
    """


def _embedded(doing: str) -> EmbeddedServer:
    settings = Settings.from_environment()
    if settings.database_url:
        message = (
            f"COHORTLINE_DATABASE_URL names a server that is not Cohortline's to {doing}; unset it for the embedded one"
        )
        raise WrongUse(message)
    return EmbeddedServer(settings.home)


@command.command()
@json_option
def start(as_json: bool) -> None:  # noqa: FBT001
    """Start the embedded server; fine if it runs already."""
    status = _embedded("start").start()
    if as_json:
        print_json(_facts(status))
    else:
        click.echo(f"PostgreSQL {status.version} runs, process {status.pid}")


@command.command()
@json_option
def stop(as_json: bool) -> None:  # noqa: FBT001
    """Stop the embedded server; fine if it does not run."""
    ran = _embedded("stop").stop()
    if as_json:
        print_json({"stopped": ran})
    else:
        click.echo("stopped" if ran else "it was not running")


@command.command()
@json_option
def status(as_json: bool) -> None:  # noqa: FBT001
    """Say whether the server runs, where its data lies and which tables it holds."""
    facts = _external() if Settings.from_environment().database_url else _own()
    if as_json:
        print_json(facts)
    else:
        print_facts(facts)


def _external() -> dict[str, object]:
    from resources.warehouse.database import Database

    database = Database(Settings.from_environment().database_url or "")
    try:
        database.check()
        with database.engine.connect() as connection:
            version = connection.exec_driver_sql("show server_version").scalar_one()
    finally:
        database.close()
    return {"running": True, "embedded": False, "version": version, "url": str(database)}


def _own() -> dict[str, object]:
    return _facts(_embedded("inspect").status())


def _facts(status: ServerStatus) -> dict[str, object]:
    return {
        "running": status.running,
        "embedded": True,
        "version": status.version,
        "pid": status.pid,
        "startedAt": status.started_at.isoformat() if status.started_at else None,
        "data": str(status.data),
        "log": str(status.log),
    }


@command.command()
@dagster_option
@json_option
def url(dagster: bool, as_json: bool) -> None:  # noqa: FBT001
    """Print the address of the database, for any PostgreSQL client; starts the embedded server."""
    found = _url(dagster=dagster)
    if as_json:
        print_json({"url": found})
    else:
        click.echo(found)


def _url(*, dagster: bool) -> str:
    settings = Settings.from_environment()
    named = settings.dagster_database_url if dagster else settings.database_url
    if named:
        return named
    server = EmbeddedServer(settings.home)
    server.start()
    return server.url(DAGSTER if dagster else WAREHOUSE)


@command.command(context_settings={"ignore_unknown_options": True})
@dagster_option
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def psql(dagster: bool, arguments: tuple[str, ...]) -> None:  # noqa: FBT001
    """Open psql on the database; what follows `--` is handed to it."""
    settings = Settings.from_environment()
    if settings.database_url and not dagster:
        program = shutil.which("psql")
        if program is None:
            raise WrongUse("psql is not installed here; use any PostgreSQL client with `cohortline db url`")
        call = [program, settings.database_url]
    else:
        server = EmbeddedServer(settings.home)
        server.start()
        call = server.psql_command(DAGSTER if dagster else WAREHOUSE)
    sys.stdout.flush()
    os.execv(call[0], [*call, *arguments])  # noqa: S606


@command.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def reset(yes: bool, as_json: bool) -> None:  # noqa: FBT001
    """Delete the embedded server's data for good: the warehouse, Dagster's history, everything."""
    server = _embedded("reset")
    place = Path(server.status().data)
    if not yes:
        click.confirm(f"Delete everything in {place}?", abort=True, err=True)
    server.reset()
    if as_json:
        print_json({"deleted": str(place)})
    else:
        click.echo("deleted; the next `cohortline run` begins anew")
