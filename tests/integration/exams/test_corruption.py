"""Whatever is changed in v2 or in what it comes from is found, named, and makes just its statements false."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets.exams.verification.statements import STATEMENTS, verdict
from assets.exams.verification.verify import verify
from tests.integration.exams.sample import OF_ANN, TABLES


@pytest.fixture
def migrated(load):
    return load(TABLES)


ADD = "insert into core.exam_participations (exam_id, user_id, id, score, status_inferred, answers_missing, origin,"
ANSWER = "insert into core.exam_answers (exam_id, participation_id, position, question_id) "
SWAP = (
    "update core.exam_participations as p set score = other.score from core.exam_participations as other"
    " where p.exam_id = 'one' and other.exam_id = 'one' and p.user_id <> other.user_id"
    " and p.user_id in ('ann', 'bob') and other.user_id in ('ann', 'bob')"
)
# Damage, the statements that it makes false, and what the report counts.
DAMAGES = {
    "a document is cut": (
        "update landing.v1_exams set document = substr(document, 1, 50) where exam_id = 'one'",
        {"every_kept_document_is_intact"},
        {"brokenDocuments": 1},
    ),
    "a document is another one's": (
        (
            "update landing.v1_exams as v1 set document = other.document from landing.v1_exams as other where"
            " v1.exam_id = 'two' and other.exam_id = 'three'"
        ),
        {
            "every_kept_document_is_intact",
            "every_v1_participation_is_in_v2",
            "v2_holds_nothing_that_no_source_has",
            "every_v1_answer_is_in_v2",
            "every_entry_read_is_accounted_for",
        },
        {"brokenDocuments": 1, "missingParticipations": 1, "surplusParticipations": 2},
    ),
    "a document is lost": (
        "update landing.v1_exams set document = null where exam_id = 'one'",
        {"every_kept_document_is_intact"},
        {"brokenDocuments": 1},
    ),
    "an exam's title": (
        "update core.exams set title = 'x' where id = 'one'",
        {"every_exam_equals_its_source"},
        {"differentExams": 1},
    ),
    "an exam left": ("delete from core.exams where id = 'one'", {"every_exam_equals_its_source"}, {"missingExams": 1}),
    "a participation left": (
        "delete from core.exam_participations where exam_id = 'one' and user_id = 'ann'",
        {
            "every_v1_participation_is_in_v2",
            "every_v1_answer_is_in_v2",
            "no_answer_is_an_orphan",
            "every_entry_read_is_accounted_for",
        },
        {"missingParticipations": 1, "missingAnswers": 2, "orphanAnswers": 2},
    ),
    "a participation is marked gone": (
        "update core.exam_participations set gone_load = 1 where exam_id = 'one' and user_id = 'ann'",
        {"every_v1_participation_is_in_v2", "every_v1_answer_is_in_v2", "every_entry_read_is_accounted_for"},
        {"missingParticipations": 1, "missingAnswers": 2, "orphanAnswers": 0},
    ),
    "a participation of nobody": (
        f"{ADD} created_load, load_id) values ('one', 'eva', 'x', 1, false, false, 'v1', 1, 1)",
        {"v2_holds_nothing_that_no_source_has", "every_entry_read_is_accounted_for", "no_reference_dangles"},
        {"surplusParticipations": 1},
    ),
    "scores of two are swapped": (
        SWAP,
        {"every_score_equals_its_source", "every_participation_equals_its_source"},
        {"scoreMismatches": 2, "differentParticipations": 2},
    ),
    "a status that does not exist": (
        "update core.exam_participations set status = 'done' where exam_id = 'one' and user_id = 'ann'",
        {"every_status_is_valid", "every_participation_equals_its_source"},
        {"invalidStatuses": 1, "differentParticipations": 1},
    ),
    "a pair stands twice": (
        (
            "alter table core.exam_participations drop constraint pk_exam_participations; insert into"
            " core.exam_participations select * from core.exam_participations where user_id = 'eve' and exam_id = 'one'"
        ),
        {"no_pair_stands_twice"},
        {"duplicatePairs": 1},
    ),
    "the quarantine lost a row": (
        "delete from ops.quarantine where reason = 'conflict'",
        {"every_entry_read_is_accounted_for"},
        {"unaccounted": 1},
    ),
    "the account is not balanced": (
        "update ops.exam_states set read = read + 1 where exam_id = 'one' and source_table = 'exams.participants'",
        {"every_entry_read_is_accounted_for"},
        {"unaccounted": 1},
    ),
    "an answer left": (
        f"delete from core.exam_answers where position = 0 and {OF_ANN}",
        {"every_v1_answer_is_in_v2", "every_entry_read_is_accounted_for"},
        {"missingAnswers": 1},
    ),
    "an answer came": (
        f"{ANSWER} select exam_id, id, 9, 'q1' from core.exam_participations where user_id = 'ann' and exam_id = 'one'",
        {"every_v1_answer_is_in_v2", "every_entry_read_is_accounted_for"},
        {"surplusAnswers": 1},
    ),
    "two answers are swapped": (
        (
            f"update core.exam_answers set position = -1 - position where {OF_ANN};"
            f" update core.exam_answers set position = 2 + position where {OF_ANN}"
        ),
        {"every_v1_answer_is_in_v2"},
        {"differentAnswers": 2},
    ),
    "an answer of nobody": (
        f"{ANSWER} values ('one', 'nobody', 0, 'q1')",
        {"no_answer_is_an_orphan"},
        {"orphanAnswers": 1},
    ),
}


@pytest.mark.parametrize(("damage", "false", "counts"), DAMAGES.values(), ids=DAMAGES)
def test_damage_makes_its_statements_false_and_no_other(migrated, database, query, damage, false, counts):
    before = {one.name for one in STATEMENTS if not verdict(verify(database), one).passed}
    for statement in damage.split(";"):
        query(statement)
    report = verify(database)
    assert {one.name for one in STATEMENTS if not verdict(report, one).passed} - before == false
    found = report.as_json()["summary"]
    assert {key: found[key] for key in counts} == counts
    assert not report.is_valid
    assert report.failed_exams <= {"one", "two", "three"}
    assert report.failed_exams


def test_every_statement_that_can_be_an_error_has_a_damage_that_makes_it_false():
    assert {name for _, false, _ in DAMAGES.values() for name in false} >= {
        one.name for one in STATEMENTS if one.is_error
    }


CHANGES = {
    "text": "coalesce({0}, '') || 'x'",
    "double precision": "coalesce({0}, 0) + 1",
    "integer": "{0} + 100",
    "bigint": "coalesce({0}, 0) + 1",
    "boolean": "not coalesce({0}, false)",
    "timestamp with time zone": "coalesce({0}, timestamptz 'epoch') + interval '1 microsecond'",
    "jsonb": "coalesce({0}, '[]'::jsonb) || '[7]'::jsonb",
    "ARRAY": "array_append({0}, 'x')",
}
CORE = ("exams", "exam_participations", "exam_answers")


@pytest.fixture
def cells(migrated, query):
    """Every cell of core that is content, and how to put a table back."""
    columns = query(
        "select table_name, column_name, data_type, is_nullable = 'YES' from information_schema.columns"
        " where table_schema = 'core' and table_name = any(:tables) and column_name not in ('load_id', 'created_load')"
        " order by 1, 2",
        tables=list(CORE),
    )
    for table in CORE:
        query(f"create table public.kept_{table} as select * from core.{table}")

    def put_back(table):
        query(f"truncate core.{table}")
        query(f"insert into core.{table} select * from public.kept_{table}")

    return columns, put_back


def exam_of(table):
    return "id" if table == "exams" else "exam_id"


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_changed_cell_is_found_and_its_exam_named(cells, query, database, data):
    columns, put_back = cells
    table, column, kind, nullable = data.draw(st.sampled_from(columns))
    key = exam_of(table)
    rows = query(f"select ctid::text, {key}, {column} is null from core.{table} order by 2, 1")
    place, name, empty = data.draw(st.sampled_from(rows))
    lost = nullable and not empty and data.draw(st.booleans())
    change = "null" if lost else CHANGES[kind].format(column)
    query(f"update core.{table} set {column} = {change} where ctid = cast(:place as tid)", place=place)
    try:
        report = verify(database)
        assert not report.is_valid
        assert name in report.failed_exams
    finally:
        put_back(table)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_row_that_left_or_came_is_found_and_its_exam_named(cells, query, database, data):
    _, put_back = cells
    table = data.draw(st.sampled_from(CORE))
    key = exam_of(table)
    place, name = data.draw(st.sampled_from(query(f"select ctid::text, {key} from core.{table} order by 2, 1")))
    other = {"exams": "id", "exam_participations": "user_id", "exam_answers": "position"}[table]
    if data.draw(st.booleans()):
        query(f"delete from core.{table} where ctid = cast(:place as tid)", place=place)
    else:
        query(f"create table public.twin as select * from core.{table} where ctid = cast(:place as tid)", place=place)
        query("update public.twin set " + (f"{other} = 77" if other == "position" else f"{other} = 'twin'"))
        query(f"insert into core.{table} select * from public.twin")
        query("drop table public.twin")
        name = "twin" if table == "exams" else name
    try:
        assert name in verify(database).failed_exams
    finally:
        put_back(table)
