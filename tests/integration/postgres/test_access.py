"""Who may connect: the owner's account, without a password; nobody else, with or without one."""

import stat
import subprocess

import psycopg
import psycopg2
import pytest
import sqlalchemy as sa

from resources.errors import WrongUse
from resources.postgres import EmbeddedServer, account, binaries

DRIVERS = ("psycopg", "psycopg2")


def reached_by_all_clients(server):
    """What every kind of client finds at the address, as it stands."""
    found = []
    url = server.url("cohortline_dagster")
    for driver in (psycopg, psycopg2):
        connection = driver.connect(url)
        cursor = connection.cursor()
        cursor.execute("select current_database()")
        found.append(cursor.fetchone()[0])
        connection.close()
    for name in DRIVERS:
        engine = sa.create_engine(sa.make_url(url).set(drivername=f"postgresql+{name}"))
        with engine.connect() as connection:
            found.append(connection.exec_driver_sql("select current_database()").scalar_one())
        engine.dispose()
    command = [*server.psql_command("cohortline_dagster"), "-X", "-At", "-c", "select current_database()"]
    found.append(subprocess.run(command, capture_output=True, text=True, timeout=30, check=True).stdout.strip())
    return found


def test_the_address_works_for_every_client(running):
    assert reached_by_all_clients(running) == ["cohortline_dagster"] * 5


def test_the_owner_is_no_other_role(running, sql):
    sql(running, "create role a_visitor login superuser")
    with pytest.raises(psycopg.OperationalError, match="no pg_hba.conf entry"):
        psycopg.connect(running.url().replace("cohortline@", "a_visitor@"))
    sql(running, "drop role a_visitor")


@pytest.fixture
def opened(running):
    """The shared server, with a socket that every account can reach: the last wall alone is left."""
    folder = running.status().socket
    folder.chmod(0o755)
    (folder / ".s.PGSQL.5432").chmod(0o777)
    yield running
    (folder / ".s.PGSQL.5432").chmod(0o700)
    folder.chmod(0o700)


def as_psql(url):
    return (binaries.current().program("psql"), "-w", "-X", "-c", "select 1", url)


def test_another_account_does_not_reach_the_socket(running, as_other):
    done = as_other(*as_psql(running.url()))
    assert done.returncode != 0
    assert "Permission denied" in done.stderr


@pytest.mark.parametrize("who", ["another account", "the server's account"])
def test_another_account_is_refused_by_the_server(opened, as_other, who):
    runner = account.runner()
    uid, gid = (1, 1) if who == "another account" else (runner.uid, runner.gid)
    done = as_other(*as_psql(opened.url()), uid=uid, gid=gid)
    assert done.returncode != 0
    assert "Peer authentication failed for user" in done.stderr


def test_with_a_password_every_client_gets_in_and_no_address_tells_it(homes, monkeypatch, sql):
    server = homes.server("a home", auth="scram")
    server.start()
    assert reached_by_all_clients(server) == ["cohortline_dagster"] * 5
    passfile = server.status().passfile
    assert stat.S_IMODE(passfile.stat().st_mode) == 0o600
    password = passfile.read_text().strip().rsplit(":", 1)[1]
    assert len(password) == 64
    assert password not in server.url() + " ".join(server.psql_command())
    wrong = homes.root / "wrong"
    wrong.write_text("*:*:*:*:wrong\n")
    wrong.chmod(0o600)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(server.url(), passfile=str(wrong))
    with pytest.raises(psycopg.OperationalError, match="no password supplied"):
        psycopg.connect(server.url(), passfile="/dev/null")

    # Without its file there is a new password; and from then on the old one is worth nothing.
    server.stop()
    passfile.rename(homes.root / "old")
    server.start()
    assert sql(server, "select 1") == [(1,)]
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(server.url(), passfile=str(homes.root / "old"))

    # The kind of authentication changes with a start, not under a running server.
    other = EmbeddedServer(server.status().data.parents[1], auth="peer")
    with pytest.raises(WrongUse, match="runs with another authentication than 'peer'; stop it"):
        other.start()
    server.stop()
    other.start()
    assert sql(other, "select 1") == [(1,)]


def test_an_unknown_authentication_is_refused(homes):
    with pytest.raises(WrongUse, match="use 'peer' or 'scram'"):
        homes.server("home", auth="trust")
