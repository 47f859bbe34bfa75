"""Who may read: the dashboards' role sees stats, and nothing else."""

import psycopg
import pytest


@pytest.fixture
def as_reader(database, query):
    query("create table stats.shown (n int)")
    query("insert into stats.shown values (1)")

    def ask(statement):
        with database.engine.begin() as connection:
            connection.exec_driver_sql("set local role cohortline_reader")
            return connection.exec_driver_sql(statement).all()

    return ask


def test_the_reader_sees_stats_even_tables_that_came_later(as_reader):
    assert as_reader("select n from stats.shown") == [(1,)]


@pytest.mark.parametrize(
    "statement",
    [
        "select * from landing.users",
        "select * from ops.quarantine",
        "select * from ops.alembic_version",
        "insert into stats.shown values (2)",
        "delete from stats.shown",
        "create table stats.mine (n int)",
        "create table core.mine (n int)",
    ],
)
def test_the_reader_can_do_nothing_else(as_reader, statement):
    import sqlalchemy as sa

    with pytest.raises(sa.exc.ProgrammingError) as refused:
        as_reader(statement)
    assert isinstance(refused.value.orig, psycopg.errors.InsufficientPrivilege)
