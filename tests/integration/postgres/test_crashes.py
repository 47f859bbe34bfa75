"""What a crash leaves behind, and that the next start gets over it without losing a committed row."""

import signal
import subprocess
import time

import psutil
import pytest

from resources.errors import ServerProblem
from resources.postgres import account, binaries, cluster, files, layout, lock, postmaster

KEPT = [(1,)]


def kill(server, *, whole=True):
    """Kill a server as a restart of the machine would: all at once, with nothing tidied."""
    leader = psutil.Process(server.status().pid)
    processes = [leader, *(leader.children() if whole else [])]
    for process in processes:
        process.kill()
    return processes


@pytest.fixture
def gone(until):
    def wait(processes):
        until(lambda: not any(postmaster.alive(process) for process in processes), "the killed are dead")

    return wait


def test_a_killed_server_starts_again_with_its_rows(crashing, sql):
    killed = kill(crashing, whole=False)[0].pid
    # At once: its processes may live on for a moment.
    assert crashing.start().pid != killed
    assert sql(crashing, "select n from kept") == KEPT


def test_a_row_committed_a_moment_before_the_kill_is_kept(crashing, sql):
    sql(crashing, "insert into kept values (2)")
    kill(crashing)
    crashing.start()
    assert sql(crashing, "select n from kept order by n") == [(1,), (2,)]


def test_what_a_killed_server_was_computing_does_not_block_the_next_start(crashing, stage, until, sql, monkeypatch):
    monkeypatch.setattr(postmaster, "_ORPHANS_END_SECONDS", 0.3)
    # A loop that never looks up: it would not notice for hours that its server is gone.
    endless = (
        "set statement_timeout = 0; select count(*) from generate_series(1, 1e9) as a, generate_series(1, 1e9) as b"
    )
    client = stage(*crashing.psql_command(), "-X", "-q", "-c", endless)
    computing = "select pid from pg_stat_activity where query like '%1e9%' and pid <> pg_backend_pid()"
    until(lambda: sql(crashing, computing), "it computes")
    ((pid,),) = sql(crashing, computing)
    orphan = psutil.Process(pid)
    orphan.send_signal(signal.SIGSTOP)
    kill(crashing, whole=False)
    crashing.start()
    assert not postmaster.alive(orphan)
    client.wait(30)
    assert sql(crashing, "select n from kept") == KEPT


def test_a_start_is_refused_while_an_unknown_session_writes_the_data(crashing, gone, stage, monkeypatch, until):
    monkeypatch.setattr(postmaster, "_ORPHANS_GONE_SECONDS", 0.3)
    crashing.stop()
    data = crashing.status().data
    runner = account.runner()
    changed = {"user": runner.uid, "group": runner.gid, "extra_groups": []} if runner.switch else {}
    session = stage(
        binaries.current().program("postgres"), "--single", "-D", data, "cohortline", stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **changed,
    )  # fmt: skip
    until((data / "postmaster.pid").exists, "the session has begun")
    with pytest.raises(ServerProblem, match=f"process {session.pid}, .* end it"):
        crashing.start()
    assert session.poll() is None
    session.stdin.close()
    assert session.wait(30) == 0
    crashing.start()


@pytest.mark.parametrize("cut", [None, 1, 2], ids=["whole pid file", "pid alone", "pid and folder"])
def test_a_pid_that_now_belongs_to_something_else_is_never_believed(crashing, bystander, gone, sql, cut):
    data, socket = crashing.status().data, crashing.status().socket
    pidfile = data / "postmaster.pid"
    lock = socket / ".s.PGSQL.5432.lock"
    claims = [file.read_text().splitlines() for file in (pidfile, lock)]
    gone(kill(crashing))
    for file, lines in zip((pidfile, lock), claims, strict=True):
        lines[0] = str(bystander.pid)
        file.write_text("\n".join(lines[:cut]) + "\n")
    assert not crashing.status().running
    assert crashing.stop() is False
    assert crashing.start().pid != bystander.pid
    assert sql(crashing, "select n from kept") == KEPT
    assert bystander.poll() is None
    crashing.stop()
    assert bystander.poll() is None


def test_the_pid_of_another_cluster_is_never_believed(crashing, running, gone, sql):
    other = running.status().pid
    pidfile = crashing.status().data / "postmaster.pid"
    lines = pidfile.read_text().splitlines()
    gone(kill(crashing))
    pidfile.write_text("\n".join([str(other), *lines[1:]]) + "\n")
    assert crashing.start().pid != other
    assert crashing.stop() is True
    assert running.status().pid == other
    assert sql(running, "select 1") == [(1,)]


@pytest.mark.parametrize("text", ["", "\0\0\0\0", "-1\n/x\n1\n", "99999999999999999999\n/x\n1\n"])
def test_a_damaged_pid_file_of_a_dead_server_is_no_hindrance(crashing, gone, sql, text):
    gone(kill(crashing))
    (crashing.status().data / "postmaster.pid").write_text(text)
    assert not crashing.status().running
    crashing.start()
    assert sql(crashing, "select n from kept") == KEPT


@pytest.mark.parametrize("lost", [True, False], ids=["deleted", "emptied"])
def test_a_living_server_whose_pid_file_is_lost_is_replaced_not_doubled(crashing, lives, sql, lost):
    before = crashing.status().pid
    pidfile = crashing.status().data / "postmaster.pid"
    pidfile.unlink() if lost else pidfile.write_text("")
    after = crashing.start().pid
    assert after != before
    assert not lives(before)
    assert sql(crashing, "select n from kept") == KEPT


def test_a_living_server_whose_socket_is_lost_is_replaced(crashing, lives, sql):
    before = crashing.status()
    (before.socket / ".s.PGSQL.5432").unlink()
    assert crashing.start().pid != before.pid
    assert not lives(before.pid)
    assert sql(crashing, "select n from kept") == KEPT


def test_a_start_waits_for_a_server_that_another_is_stopping(crashing, sql):
    leader = psutil.Process(crashing.status().pid)
    leader.send_signal(signal.SIGINT)
    assert crashing.start().pid != leader.pid
    assert sql(crashing, "select n from kept") == KEPT


def test_a_start_waits_while_the_server_recovers_from_the_kill_of_one_process(crashing, sql):
    leader = psutil.Process(crashing.status().pid)
    leader.children()[0].kill()
    assert crashing.start().pid == leader.pid
    assert sql(crashing, "select n from kept") == KEPT


def test_a_killed_starter_blocks_nobody(lasting, starting, until, freeze, sql):
    lasting.stop()
    starter = starting(lasting)
    until(lambda: lasting.status().running or starter.poll() is not None, "the server is there")
    starter.kill()
    lasting.start()
    assert sql(lasting, "select 1") == [(1,)]


def makers_below(place):
    return [
        process
        for process in psutil.process_iter()
        if process.name() in ("initdb", "postgres") and mentions(process, place)
    ]


def mentions(process, place):
    try:
        return any(str(place) in word for word in process.cmdline())
    except psutil.Error:
        return False


@pytest.mark.parametrize("with_initdb", [False, True], ids=["the command alone", "initdb too"])
def test_a_kill_while_the_data_is_made_is_cleared_away(homes, starting, until, sql, with_initdb):
    server = homes.server("home")
    starter = starting(server)
    place = server.status().data.parent
    until(lambda: list(place.glob("new-*/cluster/base")), "initdb is at work")
    makers = [process for process in makers_below(place) if process.name() == "initdb"]
    starter.kill()
    for process in makers if with_initdb else []:
        process.kill()
    assert not server.status().data.exists()
    server.start()
    assert sql(server, "select 1") == [(1,)]
    assert list(place.glob("new-*")) == []


def test_a_leftover_that_somebody_works_on_is_left_alone(homes, starting, until, freeze, monkeypatch, sql):
    monkeypatch.setattr(cluster, "_LEFTOVER_SECONDS", 0.2)
    server = homes.server("home")
    starter = starting(server)
    place = server.status().data.parent
    (work,) = until(lambda: list(place.glob("new-*/cluster/base")), "initdb is at work")
    initdb = next(process for process in makers_below(place) if process.name() == "initdb")
    freeze(initdb)
    starter.kill()
    server.start()
    assert sql(server, "select 1") == [(1,)]
    assert work.exists()
    initdb.kill()
    until(lambda: not postmaster.alive(initdb), "initdb is dead")
    server.start()
    assert list(place.glob("new-*")) == []


def test_the_lock_of_a_living_process_is_respected_and_named(homes, monkeypatch):
    server = homes.server("home")
    runner = account.runner()
    home = server.status().data.parents[1]
    layout.make_control(home, runner)
    monkeypatch.setattr(lock, "PATIENCE_SECONDS", 0.1)
    begun = time.monotonic()
    with lock.held(home / "postgres" / "lock"), pytest.raises(ServerProblem, match="another process has been starting"):
        server.start()
    assert time.monotonic() - begun < 5
    assert files.read(home / "postgres" / "lock") == ""
