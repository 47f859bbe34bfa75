"""Starting, finding and stopping a server, as several processes of one user do."""

import os
import signal
import subprocess

import psutil
import psycopg
import pytest

from resources.postgres import EmbeddedServer, binaries


def test_the_first_start_makes_both_databases(running, sql):
    names = {name for (name,) in sql(running, "select datname from pg_database")}
    assert {"cohortline", "cohortline_dagster"} <= names


def test_a_second_start_changes_nothing(running):
    before = running.status()
    assert running.start() == before


def test_the_status_says_what_runs_and_where(running, sql):
    status = running.status()
    assert status.running
    assert status.version == sql(running, "show server_version")[0][0]
    assert status.major == int(status.version.split(".")[0]) == 18
    assert str(status.data) == sql(running, "show data_directory")[0][0]
    assert abs((status.started_at - sql(running, "select pg_postmaster_start_time()")[0][0]).total_seconds()) < 5
    assert "ready to accept connections" in status.log.read_text()
    assert (status.socket / ".s.PGSQL.5432").is_socket()


def test_looking_at_a_home_makes_nothing(homes):
    server = homes.server("nowhere", "home")
    status = server.status()
    assert not status.running
    assert status.pid is None
    assert status.major is None
    assert server.stop() is False
    server.url()
    server.reset()
    assert not (homes.root / "nowhere").exists()


def test_nothing_listens_on_a_network(running):
    postmaster = psutil.Process(running.status().pid)
    try:
        sockets = [one.net_connections(kind="inet") for one in (postmaster, *postmaster.children(recursive=True))]
    except psutil.AccessDenied:
        pytest.skip("this container hides the server's files even from root")
    assert not any(sockets)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("listen_addresses", ""),
        ("wal_level", "minimal"),
        ("max_wal_senders", "0"),
        ("shared_buffers", "256MB"),
        ("max_wal_size", "2GB"),
        ("checkpoint_timeout", "15min"),
        ("work_mem", "32MB"),
        ("maintenance_work_mem", "256MB"),
        ("jit", "off"),
        ("TimeZone", "UTC"),
        ("log_timezone", "UTC"),
        ("max_connections", "100"),
        ("fsync", "on"),
        ("synchronous_commit", "on"),
        ("full_page_writes", "on"),
        ("server_encoding", "UTF8"),
        ("data_checksums", "on"),
    ],
)
def test_the_server_is_set_for_one_warehouse(running, sql, name, value):
    assert sql(running, f"show {name}") == [(value,)]


def test_text_is_ordered_the_same_on_every_machine(running, sql):
    found = sql(running, "select datlocprovider, datlocale from pg_database where datname like 'cohortline%'")
    assert found == [("b", "C.UTF-8")] * 2


def test_the_role_owns_the_databases_and_may_make_roles(running, sql):
    owned = sql(running, "select datname from pg_database where datdba = 'cohortline'::regrole and datname ~ '^cohort'")
    assert sorted(owned) == [("cohortline",), ("cohortline_dagster",)]
    sql(running, "create role a_reader nologin")
    sql(running, "drop role a_reader")


def test_changes_by_hand_to_our_settings_last_until_the_next_start(lasting, sql):
    server = lasting
    server.start()
    conf = server.status().data / "cohortline.conf"
    written = conf.read_text()
    conf.write_text("work_mem = 1MB\n")
    (server.status().data / "pg_hba.conf").write_text("local all all trust\n")
    server.stop()
    server.start()
    assert conf.read_text() == written
    assert sql(server, "show work_mem") == [("32MB",)]
    assert "trust" not in (server.status().data / "pg_hba.conf").read_text()


def test_stopping_says_whether_it_ran(lasting, lives):
    lasting.start()
    pid = lasting.status().pid
    assert lasting.stop() is True
    assert not lives(pid)
    assert lasting.status().running is False
    assert lasting.stop() is False


def test_stopping_does_not_wait_for_clients(lasting):
    lasting.start()
    with psycopg.connect(lasting.url()) as connection:
        assert lasting.stop() is True
        with pytest.raises(psycopg.OperationalError):
            connection.execute("select 1")


def test_processes_that_start_at_once_share_one_server(homes, starting):
    server = homes.server("home")
    started = [starting(server) for _ in range(3)]
    pids = {process.communicate(timeout=60)[0].strip() for process in started}
    assert pids == {str(server.status().pid)}


def test_starts_and_stops_at_once_leave_a_usable_home(lasting, starting, sql):
    crowd = [starting(lasting, doing) for doing in ("start", "stop", "start", "stop", "start")]
    assert [process.wait(60) for process in crowd] == [0] * 5
    lasting.start()
    assert sql(lasting, "select 1") == [(1,)]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_the_server_outlives_whoever_started_it(lasting, starting, sql, number):
    lasting.stop()
    # The starter waits for more in a group of its own, as in a terminal; the signal goes to the whole group.
    starter = starting(lasting, "start", then="sys.stdin.read()", stdin=subprocess.PIPE, start_new_session=True)
    pid = int(starter.stdout.readline())
    assert os.getsid(pid) != os.getsid(starter.pid)
    os.killpg(starter.pid, number)
    assert starter.wait(30) != 0
    assert lasting.status().pid == pid
    assert sql(lasting, "select 1") == [(1,)]


def test_a_server_found_with_another_temporary_folder_is_used(homes, monkeypatch, sql):
    parts = ("long" * 20, "home" * 20)
    server = homes.server(*parts)
    pid = server.start().pid
    other = homes.root / "tmp"
    other.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(other))
    assert server.start().pid == pid
    assert list(other.iterdir()) == []
    assert sql(server, "select 1") == [(1,)]


def test_the_log_stays_short(lasting):
    lasting.stop()
    log = lasting.status().log
    with log.open("ab") as file:
        file.write(b"an old line\n" * 1_000_000)
    lasting.start()
    assert log.stat().st_size < 100_000
    assert log.with_name("postgres.log.1").stat().st_size <= 1024 * 1024
    with log.open("ab") as file:
        file.write(b"a line\n" * 2_000_000)
    lasting.start()
    assert log.stat().st_size < 100_000
    lasting.stop()
    # The server appends where the file now ends; a hole would show as zero bytes.
    assert b"shut down" in log.read_bytes()
    assert b"\0" not in log.read_bytes()


def test_statements_stay_out_of_the_log(lasting, sql):
    lasting.start()
    with pytest.raises(psycopg.Error):
        sql(lasting, "select 'a secret of a student'::int")
    with pytest.raises(psycopg.Error):
        sql(lasting, "select nothing as another_secret")
    assert "another_secret" not in lasting.status().log.read_text()


def test_psql_opens_the_database(running):
    command = [
        *running.psql_command("cohortline_dagster"),
        "-X",
        "-At",
        "-c",
        "select current_database(), current_user",
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout == "cohortline_dagster|cohortline\n"
    assert command[0].startswith(str(binaries.package_folder()))


def test_the_environment_turns_no_client_to_another_server(homes, monkeypatch, sql):
    for name, value in {"PGHOST": "nowhere.invalid", "PGPORT": "1", "PGUSER": "x", "PGDATABASE": "y"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("LC_ALL", "xx_XX.UTF-8")
    server = homes.server("home")
    server.start()
    assert sql(server, "select current_user::text") == [("cohortline",)]
    command = [*server.psql_command(), "-X", "-At", "-c", "select 1"]
    assert subprocess.run(command, capture_output=True, text=True, timeout=30, check=True).stdout == "1\n"


def test_the_same_home_by_another_path_is_the_same_server(running, homes):
    link = homes.root / "link"
    link.symlink_to(running.status().data.parents[1])
    assert EmbeddedServer(link).status() == running.status()
