"""Whatever happens to the source, backfilling what needs it ends where computing everything anew does."""

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from assets.landing import cohorts
from assets.progress.flags import refresh_flags
from assets.progress.refresh import refresh
from assets.progress.status import needing, refresh_status

STATS = ("user_progress_stats", "cohort_stats", "question_flag_counts", "cohort_backfill_status")
FORGET = f"truncate ops.audits, {', '.join(f'stats.{table}' for table in STATS)}"
EMPTY = (
    f"{FORGET}, ops.loads, ops.quarantine, landing.schools, landing.cohorts, landing.classes, landing.modules,"
    " landing.questions, landing.users, landing.user_progress"
)
COHORTS, CLASSES, MODULES = ("a", "b", "c"), ("k", "l", "m"), ("x", "y")
QUESTIONS, USERS = ("p", "q"), ("ana", "ben", "cid")


def documents(keys, **fields):
    """Some of the keys, each a document in which a field may be missing."""
    document = st.fixed_dictionaries({}, optional=fields)
    return st.dictionaries(st.sampled_from(keys), document).map(
        lambda found: [{"_id": key, **document} for key, document in found.items()]
    )


instants = st.sampled_from([None, 0.0, 1769904000000.0])
options = st.sampled_from([[], ["o"]])
progress = st.lists(
    st.fixed_dictionaries(
        {"userId": st.sampled_from(USERS), "classId": st.sampled_from(CLASSES), "questionId": st.sampled_from("pqr")},
        optional={
            "selectedOptions": options,
            "eliminatedOptions": options,
            "isFlagged": st.booleans(),
            "isMastered": st.booleans(),
            "lastAttemptAt": instants,
        },
    ),
    max_size=6,
).map(lambda found: [{"_id": str(number), **document} for number, document in enumerate(found)])
snapshots = st.fixed_dictionaries(
    {},
    optional={
        "schools": documents(("s",), name=st.sampled_from(["S", "T"])),
        "cohorts": documents(COHORTS, name=st.sampled_from(["A", "B"]), schoolId=st.just("s")),
        "classes": documents(CLASSES, cohortId=st.sampled_from(COHORTS)),
        "modules": documents(MODULES, classId=st.sampled_from(CLASSES), questionCount=st.sampled_from([0.0, 2.0, 3.0])),
        "questions": documents(QUESTIONS, moduleId=st.sampled_from(MODULES)),
        "users": documents(USERS, cohortId=st.sampled_from((*COHORTS, "nowhere")), deletedAt=instants),
        "userProgress": progress,
    },
).filter(bool)


@pytest.fixture
def compute(database):
    """Computes some partitions as a run does."""

    def go(keys):
        refresh(database, "user_progress_stats", keys, "a run")
        refresh(database, "cohort_stats", keys, "a run")
        refresh_flags(database, "a run")
        refresh_status(database)

    return go


@pytest.fixture
def stats(database):
    """All stats, but for when they last changed."""

    def read():
        with database.engine.connect() as connection:
            return {
                table: connection.exec_driver_sql(
                    f"select to_jsonb(t) - 'updated_at' from stats.{table} as t order by 1"
                ).scalars().all()
                for table in STATS
            }  # fmt: skip

    return read


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(snapshots, st.booleans()), min_size=2, max_size=4))
def test_backfilling_what_needs_it_equals_computing_everything_anew(
    database, land_tables, compute, stats, query, changes
):
    query(EMPTY)
    for tables, backfills in changes:
        land_tables(tables)
        if backfills:
            compute(needing(database))
            assert needing(database) == []
    compute(needing(database))
    incremental = stats()
    query(FORGET)
    present, left = cohorts.keys(database)
    compute([*present, *left])
    assert incremental == stats()
