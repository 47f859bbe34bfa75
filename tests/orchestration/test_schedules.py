"""The schedules: every cohort each night in one run, and each hour just what needs it."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest import mock

import dagster as dg
import pytest
from dagster._core.definitions.run_request import InstigatorType
from dagster._core.scheduler.instigation import InstigatorState, InstigatorStatus, ScheduleInstigatorData
from dagster._core.test_utils import create_test_daemon_workspace_context
from dagster._core.workspace.load_target import WorkspaceFileTarget

from assets.landing.land import land
from assets.landing.sources import ALIASES, SOURCES
from assets.partitions import RANGE_END, RANGE_START
from assets.progress.flags import refresh_flags
from assets.progress.refresh import refresh
from assets.progress.status import refresh_status
from pipelines.cohorts import NAME
from pipelines.schedules import hourly_progress_schedule, nightly_progress_schedule
from resources.settings import PROJECT
from resources.snapshot.reader import open_snapshot
from resources.warehouse.resource import Warehouse

WORKSPACE = PROJECT / "workspace.yaml"
COHORTS = ["autumn", "spring", "winter"]
EVERYTHING = ["unassigned", *COHORTS]


@pytest.fixture
def arrive(database, make_snapshot):
    """Lands users of the cohorts, as a load of its own."""

    def go(load, *users, cohorts=COHORTS):
        tables = {
            "cohorts": [{"_id": key, "name": key} for key in cohorts],
            "users": [{"_id": user, "cohortId": cohort} for user, cohort in users],
        }
        with open_snapshot(make_snapshot(tables, load), ALIASES) as snapshot:
            for source in SOURCES:
                if source.name in snapshot.tables:
                    land(database, snapshot, source, load)

    return go


@pytest.fixture
def compute(database):
    def go(keys=EVERYTHING):
        refresh(database, "user_progress_stats", keys, "a run")
        refresh(database, "cohort_stats", keys, "a run")
        refresh_flags(database, "a run")
        refresh_status(database)

    return go


@pytest.fixture
def instance(make_home):
    """An instance with the project's settings, which schedules open for themselves by its settings."""
    with mock.patch.dict(os.environ, make_home()), dg.DagsterInstance.get() as instance:
        yield instance


@pytest.fixture
def evaluate(warehouse_url, instance):
    """What a schedule asks for: ranges of cohorts, or the reason why it asks for nothing."""

    def go(schedule):
        resources = {"warehouse": Warehouse(url=warehouse_url)}
        with dg.build_schedule_context(instance=instance, resources=resources) as context:
            found = schedule.evaluate_tick(context)
        ranges = [(one.tags[RANGE_START], one.tags[RANGE_END]) for one in found.run_requests or []]
        return ranges or found.skip_message

    return go


def test_each_night_every_cohort_is_asked_for_in_one_run_a_new_one_included(arrive, compute, evaluate, instance):
    arrive("first", ("ann", "spring"))
    compute()
    assert evaluate(nightly_progress_schedule) == [("unassigned", "winter")]
    arrive("second", ("ann", "spring"), cohorts=[*COHORTS, "new"])
    assert evaluate(nightly_progress_schedule) == [("unassigned", "new")]
    assert list(instance.get_dynamic_partitions(NAME)) == [*EVERYTHING, "new"]


def test_each_hour_only_what_needs_it_is_asked_for(arrive, compute, evaluate, query):
    arrive("first", ("ann", "spring"))
    assert evaluate(hourly_progress_schedule) == [("autumn", "winter")]
    compute()
    assert evaluate(hourly_progress_schedule) == "every cohort's stats are up to date"
    arrive("second", ("ann", "spring"), ("ben", "winter"))
    assert evaluate(hourly_progress_schedule) == [("winter", "winter")]
    compute(["winter"])
    assert evaluate(hourly_progress_schedule) == "every cohort's stats are up to date"
    query("update landing.cohorts set name = 'Winter' where id = 'winter'")
    assert evaluate(hourly_progress_schedule) == [("unassigned", "unassigned")]


def test_a_student_who_moved_makes_both_cohorts_need_it(arrive, compute, evaluate):
    arrive("first", ("ann", "spring"))
    compute()
    arrive("second", ("ann", "winter"))
    assert evaluate(hourly_progress_schedule) == [("spring", "winter")]
    compute(["winter"])
    assert evaluate(hourly_progress_schedule) == [("spring", "spring")]


def test_a_cohort_that_left_is_computed_once_more(arrive, compute, evaluate, query):
    arrive("first", ("ann", "spring"))
    evaluate(nightly_progress_schedule)
    compute()
    arrive("second", ("ann", "spring"), cohorts=["autumn", "winter"])
    assert evaluate(hourly_progress_schedule) == [("spring", "spring")]
    compute(["spring"])
    assert query("select count(*) from stats.user_progress_stats") == [(0,)]
    assert evaluate(hourly_progress_schedule) == "every cohort's stats are up to date"


def test_a_cohort_that_left_is_a_partition_again_where_its_stats_still_stand(arrive, compute, evaluate, instance):
    arrive("first", ("ann", "spring"))
    compute()
    arrive("second", ("ann", "spring"), cohorts=["autumn", "winter"])
    assert evaluate(hourly_progress_schedule) == [("spring", "spring")]
    assert "spring" in instance.get_dynamic_partitions(NAME)


def test_while_a_run_of_the_job_is_underway_no_other_is_asked_for(arrive, evaluate, instance):
    arrive("first", ("ann", "spring"))
    instance.add_run(dg.DagsterRun("refresh_progress_job", status=dg.DagsterRunStatus.STARTED))
    assert evaluate(hourly_progress_schedule) == "3 cohorts need it, and a run of the same job is underway"


@pytest.fixture
def missed(warehouse_url, instance, none_left):
    """The instance, in which the nightly schedule missed its last hour."""
    with none_left(), mock.patch.dict(os.environ, {"COHORTLINE_DATABASE_URL": warehouse_url}):
        with create_test_daemon_workspace_context(WorkspaceFileTarget([str(WORKSPACE)]), instance) as context:
            (location,) = context.create_request_context().code_locations
            (repository,) = location.get_repositories().values()
            origin = repository.get_schedule(nightly_progress_schedule.name).get_remote_origin()
        now = datetime.now(UTC)
        last = now.replace(hour=3, minute=0, second=0, microsecond=0)
        last -= timedelta(days=last > now)
        data = ScheduleInstigatorData("0 3 * * *", start_timestamp=last.timestamp() - 1)
        instance.add_instigator_state(InstigatorState(origin, InstigatorType.SCHEDULE, InstigatorStatus.RUNNING, data))
        yield instance


def test_the_daemon_makes_up_for_the_night_that_it_missed_in_one_run(arrive, missed, query, until, tmp_path):
    arrive("first", ("ann", "spring"), ("ben", "winter"))
    program = Path(sys.executable).with_name("dagster-daemon")
    log = (tmp_path / "daemon.log").open("wb")
    with subprocess.Popen([program, "run", "-w", WORKSPACE], cwd=PROJECT, stdout=log, stderr=log) as daemon:
        try:
            nightly = dg.RunsFilter(tags={"dagster/schedule_name": nightly_progress_schedule.name})
            until(lambda: [run for run in missed.get_runs(nightly) if run.is_success], "the nightly run succeeds", 90)
            (run,) = missed.get_runs(nightly)
        finally:
            daemon.terminate()
    assert (run.tags[RANGE_START], run.tags[RANGE_END]) == ("unassigned", "winter")
    assert query("select cohort_id, total_students from stats.cohort_stats order by 1") == [
        ("autumn", 0), ("spring", 1), ("winter", 1),
    ]  # fmt: skip
