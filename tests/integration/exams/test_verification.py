"""Verification of exams: what was migrated verifies, rules are reported, and its answer can be limited and acted on."""

import pytest

from assets.exams.migrate import migrate
from assets.exams.verification.report import Kind
from assets.exams.verification.statements import STATEMENTS, verdict
from assets.exams.verification.verify import doubt, verify
from tests.integration.exams.conftest import DAY, START, entry, exam, row, row_answer
from tests.integration.exams.sample import OF_ANN, TABLES


@pytest.fixture
def migrated(load):
    return load(TABLES)


@pytest.fixture
def odd(load):
    """Everything that is loaded or quarantined by rule, and reported."""
    return load(
        {
            "users": [{"_id": "ann"}, {"_id": "bob"}],
            "questions": [{"_id": "q1"}],
            "exams": [
                exam(
                    "odd",
                    entry("ann", ("q1", "a"), score=None),
                    entry("ann", ("q1", "b")),
                    entry("lost", ("q9", "a"), answers=None),
                    entry("bob", ("q9", "a"), ("q8", "a"), completedAt=START + 99 * DAY),
                    "withdrawn",
                )
            ],
            "examParticipations": [row("p1", "odd", "bob"), row("p2", "nowhere", "ann")],
            "examAnswers": [row_answer("a1", "gone", "q1", "a", 1.0)],
        }
    )


def test_what_was_migrated_verifies(migrated, database):
    report = verify(database)
    assert (report.is_valid, report.issues, report.failed_exams) == (True, [], frozenset())
    assert report.as_json()["summary"] == {
        "v1Participants": 5, "v2Participants": 6, "v1Answers": 8, "v2Answers": 7,
    } | dict.fromkeys(map(str, Kind), 0) | {"conflicts": 1}  # fmt: skip
    assert report.warnings == ["1 entries lost against another version of the same participation"]


def test_what_is_loaded_or_quarantined_by_rule_is_reported_and_no_error(odd, database):
    report = verify(database)
    assert report.issues == []
    expected = {
        Kind.REPEATED: 1, Kind.UNREADABLE: 1, Kind.CONFLICT: 1, Kind.SOURCE_ORPHAN: 1, Kind.DANGLING_USER: 1,
        Kind.DANGLING_QUESTION: 2, Kind.DANGLING_EXAM: 1, Kind.OUTSIDE_WINDOW: 1, Kind.MISSING_SCORE: 1,
        Kind.MISSING_LIST: 1,
    }  # fmt: skip
    assert {kind: count for kind, count in report.counts.items() if count} == expected
    assert {one.name for one in STATEMENTS if not verdict(report, one).passed} == {
        one.name for one in STATEMENTS if not one.is_error
    }


def test_differences_name_the_exam_the_user_and_the_fields_and_no_value(migrated, database, query):
    query(
        "update core.exam_participations set score = 99, pause_phase = null where exam_id = 'one' and user_id = 'ann'"
    )
    query(f"update core.exam_answers set selected_answer = 'secret' where position = 1 and {OF_ANN}")
    assert verify(database).as_json()["differences"] == [
        {"examId": "one", "userId": "ann", "what": "score mismatch", "fields": ["score"]},
        {"examId": "one", "userId": "ann", "what": "participation differs", "fields": ["score", "pause_phase"]},
        {"examId": "one", "userId": "ann", "what": "answers differ", "fields": ["answers[1]: selected_answer"]},
    ]
    assert verify(database).issues == [
        "1 score mismatches found",
        "1 participations differ from their source",
        "1 answers differ from their source",
    ]


def test_a_verification_of_some_cohorts_looks_at_their_users_alone(migrated, database, query):
    query("update core.exam_participations set score = 99 where exam_id = 'one' and user_id = 'ann'")
    query("update core.exam_participations set score = 98 where exam_id = 'one' and user_id = 'eve'")
    assert [verify(database, [key]).count(Kind.SCORE) for key in ("autumn", "spring", "unassigned")] == [1, 0, 1]
    assert verify(database, ["autumn", "spring", "unassigned"]).count(Kind.SCORE) == 2
    assert verify(database, ["spring"]).totals.v1_participants == 2


def test_a_migration_of_one_cohort_verifies_for_it_and_not_for_the_others(load, database):
    load(TABLES, ["autumn"])
    assert verify(database, ["autumn"]).issues == []
    assert verify(database, ["spring"]).issues[0] == "2 participations missing in V2 tables"


def test_a_verification_of_some_exams_looks_at_these_alone(migrated, database, query):
    query("update core.exam_participations set score = 99 where exam_id = 'one'")
    query("update core.exams set title = 'x' where id = 'one'")
    assert verify(database, exams=["two", "three"]).issues == []
    assert verify(database, exams=["one"]).failed_exams == {"one"}


def test_an_exam_whose_document_was_cleared_is_held_against_what_is_left(migrated, database, query):
    query("update landing.v1_exams set document = null, cleared_at = now() where exam_id in ('one', 'three')")
    report = verify(database)
    assert (report.issues, report.totals.v1_participants) == ([], 2)
    query("delete from core.exam_participations where exam_id = 'one' and user_id = 'bob'")
    assert verify(database).failed_exams == {"one"}


def test_what_left_the_source_is_not_expected_any_more(migrated, load, database, query):
    load({"exams": [exam("one", entry("ann", ("q1", "a"))), exam("two", participants=None)]})
    report = verify(database)
    assert report.issues == []
    query("update core.exam_participations set gone_load = null")
    assert verify(database).failed_exams == {"one"}


def test_an_exam_in_doubt_is_mended_by_the_next_migration(migrated, database, query):
    query("update core.exam_participations set score = 99 where exam_id = 'one' and user_id = 'ann'")
    query(f"update core.exam_answers set is_correct = null where {OF_ANN}")
    doubt(database, sorted(verify(database).failed_exams))
    migrate(database, "later")
    assert verify(database).issues == []
