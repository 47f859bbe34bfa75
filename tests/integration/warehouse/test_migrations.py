"""The warehouse's history: any older database comes up to date in place, and goes back."""

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from resources.errors import ServerProblem
from resources.warehouse import migrations
from resources.warehouse.database import Database
from resources.warehouse.schema import SCHEMAS, metadata


@pytest.fixture
def empty(empty_url):
    opened = Database(empty_url)
    yield opened
    opened.close()


def differences(database):
    options = {"include_schemas": True, "version_table_schema": "ops", "compare_server_default": True}
    with database.engine.connect() as connection:
        return compare_metadata(MigrationContext.configure(connection, opts=options), metadata)


def test_an_empty_database_gets_every_table_as_declared_comments_included(empty):
    assert migrations.ensure(empty)
    assert differences(empty) == []


def test_a_database_that_is_up_to_date_is_left_alone(database):
    assert not migrations.ensure(database)


@pytest.mark.parametrize("revision", ["0001", "0002", "0005"])
def test_an_older_database_keeps_its_rows_and_gets_the_rest(empty, revision):
    migrations.migrate(empty, revision)
    with empty.engine.begin() as connection:
        connection.exec_driver_sql(
            "insert into ops.loads (load_id, source_table, target, run_id, as_of, state)"
            " values (7, 'users', 'landing.users', 'old', now(), 'loaded')"
        )
    assert migrations.ensure(empty)
    assert differences(empty) == []
    with empty.engine.connect() as connection:
        assert connection.exec_driver_sql("select load_id from ops.loads").scalars().all() == [7]


def test_every_revision_can_be_taken_back_and_made_again(empty):
    migrations.ensure(empty)
    migrations.migrate(empty, "base", down=True)
    with empty.engine.connect() as connection:
        schemas = sa.inspect(connection).get_schema_names()
    assert not {"landing", "core", "stats"} & set(schemas)
    assert migrations.ensure(empty)
    assert differences(empty) == []


def test_a_database_of_a_newer_version_is_refused_untouched(database, query):
    query("update ops.alembic_version set version_num = '9999'")
    with pytest.raises(ServerProblem, match="newer than this version"):
        migrations.ensure(database)


def test_every_table_column_and_schema_says_what_it_means(query):
    tables = query(
        "select c.oid::regclass::text from pg_class c where c.relnamespace::regnamespace::text = any(:schemas)"
        " and c.relkind = 'r' and c.relname <> 'alembic_version' and obj_description(c.oid) is null",
        schemas=list(SCHEMAS),
    )
    columns = query(
        "select a.attrelid::regclass::text, a.attname from pg_attribute a join pg_class c on c.oid = a.attrelid"
        " where c.relnamespace::regnamespace::text = any(:schemas) and c.relkind = 'r' and a.attnum > 0"
        " and c.relname <> 'alembic_version' and col_description(a.attrelid, a.attnum) is null and not a.attisdropped",
        schemas=list(SCHEMAS),
    )
    schemas = query(
        "select nspname from pg_namespace where nspname = any(:schemas) and obj_description(oid) is null",
        schemas=list(SCHEMAS),
    )
    assert (tables, columns, schemas) == ([], [], [])


def test_two_processes_that_migrate_at_once_do_it_once(empty_url):
    from concurrent.futures import ThreadPoolExecutor

    databases = [Database(empty_url) for _ in range(3)]
    with ThreadPoolExecutor() as pool:
        list(pool.map(migrations.ensure, databases))
    assert [migrations.current(one) for one in databases] == [migrations.head()] * 3
    for one in databases:
        one.close()
