"""The progress assets against a real warehouse, in real runs: they hold, and their checks can fail."""

import dagster as dg
import pytest

from assets.landing.land import land
from assets.landing.sources import ALIASES, SOURCES
from assets.partitions import RANGE_END, RANGE_START
from assets.progress import verify
from pipelines.cohorts import NAME
from pipelines.definitions import build_definitions
from resources.snapshot.reader import open_snapshot
from resources.warehouse.resource import Warehouse

TABLES = {
    "cohorts": [{"_id": "autumn"}, {"_id": "empty"}, {"_id": "spring"}],
    "classes": [{"_id": "anatomy", "cohortId": "spring"}, {"_id": "optics", "cohortId": "autumn"}],
    "modules": [
        {"_id": "m1", "classId": "anatomy", "questionCount": 3.0},
        {"_id": "m2", "classId": "anatomy"},
        {"_id": "m3", "classId": "optics", "questionCount": 5.0},
    ],
    "users": [
        {"_id": "ana", "cohortId": "spring"},
        {"_id": "ben", "cohortId": "spring"},
        {"_id": "deleted", "cohortId": "spring", "deletedAt": 0.0},
        {"_id": "free"},
        {"_id": "lost", "cohortId": "no such cohort"},
    ],
    "userProgress": [
        {"_id": "1", "userId": "ana", "classId": "anatomy", "questionId": "q1", "selectedOptions": ["o"],
         "isMastered": True, "lastAttemptAt": 1769904000000.0},
        {"_id": "2", "userId": "ana", "classId": "anatomy", "questionId": "q2", "eliminatedOptions": ["o"]},
        {"_id": "3", "userId": "ana", "classId": "anatomy", "questionId": "q3", "lastAttemptAt": 0.0},
        {"_id": "4", "userId": "ana", "classId": "optics", "questionId": "q4", "selectedOptions": ["o"]},
        {"_id": "5", "userId": "deleted", "classId": "anatomy", "questionId": "q1", "selectedOptions": ["o"]},
    ],
}  # fmt: skip
KEYS = ["autumn", "empty", "spring"]


@pytest.fixture
def landed(database, make_snapshot):
    def go(tables, name="snapshot"):
        with open_snapshot(make_snapshot(tables, name), ALIASES) as snapshot:
            for source in SOURCES:
                land(database, snapshot, source, f"run-{name}")

    go(TABLES)
    return go


@pytest.fixture
def instance():
    with dg.DagsterInstance.ephemeral() as instance:
        instance.add_dynamic_partitions(NAME, KEYS)
        yield instance


@pytest.fixture
def refresh(instance, warehouse_url, landed):
    def go(first="autumn", last="spring"):
        resources = {"warehouse": Warehouse(url=warehouse_url, as_of="2026-03-02")}
        job = build_definitions(resources).resolve_job_def("refresh_progress_job")
        return job.execute_in_process(instance=instance, tags={RANGE_START: first, RANGE_END: last})

    return go


@pytest.fixture
def stored(query):
    def read():
        users = query(
            "select user_id, questions_interacted, questions_mastered, total_questions, last_activity_at::date::text"
            " from stats.user_progress_stats order by 1"
        )
        cohorts = query(
            "select cohort_id, total_students, total_modules, total_questions, average_completion"
            " from stats.cohort_stats order by 1"
        )
        return users, cohorts

    return read


def test_students_and_cohorts_have_their_numbers_and_nobody_else_has(refresh, stored):
    assert refresh().success
    assert stored() == (
        [("ana", 2, 1, 3, "2026-02-01"), ("ben", 0, 0, 3, None)],
        # (2/3 + 0/3) / 2 = 33.3 %.
        [("autumn", 0, 1, 5, 0), ("empty", 0, 0, 0, 0), ("spring", 2, 2, 3, 33)],
    )


def test_one_cohort_is_refreshed_alone(refresh, stored):
    refresh("spring", "spring")
    users, cohorts = stored()
    assert [row[0] for row in users] == ["ana", "ben"]
    assert [row[0] for row in cohorts] == ["spring"]


def test_a_second_refresh_writes_nothing(refresh):
    refresh()
    events = refresh().get_asset_materialization_events()
    assert {event.materialization.metadata["rows_written"].value for event in events} == {0}


def test_a_student_who_moved_or_was_deleted_leaves_the_numbers(refresh, stored, landed):
    refresh()
    users = [{"_id": "ana", "cohortId": "autumn"}, {"_id": "ben", "cohortId": "spring", "deletedAt": 1.0}]
    landed({"users": users}, "later")
    refresh()
    assert stored()[0] == [("ana", 1, 0, 5, None)]


def test_a_cohort_that_left_the_source_has_no_numbers_any_more(refresh, stored, landed):
    refresh()
    landed({"cohorts": [{"_id": "autumn"}, {"_id": "empty"}]}, "later")
    refresh()
    users, cohorts = stored()
    assert users == []
    assert [row[0] for row in cohorts] == ["autumn", "empty"]


def evaluations(result):
    return {one.asset_key.to_user_string(): one for one in result.get_asset_check_evaluations()}


@pytest.mark.parametrize(
    ("damage", "asset"),
    [
        ("update landing.user_progress set is_mastered = false where id = '1'", None),
        ("update stats.user_progress_stats set questions_mastered = 7 where user_id = 'ben'", "user_progress_stats"),
        ("update stats.user_progress_stats set questions_interacted = 1 where user_id = 'ben'", "user_progress_stats"),
        ("update stats.user_progress_stats set total_questions = 4 where user_id = 'ana'", "user_progress_stats"),
        ("update stats.user_progress_stats set last_activity_at = now() where user_id = 'ben'", "user_progress_stats"),
        ("update stats.user_progress_stats set last_activity_at = null where user_id = 'ana'", "user_progress_stats"),
        ("delete from stats.user_progress_stats where user_id = 'ben'", "user_progress_stats"),
        ("insert into stats.user_progress_stats values ('x', 'spring', 0, 0, 3, null, now())", "user_progress_stats"),
        ("update stats.cohort_stats set average_completion = 34 where cohort_id = 'spring'", "cohort_stats"),
        ("update stats.cohort_stats set total_students = 3 where cohort_id = 'spring'", "cohort_stats"),
        ("update stats.cohort_stats set total_modules = 0 where cohort_id = 'autumn'", "cohort_stats"),
        ("update stats.cohort_stats set total_questions = 0 where cohort_id = 'autumn'", "cohort_stats"),
        ("delete from stats.cohort_stats where cohort_id = 'empty'", "cohort_stats"),
    ],
)  # fmt: skip
def test_the_recount_agrees_and_finds_one_changed_cell(refresh, database, query, damage, asset):
    assert {one.passed for one in evaluations(refresh()).values()} == {True}
    query(damage)
    verdicts = {
        "user_progress_stats": verify.user_verdict(database, KEYS),
        "cohort_stats": verify.cohort_verdict(database, KEYS),
    }
    wrong = verdicts[asset or "user_progress_stats"]
    assert not wrong.passed
    assert wrong.counts["rows_wrong"] == 1
    assert wrong.sample[0]["key"] in {"ana", "ben", "x", "spring", "autumn", "empty"}


def test_a_run_over_one_cohort_judges_that_cohort_alone(refresh, query):
    refresh()
    query("update stats.cohort_stats set total_students = 9 where cohort_id = 'autumn'")
    query("update landing.classes set name = 'x' where false")
    assert evaluations(refresh("spring", "spring"))["cohort_stats"].passed


def test_of_very_many_rows_a_seeded_sample_is_recounted_and_the_check_says_which(refresh, database, monkeypatch):
    refresh()
    monkeypatch.setattr(verify, "MOST_ROWS", 2)
    verdict = verify.user_verdict(database, KEYS)
    assert verdict.passed
    assert verdict.notes["recounted"].startswith("1 in 3 students")
