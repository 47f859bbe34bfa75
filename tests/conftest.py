"""What tests share: one PostgreSQL a session, a fresh warehouse a test, and snapshots made on the spot."""

import itertools
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest
import sqlalchemy as sa

from resources import clock
from resources.warehouse import migrations
from resources.warehouse.database import Database
from tests.receiver import Receiver, serve

AS_OF = clock.parse("2026-03-02T12:00:00Z")
_numbers = itertools.count(1)

# Nothing that the developer's shell says may reach a test.
for _name in [name for name in os.environ if name.startswith(("COHORTLINE_", "DAGSTER_"))]:
    if _name != "COHORTLINE_TEST_DATABASE_URL":
        del os.environ[_name]

Documents = Mapping[str, Sequence[Mapping[str, object] | str | bytes]]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.URL]:
    """A real PostgreSQL: the one that COHORTLINE_TEST_DATABASE_URL names, else an embedded one for this session."""
    named = os.environ.get("COHORTLINE_TEST_DATABASE_URL")
    if named:
        yield sa.make_url(named)
        return
    from resources.postgres import EmbeddedServer

    embedded = EmbeddedServer(tmp_path_factory.mktemp("server"))
    embedded.start()
    try:
        yield sa.make_url(embedded.url("postgres"))
    finally:
        embedded.reset()


def _administer(server: sa.URL, statement: str) -> None:
    engine = sa.create_engine(server.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


@pytest.fixture(scope="session")
def make_database(server: sa.URL) -> Iterator[Callable[..., str]]:
    """Makes databases, and drops them when the session ends."""
    made: list[str] = []

    def make(template: str | None = None) -> str:
        name = f"test_{os.getpid()}_{next(_numbers)}"
        _administer(server, f"create database {name}" + (f" template {template}" if template else ""))
        made.append(name)
        return name

    yield make
    for name in made:
        _administer(server, f"drop database {name} with (force)")


def url_of(server: sa.URL, name: str) -> str:
    """The address of a database of the server."""
    return server.set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def template(server: sa.URL, make_database: Callable[..., str]) -> str:
    """A warehouse at the newest revision, to be copied."""
    name = make_database()
    database = Database(url_of(server, name))
    migrations.ensure(database)
    database.close()
    return name


@pytest.fixture(scope="session")
def dagster_template(server: sa.URL, make_database: Callable[..., str]) -> str:
    """A database with Dagster's tables, to be copied: making them takes a second."""
    from dagster_postgres import DagsterPostgresStorage

    name = make_database()
    DagsterPostgresStorage(
        server.set(database=name, drivername="postgresql+psycopg2").render_as_string(hide_password=False)
    )
    return name


@pytest.fixture
def empty_url(server: sa.URL, make_database: Callable[..., str]) -> str:
    """The address of a database without anything in it."""
    return url_of(server, make_database())


@pytest.fixture
def warehouse_url(server: sa.URL, make_database: Callable[..., str], template: str) -> str:
    """The address of a fresh warehouse."""
    return url_of(server, make_database(template))


@pytest.fixture
def database(warehouse_url: str) -> Iterator[Database]:
    """A fresh warehouse."""
    opened = Database(warehouse_url, AS_OF)
    yield opened
    opened.close()


@pytest.fixture
def query(database: Database) -> Callable[..., list[tuple]]:
    """Asks the warehouse."""

    def ask(statement: str, **parameters: object) -> list[tuple]:
        with database.engine.begin() as connection:
            result = connection.execute(sa.text(statement), parameters)
            return [tuple(row) for row in result] if result.returns_rows else []

    return ask


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """A webhook on this machine."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    made = Receiver()
    server = serve(made)
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture
def make_snapshot(tmp_path: Path) -> Callable[..., Path]:
    """Writes a snapshot folder in the test's own place."""

    def write(tables: Documents, name: str = "snapshot") -> Path:
        return write_snapshot(tmp_path / name, tables)

    return write


def write_snapshot(folder: Path, tables: Documents) -> Path:
    """Write a snapshot folder: texts and bytes are lines as they are, mappings become documents."""
    for table, documents in tables.items():
        place = folder / table
        place.mkdir(parents=True, exist_ok=True)
        lines = [_line(document, number) for number, document in enumerate(documents)]
        (place / "documents.jsonl").write_bytes(b"".join(line + b"\n" for line in lines))
        (place / "generated_schema.jsonl").write_text('"uniform"\n')
    return folder


def _line(document: Mapping[str, object] | str | bytes, number: int) -> bytes:
    if isinstance(document, bytes):
        return document
    if isinstance(document, str):
        return document.encode()
    return json.dumps({"_creationTime": 1_760_000_000_000.0 + number, **document}).encode()
