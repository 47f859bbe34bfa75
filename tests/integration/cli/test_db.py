"""`cohortline db`, typed as a user types it, on an embedded server of its own."""

import psycopg
import pytest

from resources.postgres import EmbeddedServer


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("a home") / "of its own"
    yield folder
    EmbeddedServer(folder).reset()


@pytest.fixture
def db(home, call):
    def run(*arguments, **more):
        return call("db", *arguments, environment={"COHORTLINE_HOME": str(home)} | more)

    return run


def test_a_server_is_started_looked_at_and_stopped(db):
    assert "PostgreSQL 18" in db("start").out
    status = db("status", "--json").json
    assert (status["running"], status["embedded"], status["version"][:2]) == (True, True, "18")
    assert f"pid        {status['pid']}\n" in db("status").out
    assert db("stop").out == "stopped\n"
    assert db("status", "--json").json["running"] is False
    assert db("stop").out == "it was not running\n"
    assert db("start", "--json").json["running"] is True
    assert db("stop", "--json").json == {"stopped": True}


def test_its_address_opens_it_for_any_client(db):
    url = db("url").out.strip()
    assert db("url", "--json").json == {"url": url}
    with psycopg.connect(url) as connection:
        assert connection.execute("select current_database()").fetchone() == ("cohortline",)
    with psycopg.connect(db("url", "--dagster").out.strip()) as connection:
        assert connection.execute("select current_database()").fetchone() == ("cohortline_dagster",)


def test_psql_opens_on_it_and_gets_what_follows(db):
    assert db("psql", "--", "-Atc", "select 6 * 7").out == "42\n"
    assert db("psql", "--dagster", "--", "-Atc", "select current_database()").out == "cohortline_dagster\n"


def test_reset_asks_and_deletes_only_when_told(db, home):
    db("psql", "--", "-c", "create table kept (n int)")
    asked = db("reset")
    assert asked.status != 0
    assert "Traceback" not in asked.err
    assert db("psql", "--", "-Atc", "select count(*) from kept").out == "0\n"
    assert db("reset", "--yes").status == 0
    assert not (home / "postgres" / "data").exists()
    assert db("psql", "--", "-Atc", "select to_regclass('kept')").out == "\n"


@pytest.mark.parametrize("doing", ["start", "stop", "reset"])
def test_a_server_that_is_not_ours_is_left_alone(db, doing, server):
    url = server.set(drivername="postgresql").render_as_string(hide_password=False)
    done = db(doing, COHORTLINE_DATABASE_URL=url)
    assert done.status == 2
    assert done.err.startswith("cohortline: ")


def test_a_server_that_is_not_ours_is_still_looked_at(db, server):
    url = server.set(drivername="postgresql").render_as_string(hide_password=False)
    status = db("status", "--json", COHORTLINE_DATABASE_URL=url).json
    assert (status["running"], status["embedded"]) == (True, False)
    assert db("url", COHORTLINE_DATABASE_URL=url).out.strip() == url
    done = db("status", COHORTLINE_DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    assert done.status == 1
    assert "cannot be reached" in done.err
