"""`cohortline progress` and what `cohortline cohorts` says of it, typed as a user types it."""

import pytest

from assets.landing.land import land
from assets.landing.sources import ALIASES, SOURCES
from resources.snapshot.reader import open_snapshot
from resources.warehouse.database import Database
from tests.conftest import url_of, write_snapshot

COHORTS = [
    {"_id": "spring", "name": "Spring", "schoolId": "s"},
    {"_id": "autumn", "name": "autumn"},
    {"_id": "istanbul", "name": "İstanbul"},
]
SCHOOLS = [{"_id": "s", "name": "École"}]
USERS = [{"_id": "ann", "cohortId": "spring"}, {"_id": "ben", "cohortId": "autumn"}]
TABLES = {"cohort": COHORTS, "school": SCHOOLS, "users": USERS}
JOB = ["question_flag_counts", "user_progress_stats", "cohort_stats", "cohort_backfill_status"]


def land_into(url, folder, load):
    database = Database(url)
    with open_snapshot(folder, ALIASES) as snapshot:
        for source in SOURCES:
            if source.name in snapshot.tables:
                land(database, snapshot, source, load)
    database.close()


@pytest.fixture(scope="module")
def computed(server, make_database, template, dagster_template, call, tmp_path_factory):
    """The databases of a school whose stats are computed, to be copied: a run takes its seconds."""
    place = tmp_path_factory.mktemp("computed")
    warehouse, dagster = make_database(template), make_database(dagster_template)
    land_into(url_of(server, warehouse), write_snapshot(place / "snapshot", TABLES), "first")
    environment = {
        "COHORTLINE_HOME": str(place / "home"),
        "COHORTLINE_DATABASE_URL": url_of(server, warehouse),
        "COHORTLINE_DAGSTER_DATABASE_URL": url_of(server, dagster),
    }
    done = call("progress", "backfill", environment=environment)
    assert (done.status, "3 cohorts computed" in done.out) == (0, True)
    return warehouse, dagster


@pytest.fixture
def environment(computed, server, make_database, tmp_path):
    """A school of one's own, with its stats."""
    warehouse, dagster = map(make_database, computed)
    return {
        "COHORTLINE_HOME": str(tmp_path / "home"),
        "COHORTLINE_DATABASE_URL": url_of(server, warehouse),
        "COHORTLINE_DAGSTER_DATABASE_URL": url_of(server, dagster),
    }


@pytest.fixture
def change(environment, make_snapshot):
    """Lands tables, and computes nothing."""
    return lambda tables: land_into(environment["COHORTLINE_DATABASE_URL"], make_snapshot(tables, "later"), "later")


def needing(cohortline):
    return [one["cohortId"] for one in cohortline("cohorts", "status", "--json").json if one["needsBackfill"]]


def test_the_status_has_every_cohort_by_name_and_says_which_needs_a_backfill(cohortline, change):
    change({"users": [*USERS, {"_id": "cid", "cohortId": "spring"}]})
    fresh = {"hasCohortStats": True, "totalClasses": 0, "needsBackfill": False}
    assert cohortline("cohorts", "status", "--json").json == [
        {"cohortId": "autumn", "cohortName": "autumn", "schoolName": "Unknown", **fresh,
         "totalStudents": 1, "studentsWithProgressStats": 1},
        {"cohortId": "istanbul", "cohortName": "İstanbul", "schoolName": "Unknown", **fresh,
         "totalStudents": 0, "studentsWithProgressStats": 0},
        {"cohortId": "spring", "cohortName": "Spring", "schoolName": "École", **fresh,
         "totalStudents": 2, "studentsWithProgressStats": 1, "needsBackfill": True},
    ]  # fmt: skip
    assert "needed" in cohortline("cohorts", "status").out


def test_what_needs_it_is_backfilled_with_its_progress_shown_and_then_nothing_does(cohortline, change, ask):
    change({"users": [USERS[0] | {"cohortId": "autumn"}, USERS[1]]})
    assert needing(cohortline) == ["autumn", "spring"]
    assert cohortline("cohorts", "next", "--json").json["cohortId"] == "autumn"
    done = cohortline("progress", "backfill", "--json")
    assert (done.status, done.json["cohorts"], done.json["checks"]["failed"]) == (0, ["autumn", "spring"], [])
    assert sorted(one["key"] for one in done.json["assets"]) == sorted(JOB)
    assert "[4/4]" in done.err
    assert ask("select user_id, cohort_id from stats.user_progress_stats order by 1") == [
        ("ann", "autumn"), ("ben", "autumn"),
    ]  # fmt: skip
    assert needing(cohortline) == []
    assert cohortline("cohorts", "next", "--json").json is None
    assert "No cohort needs a backfill." in cohortline("cohorts", "next").out
    assert cohortline("progress", "backfill").out == "Every cohort's stats are up to date.\n"
    assert cohortline("progress", "backfill", "--stale", "--json").json["cohorts"] == []


def test_one_cohort_is_backfilled_alone(cohortline, ask):
    ask("truncate stats.cohort_stats")
    done = cohortline("progress", "backfill", "--cohort", "spring")
    assert (done.status, "1 cohort computed" in done.out) == (0, True)
    assert ask("select cohort_id from stats.cohort_stats") == [("spring",)]


def test_all_are_backfilled_in_one_run(cohortline, ask):
    ask("truncate stats.cohort_stats, stats.user_progress_stats")
    done = cohortline("progress", "backfill", "--all", "--json")
    assert (done.status, len(done.json["cohorts"]), len(done.json["assets"])) == (0, 4, 4)
    assert ask("select count(*) from stats.cohort_stats") == [(3,)]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--cohort", "winter"], "there is no cohort 'winter'"),
        (["--cohort", "spring", "--all"], "exclude each other"),
        (["--stale", "--all"], "exclude each other"),
        (["--everything"], "No such option"),
    ],
)
def test_a_mistake_is_told_in_one_line(cohortline, arguments, said):
    done = cohortline("progress", "backfill", *arguments)
    assert (done.status, said in done.err, done.out) == (2, True, "")


def test_a_cohort_that_fails_its_audit_fails_the_command_which_names_the_check(cohortline, change):
    change(
        {
            "class": [{"_id": "optics", "cohortId": "spring"}],
            "module": [{"_id": "m", "classId": "optics", "questionCount": -1.0}],
        }
    )
    done = cohortline("progress", "backfill")
    assert done.status == 1
    assert "user_progress_stats: every_cohort_passed_its_audit failed" in done.err
    assert needing(cohortline) == ["spring"]


def test_cohorts_are_found_by_a_part_of_their_name_or_their_schools(cohortline):
    def found(*text):
        return [one["cohortId"] for one in cohortline("cohorts", "find", *text, "--json").json]

    assert found() == found("") == ["autumn", "istanbul", "spring"]
    assert (found("RING"), found("éco"), found("i̇st"), found("unknown")) == (["spring"], ["spring"], ["istanbul"], [])


def test_before_anything_was_loaded_there_is_nothing_and_that_is_no_mistake(
    cohortline, server, make_database, template, dagster_template
):
    empty = {
        "COHORTLINE_DATABASE_URL": url_of(server, make_database(template)),
        "COHORTLINE_DAGSTER_DATABASE_URL": url_of(server, make_database(dagster_template)),
    }
    assert cohortline("cohorts", "status", "--json", **empty).json == []
    assert cohortline("progress", "backfill", "--json", **empty).json["cohorts"] == ["unassigned"]
    assert cohortline("progress", "backfill", "--json", **empty).json["cohorts"] == []
