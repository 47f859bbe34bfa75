"""The stats of students and cohorts: right, rewritten only where they changed, and never published unaudited."""

import pytest

from assets.progress.status import statuses


@pytest.fixture
def needing(database):
    """The cohorts that need a backfill now."""
    return lambda: sorted(one.cohort_id for one in statuses(database) if one.needs_backfill)


def test_students_and_cohorts_have_their_numbers_and_nobody_else_has(landed, compute, stored):
    compute()
    assert stored() == (
        [("ana", 2, 1, 3, "2026-02-01"), ("ben", 0, 0, 3, None)],
        # (2/3 + 0/3) / 2 = 33.3 %.
        [("autumn", 0, 1, 5, 0), ("empty", 0, 0, 0, 0), ("spring", 2, 2, 3, 33)],
    )


def test_one_cohort_is_computed_alone(landed, compute, stored):
    compute("spring")
    users, cohorts = stored()
    assert [row[0] for row in users] == ["ana", "ben"]
    assert [row[0] for row in cohorts] == ["spring"]


def test_computing_again_writes_nothing_but_audits(landed, compute, query):
    compute()
    before = query("select xmin, * from stats.user_progress_stats order by user_id")
    again = compute()
    assert [again[table].changed for table in ("user_progress_stats", "cohort_stats")] == [0, 0]
    assert (again["question_flag_counts"].written, again["cohort_backfill_status"].written) == (0, 0)
    assert query("select xmin, * from stats.user_progress_stats order by user_id") == before


def test_only_the_rows_that_changed_are_rewritten_and_say_when(landed, compute, query, database):
    compute()
    landed({"userProgress": [{"_id": "9", "userId": "ben", "classId": "anatomy", "questionId": "q1",
                              "isMastered": True}]})  # fmt: skip
    database.as_of = database.as_of.replace(year=2027)
    assert compute()["user_progress_stats"].written == {"spring": 2}
    landed({"users": [{"_id": "ana", "cohortId": "spring", "name": "Ana"}, {"_id": "ben", "cohortId": "spring"}]})
    database.as_of = database.as_of.replace(year=2028)
    assert compute()["user_progress_stats"].written == {}
    assert query("select distinct extract(year from updated_at)::int from stats.user_progress_stats") == [(2027,)]


def test_a_student_who_moved_or_was_deleted_leaves_the_numbers(landed, compute, stored):
    compute()
    landed({"users": [{"_id": "ana", "cohortId": "autumn"}, {"_id": "ben", "cohortId": "spring", "deletedAt": 1.0}]})
    done = compute()["user_progress_stats"]
    assert stored()[0] == [("ana", 1, 0, 5, None)]
    assert (done.written, done.left) == ({"autumn": 1}, 1)


def test_a_cohort_that_left_the_source_has_no_numbers_any_more(landed, compute, stored):
    compute()
    landed({"cohorts": [{"_id": "autumn"}, {"_id": "empty"}]})
    compute()
    users, cohorts = stored()
    assert users == []
    assert [row[0] for row in cohorts] == ["autumn", "empty"]


def test_rows_of_a_cohort_that_nobody_knows_go_with_those_without_a_cohort(landed, compute, query, stored):
    compute()
    query("insert into stats.user_progress_stats values ('x', 'nowhere', 0, 0, 0, null, now())")
    query("insert into stats.cohort_stats values ('nowhere', 0, 0, 0, 0, now())")
    compute("spring")
    assert "x" in {row[0] for row in stored()[0]}
    compute("unassigned")
    users, cohorts = stored()
    assert [row[0] for row in users] == ["ana", "ben"]
    assert [row[0] for row in cohorts] == ["autumn", "empty", "spring"]


def test_a_cohort_that_fails_its_audit_keeps_its_last_good_rows_and_the_others_go_on(landed, compute, stored, needing):
    compute()
    landed(
        {
            "modules": [
                {"_id": "m1", "classId": "anatomy", "questionCount": -3.0},
                {"_id": "m3", "classId": "optics", "questionCount": 8.0},
            ],
        }
    )
    done = compute()
    assert [done[table].refused for table in ("user_progress_stats", "cohort_stats")] == [["spring"], ["spring"]]
    users, cohorts = stored()
    assert users == [("ana", 2, 1, 3, "2026-02-01"), ("ben", 0, 0, 3, None)]
    assert cohorts == [("autumn", 0, 1, 8, 0), ("empty", 0, 0, 0, 0), ("spring", 2, 2, 3, 33)]
    assert needing() == ["spring"]
    landed({"modules": [{"_id": "m1", "classId": "anatomy", "questionCount": 4.0}]})
    assert compute()["cohort_stats"].refused == []
    assert stored()[1][-1] == ("spring", 2, 1, 4, 25)
    assert needing() == []


def test_a_sum_that_is_larger_than_any_number_refuses_its_cohort_alone(landed, compute, stored):
    most = 9e18
    landed({"modules": [{"_id": key, "classId": "anatomy", "questionCount": most} for key in ("m1", "m2")]
                       + [{"_id": "m3", "classId": "optics", "questionCount": 6.0}]})  # fmt: skip
    assert compute()["cohort_stats"].refused == ["spring"]
    assert [(row[0], row[3]) for row in stored()[1]] == [("autumn", 6), ("empty", 0)]


def test_a_cohort_is_not_averaged_over_students_of_yesterday(database, landed, compute, stored):
    from assets.progress.refresh import refresh

    compute()
    before = stored()
    landed({"users": [{"_id": "ana", "cohortId": "spring"}]})
    assert refresh(database, "cohort_stats", ["spring", "autumn"], "alone").refused == ["spring"]
    assert stored() == before
    landed({"modules": [{"_id": "m3", "classId": "optics", "questionCount": 9.0}],
            "users": [{"_id": "ana", "cohortId": "autumn"}]})  # fmt: skip
    refresh(database, "user_progress_stats", ["autumn"], "users")
    landed({"modules": [{"_id": "m3", "classId": "optics", "questionCount": 10.0}]})
    assert refresh(database, "cohort_stats", ["autumn"], "other totals").refused == ["autumn"]


def test_every_cohort_is_audited_with_what_its_rows_were_made_from(landed, compute, query):
    compute()
    audits = query(
        "select cohort_id, passed, counts from ops.audits where subject = 'cohort_stats' and cohort_id is not null"
        " order by 1"
    )
    assert [(cohort, passed) for cohort, passed, _ in audits] == [("autumn", True), ("empty", True), ("spring", True)]
    assert audits[2][2] == {
        "rows": 2, "students": 2, "out_of_range": 0, "other_totals": 0,
        "source": {"users": 3, "users_load": 1, "classes": 1, "classes_load": 1, "modules": 2, "modules_load": 1,
                   "progress": 4, "progress_load": 1},
    }  # fmt: skip


def test_flags_are_counted_over_every_students_rows_and_every_question_has_a_count(landed, compute, query):
    assert compute()["question_flag_counts"].flags == 2
    counts = dict(query("select question_id, flag_count from stats.question_flag_counts"))
    assert counts == {f"q{number}": 2 if number == 1 else 0 for number in range(1, 9)}
    landed({"questions": [{"_id": "q2"}]})
    done = compute()["question_flag_counts"]
    assert (done.rows, done.flags, done.flags_of_unknown_questions, done.left) == (1, 0, 2, 7)
