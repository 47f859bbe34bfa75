"""The definitions explain themselves: whoever opens the UI finds who, what and why for everything."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import dagster as dg
import pytest
import yaml

from pipelines.definitions import build_definitions
from pipelines.lineage import PICTURE, assets_of, draw
from resources.warehouse.schema import metadata

ROOT = Path(__file__).resolve().parents[2]
# In the order in which the data flows.
GROUPS = ["landing", "exams", "progress", "topics"]
DEFINITIONS = build_definitions()
REPOSITORY = DEFINITIONS.get_repository_def()
SPECS = sorted(DEFINITIONS.resolve_all_asset_specs(), key=lambda spec: spec.key.to_user_string())
CHECKS = [spec for definition in DEFINITIONS.asset_checks or [] for spec in definition.check_specs]
JOBS = [job for job in REPOSITORY.get_all_jobs() if not job.name.startswith("__")]
TRIGGERS = [*REPOSITORY.schedule_defs, *REPOSITORY.sensor_defs]


def named(one):
    return one.name if hasattr(one, "name") else one.key.to_user_string()


@pytest.mark.parametrize("spec", SPECS, ids=named)
def test_an_asset_says_what_it_is_whose_it_is_and_how_it_is_made(spec):
    assert spec.description
    assert spec.description.endswith(".")
    assert spec.group_name in GROUPS
    assert spec.kinds
    assert spec.owners


@pytest.mark.parametrize("spec", SPECS, ids=named)
def test_an_asset_in_a_table_shows_every_column_with_the_tables_own_comment(spec):
    name = spec.metadata.get("dagster/table_name")
    if name is None:
        assert spec.key == dg.AssetKey(["landing", "snapshot"])
        return
    table = metadata.tables[name]
    shown = {column.name: column.description for column in spec.metadata["dagster/column_schema"].columns}
    assert shown == {column.name: column.comment for column in table.columns}
    assert all(shown.values())


def test_every_table_of_the_warehouse_that_holds_data_is_an_asset():
    shown = {spec.metadata.get("dagster/table_name") for spec in SPECS}
    assert {table.fullname for table in metadata.sorted_tables if table.schema != "ops"} <= shown


def test_data_flows_from_one_group_to_the_next_and_never_back():
    group = {spec.key: GROUPS.index(spec.group_name) for spec in SPECS}
    backward = [
        (spec.key, dep.asset_key) for spec in SPECS for dep in spec.deps if group[dep.asset_key] > group[spec.key]
    ]
    assert backward == []


def test_no_asset_is_an_island():
    above = {dep.asset_key for spec in SPECS for dep in spec.deps}
    assert [spec.key for spec in SPECS if not spec.deps and spec.key not in above] == []


@pytest.mark.parametrize("spec", CHECKS, ids=lambda spec: spec.key.to_user_string())
def test_a_check_is_a_statement_that_says_what_must_be_true(spec):
    assert re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+){2,}", spec.name)
    assert spec.description
    assert spec.description.endswith(".")


def test_every_asset_in_a_table_has_a_check():
    checked = {spec.asset_key for spec in CHECKS}
    assert [spec.key for spec in SPECS if "dagster/table_name" in spec.metadata and spec.key not in checked] == []


@pytest.mark.parametrize("job", JOBS, ids=named)
def test_a_job_says_what_it_does_and_whose_it_is(job):
    assert re.fullmatch(r"[a-z]+(_[a-z]+)+_job", job.name)
    assert job.description
    assert job.tags["owner"]


@pytest.mark.parametrize("trigger", TRIGGERS, ids=named)
def test_a_schedule_or_sensor_says_what_it_does_runs_by_itself_and_whose_it_is(trigger):
    assert re.fullmatch(r"on_[a-z_]+_sensor|[a-z_]+_schedule", trigger.name)
    assert trigger.description
    assert trigger.tags["owner"]
    assert trigger.default_status.value == "RUNNING"


def test_what_is_noticed_by_itself():
    assert {sensor.name for sensor in REPOSITORY.sensor_defs} >= {
        "on_cohorts_changed_sensor",
        "on_run_ended_sensor",
        "on_tick_failed_sensor",
        "on_alert_due_sensor",
    }


def test_the_code_location_has_one_name():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["dg"]["project"]
    (location,) = yaml.safe_load((ROOT / "workspace.yaml").read_text())["load_from"]
    assert project["code_location_name"] == location["python_module"]["location_name"] == "cohortline"
    assert project["code_location_target_module"] == location["python_module"]["module_name"]


def test_the_picture_of_the_lineage_is_drawn_from_these_definitions():
    assert PICTURE.read_text() == draw(assets_of(DEFINITIONS)), "run `make lineage`"


@pytest.mark.parametrize("arguments", [("check", "defs"), ("list", "defs")], ids=" ".join)
def test_dg_loads_the_project_without_a_warning(arguments, tmp_path):
    (tmp_path / "dagster.yaml").write_text("telemetry:\n  enabled: false\n")
    done = subprocess.run(
        [Path(sys.executable).with_name("dg"), *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "DAGSTER_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    # Dagster itself remarks on the pattern that lies in the project beside the instance in force.
    lines = (done.stdout + done.stderr).splitlines()
    remarks = [line for line in lines if re.search(r"Warning|WARNING", line) and "dagster.yaml" not in line]
    assert remarks == []


def test_loading_the_definitions_warns_of_nothing():
    code = "import pipelines.definitions as module; module.defs().get_repository_def()"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
