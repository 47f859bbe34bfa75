"""Whatever ends a load in the middle, the next one brings v2 to what an undisturbed load makes, to the row."""

import multiprocessing
import os
import random
import signal
import time
from collections.abc import Callable
from typing import NamedTuple

import pytest
import sqlalchemy as sa

from assets.exams.keep import keep
from assets.exams.migrate import migrate
from assets.landing.land import land
from assets.landing.sources import ALIASES, SOURCES
from resources.postgres import EmbeddedServer
from resources.snapshot.reader import open_snapshot
from resources.warehouse import migrations
from resources.warehouse.database import Database
from tests.integration.exams.conftest import entry, exam, row, row_answer

TRIES = 24
FORK = multiprocessing.get_context("fork")
# All that a load makes, but for the numbers of loads, which differ with how many it took.
RESULT = {
    "core.exam_participations": (
        "to_jsonb(t) - 'created_load' - 'load_id' || jsonb_build_object('gone_load', gone_load is not null)"
    ),
    "core.exam_answers": "to_jsonb(t)",
    "ops.exam_states": "to_jsonb(t) - 'load_id'",
    "ops.quarantine": "jsonb_build_array(source_table, document_id, reason, detail, raw, answers)",
}


def school(changed=0):
    """Some exams with every kind of entry; `changed` makes another state of the same ones."""
    chance = random.Random(f"school {changed}")
    users = [f"u{number}" for number in range(12)]
    exams = [
        exam(
            f"e{number:02}",
            *(
                entry(user, *((f"q{q}", chance.choice("ABCD")) for q in range(8)), score=float(chance.randrange(100)))
                for user in chance.choices(users, k=10)
            ),
            "lost",
        )
        for number in range(16)
    ]
    rows = [row(f"p{number}", f"e{number:02}", chance.choice(users), score=1.0 + changed) for number in range(10)]
    answers = [row_answer(f"a{number}", f"p{number % 12}", "q1", "A", float(number)) for number in range(30)]
    return {"exams": exams, "examParticipations": rows, "examAnswers": answers}


def result(database):
    with database.engine.connect() as connection:
        return {
            table: sorted(str(line[0]) for line in connection.execute(sa.text(f"select {columns} from {table} as t")))
            for table, columns in RESULT.items()
        }


def load(url, run_id):
    """What a process of its own does: the load, an exam a transaction."""
    database = Database(url)
    try:
        migrate(database, run_id, exams_per_batch=1)
    finally:
        database.close()


def begun(url, run_id):
    process = FORK.Process(target=load, args=(url, run_id))
    process.start()
    return process


class Undisturbed(NamedTuple):
    """What a load makes that nothing disturbs, the way back to before it, and how long it takes."""

    expected: dict[str, list[str]]
    again: Callable[[], None]
    seconds: float


@pytest.fixture
def undisturbed(database, land_tables, query):
    """The warehouse before a load, and what one makes of it that nothing disturbs."""
    land_tables(school())
    migrate(database, "base")
    land_tables(school(changed=1))
    tables = ("core.exam_participations", "core.exam_answers", "ops.exam_states", "ops.exam_history", "ops.quarantine")
    for table in tables:
        query(f"create table kept_{table.replace('.', '_')} as table {table}")
    began = time.monotonic()
    migrate(database, "undisturbed", exams_per_batch=1)
    seconds = time.monotonic() - began
    expected = result(database)

    def again():
        for table in tables:
            columns = ", ".join(name for name in columns_of(query, table) if name != "quarantine_id")
            query(f"truncate {table}")
            query(f"insert into {table} ({columns}) select {columns} from kept_{table.replace('.', '_')}")
        query("delete from ops.loads where target like 'core.%' and run_id not in ('base')")

    return Undisturbed(expected, again, seconds)


def columns_of(query, table):
    schema, name = table.split(".")
    asked = "select column_name from information_schema.columns where table_schema = :schema and table_name = :name"
    return [line[0] for line in query(asked, schema=schema, name=name)]


def test_the_set_has_something_of_everything(undisturbed, query):
    assert {line[0] for line in query("select distinct reason from ops.quarantine")} == {
        "repeated_participant", "wrong_type", "conflict", "orphan"
    }  # fmt: skip
    assert query("select count(*) from ops.exam_history")[0][0] > 50
    assert query("select count(*) from core.exam_participations where gone_load is not null")[0][0] > 5


def test_a_load_killed_at_any_moment_is_completed_by_the_next(undisturbed, database, warehouse_url):
    expected, again, seconds = undisturbed
    chance = random.Random(24)
    killed = 0
    for number in range(TRIES):
        again()
        for attempt in range(chance.randrange(1, 3)):
            process = begun(warehouse_url, f"killed {number} {attempt}")
            process.join(timeout=chance.uniform(0.0, seconds))
            if process.is_alive():
                os.kill(process.pid, signal.SIGKILL)
                killed += 1
            process.join()
        migrate(database, f"next {number}", exams_per_batch=3)
        assert result(database) == expected
    # Some may be through before the blow falls.
    assert killed >= TRIES // 2


def test_a_killed_load_left_whole_exams_behind_and_the_next_goes_on_after_them(
    undisturbed, database, warehouse_url, query
):
    again = undisturbed.again
    again()
    with FORK.Manager() as manager:
        heard = manager.Event()
        process = FORK.Process(target=load_until_five, args=(warehouse_url, heard))
        process.start()
        assert heard.wait(30)
        os.kill(process.pid, signal.SIGKILL)
        process.join()
    done = migrate(database, "next")
    assert (done.exams, done.exams_skipped) == (11, 5)


def load_until_five(url, heard):
    def hear(done, of):
        if done == 5:
            heard.set()
            signal.pause()

    migrate(Database(url), "killed", exams_per_batch=1, on_batch=hear)


def test_two_loads_at_once_come_to_the_same(undisturbed, database, warehouse_url):
    expected, again, _ = undisturbed
    for number in range(3):
        again()
        both = [begun(warehouse_url, f"one {number}"), begun(warehouse_url, f"other {number}")]
        for process in both:
            process.join()
        # The newer one always gets through; the older one may have been told to stop.
        assert 0 in {process.exitcode for process in both}
        migrate(database, f"next {number}")
        assert result(database) == expected


def test_a_load_whose_connections_are_cut_is_completed_by_the_next(undisturbed, database, warehouse_url, query):
    expected, again, seconds = undisturbed
    chance = random.Random(25)
    cut = 0
    for number in range(6):
        again()
        process = begun(warehouse_url, f"cut {number}")
        process.join(timeout=chance.uniform(0.2, 0.8) * seconds)
        cut += query(
            "select count(pg_terminate_backend(pid)) from pg_stat_activity "
            "where datname = current_database() and pid <> pg_backend_pid()"
        )[0][0]
        process.join()
        migrate(database, f"next {number}")
        assert result(database) == expected
    assert cut


def test_a_load_outlives_a_server_that_is_restarted_between_its_batches(tmp_path, make_snapshot):
    server = EmbeddedServer(tmp_path / "home")
    server.start()

    def restart(done, of):
        if done == 5:
            server.stop()
            server.start()

    try:
        database = Database(server.url())
        migrations.ensure(database)
        with open_snapshot(make_snapshot(school()), ALIASES) as snapshot:
            for source in SOURCES:
                if source.name in snapshot.tables:
                    land(database, snapshot, source, "landing")
            keep(database, snapshot, "landing")
        migrate(database, "restarted", exams_per_batch=1, on_batch=restart)
        found = result(database)
        with database.transaction() as transaction:
            transaction.connection.exec_driver_sql(
                "truncate core.exam_participations, core.exam_answers, ops.exam_states, ops.quarantine"
            )
        migrate(database, "undisturbed")
        assert found == result(database)
        database.close()
    finally:
        server.reset()
