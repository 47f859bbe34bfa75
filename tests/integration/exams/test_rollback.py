"""Rolling back a load: v2 is what it was before, to the last column, whatever the loads did."""

import json
import threading
import zlib
from hashlib import sha256

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets.exams import backup, history
from assets.exams.migrate import TARGETS, migrate
from assets.exams.rollback import rollback
from resources.errors import WrongUse
from resources.warehouse import loads

V2 = ("core.exams", "core.exam_participations", "core.exam_answers")
RUNS = iter(range(1, 10**9))
SUBMITTED = 1769904000123.0


def entry(user, score=50, completed=SUBMITTED, answers=("q1",), **more):
    given = [{"questionId": question, "isCorrect": score == 50} for question in answers]
    return {"userId": user, "score": score, "completedAt": completed, "answers": given, **more}


@pytest.fixture
def contents(query):
    """Every column of every row of v2."""

    def read():
        return {table: [row for (row,) in query(f"select t::text from {table} t order by 1")] for table in V2}

    return read


@pytest.fixture
def present(query):
    """What v2 says, whichever load said it."""

    def read():
        exams = query("select (to_jsonb(t) - 'created_load' - 'load_id')::text from core.exams t order by 1")
        participations = query(
            "select (to_jsonb(t) - 'created_load' - 'load_id')::text, array(select a from core.exam_answers a"
            " where a.exam_id = t.exam_id and a.participation_id = t.id order by a.position)::text"
            " from core.exam_participations t where gone_load is null order by 1"
        )
        return exams, participations

    return read


@pytest.fixture
def landed(query):
    """Makes the landing tables hold exams with these entries (none: the exam is gone), and rows of the source's v2."""

    def go(exams, rows=()):
        number = next(RUNS)
        query("truncate landing.exam_participations, landing.exam_answers, landing.exams")
        for exam, entries in exams.items():
            gone = number if entries is None else None
            document = json.dumps({"_id": exam, "participants": entries or []}).encode()
            query(
                "insert into landing.exams (id, creation_time, title, question_ids, allowed_participants, load_id,"
                " gone_load) values (:exam, 1.5, :title, '{q1,q2}', '{}', :number, :gone)",
                exam=exam, title=f"with {len(entries or ())}", number=number, gone=gone,
            )  # fmt: skip
            query(
                "insert into landing.v1_exams as kept values (:exam, :digest, :document, 1, 1, 1, true, null, 1, :gone)"
                " on conflict (exam_id) do update set gone_load = excluded.gone_load,"
                " digest = case when excluded.gone_load is null then excluded.digest else kept.digest end,"
                " document = case when excluded.gone_load is null then excluded.document else kept.document end",
                exam=exam, digest=sha256(document).hexdigest(), document=zlib.compress(document), gone=gone,
            )  # fmt: skip
        for place, (exam, user, score, completed) in enumerate(rows):
            query(
                "insert into landing.exam_participations (id, creation_time, exam_id, user_id, score, completed_at,"
                " status, load_id) values (:id, :place, :exam, :user, :score, to_timestamp(:completed / 1000.0),"
                " 'completed', :number)",
                id=f"row{place}", place=place, exam=exam, user=user, score=score, completed=completed, number=number,
            )  # fmt: skip
            query(
                "insert into landing.exam_answers (id, creation_time, participation_id, question_id, is_correct,"
                " load_id) values (:id, 1, :row, 'q2', true, :number)",
                id=f"answer{place}", row=f"row{place}", number=number,
            )  # fmt: skip

    return go


@pytest.fixture
def load(database, landed, query):
    """Lands, then migrates under a load of its own; answers its number."""

    def go(exams, rows=(), cohorts=None):
        landed(exams, rows)
        run = f"run-{next(RUNS)}"
        begun = loads.begin(database, run, source_table="exams", target="core.exams", source="landing")
        with database.transaction() as transaction:
            transaction.rows("assets.exams", "exams", load_id=begun.load_id)
            loads.finish(transaction, begun, state="loaded")
        return migrate(database, run, cohorts).load.load_id

    return go


def test_what_a_load_brought_changed_and_marked_as_gone_is_undone(load, database, contents, query):
    first = load(
        {"e": [entry("ana", inProgressAnswers=[{"a": None}]), entry("ben", 0.1 + 0.2)], "left": [entry("ana")]}
    )
    query("update core.exam_participations set started_at = '2026-01-02 03:04:05.678901+00' where user_id = 'ana'")
    before = contents()
    second = load({"e": [entry("ana", 60, answers=("q2", "q1")), entry("cyd")], "left": None, "new": [entry("dan")]})
    after = query("select exam_id, user_id, score, gone_load from core.exam_participations order by 1, 2")
    assert after == [("e", "ana", 60.0, None), ("e", "ben", 0.1 + 0.2, second), ("e", "cyd", 50.0, None),
                     ("left", "ana", 50.0, second), ("new", "dan", 50.0, None)]  # fmt: skip
    done = rollback(database, second)
    assert contents() == before
    assert done.loads == [second]
    assert done.returned["exam_participations"] == 3
    assert done.dropped["exam_participations"] == 5
    rollback(database, first)
    assert contents() == {table: [] for table in V2}


def test_a_load_takes_every_later_one_with_it(load, database, contents, query):
    load({"e": [entry("ana")]})
    before = contents()
    second = load({"e": [entry("ana", 60)]})
    third = load({"e": [entry("ana", 70), entry("ben")]})
    assert rollback(database, second).loads == [third, second]
    assert contents() == before
    assert {one.load_id: one.state for one in history.loads(database)}[third] == "rolled_back"
    assert query("select count(*) from ops.exam_history") == [(0,)]
    (counts,) = query("select counts from ops.audits where statement = 'rolled_back'")
    assert counts[0]["loads"] == 2


def test_the_next_migration_looks_again_at_what_was_rolled_back(load, database, present):
    load({"e": [entry("ana")], "other": [entry("ben")]})
    state = {"e": [entry("ana", 60)], "other": [entry("ben")]}
    second = load(state)
    after = present()
    rollback(database, second)
    assert present() != after
    load(state)
    assert present() == after


def test_a_load_that_was_rolled_back_before_says_so_and_changes_nothing(load, database, contents, query):
    second = [load({"e": [entry("ana")]}), load({"e": [entry("ana", 60)]})][1]
    rollback(database, second)
    third = load({"e": [entry("ana", 70)]})
    before = contents()
    assert rollback(database, second).loads == []
    assert contents() == before
    assert {one.load_id: one.state for one in history.loads(database)}[third] == "loaded"


def test_a_load_that_does_not_exist_or_is_none_of_exams_is_refused(load, database, contents):
    load({"e": [entry("ana")]})
    other = loads.begin(database, "other", source_table="users", target="landing.users", source="x").load_id
    before = contents()
    for number in (0, other, other + 1):
        with pytest.raises(WrongUse, match="cohortline exams loads"):
            rollback(database, number)
    assert contents() == before


def test_a_load_that_still_runs_may_not_write_any_more(load, database, contents):
    load({"e": [entry("ana")]})
    before = contents()
    source_table, target = next(iter(TARGETS.items()))
    running = loads.begin(database, "running", source_table=source_table, target=target, source="landing")
    rollback(database, running.load_id)
    with database.transaction() as transaction, pytest.raises(loads.Superseded):
        loads.hold(transaction, running)
    assert history.loads(database)[0].state == "superseded"
    assert contents() == before


def test_a_rollback_waits_for_the_batch_that_is_being_written(load, database):
    first = load({"e": [entry("ana")]})
    done = threading.Event()
    with database.transaction() as transaction:
        transaction.lock("core.exam_participations")
        waiting = threading.Thread(target=lambda: (rollback(database, first), done.set()))
        waiting.start()
        while not transaction.connection.exec_driver_sql(
            "select 1 from pg_locks where locktype = 'advisory' and not granted"
        ).all():
            assert not done.is_set()
    waiting.join()
    assert done.is_set()


def test_an_exam_whose_document_was_cleared_is_put_back_first(load, database, contents, query, tmp_path):
    first = load({"e": [entry("ana")]})
    query("update landing.v1_exams set bytes = length(:text), participants = 1, answers = 1", text="")
    backup.export(database, tmp_path / "backup")
    query("update landing.v1_exams set document = null, cleared_at = now()")
    before = contents()
    with pytest.raises(WrongUse, match=f"exams restore {tmp_path / 'backup'}"):
        rollback(database, first)
    assert contents() == before
    backup.restore(database, tmp_path / "backup")
    rollback(database, first)
    assert contents()["core.exam_participations"] == []


def test_what_the_pages_read_follows(load, database, query):
    query("insert into landing.users (id, creation_time, load_id) values ('ana', 1, 1)")
    second = [load({"e": [entry("ana")]}), load({"e": [entry("ana", 60)]})][1]
    rollback(database, second)
    assert query("select user_id, score from stats.exam_leaderboard") == [("ana", 50.0)]


ENTRIES = st.builds(
    entry,
    user=st.sampled_from(["ana", "ben", "cyd"]),
    score=st.sampled_from([50, 33.333333333333336, 5e-324, None]),
    completed=st.sampled_from([0, SUBMITTED, SUBMITTED + 0.001]),
    answers=st.lists(st.sampled_from(["q1", "q2"]), max_size=2),
    status=st.sampled_from([None, "in_progress", "completed"]),
    inProgressAnswers=st.sampled_from([None, [], [{"b": 1.5, "a": None}]]),
)
ROWS = st.tuples(
    st.sampled_from(["e", "f"]), st.sampled_from(["ana", "dan"]), st.sampled_from([1.0, 50.0]), st.just(SUBMITTED + 9)
)
EXAMS = st.fixed_dictionaries({exam: st.none() | st.lists(ENTRIES, max_size=3) for exam in ("e", "f")})
LOADS = st.lists(
    st.tuples(EXAMS, st.lists(ROWS, max_size=2), st.sampled_from([None, ["spring"], ["unassigned"]])),
    min_size=2,
    max_size=4,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(states=LOADS, data=st.data())
def test_after_any_loads_a_rollback_is_exact_and_what_it_undid_can_be_done_again(
    load, database, contents, present, query, states, data
):
    query(
        "truncate core.exams, core.exam_participations, core.exam_answers, landing.v1_exams, landing.users,"
        " landing.cohorts, ops.loads, ops.exam_states, ops.exam_history, ops.quarantine"
    )
    query("insert into landing.cohorts (id, creation_time, load_id) values ('spring', 1, 1)")
    query("insert into landing.users (id, creation_time, cohort_id, load_id) values ('ana', 1, 'spring', 1)")
    seen, numbers = [], []
    for exams, rows, cohorts in states:
        seen.append(contents())
        numbers.append(load(exams, rows, cohorts))
    exams, rows, _ = states[-1]
    load(exams, rows)
    after = present()
    chosen = data.draw(st.integers(0, len(numbers) - 1))
    rollback(database, numbers[chosen])
    assert contents() == seen[chosen]
    load(exams, rows)
    assert present() == after
