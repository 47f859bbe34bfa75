"""Alerts of ticks: a schedule or sensor that fails at a tick, and works again."""

import logging
import os
from datetime import datetime
from pathlib import Path
from unittest import mock

import dagster as dg
import pytest
from dagster._core.test_utils import create_test_daemon_workspace_context
from dagster._core.workspace.load_target import PythonFileTarget
from dagster._daemon.sensor import execute_sensor_iteration

from pipelines.alerts.ticks import judge_ticks
from pipelines.sensors import on_alert_due_sensor, on_tick_failed_sensor
from resources import clock
from resources.alerts import outbox
from resources.alerts.outbox import Judged
from resources.warehouse.resource import Warehouse

MOODY = Path(__file__).with_name("moody_location.py")
LOGGER = logging.getLogger("moody")
LOGGER.setLevel(logging.CRITICAL)


@pytest.fixture(scope="module")
def location(make_home, none_left):
    """A sensor that fails when it is told to, behind a code server of its own, as a daemon sees it."""
    environment = make_home(code_servers={"wait_for_local_processes_on_shutdown": True})
    with (
        none_left(),
        mock.patch.dict(os.environ, environment),
        dg.DagsterInstance.from_config(environment["DAGSTER_HOME"]) as instance,
        create_test_daemon_workspace_context(
            PythonFileTarget(str(MOODY), None, None, "cohortline"), instance
        ) as context,
    ):
        yield context


@pytest.fixture
def tick(location, until):
    """Has the daemon evaluate the sensor once more, in a good mood or a bad one."""
    instance = location.instance

    def count():
        (state,) = instance.all_instigator_state() or [None]
        return len(instance.get_ticks(state.instigator_origin_id, state.selector_id)) if state else 0

    def go(*, fails):
        (instance.add_dynamic_partitions if fails else instance.delete_dynamic_partition)(
            "mood", ["bad"] if fails else "bad"
        )
        before = count()

        def has_ticked():
            list(execute_sensor_iteration(location, LOGGER, None, None))
            return count() > before

        until(has_ticked, "the sensor is evaluated")

    return go


def test_a_failed_tick_opens_once_and_the_first_that_does_not_fail_recovers(location, database, tick, query):
    def judge():
        return judge_ticks(location.instance, database)

    tick(fails=True)
    assert judge() == Judged(opened=1)
    assert query("select asset, statement, kind, subject, detail, run_id from ops.alerts") == [
        ("on_mood_sensor", "every_tick_succeeds", "sensor", "on_mood_sensor", "MoodError", None)
    ]
    tick(fails=True)
    assert judge() == Judged()
    tick(fails=False)
    assert judge() == Judged(recovered=1)
    assert judge() == Judged()
    # What happens between two looks is told as well.
    tick(fails=True)
    tick(fails=False)
    assert judge() == Judged(opened=1, recovered=1)
    assert judge() == Judged()
    assert query("select event from ops.alerts order by as_of, alert_id") == [
        ("opened",),
        ("recovered",),
        ("opened",),
        ("recovered",),
    ]


@pytest.fixture
def sensor(location, warehouse_url):
    """Evaluates one of the project's sensors."""

    def go(definition):
        with dg.build_sensor_context(
            instance=location.instance, resources={"warehouse": Warehouse(url=warehouse_url)}
        ) as context:
            found = definition(context)
            return found.skip_message, context.cursor

    return go


def test_the_projects_sensor_finds_it_and_remembers_until_when_it_looked(sensor, tick, query):
    tick(fails=True)
    _, cursor = sensor(on_tick_failed_sensor)
    assert datetime.fromisoformat(cursor) <= clock.now()
    # On the first look it finds the ticks of the last minutes too.
    assert query("select event from ops.alerts order by alert_id desc limit 1") == [("opened",)]


def test_the_sensor_delivers_what_is_due(sensor, database, receiver, monkeypatch):
    with database.transaction() as transaction:
        outbox.judge(
            transaction, asset="exams", statement="a_check", severity="ERROR", counts={}, run_id=None,
            as_of=database.as_of, kind="asset", failing=["exams"], judged=None,
        )  # fmt: skip
    said, _ = sensor(on_alert_due_sensor)
    assert said.startswith("COHORTLINE_ALERT_WEBHOOK is not set")
    assert said.endswith("; 1 messages wait (`cohortline alerts list`)")
    monkeypatch.setenv("COHORTLINE_ALERT_WEBHOOK", "gopher://x/secret")
    assert "secret" not in sensor(on_alert_due_sensor)[0]
    monkeypatch.setenv("COHORTLINE_ALERT_WEBHOOK", receiver.url)
    monkeypatch.setenv("COHORTLINE_UI_URL", "https://ui.example")
    receiver.then(500)
    assert sensor(on_alert_due_sensor)[0].endswith("; one was not: HTTP 500")
    with database.transaction() as transaction:
        transaction.connection.exec_driver_sql("update ops.alerts set next_attempt_at = now()")
    assert sensor(on_alert_due_sensor)[0].startswith("1 messages accepted")
    assert len(receiver.accepted) == 1
