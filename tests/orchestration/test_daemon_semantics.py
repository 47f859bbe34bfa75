"""What Dagster's daemons do with runs: behaviour that we rely on, pinned so that an upgrade cannot change it unseen.

Each daemon's turn is made by hand, on an instance with the project's own settings and a real code server.
"""

import importlib.util
import logging
import os
from pathlib import Path
from unittest import mock

import dagster as dg
import pytest
from dagster._core.events import DagsterEvent
from dagster._core.execution.backfill import PartitionBackfill
from dagster._core.test_utils import create_test_daemon_workspace_context
from dagster._core.workspace.load_target import PythonFileTarget
from dagster._daemon.auto_run_reexecution.auto_run_reexecution import (
    consume_new_runs_for_automatic_reexecution,
)
from dagster._daemon.backfill import execute_backfill_iteration
from dagster._daemon.monitoring import execute_run_monitoring_iteration
from dagster._daemon.run_coordinator.queued_run_coordinator_daemon import QueuedRunCoordinatorDaemon
from dagster._daemon.sensor import execute_sensor_iteration

TOYS = Path(__file__).with_name("toy_location.py")
LOGGER = logging.getLogger("toys")
LOGGER.setLevel(logging.CRITICAL)
Status = dg.DagsterRunStatus


@pytest.fixture(scope="module")
def toys():
    specification = importlib.util.spec_from_file_location("toy_location", TOYS)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module.defs()


@pytest.fixture(scope="module")
def location(make_home, none_left):
    """The toys behind a code server of their own, as a daemon sees them."""
    environment = make_home(code_servers={"wait_for_local_processes_on_shutdown": True})
    with (
        none_left(),
        mock.patch.dict(os.environ, environment),
        dg.DagsterInstance.from_config(environment["DAGSTER_HOME"]) as instance,
        create_test_daemon_workspace_context(
            PythonFileTarget(str(TOYS), None, None, "cohortline"), instance
        ) as context,
    ):
        yield context


@pytest.fixture
def instance(location):
    """The instance without runs, so that one test's slots and pools are not another's."""
    for run in location.instance.get_runs():
        location.instance.delete_run(run.run_id)
    return location.instance


@pytest.fixture
def create(location, instance, toys):
    """Creates a run of the toys' job as the UI does, without starting it."""

    def go(**tags):
        (code,) = location.create_request_context().code_locations
        (repository,) = code.get_repositories().values()
        job = repository.get_full_job("draw_job")
        return instance.create_run_for_job(
            toys.resolve_job_def("draw_job"),
            remote_job_origin=job.get_remote_origin(),
            job_code_origin=job.get_python_origin(),
            tags=tags,
        )

    return go


@pytest.fixture
def queue(location, instance, create):
    def go(**tags):
        run = create(**tags)
        return instance.submit_run(run.run_id, location.create_request_context()).run_id

    return go


@pytest.fixture
def abandon(instance, create):
    """A run that has begun and whose process is gone with its code server: the machine lost its power."""

    def go(**tags):
        run = create(**tags)
        begun = DagsterEvent(dg.DagsterEventType.RUN_START.value, job_name=run.job_name, message="begun")
        instance.report_dagster_event(begun, run_id=run.run_id)
        assert instance.get_run_by_id(run.run_id).status == Status.STARTED
        return run.run_id

    return go


@pytest.fixture
def status(instance):
    return lambda run_id: instance.get_run_by_id(run_id).status


@pytest.fixture
def backfill(location, instance):
    """Ask for keys of assets, give the backfill daemon its turn, and answer the tags of the runs it makes."""

    def go(assets, keys):
        name = "-".join(assets)
        request = PartitionBackfill.from_asset_partitions(
            backfill_id=name,
            asset_graph=location.create_request_context().asset_graph,
            partition_names=keys,
            asset_selection=[dg.AssetKey(asset) for asset in assets],
            backfill_timestamp=0.0,
            tags={},
            dynamic_partitions_store=instance,
            all_partitions=False,
            title=None,
            description=None,
            run_config=None,
        )
        instance.add_backfill(request)
        assert [error for error in execute_backfill_iteration(location, LOGGER) if error] == []
        return [run.tags for run in instance.get_runs(dg.RunsFilter(tags={"dagster/backfill": name}))]

    return go


def turn_of_the_queue(location):
    assert [error for error in QueuedRunCoordinatorDaemon(interval_seconds=5).run_iteration(location) if error] == []


def turn_of_the_monitor(location):
    assert [error for error in execute_run_monitoring_iteration(location, LOGGER) if error] == []


def test_a_single_run_backfill_makes_one_run_for_each_contiguous_range_in_the_order_keys_were_added(instance, backfill):
    instance.add_dynamic_partitions("cohort", ["e", "d", "c", "b", "a"])
    tags = backfill(["in_one_run", "in_the_same_run"], ["b", "d", "e"])
    names = ("dagster/asset_partition_range_start", "dagster/asset_partition_range_end")
    assert sorted(tuple(tag[name] for name in names) for tag in tags) == [("b", "b"), ("e", "d")]
    assert all("dagster/partition" not in tag for tag in tags)


def test_without_the_policy_a_backfill_makes_a_run_for_each_key(instance, backfill):
    instance.add_dynamic_partitions("cohort", ["e", "d", "c", "b", "a"])
    tags = backfill(["in_a_run_each"], ["b", "d", "e"])
    assert sorted(tag["dagster/partition"] for tag in tags) == ["b", "d", "e"]


def test_two_runs_of_one_pool_never_overlap_once_the_queue_has_met_the_pool(
    location, instance, abandon, queue, status, until
):
    instance.event_log_storage.delete_concurrency_limit("well")
    first, too_early = abandon(), queue()
    # The queue reads the limits before it makes the default one: on its first turn over a new pool nothing is held.
    turn_of_the_queue(location)
    until(lambda: status(too_early) == Status.SUCCESS, "the run before the limit is known goes through")
    second = queue()
    turn_of_the_queue(location)
    assert (status(first), status(second)) == (Status.STARTED, Status.QUEUED)
    instance.report_run_canceled(instance.get_run_by_id(first))
    turn_of_the_queue(location)
    until(lambda: status(second) == Status.SUCCESS, "the second run goes on when the first is gone")


def test_a_run_without_any_process_is_ended_by_its_longest_time_alone_and_then_tried_again(
    location, instance, abandon, status
):
    # Nothing notices that the process is gone: the launcher cannot tell, and the code server that could is gone too.
    lost, overdue = abandon(), abandon(**{"dagster/max_runtime": "0.001"})
    turn_of_the_monitor(location)
    assert (status(lost), status(overdue)) == (Status.STARTED, Status.FAILURE)
    assert not instance.run_launcher.supports_check_run_worker_health
    assert instance.get_run_by_id(overdue).tags["dagster/will_retry"] == "true"


def test_a_crash_is_tried_again_twice_and_a_failed_step_never(location, instance, create):
    def turn_of_the_retries():
        records = instance.get_run_records(dg.RunsFilter(statuses=[Status.FAILURE]))
        list(consume_new_runs_for_automatic_reexecution(location, records, LOGGER))

    instance.report_run_failed(create())
    for runs in (2, 3, 3):
        turn_of_the_retries()
        attempts = instance.get_runs()
        assert len(attempts) == runs
        for run in attempts:
            if run.status == Status.QUEUED:
                instance.report_run_failed(run)

    @dg.asset
    def failing() -> None:
        raise ValueError

    failed = dg.materialize([failing], instance=instance, raise_on_error=False).run_id
    assert instance.get_run_by_id(failed).tags["dagster/will_retry"] == "false"
    turn_of_the_retries()
    assert len(instance.get_runs()) == 3 + 1


def test_a_run_status_sensor_sees_failed_checks_of_every_severity_and_no_run_made_outside_its_code_location(
    location, instance, queue, toys, status, until
):
    def turn_of_the_sensors():
        assert [error for error in execute_sensor_iteration(location, LOGGER, None, None) if error] == []

    def seen(sensor):
        return {tuple(key.split(" ", 1)) for key in instance.get_dynamic_partitions(sensor)}

    # The first tick only remembers where the events end.
    turn_of_the_sensors()
    by_command = toys.resolve_job_def("draw_job").execute_in_process(instance=instance).run_id
    by_queue = queue()
    turn_of_the_queue(location)
    until(lambda: status(by_queue) == Status.SUCCESS, "the queued run ends")
    facts = {"doubtful WARN False", "wrong ERROR False"}

    def both_have_ticked():
        turn_of_the_sensors()
        return all(by_queue in dict(seen(sensor)) for sensor in ("here", "everywhere"))

    until(both_have_ticked, "the sensors see the queued run")
    assert seen("here") == {(by_queue, fact) for fact in facts}
    assert seen("everywhere") == {(run, fact) for run in (by_queue, by_command) for fact in facts}
