"""What Dagster does within one run: behaviour that we rely on, pinned so that an upgrade cannot change it unseen.

Partitions have a file of their own, and so have the daemons.
"""

import os
import subprocess
import sys

import dagster as dg
import pytest
import sqlalchemy as sa
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecordStatus as Recorded

from resources.settings import PROJECT
from resources.warehouse.database import address

ERROR, WARN = dg.AssetCheckSeverity.ERROR, dg.AssetCheckSeverity.WARN


@pytest.fixture
def instance():
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


def run(instance, *assets):
    return dg.materialize(list(assets), instance=instance, raise_on_error=False)


def made(result):
    return {event.asset_key.to_user_string() for event in result.get_asset_materialization_events()}


class TestChecks:
    @pytest.fixture
    def verdict(self, instance):
        """Runs a chain of assets whose first has a check."""

        def go(evaluate, *, blocking=False):
            @dg.asset
            def first() -> None: ...

            @dg.asset(deps=[first])
            def second() -> None: ...

            @dg.asset(deps=[second])
            def third() -> None: ...

            @dg.asset
            def aside() -> None: ...

            @dg.asset_check(asset=first, blocking=blocking)
            def holds() -> dg.AssetCheckResult:
                return evaluate()

            return run(instance, first, second, third, aside, holds)

        return go

    @pytest.mark.parametrize(
        ("severity", "blocking", "success"),
        [(ERROR, False, True), (ERROR, True, False), (WARN, False, True), (WARN, True, True)],
    )
    def test_only_a_blocking_error_stops_what_comes_after_and_fails_the_run(
        self, instance, verdict, failures, severity, blocking, success
    ):
        result = verdict(lambda: dg.AssetCheckResult(passed=False, severity=severity), blocking=blocking)
        assert result.success is success
        assert made(result) == ({"first", "second", "third", "aside"} if success else {"first", "aside"})
        assert set(failures(result)) == (set() if success else {"first_holds"})
        (evaluation,) = result.get_asset_check_evaluations()
        assert (evaluation.passed, evaluation.severity, evaluation.blocking) == (False, severity, blocking)
        assert instance.get_run_by_id(result.run_id).is_success is success

    @pytest.mark.parametrize("blocking", [False, True])
    def test_a_check_that_raises_fails_the_run_and_records_no_evaluation(self, instance, verdict, blocking):
        def outage():
            raise OSError

        result = verdict(outage, blocking=blocking)
        assert not result.success
        assert made(result) == ({"first", "aside"} if blocking else {"first", "second", "third", "aside"})
        assert result.get_asset_check_evaluations() == []
        (record,) = instance.event_log_storage.get_asset_check_execution_history(
            dg.AssetCheckKey(dg.AssetKey("first"), "holds"), limit=2
        )
        assert record.status == Recorded.PLANNED


def test_a_step_that_is_tried_again_starts_from_zero(instance):
    attempts = []

    @dg.asset(retry_policy=dg.RetryPolicy(max_retries=2))
    def asset(context: dg.AssetExecutionContext) -> None:
        attempts.append(context.retry_number)
        if context.retry_number < 2:
            raise OSError

    assert run(instance, asset).success
    assert attempts == [0, 1, 2]


class TestStorage:
    @pytest.fixture
    def asset(self):
        @dg.asset
        def asset() -> None: ...

        return asset

    def test_events_are_stored_with_the_driver_that_the_command_line_names(self, open_home, asset):
        driver = address("postgresql://somewhere/x", "psycopg2").drivername
        assert run(open_home(driver=driver), asset).success

    def test_events_cannot_be_stored_with_the_driver_that_a_plain_address_gets(self, open_home, asset):
        # The day this passes, Dagster may have the same address as the warehouse.
        with pytest.raises(sa.exc.ProgrammingError, match="NOTIFY"):
            run(open_home(driver="postgresql"), asset)


IMPORT = """
import os, sys

def refuse(variables, name, read=os._Environ.__getitem__):
    if name.startswith(("COHORTLINE_", "DAGSTER_HOME")):
        raise AssertionError(f"{name} was read")
    return read(variables, name)

def watch(event, arguments):
    if event.startswith(("socket.connect", "socket.getaddrinfo", "subprocess.", "os.exec", "os.posix_spawn")):
        raise AssertionError(f"{event} {arguments}")

# Dagster itself copies the environment, and asks what kind of machine this is, when it is first imported.
import dagster, psycopg, psycopg2

def connect(*arguments, **options):
    raise AssertionError("a connection was opened")

psycopg.connect = psycopg.Connection.connect = psycopg2.connect = connect
os._Environ.__getitem__ = refuse
sys.addaudithook(watch)

from pipelines.definitions import defs

definitions = defs()
dagster.Definitions.validate_loadable(definitions)
print(len(definitions.resolve_all_asset_specs()))
"""


def test_the_definitions_load_without_a_connection_or_a_look_at_the_environment():
    broken = {"COHORTLINE_DATABASE_URL": "nonsense", "COHORTLINE_AS_OF": "never", "COHORTLINE_SNAPSHOT": "/nowhere"}
    done = subprocess.run(
        [sys.executable, "-c", IMPORT],
        cwd=PROJECT,
        env={"PATH": os.environ["PATH"]} | broken,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 1
