"""Homes for Dagster as the project configures it, and waiting for what another process does."""

import os
import time
from contextlib import contextmanager
from unittest import mock

import dagster as dg
import psutil
import pytest
import yaml

from resources.settings import PROJECT


@pytest.fixture(scope="session")
def until():
    """Waits for a condition, and says what did not come about."""

    def wait(condition, what, seconds=30.0):
        deadline = time.monotonic() + seconds
        while not (found := condition()):
            if time.monotonic() > deadline:
                pytest.fail(f"not within {seconds:.0f} s: {what}")
            time.sleep(0.05)
        return found

    return wait


@pytest.fixture(scope="session")
def none_left():
    """Ends, by their ids, the processes that came up meanwhile and are still there."""

    @contextmanager
    def watch():
        this = psutil.Process()
        earlier = set(this.children(recursive=True))
        try:
            yield
        finally:
            left = set(this.children(recursive=True)) - earlier
            for process in left:
                process.kill()
            psutil.wait_procs(left, timeout=10)

    return watch


@pytest.fixture(scope="session")
def make_home(server, make_database, dagster_template, tmp_path_factory):
    """Makes the environment of an instance: the project's dagster.yaml, and a database of its own."""

    def make(driver="postgresql+psycopg2", **more):
        home = tmp_path_factory.mktemp("dagster")
        settings = yaml.safe_load((PROJECT / "dagster.yaml").read_text())
        (home / "dagster.yaml").write_text(yaml.safe_dump(settings | more))
        url = server.set(database=make_database(dagster_template), drivername=driver)
        return {
            "DAGSTER_HOME": str(home),
            "COHORTLINE_DAGSTER_DATABASE_URL": url.render_as_string(hide_password=False),
        }

    return make


@pytest.fixture
def open_home(make_home):
    """Opens an instance with the project's settings and storage."""
    opened = []

    def go(**arguments):
        environment = make_home(**arguments)
        with mock.patch.dict(os.environ, environment):
            opened.append(dg.DagsterInstance.get())
        return opened[-1]

    yield go
    for one in opened:
        one.dispose()


@pytest.fixture(scope="session")
def failures():
    """The innermost error of each failed step of a run."""

    def find(result):
        found = {}
        for event in result.all_events:
            if event.is_step_failure:
                error = event.step_failure_data.error
                while error.cause:
                    error = error.cause
                found[event.step_key] = f"{error.cls_name}: {error.message}"
        return found

    return find
