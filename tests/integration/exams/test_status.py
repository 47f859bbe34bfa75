"""The status: what v1 still embeds, what v2 holds, and whether all of it is there."""

from assets.exams.status import status
from tests.integration.exams.conftest import entry, exam, row

TABLES = {
    "exams": [
        exam("one", entry("ann", ("q1", "a")), entry("ann", ("q1", "b")), "withdrawn"),
        exam("two"),
        exam("three", participants=None),
    ],
    "examParticipations": [row("p1", "two", "bob")],
}


def test_before_the_migration_v2_is_empty_and_it_is_not_complete(land_tables, database):
    land_tables(TABLES)
    assert status(database).as_json() == {
        "v1": {"examsWithParticipants": 1, "totalParticipants": 3, "totalAnswers": 2},
        "v2": {"participations": 0, "answers": 0},
        "migrationComplete": False,
    }


def test_after_it_what_lost_by_rule_counts_as_accounted_for(load, database):
    load(TABLES)
    assert status(database).as_json() == {
        "v1": {"examsWithParticipants": 1, "totalParticipants": 3, "totalAnswers": 2},
        "v2": {"participations": 2, "answers": 1},
        "migrationComplete": True,
    }


def test_it_is_not_complete_where_something_of_v1_differs(load, database, query):
    load(TABLES)
    query("update core.exam_participations set score = 1 where origin = 'v1'")
    assert not status(database).migration_complete


def test_an_exam_that_the_app_cleaned_up_embeds_nothing_any_more(load, database):
    load(TABLES)
    load({"exams": [exam("one", participants=None), exam("two"), exam("three", participants=None)]})
    found = status(database)
    assert (found.exams_with_participants, found.total_participants, found.participations) == (0, 0, 2)
    assert found.migration_complete


def test_an_empty_warehouse_has_nothing_left_to_migrate(database):
    assert status(database).as_json() == {
        "v1": {"examsWithParticipants": 0, "totalParticipants": 0, "totalAnswers": 0},
        "v2": {"participations": 0, "answers": 0},
        "migrationComplete": True,
    }
