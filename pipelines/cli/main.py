"""The entry point: finds the command, and turns every mistake into one line."""

import signal
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import NamedTuple

import click

from resources.errors import CohortlineError

INTERRUPTED = 130


class _Place(NamedTuple):
    module: str
    help: str


class LazyGroup(click.Group):
    """A group that imports a command when it is used, so that every command answers at once."""

    def __init__(self, places: Mapping[str, _Place], help_text: str) -> None:
        super().__init__(name="cohortline", help=help_text)
        self._places = places

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Every command, in the order in which one meets them."""
        return list(self._places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of this name, imported now."""
        place = self._places.get(cmd_name)
        if place is None:
            return None
        command = import_module(place.module).command
        assert isinstance(command, click.Command)  # noqa: S101
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, place.help) for name, place in self._places.items()])


HELP = """Cohortline makes a verified PostgreSQL warehouse of a Convex snapshot.

\b
Examples:
  cohortline run                           the demo snapshot, from nothing
  cohortline run --snapshot export.zip     your own
  cohortline dev                           the Dagster UI at http://127.0.0.1:3000
  cohortline db psql                       look into the warehouse

Tables are for people; --json prints one JSON document. Logs go to stderr. Exit status: 0 fine, 1 a check failed or
something could not be done, 2 wrong use or unreadable input.
"""

command = LazyGroup(
    {
        "run": _Place("pipelines.cli.run", "Load a snapshot and make everything from it."),
        "dev": _Place("pipelines.cli.dev", "Serve the Dagster UI with its daemon."),
        "cohorts": _Place("pipelines.cli.cohorts", "List the cohorts, say whose stats need a backfill, or retire one."),
        "progress": _Place("pipelines.cli.progress", "Compute the stats of students and cohorts anew."),
        "topics": _Place("pipelines.cli.topics", "See how wanted topics are; verify them, or take a change back."),
        "exams": _Place("pipelines.cli.exams", "Look after the exams: status, verify, export, clear, roll back."),
        "alerts": _Place("pipelines.cli.alerts", "List what is wrong now, and try whether alerts arrive."),
        "db": _Place("pipelines.cli.db", "Start, stop, inspect or reset the database."),
    },
    HELP,
)


def main() -> None:
    """Run the command line."""
    sys.exit(_status())


def _status() -> int:
    # Told to end, by a service manager or a container, it ends as if interrupted: what runs is closed in order.
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    try:
        return command.main(standalone_mode=False) or 0
    except click.ClickException as mistake:
        mistake.show()
        return mistake.exit_code
    except CohortlineError as problem:
        click.echo(f"cohortline: {problem}", err=True)
        return problem.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("cohortline: interrupted", err=True)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of a pipe has seen enough.
        sys.stderr.close()
        return 0
