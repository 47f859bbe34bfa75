"""A small school to compute stats of, landed in a fresh warehouse; stats computed with and without Dagster."""

import itertools

import dagster as dg
import pytest

from assets.landing.land import land
from assets.landing.sources import ALIASES, SOURCES
from assets.partitions import RANGE_END, RANGE_START
from assets.progress.flags import refresh_flags
from assets.progress.refresh import refresh
from assets.progress.status import refresh_status
from pipelines.cohorts import NAME
from pipelines.definitions import build_definitions
from resources.snapshot.reader import open_snapshot
from resources.warehouse.resource import Warehouse

TABLES = {
    "cohorts": [{"_id": "autumn", "name": "Autumn"}, {"_id": "empty", "name": "Empty"}, {"_id": "spring"}],
    "classes": [{"_id": "anatomy", "cohortId": "spring"}, {"_id": "optics", "cohortId": "autumn"}],
    "modules": [
        {"_id": "m1", "classId": "anatomy", "questionCount": 3.0},
        {"_id": "m2", "classId": "anatomy"},
        {"_id": "m3", "classId": "optics", "questionCount": 5.0},
    ],
    "questions": [
        {"_id": key, "moduleId": module}
        for key, module in (("q1", "m1"), ("q2", "m1"), ("q3", "m1"), ("q4", "m3"))
        # As many rows as m3's counter says.
    ] + [{"_id": f"q{number}", "moduleId": "m3"} for number in range(5, 9)],
    "users": [
        {"_id": "ana", "cohortId": "spring"},
        {"_id": "ben", "cohortId": "spring"},
        {"_id": "deleted", "cohortId": "spring", "deletedAt": 0.0},
        {"_id": "free"},
        {"_id": "lost", "cohortId": "no such cohort"},
    ],
    "userProgress": [
        {"_id": "1", "userId": "ana", "classId": "anatomy", "questionId": "q1", "selectedOptions": ["o"],
         "isMastered": True, "isFlagged": True, "lastAttemptAt": 1769904000000.0},
        {"_id": "2", "userId": "ana", "classId": "anatomy", "questionId": "q2", "eliminatedOptions": ["o"]},
        {"_id": "3", "userId": "ana", "classId": "anatomy", "questionId": "q3", "lastAttemptAt": 0.0},
        {"_id": "4", "userId": "ana", "classId": "optics", "questionId": "q4", "selectedOptions": ["o"]},
        {"_id": "5", "userId": "deleted", "classId": "anatomy", "questionId": "q1", "selectedOptions": ["o"],
         "isFlagged": True},
    ],
}  # fmt: skip
KEYS = ["unassigned", "autumn", "empty", "spring"]


@pytest.fixture
def land_tables(database, make_snapshot):
    """Lands tables, each time as a load of its own."""
    numbers = itertools.count(1)

    def go(tables):
        name = f"load-{next(numbers)}"
        with open_snapshot(make_snapshot(tables, name), ALIASES) as snapshot:
            for source in SOURCES:
                if source.name in snapshot.tables:
                    land(database, snapshot, source, name)

    return go


@pytest.fixture
def landed(land_tables):
    """The school, landed; lands what is given besides."""
    land_tables(TABLES)
    return land_tables


@pytest.fixture
def compute(database):
    """Computes the stats of some cohorts, or of all, as the assets do, in their order."""

    def go(*cohorts):
        keys = list(cohorts) or KEYS
        return {table: refresh(database, table, keys, "a run") for table in ("user_progress_stats", "cohort_stats")} | {
            "question_flag_counts": refresh_flags(database, "a run"),
            "cohort_backfill_status": refresh_status(database),
        }

    return go


@pytest.fixture
def run(warehouse_url, landed):
    """Runs the job over a range of cohorts, all of them unless told otherwise."""
    with dg.DagsterInstance.ephemeral() as instance:
        instance.add_dynamic_partitions(NAME, KEYS)
        resources = {"warehouse": Warehouse(url=warehouse_url, as_of="2026-03-02")}
        job = build_definitions(resources).resolve_job_def("refresh_progress_job")

        def go(first=KEYS[0], last=KEYS[-1], **more):
            return job.execute_in_process(instance=instance, tags={RANGE_START: first, RANGE_END: last}, **more)

        yield go


@pytest.fixture
def stored(query):
    """The stats as they stand: of students, and of cohorts."""

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
