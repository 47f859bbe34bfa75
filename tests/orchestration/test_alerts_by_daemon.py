"""From a corrupted row to a person, under the real daemon: one message, whatever the receiver answers or is killed."""

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path
from unittest import mock

import dagster as dg
import pytest

from assets.exams.exams import refresh_exams
from assets.exams.keep import keep
from assets.exams.migrate import migrate
from assets.landing.land import land
from assets.landing.sources import ALIASES, SOURCES
from pipelines.cli.environment import prepare
from resources.settings import PROJECT, Settings
from resources.snapshot.reader import open_snapshot
from tests.orchestration.test_exams import TABLES

BIN = Path(sys.executable).parent


@pytest.fixture
def environment(tmp_path, server, make_database, dagster_template, database, make_snapshot, receiver):
    """Exams in a warehouse, and what the command line hands to Dagster about it."""
    path = make_snapshot(TABLES)
    with open_snapshot(path, ALIASES) as snapshot:
        for source in SOURCES:
            if source.name in snapshot.tables:
                land(database, snapshot, source, "run")
        keep(database, snapshot, "run")
    refresh_exams(database, "run")
    migrate(database, "run")
    dagster = server.set(database=make_database(dagster_template), drivername="postgresql")
    settings = Settings(
        home=tmp_path / "home",
        database_url=database.url.render_as_string(hide_password=False),
        dagster_database_url=dagster.render_as_string(hide_password=False),
        snapshot=path,
    )
    with mock.patch.dict(os.environ, COHORTLINE_ALERT_WEBHOOK=receiver.url):
        prepare(settings, lambda _: None)
        yield dict(os.environ)


@pytest.fixture
def daemon(environment, tmp_path):
    """Begins `dagster-daemon run`; what still runs at the end is killed, by its group."""
    begun = []

    def begin():
        with (tmp_path / f"daemon{len(begun)}.log").open("w") as log:
            begun.append(
                subprocess.Popen(
                    [BIN / "dagster-daemon", "run", "-w", "workspace.yaml"],
                    cwd=PROJECT,
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            )
        return begun[-1]

    yield begin
    for process in begun:
        kill(process)


def kill(process):
    """Kill the daemon, and with it its code server, as when the machine goes down."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=10)


def launch(environment, job):
    """Put a run into the queue, as a person does."""
    command = [BIN / "dagster", "job", "launch", "-w", "workspace.yaml", "-j", job]
    subprocess.run(command, cwd=PROJECT, env=environment, check=True, capture_output=True, timeout=120)


def test_a_corrupted_row_is_one_message_though_the_receiver_fails_twice_and_the_daemon_is_killed_in_between(
    environment, daemon, receiver, query, until
):
    receiver.then(500, 500)
    query("update core.exam_answers set selected_answer = 'B' where question_id = 'q1'")
    launch(environment, "verify_exams_job")
    first = daemon()
    with dg.DagsterInstance.get() as instance:
        until(lambda: receiver.requests, "the first message", 120)
        until(lambda: all(run.is_finished for run in instance.get_runs()), "the run ends", 60)
        kill(first)
        daemon()
        until(lambda: receiver.accepted, "the message is accepted", 180)
        until(lambda: query("select 1 from ops.alerts where delivered_at is not null"), "it is marked")
        # The run is judged as well, and is no alert: it did what it was asked to.
        judged = "select passed from ops.audits where statement = 'every_run_succeeds'"
        until(lambda: query(judged) == [(True,)], "the run is judged", 60)
    assert query("select event, asset, statement, kind, subject, attempts, problem from ops.alerts") == [
        ("opened", "exam_answers", "every_v1_answer_is_in_v2", "exam", "e", 3, None)
    ]
    (message,) = receiver.accepted
    assert message.body["text"] == "ERROR: exam_answers: every_v1_answer_is_in_v2 is false for 1 exam"
    assert message.body["alert"]["subjects"] == ["e"]
    assert len({one.headers["Idempotency-Key"] for one in receiver.requests}) == 1
    assert [one.status for one in receiver.requests] == [500, 500, 200]
