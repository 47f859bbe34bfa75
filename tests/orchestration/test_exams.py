"""Exams as real Dagster runs: all cohorts at once, one alone, verified, found wrong, mended, and taken back."""

import dagster as dg
import pytest

from assets.partitions import PARTITION, RANGE_END, RANGE_START
from pipelines.cohorts import NAME, register
from pipelines.definitions import build_definitions
from resources.snapshot.resource import SnapshotSource
from resources.warehouse.resource import Warehouse

ENTRY = {
    "score": 50.0,
    "completedAt": 1_760_100_000_000.0,
    "status": "completed",
    "answers": [{"questionId": "q1", "selectedAnswer": "A", "isCorrect": True}],
}
EXAM = {
    "_id": "e",
    "title": "One",
    "startDate": 1_760_000_000_000.0,
    "endDate": 1_761_000_000_000.0,
    "questionIds": ["q1"],
    "allowedParticipants": ["ann", "bob"],
}
TABLES = {
    "cohorts": [{"_id": "c1", "name": "One"}, {"_id": "c2", "name": "Two"}],
    "users": [{"_id": "ann", "cohortId": "c1"}, {"_id": "bob", "cohortId": "c2"}],
    "questions": [{"_id": "q1"}],
    "exams": [EXAM | {"participants": [ENTRY | {"userId": "ann"}, ENTRY | {"userId": "bob"}]}],
}


@pytest.fixture
def instance():
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


@pytest.fixture
def run(instance, warehouse_url, make_snapshot, database):
    """Runs a job over all partitions, or one; the snapshot lands first where one is given."""

    def go(job_name, *, tables=None, partition=None, config=None):
        path = make_snapshot(tables or {"users": []})
        resources = {"warehouse": Warehouse(url=warehouse_url), "source_snapshot": SnapshotSource(path=str(path))}
        definitions = build_definitions(resources)
        if tables is not None:
            landed = definitions.resolve_job_def("load_snapshot_job").execute_in_process(instance=instance)
            assert landed.success
            register(instance, database)
        job = definitions.resolve_job_def(job_name)
        keys = instance.get_dynamic_partitions(NAME)
        tags = {PARTITION: partition} if partition else {RANGE_START: keys[0], RANGE_END: keys[-1]} if keys else {}
        tags = tags if job.partitions_def else {}
        return job.execute_in_process(instance=instance, raise_on_error=False, tags=tags, run_config=config)

    return go


def failed(result):
    return {one.check_name for one in result.get_asset_check_evaluations() if not one.passed}


def facts(result, key):
    events = [one for one in result.get_asset_materialization_events() if one.asset_key == dg.AssetKey(key)]
    return {name: value.value for name, value in events[0].materialization.metadata.items()}


def test_all_cohorts_in_one_run_with_everything_that_is_read_from_it(run, query):
    result = run("migrate_exams_job", tables=TABLES)
    assert result.success
    assert failed(result) == set()
    assert facts(result, "exam_participations")["dagster/row_count"] == 2
    assert facts(result, "exam_answers")["dagster/row_count"] == 2
    partitions = [
        event.partition
        for event in result.get_asset_materialization_events()
        if event.asset_key == dg.AssetKey("exam_participations")
    ]
    assert sorted(partitions) == ["c1", "c2", "unassigned"]
    assert query("select user_id, rank from stats.exam_leaderboard order by rank") == [("ann", 1), ("bob", 2)]


def test_one_cohort_alone(run, query):
    result = run("migrate_exams_job", tables=TABLES, partition="c2")
    assert result.success
    assert failed(result) == set()
    assert query("select user_id from core.exam_participations") == [("bob",)]


def test_migrating_again_writes_nothing(run):
    run("migrate_exams_job", tables=TABLES)
    again = run("migrate_exams_job")
    written = [facts(again, key)["rows_written"] for key in ("exams", "exam_participations", "exam_answers")]
    assert (again.success, written) == (True, [0, 0, 0])


def test_a_batch_of_no_exams_is_refused_before_anything_runs(run):
    config = {"ops": {"migrate_exams": {"config": {"exams_per_batch": 0}}}}
    result = run("migrate_exams_job", tables=TABLES, config=config)
    assert not result.success


def test_a_cell_that_somebody_changed_fails_the_checks_names_the_exam_and_is_mended_by_the_next_run(run, query):
    run("migrate_exams_job", tables=TABLES)
    query("update core.exam_answers set selected_answer = 'B' where question_id = 'q1'")
    verified = run("verify_exams_job")
    assert failed(verified) == {"every_v1_answer_is_in_v2"}
    (evaluation,) = [one for one in verified.get_asset_check_evaluations() if not one.passed]
    assert [record.data["exam"] for record in evaluation.metadata["first"].records] == ["e", "e"]
    assert verified.success
    assert failed(run("migrate_exams_job")) == set()
    assert query("select distinct selected_answer from core.exam_answers") == [("A",)]


def test_a_verification_can_be_of_some_exams_alone(run, query):
    other = EXAM | {"_id": "f", "participants": [ENTRY | {"userId": "ann"}]}
    run("migrate_exams_job", tables=TABLES | {"exams": [*TABLES["exams"], other]})
    query("update core.exam_participations set score = 1 where exam_id = 'f'")
    of_e = {"ops": {"verify_exams": {"config": {"exams": ["e"]}}}}
    assert failed(run("verify_exams_job", config=of_e)) == set()
    assert "every_score_equals_its_source" in failed(run("verify_exams_job"))


def test_a_load_is_taken_back_by_its_number(run, query):
    run("migrate_exams_job", tables=TABLES)
    before = query("select * from core.exam_participations order by user_id")
    changed = EXAM | {"participants": [ENTRY | {"userId": "ann", "score": 99.0}, ENTRY | {"userId": "new"}]}
    run("migrate_exams_job", tables=TABLES | {"exams": [changed]})
    ((load,),) = query("select max(load_id) from ops.loads where target = 'core.exam_participations'")
    assert before != query("select * from core.exam_participations order by user_id")
    result = run("rollback_exams_load_job", config={"ops": {"take_back_load": {"config": {"load_id": load}}}})
    assert result.success
    assert before == query("select * from core.exam_participations order by user_id")
    assert query("select user_id from stats.exam_leaderboard order by rank") == [("ann",), ("bob",)]


def test_a_load_that_does_not_exist_cannot_be_taken_back(run, failures):
    run("migrate_exams_job", tables=TABLES)
    result = run("rollback_exams_load_job", config={"ops": {"take_back_load": {"config": {"load_id": 99}}}})
    assert "there is no load 99 of exams" in failures(result)["take_back_load"]
