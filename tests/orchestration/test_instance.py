"""Dagster's instance as dagster.yaml configures it: what the file says, and what it does when a run's process dies."""

import contextlib
import os
import signal
import subprocess
import sys
import time
import warnings
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import dagster as dg
import psutil
import pytest
import sqlalchemy as sa
import yaml
from dagster._core.instance.config import PoolGranularity
from dagster._core.scheduler.instigation import InstigatorType, TickStatus

from pipelines.cli.environment import prepare
from pipelines.definitions import build_definitions
from resources.settings import PROJECT, Settings
from resources.warehouse.database import Database

Status = dg.DagsterRunStatus
JOB = "load_snapshot_job"
BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def make_places(server, make_database, template, dagster_template, tmp_path_factory):
    """Prepares a home as the command line does, with a small snapshot; answers the environment that it makes."""

    def make():
        home = tmp_path_factory.mktemp("home")
        users = home / "snapshot" / "users"
        users.mkdir(parents=True)
        (users / "documents.jsonl").write_text('{"_id":"a","_creationTime":1760000000000.0}\n')
        warehouse, dagster = (
            server.set(database=make_database(of), drivername="postgresql").render_as_string(hide_password=False)
            for of in (template, dagster_template)
        )
        settings = Settings(home=home, database_url=warehouse, dagster_database_url=dagster, snapshot=users.parent)
        with mock.patch.dict(os.environ):
            prepare(settings, lambda _: None)
            return dict(os.environ)

    return make


@pytest.fixture(scope="module")
def environment(make_places):
    """What the command line hands to Dagster."""
    return make_places()


@pytest.fixture(scope="module")
def instance(environment):
    """The instance of that environment; a warning while it loads is an error."""
    with mock.patch.dict(os.environ, environment), warnings.catch_warnings():
        warnings.simplefilter("error")
        instance = dg.DagsterInstance.get()
    yield instance
    instance.dispose()


class TestSettings:
    """The file itself, copied by the command line and read by Dagster."""

    def test_the_command_line_hands_dagster_the_projects_file(self, environment):
        given = Path(environment["DAGSTER_HOME"]) / "dagster.yaml"
        assert given.read_text() == (PROJECT / "dagster.yaml").read_text()

    def test_runs_events_and_schedules_are_in_postgresql(self, instance):
        storages = (instance.run_storage, instance.event_log_storage, instance.schedule_storage)
        assert {type(one).__module__.split(".")[0] for one in storages} == {"dagster_postgres"}

    def test_at_most_four_runs_go_on_and_one_of_each_pool(self, instance):
        concurrency = instance.get_concurrency_config()
        assert concurrency.run_queue_config.max_concurrent_runs == 4
        assert concurrency.pool_config.default_pool_limit == 1
        assert concurrency.pool_config.pool_granularity == PoolGranularity.RUN

    def test_runs_that_never_start_end_or_stop_are_ended(self, instance):
        assert instance.run_monitoring_enabled
        assert instance.run_monitoring_start_timeout_seconds == 180
        assert instance.run_monitoring_cancel_timeout_seconds == 180
        assert instance.run_monitoring_max_runtime_seconds == 6 * 60 * 60
        assert instance.run_monitoring_poll_interval_seconds == 30

    def test_crashed_runs_alone_are_tried_again(self, instance):
        assert instance.run_retries_enabled
        assert instance.run_retries_max_retries == 2
        assert not instance.run_retries_retry_on_asset_or_op_failure

    @pytest.mark.parametrize("kind", [InstigatorType.SCHEDULE, InstigatorType.SENSOR])
    def test_ticks_are_kept_for_as_long_as_they_are_of_use(self, instance, kind):
        days = instance.get_tick_retention_settings(kind)
        assert {TickStatus.SKIPPED: 7, TickStatus.FAILURE: 30, TickStatus.SUCCESS: 90}.items() <= days.items()

    def test_nothing_is_told_to_anybody(self, instance):
        assert not instance.telemetry_enabled

    def test_the_daemon_runs_the_queue_the_monitor_and_the_retries(self, instance):
        needed = {"QUEUED_RUN_COORDINATOR", "MONITORING", "EVENT_LOG_CONSUMER", "SENSOR", "SCHEDULER", "BACKFILL"}
        assert needed <= set(instance.get_required_daemon_types())

    @pytest.mark.parametrize("block", ["", "run_monitoring", "run_retries", "telemetry"])
    def test_a_misspelled_setting_would_be_refused(self, make_home, block):
        settings = yaml.safe_load((PROJECT / "dagster.yaml").read_text())
        changed = {block: settings[block] | {"max_retrys": 1}} if block else {"run_retrys": {"enabled": True}}
        environment = make_home(**changed)
        with mock.patch.dict(os.environ, environment), pytest.raises(dg.DagsterInvalidConfigError, match="retrys"):
            dg.DagsterInstance.get()


@dataclass(frozen=True)
class Daemon:
    """The daemon at work, and the instance that it serves."""

    process: psutil.Process
    instance: dg.DagsterInstance
    environment: dict[str, str]

    def launch(self):
        """Put a run into the queue as a person does at the command line."""
        before = {run.run_id for run in self.instance.get_runs()}
        subprocess.run(
            [BIN / "dagster", "job", "launch", "-w", "workspace.yaml", "-j", JOB],
            cwd=PROJECT,
            env=self.environment,
            check=True,
            capture_output=True,
            timeout=60,
        )
        (run,) = [run for run in self.instance.get_runs() if run.run_id not in before]
        return run

    def submit_like(self, run):
        """Put another run of the same job into the queue without the seconds that a new process takes."""
        another = self.instance.create_run_for_job(
            build_definitions().resolve_job_def(JOB),
            remote_job_origin=run.remote_job_origin,
            job_code_origin=run.job_code_origin,
        )
        return self.instance.submit_run(another.run_id, workspace=None)

    def status(self, run):
        return self.instance.get_run_by_id(run.run_id).status

    def record(self, run):
        return self.instance.get_run_record_by_id(run.run_id)

    def worker(self, run):
        """The process that a run is in."""
        events = self.instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ENGINE_EVENT)
        metadata = [entry.dagster_event.engine_event_data.metadata for entry in events]
        pid = next(int(facts["pid"].text) for facts in metadata if "pid" in facts)
        (process,) = [one for one in self.process.children(recursive=True) if one.pid == pid]
        return process


@pytest.fixture(scope="module")
def daemon(make_places, tmp_path_factory):
    """`dagster-daemon run` with the project's file, but one run at a time and shorter waits."""
    environment = make_places() | {"DAGSTER_EVENT_LOG_CONSUMER_DAEMON_INTERVAL_SECONDS": "1"}
    file = Path(environment["DAGSTER_HOME"]) / "dagster.yaml"
    settings = yaml.safe_load(file.read_text())
    settings["concurrency"]["runs"]["max_concurrent_runs"] = 1
    settings["run_monitoring"]["poll_interval_seconds"] = 1
    file.write_text(yaml.safe_dump(settings))
    log = tmp_path_factory.mktemp("daemon") / "log"
    with (
        mock.patch.dict(os.environ, environment),
        log.open("w") as out,
        dg.DagsterInstance.get() as instance,
        subprocess.Popen(
            [BIN / "dagster-daemon", "run", "-w", "workspace.yaml"],
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as process,
    ):
        try:
            yield Daemon(psutil.Process(process.pid), instance, environment)
        finally:
            ended = _end(process)
    assert ended, f"the daemon does not end when it is told to; its log is {log}"


def _end(process):
    """Ask a process to end, and kill it and all of its group where they do not."""
    process.terminate()
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    deadline = time.monotonic() + 10
    with contextlib.suppress(ProcessLookupError):
        while time.monotonic() < deadline:
            os.killpg(process.pid, 0)
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGKILL)
        return False
    return True


@pytest.fixture
def warehouse(daemon):
    """The warehouse that the daemon's runs work on."""
    database = Database(daemon.environment["COHORTLINE_DATABASE_URL"])
    yield database
    database.close()


@pytest.fixture
def ask(warehouse):
    def go(statement):
        with warehouse.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(sa.text(statement))]

    return go


@pytest.fixture
def held(warehouse, daemon, launched, until):
    """Holds the lock of the landing of users, so that the next run stands still in the middle; call it to let go."""
    until(lambda: daemon.record(launched).dagster_run.is_finished, "the run before ends", 60)
    with warehouse.engine.connect() as connection:
        connection.execute(sa.text("select pg_advisory_xact_lock(hashtextextended('landing.users', 0))"))
        yield connection.rollback


@pytest.fixture(scope="module")
def launched(daemon):
    return daemon.launch()


def test_a_run_from_the_command_line_waits_in_the_queue_and_the_daemon_makes_it(daemon, launched, until, ask):
    until(lambda: daemon.record(launched).dagster_run.is_finished, "the run ends", 60)
    assert daemon.status(launched) == Status.SUCCESS
    assert ask("select id from landing.users") == [("a",)]


def test_a_run_whose_process_is_killed_is_failed_frees_its_slot_and_is_tried_again(daemon, launched, until, ask, held):
    first, second = daemon.submit_like(launched), daemon.submit_like(launched)
    waiting = "select count(*) from pg_locks where locktype = 'advisory' and not granted and database = "
    until(lambda: ask(f"{waiting} (select oid from pg_database where datname = current_database())") == [(1,)], "stuck")
    assert daemon.status(second) == Status.QUEUED
    daemon.worker(first).kill()
    until(lambda: daemon.status(first) == Status.FAILURE, "the dead process is noticed", 10)
    assert any("terminated by signal 9 (SIGKILL)" in entry.message for entry in daemon.instance.all_logs(first.run_id))
    until(lambda: daemon.status(second) == Status.STARTED, "the next run gets the slot")
    held()
    until(lambda: daemon.record(second).dagster_run.is_finished, "the next run ends")
    assert daemon.status(second) == Status.SUCCESS

    def again():
        return [run for run in daemon.instance.get_runs() if run.parent_run_id == first.run_id and run.is_finished]

    (retried,) = until(again, "the killed run is tried again")
    assert retried.status == Status.SUCCESS
    ends = [daemon.record(run).end_time for run in (first, second)]
    assert ends[0] <= daemon.record(second).start_time
    assert ends[1] <= daemon.record(retried).start_time
    # The killed run's load is closed by the one that followed it.
    assert ask("select state from ops.loads where source_table = 'users' order by load_id") == [
        ("loaded",),
        ("superseded",),
        ("unchanged",),
        ("unchanged",),
    ]
