"""Alerts of runs: what each run that ended opens and recovers, whoever made it, and that none counts twice."""

import os
import socket
from unittest import mock

import dagster as dg
import pytest
from dagster._core.events import DagsterEvent
from dagster._core.remote_origin import RegisteredCodeLocationOrigin, RemoteJobOrigin, RemoteRepositoryOrigin

from assets.partitions import PARTITION, RANGE_END, RANGE_START
from pipelines.alerts.runs import judge_runs
from pipelines.cohorts import NAME
from pipelines.orphans import end_orphans
from pipelines.sensors import on_run_ended_sensor
from pipelines.tags import HOST, PROCESS
from resources.alerts.outbox import Judged
from resources.warehouse.resource import Warehouse

BROKEN = set()
ORIGIN = RemoteJobOrigin(
    RemoteRepositoryOrigin(RegisteredCodeLocationOrigin("cohortline"), "__repository__"), "make_job"
)


class NamedError(Exception):
    """What a step raises; its text must reach nobody."""


@dg.asset
def upper() -> None:
    """Fails when it is broken."""
    if "upper" in BROKEN:
        raise NamedError("Ana's row")
    if "stopped" in BROKEN:
        raise KeyboardInterrupt


@dg.asset(deps=[upper])
def lower() -> None:
    """Comes after it."""


@dg.asset_check(asset=upper, blocking=True)
def a_check_that_blocks() -> dg.AssetCheckResult:
    """Is false when it is broken."""
    return dg.AssetCheckResult(passed="check" not in BROKEN)


DEFINITIONS = dg.Definitions(
    assets=[upper, lower],
    asset_checks=[a_check_that_blocks],
    jobs=[dg.define_asset_job("make_job", [upper, lower])],
    executor=dg.in_process_executor,
)
JOB = DEFINITIONS.resolve_job_def("make_job")


@pytest.fixture
def instance():
    with dg.DagsterInstance.ephemeral() as instance:
        instance.add_dynamic_partitions(NAME, ["a", "b", "c"])
        yield instance


@pytest.fixture
def make(instance):
    """Runs the job; what is named is broken."""

    def go(*broken, **tags):
        BROKEN.clear()
        BROKEN.update(broken)
        return JOB.execute_in_process(instance=instance, tags=tags, raise_on_error=False).run_id

    return go


@pytest.fixture
def end(instance):
    """A run that the daemon made, and how it ended."""

    def go(*, success, selection=None, job="make_job", **tags):
        keys = frozenset(map(dg.AssetKey, selection)) if selection else None
        definition = (
            DEFINITIONS.resolve_job_def(job)
            if job == "make_job"
            else DEFINITIONS.resolve_implicit_global_asset_job_def()
        )
        run = instance.create_run_for_job(definition, asset_selection=keys, tags=tags, remote_job_origin=ORIGIN)
        if success:
            ended = DagsterEvent(dg.DagsterEventType.RUN_SUCCESS.value, job_name=run.job_name, message="ended")
            instance.report_dagster_event(ended, run_id=run.run_id)
        else:
            instance.report_run_failed(run)
        return run.run_id

    return go


@pytest.fixture
def judge(instance, database):
    return lambda: judge_runs(instance, database, DEFINITIONS.get_repository_def())


@pytest.fixture
def told(query):
    """Every event so far: what happened, to what."""
    return lambda: query("select event, subject from ops.alerts order by alert_id")


def test_a_failure_opens_once_names_step_and_class_and_the_next_success_recovers_it(make, judge, told, query):
    first = make("upper")
    assert judge() == Judged(opened=1)
    assert query("select asset, statement, kind, subject, severity, run_id, detail, counts from ops.alerts") == [
        ("make_job", "every_run_succeeds", "job", "make_job", "ERROR", first, "upper: NamedError", {"failed_steps": 1})
    ]
    assert judge() == Judged()
    make("upper")
    assert judge() == Judged()
    make()
    assert judge() == Judged(recovered=1)
    assert judge() == Judged()
    assert told() == [("opened", "make_job"), ("recovered", "make_job")]


def test_several_runs_are_judged_in_the_order_in_which_they_ended(make, judge, told):
    for broken in (["upper"], [], ["upper"]):
        make(*broken)
    assert judge() == Judged(opened=2, recovered=1)
    assert [event for event, _ in told()] == ["opened", "recovered", "opened"]


def test_a_run_over_some_cohorts_recovers_what_it_was_over_and_no_more(make, judge, told):
    make("upper", **{PARTITION: "b"})
    make("upper", **{RANGE_START: "b", RANGE_END: "c"})
    make("upper", **{RANGE_START: "a", RANGE_END: "c"})
    judge()
    subjects = ["make_job over b", "make_job over b...c", "make_job"]
    assert told() == [("opened", subject) for subject in subjects]
    make(**{PARTITION: "a"})
    assert judge() == Judged()
    make(**{RANGE_START: "a", RANGE_END: "b"})
    judge()
    assert told()[3:] == [("recovered", "make_job over b")]
    make(**{RANGE_START: "a", RANGE_END: "c"})
    assert judge() == Judged(recovered=2)


def test_a_run_of_some_assets_says_nothing_about_others_and_all_of_them_are_the_job(end, judge, told):
    end(success=False, selection=["upper"])
    end(success=True, selection=["lower"])
    judge()
    assert told() == [("opened", "make_job of upper")]
    end(success=False, selection=["upper", "lower"])
    end(success=True)
    judge()
    assert told()[1:] == [("opened", "make_job"), ("recovered", "make_job"), ("recovered", "make_job of upper")]


def test_assets_that_somebody_chose_are_right_again_with_a_run_of_any_job_over_them(end, judge, told):
    end(success=False, selection=["upper"], job="__ASSET_JOB", **{PARTITION: "a"})
    judge()
    assert told() == [("opened", "__ASSET_JOB of upper over a")]
    end(success=True, selection=["lower"], **{PARTITION: "a"})
    end(success=True, **{PARTITION: "b"})
    assert judge() == Judged()
    end(success=True)
    judge()
    assert told()[1:] == [("recovered", "__ASSET_JOB of upper over a")]


def test_a_run_that_dagster_tries_again_is_no_alert_until_it_gives_up(instance, end, judge):
    run = end(success=False)
    instance.add_run_tags(run, {"dagster/will_retry": "true"})
    assert judge() == Judged()
    instance.add_run_tags(run, {"dagster/will_retry": "false"})
    assert judge() == Judged(opened=1)


def test_a_run_of_which_dagster_has_not_said_so_yet_waits_for_a_moment(instance, end, judge):
    end(success=False)
    with mock.patch.object(type(instance), "run_retries_enabled", True):
        assert judge() == Judged()
    assert judge() == Judged(opened=1)


def test_a_cancelled_run_is_nobodys_alert(instance, judge):
    instance.report_run_canceled(instance.create_run_for_job(JOB))
    assert judge() == Judged()


def test_neither_is_one_that_somebody_stopped_at_the_terminal(make, judge):
    make("stopped", **{HOST: socket.gethostname()})
    assert judge() == Judged()
    make("stopped")
    assert judge() == Judged(opened=1)


def test_a_check_that_blocks_has_an_alert_of_its_own(make, judge):
    make("check")
    assert judge() == Judged()
    make("upper")
    assert judge() == Judged(opened=1)
    make("check")
    assert judge() == Judged()


def test_the_sensor_and_the_command_line_together_count_a_run_once(instance, make, judge, warehouse_url, told):
    cursor = None

    def tick():
        nonlocal cursor
        with dg.build_sensor_context(
            instance=instance,
            cursor=cursor,
            definitions=DEFINITIONS,
            resources={"warehouse": Warehouse(url=warehouse_url)},
        ) as context:
            said = on_run_ended_sensor(context).skip_message
            cursor = context.cursor
        return said

    make("upper")
    assert tick() == "alerts about runs: 1 opened, 0 recovered"
    assert judge() == Judged()
    make()
    assert judge() == Judged(recovered=1)
    assert tick() == "alerts about runs: 0 opened, 0 recovered"
    make("upper")
    assert tick() == "alerts about runs: 1 opened, 0 recovered"


def test_the_sensor_ends_a_run_of_the_command_line_whose_process_was_killed(instance, warehouse_url, told):
    run = instance.create_run_for_job(JOB, tags={HOST: socket.gethostname(), PROCESS: f"{os.getpid()}@0"})
    begun = DagsterEvent(dg.DagsterEventType.RUN_START.value, job_name=run.job_name, message="begun")
    instance.report_dagster_event(begun, run_id=run.run_id)
    resources = {"warehouse": Warehouse(url=warehouse_url)}
    with dg.build_sensor_context(instance=instance, definitions=DEFINITIONS, resources=resources) as context:
        assert on_run_ended_sensor(context).skip_message == "alerts about runs: 1 opened, 0 recovered"
    assert instance.get_run_by_id(run.run_id).is_failure
    assert told() == [("opened", "make_job")]


def test_a_run_whose_process_was_killed_is_an_alert_as_soon_as_somebody_notices(instance, judge, query):
    run = instance.create_run_for_job(JOB, tags={HOST: socket.gethostname(), PROCESS: f"{os.getpid()}@0"})
    begun = DagsterEvent(dg.DagsterEventType.RUN_START.value, job_name=run.job_name, message="begun")
    instance.report_dagster_event(begun, run_id=run.run_id)
    end_orphans(instance)
    assert judge() == Judged(opened=1)
    assert query("select run_id, detail, counts from ops.alerts") == [(run.run_id, "its process ended", {})]
