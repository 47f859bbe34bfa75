"""Cohorts become partitions by themselves, and leave only when somebody says so."""

import dagster as dg
import pytest

from assets.landing import cohorts
from assets.landing.land import land
from assets.landing.sources import ALIASES, SOURCES
from pipelines.cohorts import NAME, register
from pipelines.sensors import on_cohorts_changed_sensor
from resources.errors import WrongUse
from resources.snapshot.reader import open_snapshot
from resources.warehouse.resource import Warehouse

BY_NAME = {source.name: source for source in SOURCES}


@pytest.fixture
def instance():
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


@pytest.fixture
def arrive(database, make_snapshot):
    def go(*keys, name):
        documents = [{"_id": key, "name": key.title()} for key in keys]
        with open_snapshot(make_snapshot({"cohort": documents}, name), ALIASES) as snapshot:
            land(database, snapshot, BY_NAME["cohorts"], name)

    return go


@pytest.fixture
def tick(instance, warehouse_url):
    def go():
        resources = {"warehouse": Warehouse(url=warehouse_url)}
        with dg.build_sensor_context(instance=instance, resources=resources) as context:
            result = on_cohorts_changed_sensor(context)
        for request in result.dynamic_partitions_requests or []:
            instance.add_dynamic_partitions(request.partitions_def_name, list(request.partition_keys))
        return result.skip_reason.skip_message

    return go


def test_without_any_cohort_there_is_the_partition_of_those_without(instance, tick):
    tick()
    assert instance.get_dynamic_partitions(NAME) == ["unassigned"]


def test_new_cohorts_become_partitions_once_and_are_named(instance, tick, arrive):
    arrive("spring", "autumn", name="first")
    assert tick() == "new: unassigned, autumn, spring"
    assert instance.get_dynamic_partitions(NAME) == ["unassigned", "autumn", "spring"]
    assert tick() == "the partitions are the cohorts of the source"


def test_a_cohort_that_left_stays_a_partition_and_is_reported(instance, tick, arrive):
    arrive("spring", "autumn", name="first")
    tick()
    arrive("autumn", name="second")
    assert "left the source: spring" in tick()
    assert "spring" in instance.get_dynamic_partitions(NAME)


def test_a_run_of_the_command_line_registers_them_too(instance, database, arrive):
    arrive("spring", name="first")
    assert register(instance, database).new == ["unassigned", "spring"]
    assert register(instance, database).new == []


def test_a_cohort_that_left_is_retired_with_its_rows_and_the_audit_says_how_many(database, arrive, query):
    arrive("spring", "autumn", name="first")
    for user, cohort in (("a", "spring"), ("b", "spring"), ("c", "autumn")):
        query(f"insert into stats.user_progress_stats values ('{user}', '{cohort}', 0, 0, 0, null, now())")
    query("insert into stats.cohort_stats values ('spring', 2, 0, 0, 0, now())")
    query("insert into stats.cohort_backfill_status values ('spring', null, '', true, 2, 2, 0, false, now())")
    arrive("autumn", name="second")
    removed = cohorts.retire(database, "spring", "by hand")
    assert removed == {
        "stats.cohort_backfill_status": 1,
        "stats.cohort_stats": 1,
        "stats.user_progress_stats": 2,
        "landing.cohorts": 1,
    }
    assert query("select id from landing.cohorts") == [("autumn",)]
    assert query("select user_id from stats.user_progress_stats") == [("c",)]
    ((counts,),) = query("select counts from ops.audits where subject = 'cohort spring' and statement = 'retired'")
    assert counts == dict(removed)


def test_an_alert_about_a_cohort_that_is_retired_recovers(database, arrive, query):
    arrive("spring", "autumn", name="first")
    for cohort in ("spring", "autumn"):
        query(
            "insert into ops.alerts (event, asset, statement, kind, subject, severity, counts, as_of, message_id)"
            f" values ('opened', 'cohort_stats', 'recount', 'cohort', '{cohort}', 'ERROR', '{{}}', now(), '{cohort}')"
        )
    arrive("autumn", name="second")
    cohorts.retire(database, "spring", "by hand")
    assert query("select event, subject, detail from ops.alerts order by alert_id") == [
        ("opened", "spring", None), ("opened", "autumn", None), ("recovered", "spring", "retired"),
    ]  # fmt: skip


@pytest.mark.parametrize("key", ["spring", "unassigned"])
def test_a_cohort_of_the_source_and_the_unassigned_cannot_be_retired(database, arrive, query, key):
    arrive("spring", name="first")
    with pytest.raises(WrongUse):
        cohorts.retire(database, key, "by hand")
    assert query("select count(*) from ops.audits") == [(0,)]


def test_a_retired_cohort_that_comes_back_is_a_cohort_again(database, arrive, query):
    arrive("spring", name="first")
    arrive("autumn", name="second")
    cohorts.retire(database, "spring", "by hand")
    arrive("spring", "autumn", name="third")
    assert [one.cohort_id for one in cohorts.known(database) if not one.left] == ["autumn", "spring"]
