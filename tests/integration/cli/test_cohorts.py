"""`cohortline cohorts`, typed as a user types it."""

import pytest


@pytest.fixture
def landed(cohortline, make_snapshot):
    users = [{"_id": "u", "cohortId": "spring"}, {"_id": "gone", "cohortId": "spring", "deletedAt": 1.0}]
    schools = [{"_id": "s", "name": "École"}]
    cohorts = [{"_id": "spring", "name": "Spring", "schoolId": "s"}, {"_id": "autumn", "name": "autumn"}]
    first = make_snapshot({"cohort": cohorts, "users": users, "school": schools})
    assert cohortline("run", "--snapshot", first).status == 0
    return make_snapshot({"cohort": cohorts[1:]}, "later")


def test_they_are_listed_by_name_with_their_school_and_students(cohortline, landed):
    assert cohortline("cohorts", "list", "--json").json == [
        {"cohortId": "autumn", "cohortName": "autumn", "schoolName": "Unknown", "students": 0, "left": False},
        {"cohortId": "spring", "cohortName": "Spring", "schoolName": "École", "students": 1, "left": False},
    ]
    assert "École" in cohortline("cohorts").out


def test_names_are_shown_as_they_are_and_listed_in_lower_case_order(cohortline, make_snapshot):
    names = ["ÉZ", "éa", "Evening [/old] [bold]class"]
    documents = [{"_id": f"c{number}", "name": name} for number, name in enumerate(names)]
    assert cohortline("run", "--snapshot", make_snapshot({"cohort": documents})).status == 0
    assert [one["cohortName"] for one in cohortline("cohorts", "find", "--json").json] == [names[2], "éa", "ÉZ"]
    for command in (["cohorts"], ["cohorts", "status"], ["cohorts", "find", "evening"]):
        assert names[2] in cohortline(*command).out


def test_one_that_left_is_retired_once(cohortline, landed, ask):
    assert "still in the source" in cohortline("cohorts", "retire", "spring").err
    cohortline("run", "--snapshot", landed)
    assert [one["left"] for one in cohortline("cohorts", "list", "--json").json] == [False, True]
    done = cohortline("cohorts", "retire", "spring", "--json")
    assert (done.status, done.json["cohortId"]) == (0, "spring")
    assert ask("select count(*) from landing.cohorts") == [(1,)]
    again = cohortline("cohorts", "retire", "spring")
    assert (again.status, "there is no cohort" in again.err) == (2, True)


def test_only_the_chosen_cohorts_are_made(cohortline, landed, make_snapshot, ask):
    ask("truncate stats.cohort_stats")
    assert cohortline("run", "--snapshot", landed, "--cohort", "autumn").status == 0
    assert ask("select cohort_id from stats.cohort_stats") == [("autumn",)]
    done = cohortline("run", "--snapshot", landed, "--cohort", "winter")
    assert (done.status, "there is no cohort 'winter'" in done.err, done.out) == (2, True, "")
