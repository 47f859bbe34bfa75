"""The command line as a person runs it: a process of its own, with an environment of its own."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from resources.warehouse.database import Database

ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Done:
    """What a command answered."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its one JSON document."""
        return json.loads(self.out)


def _open(*arguments: object, environment: dict[str, str]) -> subprocess.Popen:
    """Begin `cohortline` with nothing of this process's environment but what a shell has."""
    # Beside its home, so that what it writes where it is called does not end up in the project.
    place = Path(environment["COHORTLINE_HOME"]).parent if "COHORTLINE_HOME" in environment else None
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return subprocess.Popen(
        [sys.executable, "-c", "from pipelines.cli.main import main; main()", *map(str, arguments)],
        env=kept | {"PYTHONPATH": str(ROOT)} | environment,
        cwd=place,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run_command(*arguments: object, environment: dict[str, str]) -> Done:
    """Run `cohortline` to its end."""
    with _open(*arguments, environment=environment) as process:
        try:
            out, err = process.communicate(timeout=120)
        finally:
            process.kill()
    return Done(process.returncode, out, err)


@pytest.fixture(scope="session")
def call():
    """Runs the command in an environment that the test gives."""
    return run_command


@pytest.fixture
def environment(tmp_path, server, make_database, template, dagster_template):
    """A home of one's own, on the test server."""

    def url(database):
        return server.set(database=database, drivername="postgresql").render_as_string(hide_password=False)

    return {
        "COHORTLINE_HOME": str(tmp_path / "home"),
        "COHORTLINE_DATABASE_URL": url(make_database(template)),
        "COHORTLINE_DAGSTER_DATABASE_URL": url(make_database(dagster_template)),
    }


@pytest.fixture
def cohortline(environment):
    """Runs the command against the test server."""

    def run(*arguments, **more):
        return run_command(*arguments, environment=environment | more)

    return run


@pytest.fixture
def begin(environment):
    """Begins the command against the test server; whatever still runs at the end is killed."""
    begun = []

    def run(*arguments):
        begun.append(_open(*arguments, environment=environment))
        return begun[-1]

    yield run
    for process in begun:
        process.kill()
        process.communicate()


@pytest.fixture
def ask(environment):
    """Asks the warehouse that the command works on."""
    database = Database(environment["COHORTLINE_DATABASE_URL"])

    def go(statement):
        with database.engine.begin() as connection:
            result = connection.exec_driver_sql(statement)
            return [tuple(row) for row in result] if result.returns_rows else []

    yield go
    database.close()
