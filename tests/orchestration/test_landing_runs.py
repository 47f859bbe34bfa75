"""Landing as real Dagster runs on an instance of their own: what is made, what is checked, what stops."""

import dagster as dg
import pytest

from assets.landing.checks import ACCOUNTED_FOR
from assets.landing.sources import SOURCES
from pipelines.definitions import build_definitions
from resources.snapshot.resource import SnapshotSource
from resources.warehouse.resource import Warehouse

TABLES = {"users": [{"_id": "a"}, {"_id": "b"}, "{"], "schools": [{"_id": "s"}], "mystery": [{"_id": "m"}]}


@pytest.fixture
def instance():
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


@pytest.fixture
def run(instance, warehouse_url):
    def go(path, selection=None):
        definitions = build_definitions(
            {"warehouse": Warehouse(url=warehouse_url), "source_snapshot": SnapshotSource(path=str(path))}
        )
        job = definitions.resolve_job_def("load_snapshot_job")
        return job.execute_in_process(instance=instance, raise_on_error=False, asset_selection=selection)

    return go


def facts(result, name):
    (event,) = [
        event
        for event in result.get_asset_materialization_events()
        if event.asset_key == dg.AssetKey(["landing", name])
    ]
    return {key: value.value for key, value in event.materialization.metadata.items()}


def test_every_table_is_an_asset_with_its_account(run, make_snapshot):
    result = run(make_snapshot(TABLES))
    assert result.success
    users = facts(result, "users")
    assert (users["dagster/row_count"], users["read"], users["quarantined"]) == (2, 3, 1)
    assert facts(result, "exams")["state"] == "absent"
    assert len(result.get_asset_check_evaluations()) == len(SOURCES)


def test_the_snapshot_asset_names_what_is_unknown_and_what_is_absent(run, make_snapshot):
    snapshot = facts(run(make_snapshot(TABLES)), "snapshot")
    assert snapshot["unknown"] == "mystery"
    assert "exams" in snapshot["absent"]
    assert "users" not in snapshot["absent"]


def test_an_unreadable_snapshot_fails_the_run_before_anything_is_landed(run, tmp_path, query):
    result = run(tmp_path / "nowhere")
    assert not result.success
    assert [event.step_key for event in result.all_events if event.is_step_failure] == ["landing__snapshot"]
    assert query("select count(*) from ops.loads") == [(0,)]


@pytest.mark.parametrize(
    ("damage", "what"),
    [
        ("delete from landing.users where id = 'a'", "rows in the landing table"),
        ("update landing.users set gone_load = 1 where id = 'a'", "rows in the landing table"),
        ("delete from ops.quarantine", "rows in the quarantine"),
        ("update ops.loads set read = read + 1 where source_table = 'users'", "documents accounted for"),
        ("update ops.loads set duplicates = 5 where source_table = 'users'", "documents accounted for"),
    ],
)
def test_the_account_is_found_wrong_and_the_check_says_where(
    run, instance, make_snapshot, database, query, damage, what
):
    path = make_snapshot(TABLES)
    assert run(path).success
    query(damage)
    key = dg.AssetCheckKey(dg.AssetKey(["landing", "users"]), ACCOUNTED_FOR)
    definitions = build_definitions(
        {"warehouse": Warehouse(url=str(database)), "source_snapshot": SnapshotSource(path=str(path))}
    )
    checks = [check for check in definitions.asset_checks or [] if key in check.check_keys]
    resources = {"warehouse": Warehouse(url=database.url.render_as_string(hide_password=False))}
    result = dg.materialize(
        [*(definitions.assets or []), *checks],
        selection=dg.AssetSelection.checks(key),
        instance=instance,
        resources=resources | {"source_snapshot": SnapshotSource(path=str(path))},
        raise_on_error=False,
    )
    (evaluation,) = result.get_asset_check_evaluations()
    assert not evaluation.passed
    assert evaluation.blocking
    assert evaluation.metadata["first"].records[0].data["what"] == what
    assert query("select passed from ops.audits where subject = 'landing/users' order by audit_id") == [
        (True,),
        (False,),
    ]


def test_an_outage_is_raised_and_never_taken_for_bad_data(instance, make_snapshot, monkeypatch):
    monkeypatch.setattr("resources.warehouse.database.PATIENCE_SECONDS", 0.0)
    definitions = build_definitions(
        {
            "warehouse": Warehouse(url="postgresql://nobody@127.0.0.1:1/none"),
            "source_snapshot": SnapshotSource(path=str(make_snapshot(TABLES))),
        }
    )
    result = definitions.resolve_job_def("load_snapshot_job").execute_in_process(
        instance=instance, raise_on_error=False
    )
    assert not result.success
    assert result.get_asset_check_evaluations() == []
