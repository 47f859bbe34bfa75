"""What the exam pages read, against a real warehouse: the rows hold, a repeat writes nothing, the checks can fail."""

from datetime import UTC, datetime, timedelta

import dagster as dg
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets.exams import derived, derived_verify
from assets.exams.derived_assets import derived_assets
from assets.exams.derived_checks import derived_checks
from resources.warehouse.resource import Warehouse
from resources.warehouse.schema import core, landing, stats

TABLES = [getattr(stats, name) for name in derived.TABLES]
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


def day(number):
    return None if number is None else NEW_YEAR + timedelta(days=number)


def exam(key, listed=(), start=None, questions=0):
    return {"id": key, "creation_time": 1.5, "title": f"Exam {key}", "description": f"About {key}",
            "start_date": day(start), "end_date": None if start is None else day(start + 1), "completion_time": 60.0,
            "question_ids": [f"q{number}" for number in range(questions)], "allowed_participants": list(listed),
            "is_active": True, "created_load": 1, "load_id": 1}  # fmt: skip


def part(exam_id, user_id, status="completed", score=None, completed=None, gone=None):
    return {"exam_id": exam_id, "user_id": user_id, "id": f"{exam_id}/{user_id}", "status": status, "score": score,
            "status_inferred": False, "completed_at": day(completed), "answers_missing": False, "origin": "v1",
            "created_load": 1, "load_id": 1, "gone_load": gone}  # fmt: skip


def v1_exam(key, participants, *, embedded=True, kept=True, gone=None):
    return {"exam_id": key, "digest": "d", "document": b"{}" if kept else None, "bytes": 2, "answers": 0, "load_id": 1,
            "participants": participants, "is_embedded": embedded, "gone_load": gone}  # fmt: skip


def user(key, deleted=None, gone=None):
    return {"id": key, "creation_time": 1.0, "deleted_at": day(deleted), "load_id": 1, "gone_load": gone}


def bank(key, active=True, gone=None):
    return {"id": key, "creation_time": 1.0, "question_id": key, "is_active": active, "load_id": 1, "gone_load": gone}


CONTENTS = {
    core.exams: [
        exam("e1", ["ana", "ben", "ana", "eve", "ghost"], start=0, questions=3),
        exam("e2", ["ana"], start=5),
        exam("e3", start=9),
        exam("e4", ["ana"]),
        exam("e5", ["ana"], start=7),
    ],
    core.exam_participations: [
        part("e1", "ana", score=33.5, completed=2),
        part("e1", "ben", "auto_submitted", score=33.5, completed=1),
        part("e1", "cal", score=None, completed=0),
        part("e1", "dan", "in_progress", score=99.0),
        part("e1", "eve", score=100.0, completed=1),
        part("e1", "ghost", score=98.0, completed=1),
        part("e1", "ida", score=97.0, completed=1, gone=2),
        part("e1", "joe", None, score=96.0, completed=1),
        part("e1", "left", score=95.0, completed=1),
        part("e2", "ana", "in_progress", score=12.0, completed=4),
        part("e3", "ana", score=66.0, completed=3),
        part("no such exam", "ana", score=0.0, completed=3),
        part("e5", "ana", score=50.0, completed=8, gone=2),
    ],
    landing.v1_exams: [
        v1_exam("e1", 9),
        v1_exam("e2", 8, embedded=False),
        v1_exam("e3", 7, kept=False),
        v1_exam("e4", 6, gone=2),
    ],
    landing.users: [
        *(user(key) for key in ("ana", "ben", "cal", "dan", "ida", "joe")),
        user("eve", deleted=0),
        user("left", gone=2),
    ],
    landing.learning_bank_questions: [bank("a"), bank("b"), bank("c", None), bank("d", False), bank("e", gone=2)],
}


@pytest.fixture
def fill(database):
    """Makes these the contents of the warehouse; what was derived from earlier contents stays as it is."""

    def go(contents):
        with database.engine.begin() as connection:
            for table, rows in contents.items():
                connection.execute(sa.delete(table))
                if rows:
                    connection.execute(sa.insert(table), rows)

    return go


@pytest.fixture
def refreshed(database, fill):
    fill(CONTENTS)
    return derived.refresh_all(database)


def test_only_who_handed_in_and_exists_is_ranked_by_score_then_time_and_no_score_is_last(refreshed, query):
    assert query("select exam_id, user_id, rank, score from stats.exam_leaderboard order by exam_id, rank") == [
        ("e1", "ben", 1, 33.5),
        ("e1", "ana", 2, 33.5),
        ("e1", "cal", 3, None),
        ("e3", "ana", 1, 66.0),
    ]


def test_users_with_the_same_score_are_ranked_by_time_none_last_and_then_by_their_ids_bytes(database, fill, query):
    keys = ["A", "a", "Z", "é", "b"]
    parts = [part("e1", key, score=1.0, completed=None if key == "A" else 1) for key in keys]
    fill(CONTENTS | {core.exam_participations: parts, landing.users: [user(key) for key in keys]})
    derived.refresh_all(database)
    assert [row[0] for row in query("select user_id from stats.exam_leaderboard order by rank")] == [
        "Z",
        "a",
        "b",
        "é",
        "A",
    ]


def test_an_exam_counts_present_participations_and_what_v1_still_embeds_and_keeps(refreshed, query):
    assert query(
        "select exam_id, title, question_count, participant_count, legacy_participant_count"
        " from stats.exam_metadata order by exam_id"
    ) == [
        ("e1", "Exam e1", 3, 8, 9),
        ("e2", "Exam e2", 0, 1, 0),
        ("e3", "Exam e3", 0, 1, 0),
        ("e4", "Exam e4", 0, 0, 0),
        ("e5", "Exam e5", 0, 0, 0),
    ]


def test_a_dashboard_counts_listed_exams_once_and_all_that_were_handed_in(refreshed, query):
    assert query(
        "select user_id, available_exams_count, completed_exams_count, average_score, learning_bank_questions_count"
        " from stats.user_exam_dashboard order by user_id"
    ) == [
        # (33.5 + 66) / 2 = 49.75.
        ("ana", 4, 2, 50, 2),
        ("ben", 1, 1, 34, 2),
        ("cal", 0, 1, 0, 2),
        ("dan", 0, 0, 0, 2),
        ("ida", 0, 0, 0, 2),
        ("joe", 0, 0, 0, 2),
    ]


AVERAGES = [
    ([0.3, 0.7], 1),
    ([0.4999999999999999], 0),
    ([1.0, 1.0, 2.0], 1),
    ([1.0, 2.0, None], 2),
    ([None], 0),
    ([-0.5], 0),
    ([-1.5, -1.5], -1),
    ([-0.75], -1),
    ([1e300], 2**63 - 1),
    ([-1e300], -(2**63)),
]


def test_the_average_is_rounded_half_up_and_the_recount_agrees(database, fill, query):
    users = [f"u{number}" for number in range(len(AVERAGES))]
    parts = [
        part(f"e{number}", key, score=score)
        for key, (scores, _) in zip(users, AVERAGES, strict=True)
        for number, score in enumerate(scores)
    ]
    exams = [exam(f"e{number}") for number in range(3)]
    fill(CONTENTS | {core.exams: exams, core.exam_participations: parts, landing.users: [user(key) for key in users]})
    derived.refresh_all(database)
    found = [row[0] for row in query("select average_score from stats.user_exam_dashboard order by user_id")]
    assert found == [average for _, average in AVERAGES]
    assert derived_verify.recounted(database, "user_exam_dashboard").passed


def test_recent_exams_are_those_handed_in_and_then_the_rest_by_their_start(refreshed, query):
    assert query(
        "select user_id, position, exam_id, is_completed, is_in_progress, score, completed_at, start_date"
        " from stats.user_recent_exams order by user_id, position"
    ) == [
        ("ana", 1, "e1", True, False, 33.5, day(2), day(0)),
        ("ana", 2, "e5", False, False, None, None, day(7)),
        ("ana", 3, "e2", False, True, None, None, day(5)),
        ("ana", 4, "e4", False, False, None, None, None),
        ("ben", 1, "e1", True, False, 33.5, day(1), day(0)),
    ]


def test_no_more_than_five_exams_are_recent_and_ties_go_by_the_exams_id(database, fill, query):
    exams = [exam(f"e{number}", ["ana"], start=number // 3) for number in range(9)]
    parts = [part("e1", "ana", completed=1), part("e0", "ana", completed=1), part("e8", "ana")]
    fill(CONTENTS | {core.exams: exams, core.exam_participations: parts})
    derived.refresh_all(database)
    recent = query("select exam_id from stats.user_recent_exams where user_id = 'ana' order by position")
    assert [row[0] for row in recent] == ["e0", "e1", "e8", "e6", "e7"]
    query("update stats.user_recent_exams set position = 6 where user_id = 'ana' and position = 5")
    assert derived.refresh(database, "user_recent_exams") == derived.Refreshed(rows=5, written=1, left=1)


def test_a_second_refresh_writes_nothing(database, refreshed, query):
    before = [query(f"select x, x.ctid from stats.{name} as x order by ctid") for name in derived.TABLES]
    again = derived.refresh_all(database)
    assert {name: (one.written, one.left) for name, one in again.items()} == dict.fromkeys(derived.TABLES, (0, 0))
    assert {name: one.rows for name, one in again.items()} == {name: one.rows for name, one in refreshed.items()}
    assert [query(f"select x, x.ctid from stats.{name} as x order by ctid") for name in derived.TABLES] == before


def test_what_left_the_source_leaves_the_derived_tables(database, fill, refreshed):
    fill({table: [] for table in CONTENTS})
    emptied = derived.refresh_all(database)
    assert {name: (one.rows, one.written, one.left) for name, one in emptied.items()} == {
        name: (0, 0, one.rows) for name, one in refreshed.items()
    }


LEAVINGS = {
    "update core.exam_participations set gone_load = 3 where exam_id = 'e1' and user_id = 'ana'": "e1/ana",
    "update core.exam_participations set status = 'in_progress' where exam_id = 'e1' and user_id = 'ben'": "e1/ben",
    "delete from core.exams where id = 'e3'": "e3/ana",
    "update landing.users set deleted_at = now() where id = 'cal'": "e1/cal",
}


def test_who_or_what_left_leaves_the_derived_tables_and_nothing_else_does(database, refreshed, query):
    ranked = "select exam_id || '/' || user_id from stats.exam_leaderboard"
    for statement, left in LEAVINGS.items():
        before = query(ranked)
        query(statement)
        derived.refresh_all(database)
        assert set(before) - set(query(ranked)) == {(left,)}
        assert all(derived_verify.recounted(database, name).passed for name in derived_verify.TABLES), statement


def test_an_exam_that_no_longer_lists_a_user_leaves_the_users_recent_exams(database, refreshed, query):
    recent = "select exam_id from stats.user_recent_exams where user_id = 'ana' order by position"
    query("update core.exams set allowed_participants = '{ben}' where id = 'e5'")
    derived.refresh_all(database)
    assert query(recent) == [("e1",), ("e2",), ("e4",)]


def test_a_changed_score_rewrites_only_the_rows_that_it_changes(database, refreshed, query):
    query("update core.exam_participations set score = 34.4 where exam_id = 'e1' and user_id = 'ben'")
    written = {name: one.written for name, one in derived.refresh_all(database).items()}
    assert written == {"exam_leaderboard": 1, "exam_metadata": 0, "user_exam_dashboard": 0, "user_recent_exams": 1}


def damages(table):
    """One change for each thing that a table says, and how many rows it makes wrong."""
    changes = {
        sa.Text: "coalesce({0}, '') || 'x'",
        sa.BigInteger: "{0} + 7",
        sa.Double: "coalesce({0}, 0) + 1",
        sa.Boolean: "not coalesce({0}, false)",
        sa.TIMESTAMP: "coalesce({0} + interval '1 second', now())",
    }
    first = f"ctid = (select min(ctid) from {table.fullname})"
    yield f"delete from {table.fullname} where {first}", 1
    for column in table.columns:
        if column.name != "updated_at":
            (change,) = [text for kind, text in changes.items() if isinstance(column.type, kind)]
            statement = f"update {table.fullname} set {column.name} = {change.format(column.name)} where {first}"
            yield statement, 2 if column.primary_key else 1


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_recount_finds_any_one_changed_cell_and_a_refresh_mends_it(database, refreshed, query, table):
    assert all(derived_verify.recounted(database, name).passed for name in derived_verify.TABLES)
    for statement, rows_wrong in damages(table):
        query(statement)
        verdict = derived_verify.recounted(database, table.name)
        assert (verdict.passed, verdict.counts["rows_wrong"]) == (False, rows_wrong), statement
        mended = derived.refresh(database, table.name)
        assert mended.written + mended.left == rows_wrong, statement
        assert derived_verify.recounted(database, table.name).passed, statement


@pytest.mark.parametrize("table", [stats.exam_leaderboard, stats.exam_metadata], ids=lambda table: table.name)
def test_the_recount_names_the_row_and_the_cell_of_a_value_that_was_lost(database, refreshed, query, table):
    for column in table.columns:
        if column.nullable:
            query(f"update {table.fullname} set {column.name} = null where exam_id = 'e3'")
            (cell,) = derived_verify.recounted(database, table.name).sample
            assert (cell["key"].split(" / ")[0], cell["column"], cell["stored"]) == ("e3", column.name, None)
            derived.refresh(database, table.name)


def test_what_people_wrote_is_compared_and_not_shown(database, refreshed, query):
    query("update stats.exam_metadata set description = 'a secret' where exam_id = 'e1'")
    (cell,) = derived_verify.recounted(database, "exam_metadata").sample
    assert (cell["stored"], cell["recounted"]) == ("a text of 8 characters", "a text of 8 characters")


def test_a_user_who_left_and_was_not_dropped_is_found(database, refreshed, query):
    query("update landing.users set gone_load = 3 where id = 'ben'")
    failed = [name for name in derived_verify.TABLES if not derived_verify.recounted(database, name).passed]
    assert failed == ["exam_leaderboard", "user_exam_dashboard", "user_recent_exams"]


def test_of_very_many_rows_a_seeded_sample_is_recounted_and_the_check_says_which(database, refreshed, monkeypatch):
    monkeypatch.setattr(derived_verify, "MOST_ROWS", 10)
    for name in derived_verify.TABLES:
        verdict = derived_verify.recounted(database, name)
        assert verdict.passed
        assert verdict.counts["rows"] < refreshed[name].rows
        assert verdict.notes["recounted"].startswith("1 in ")
        assert "by a hash with the seed" in verdict.notes["recounted"]


def test_a_wrong_row_is_the_exams_alert_where_it_is_one_of_an_exam_and_nobodys_name_where_it_is_a_users(
    database, refreshed, query
):
    query("update core.exam_participations set score = 1 where user_id = 'ben'")
    verdicts = [derived_verify.recounted(database, name) for name in ("exam_leaderboard", "user_exam_dashboard")]
    assert [(one.passed, one.kind, list(one.concerned), one.judged) for one in verdicts] == [
        (False, "exam", ["e1"], None),
        (False, "asset", [], None),
    ]


def test_a_sample_proves_right_the_exams_in_it_and_of_users_nothing(database, refreshed, monkeypatch):
    monkeypatch.setattr(derived_verify, "MOST_ROWS", 10)
    seen, sizes = set(), set()
    for day_of in range(20):
        database.as_of = NEW_YEAR + timedelta(days=day_of)
        of_exams, of_users = (
            derived_verify.recounted(database, name) for name in ("exam_metadata", "user_recent_exams")
        )
        assert len(of_exams.judged) == of_exams.counts["rows"]
        sizes.add(len(of_exams.judged))
        assert list(of_users.judged) == []
        seen |= set(of_exams.judged)
    assert seen == {"e1", "e2", "e3", "e4", "e5"}
    assert min(sizes) < 5


def test_what_an_alert_stands_about_is_recounted_whole(database, refreshed, query, monkeypatch):
    for name, kind, subject in (("exam_metadata", "exam", "e1"), ("user_recent_exams", "asset", "user_recent_exams")):
        query(
            "insert into ops.alerts (event, asset, statement, kind, subject, severity, counts, as_of, message_id)"
            f" values ('opened', '{name}', 'a_recount_agrees', '{kind}', '{subject}', 'ERROR', '{{}}', now(), 'm')"
        )
        whole = derived_verify.recounted(database, name)
        monkeypatch.setattr(derived_verify, "MOST_ROWS", 10)
        in_parts = derived_verify.recounted(database, name)
        assert (in_parts, in_parts.judged) == (whole, None)
        monkeypatch.undo()


def test_in_a_run_every_table_is_made_and_checked_and_a_wrong_row_fails_its_check(warehouse_url, fill, query):
    fill(CONTENTS)
    definitions = dg.Definitions(
        assets=derived_assets,
        asset_checks=derived_checks,
        resources={"warehouse": Warehouse(url=warehouse_url, as_of="2026-03-02")},
    )
    with dg.DagsterInstance.ephemeral() as instance:
        job = definitions.resolve_implicit_global_asset_job_def()
        result = job.execute_in_process(instance=instance)
        rows = {
            event.materialization.asset_key.to_user_string(): event.materialization.metadata["dagster/row_count"].value
            for event in result.get_asset_materialization_events()
        }
        assert rows == {name: query(f"select count(*) from stats.{name}")[0][0] for name in derived.TABLES}
        assert [one.passed for one in result.get_asset_check_evaluations()] == [True] * 4
        query("update core.exam_participations set score = 1 where user_id = 'ben'")
        checks = [dg.AssetCheckKey(dg.AssetKey(name), "a_recount_agrees") for name in derived.TABLES]
        selection = dg.AssetSelection.checks(*checks)
        checking = dg.Definitions(
            assets=derived_assets,
            asset_checks=derived_checks,
            resources={"warehouse": Warehouse(url=warehouse_url)},
            jobs=[dg.define_asset_job("check", selection)],
        )
        again = checking.resolve_job_def("check").execute_in_process(instance=instance)
        failed = {one.asset_key.to_user_string() for one in again.get_asset_check_evaluations() if not one.passed}
    assert failed == {"exam_leaderboard", "user_exam_dashboard", "user_recent_exams"}


EXAMS, USERS = ["e1", "e2", "e3", "é"], ["a", "B", "c", "é", "", "d"]
days = st.none() | st.integers(-2, 2)
marks = st.none() | st.just(2)
scores = st.none() | st.sampled_from([0.0, 0.3, 0.5, 0.7, 33.3, 50.0, 99.5, 100.0, -0.5, 1e18]) | st.floats(-9, 199)
statuses = st.sampled_from([None, "in_progress", "completed", "auto_submitted"])


def some(key, make, *values):
    """At most one row for each key."""
    return st.dictionaries(key, st.tuples(*values)).map(lambda rows: [make(*k, *v) for k, v in rows.items()])


contents = st.fixed_dictionaries(
    {
        core.exams: some(
            st.tuples(st.sampled_from(EXAMS)), exam, st.lists(st.sampled_from(USERS)), days, st.integers(0, 2)
        ),
        core.exam_participations: some(
            st.tuples(st.sampled_from([*EXAMS, "lost"]), st.sampled_from([*USERS, "lost"])),
            part, statuses, scores, days, marks,
        ),
        landing.v1_exams: st.dictionaries(
            st.sampled_from(EXAMS), st.tuples(st.integers(0, 9), st.booleans(), st.booleans(), marks)
        ).map(lambda rows: [v1_exam(k, n, embedded=e, kept=d, gone=g) for k, (n, e, d, g) in rows.items()]),
        landing.users: some(st.tuples(st.sampled_from(USERS)), user, days, marks),
        landing.learning_bank_questions: some(
            st.tuples(st.sampled_from(["a", "b", "c"])), bank, st.none() | st.booleans(), marks
        ),
    }
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(contents=contents)
def test_whatever_comes_after_whatever_was_the_recount_agrees_and_a_repeat_writes_nothing(database, fill, contents):
    fill(contents)
    derived.refresh_all(database)
    verdicts = {name: derived_verify.recounted(database, name) for name in derived_verify.TABLES}
    assert {name: verdict.sample for name, verdict in verdicts.items() if not verdict.passed} == {}
    assert {(one.written, one.left) for one in derived.refresh_all(database).values()} == {(0, 0)}
