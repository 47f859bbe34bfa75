"""`cohortline dev`: the Dagster UI with its daemon, schedules and sensors."""

import os
import shutil
import signal
import socket
import sys
from pathlib import Path

import click

from pipelines.cli.environment import prepare
from resources.errors import ServerProblem, WrongUse
from resources.settings import PROJECT, Settings


@click.command(
    "dev",
    epilog="""\b
Examples:
  cohortline dev
  cohortline dev --port 3001""",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen; it has no login of its own.")
@click.option("--port", default=3000, show_default=True, type=click.IntRange(1, 65535), help="The port.")
def command(host: str, port: int) -> None:
    """Serve the Dagster UI with its daemon until interrupted."""
    _free(host, port)
    prepare(Settings.from_environment(), lambda text: click.echo(text, err=True))
    program = Path(sys.executable).with_name("dg")
    found = str(program) if program.is_file() else shutil.which("dg")
    if found is None:
        raise ServerProblem("the program `dg` is missing; run `make setup`")
    # Alerts link to where the UI is.
    os.environ.setdefault("COHORTLINE_UI_URL", f"http://{host}:{port}")
    click.echo(f"Cohortline at http://{host}:{port} (Ctrl-C ends it)", err=True)
    # Begun in the background of a script, it would ignore the interrupt, and Dagster with it every termination.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.chdir(PROJECT)
    os.execv(found, [found, "dev", "--host", host, "--port", str(port), "--use-active-venv"])  # noqa: S606


def _free(host: str, port: int) -> None:
    """Refuse a taken port now; Dagster would choose another without a word."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            message = (
                f"{host}:{port} cannot be used ({problem.strerror}); end what runs there, or choose another --port"
            )
            raise WrongUse(message) from None
