"""Homes as people have them: long, with spaces, closed, somebody else's."""

import os
import shutil
import stat

import pytest

from resources.errors import ServerProblem, WrongUse
from resources.postgres import EmbeddedServer, account, binaries, layout


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_a_home_may_have_spaces_and_letters_of_any_language(homes, sql):
    server = homes.server("Mes données", 'l\'été 100%, "$(touch x)" ü')
    status = server.start()
    assert sql(server, "select 'é' || chr(252)") == [("éü",)]
    assert status.data.is_relative_to(homes.root / "Mes données")
    assert server.stop() is True


def test_a_home_may_have_a_long_path(homes, sql):
    home = homes.path(*["a-long-name-of-a-folder"] * 6, "home")
    assert len(str(home)) > 120
    server = EmbeddedServer(home)
    status = server.start()
    assert sql(server, "select 1") == [(1,)]
    assert len(os.fsencode(status.socket / ".s.PGSQL.5432")) < 104
    assert mode(status.socket) == 0o700
    assert mode(status.socket.parent) in (0o700, 0o711)
    assert status.data.is_relative_to(home)
    server.reset()
    assert not status.socket.parent.exists()


def test_a_home_too_long_for_postgresql_is_refused(homes):
    with pytest.raises(WrongUse, match="longer than 880 bytes"):
        EmbeddedServer(homes.root.joinpath(*["x" * 200] * 5))


def test_a_link_planted_in_the_temporary_folder_is_not_followed(homes, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(homes.root))
    home = homes.path(*["a-long-name-of-a-folder"] * 6)
    elsewhere = homes.root / "elsewhere"
    elsewhere.mkdir()
    planted = layout.find(home).sockets.parent
    planted.symlink_to(elsewhere)
    server = EmbeddedServer(home)
    with pytest.raises(ServerProblem, match=f"{planted} is not a folder of the account"):
        server.start()
    assert list(elsewhere.iterdir()) == []
    planted.unlink()


def test_a_socket_folder_planted_by_another_account_is_refused(homes, monkeypatch, as_root):
    monkeypatch.setattr("tempfile.tempdir", str(homes.root))
    home = homes.path(*["a-long-name-of-a-folder"] * 6)
    planted = layout.find(home).sockets.parent
    planted.mkdir()
    os.chown(planted, 1, 1)
    with pytest.raises(ServerProblem, match=f"{planted} is not a folder of the account root but of"):
        EmbeddedServer(home).start()


def test_only_the_servers_own_folders_are_open_to_it(running):
    status = running.status()
    runner = account.runner()
    for folder in (status.data, status.socket):
        assert (folder.stat().st_uid, mode(folder)) == (runner.uid, 0o700)
    assert status.data.parent.stat().st_uid == os.geteuid()
    assert mode(status.data.parent) == (0o711 if runner.switch else 0o700)
    assert mode(status.log) == 0o600


def test_files_of_somebody_else_are_left_alone(homes):
    home = homes.path("home")
    (home / "postgres").mkdir(parents=True)
    (home / "postgres" / "thesis.txt").write_text("mine")
    server = EmbeddedServer(home)
    for act in (server.start, server.reset):
        with pytest.raises(WrongUse, match="Cohortline"):
            act()
    assert [path.name for path in (home / "postgres").iterdir()] == ["thesis.txt"]


def test_a_data_folder_that_is_none_is_left_alone(homes, make_data):
    server = homes.server("home")
    data = make_data(server)
    (data / "something").write_text("")
    with pytest.raises(ServerProblem, match=f"{data} is no data folder of PostgreSQL"):
        server.start()
    assert (data / "something").exists()


def test_a_file_in_place_of_the_home_is_one_clear_line(homes):
    home = homes.path("home")
    home.write_text("")
    with pytest.raises(WrongUse, match="is not a folder"):
        EmbeddedServer(home).start()


def test_a_home_of_another_account_is_one_clear_line(homes, as_root):
    home = homes.path("home")
    (home / "postgres").mkdir(parents=True)
    os.chown(home / "postgres", 1, 1)
    server = EmbeddedServer(home)
    for act in (server.start, server.stop, server.status, server.url, server.reset):
        with pytest.raises(ServerProblem, match="belongs to the account .*, not to root; run as that account"):
            act()
    assert list((home / "postgres").iterdir()) == []


def test_a_home_that_root_made_is_one_clear_line_for_a_user(running, as_root):
    server = EmbeddedServer(running.status().data.parents[1])
    read, write = os.pipe()
    if (child := os.fork()) == 0:
        # The interpreter may lie where other accounts cannot start it, so this process itself becomes one.
        try:
            os.setgroups([])
            os.setgid(1)
            os.setuid(1)
            server.start()
        except ServerProblem as problem:
            os.write(write, str(problem).encode())
        finally:
            os._exit(0)
    os.close(write)
    os.waitpid(child, 0)
    with os.fdopen(read) as answer:
        said = answer.read()
    assert "belongs to the account root, not to daemon; run as that account, or set COHORTLINE_HOME" in said


def test_a_home_that_may_not_be_written_is_one_clear_line(homes):
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    homes.root.chmod(0o555)
    try:
        with pytest.raises(ServerProblem, match="Permission denied; free space or mend the permissions"):
            homes.server("home").start()
    finally:
        homes.root.chmod(0o755)


def test_a_disk_that_is_full_is_one_clear_line_and_leaves_nothing_half_made(homes, starting, sql):
    server = homes.server("home")
    # No file may grow as large as the first that PostgreSQL writes in one piece.
    starter = starting(server, first="import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (4 << 20, 4 << 20))")
    said = starter.communicate(timeout=60)[1].splitlines()[-1]
    assert starter.returncode == 1
    assert "ServerProblem: making the data folder in" in said
    assert "File too large; mend that, then try again" in said
    assert not server.status().data.exists()
    assert list(server.status().data.parent.glob("new-*")) == []
    server.start()
    assert sql(server, "select 1") == [(1,)]


@pytest.fixture
def external(homes, monkeypatch):
    folder = homes.root / "lib" / "cohortline"
    monkeypatch.setattr(layout, "EXTERNAL", folder)
    return folder


def test_as_root_a_closed_home_and_closed_programs_are_served_from_elsewhere(
    homes, external, monkeypatch, as_root, sql
):
    closed = homes.root / "closed"
    closed.mkdir(mode=0o700)
    site = closed / "site"
    package = binaries.package_folder()
    for source in (package / "pginstall18", package.parent / f"{package.name}.libs"):
        shutil.copytree(source, site / source.relative_to(package.parent))
    monkeypatch.setattr(binaries, "package_folder", lambda: site / package.name)
    server = homes.server("closed", "home")
    status = server.start()
    assert status.data.is_relative_to(external)
    sql(server, "create table kept as select 1 as n")
    assert mode(closed) == 0o700
    (copy,) = (status.data.parent / "runtime").iterdir()
    server.stop()

    # A new version of the programs replaces the copy; a home that was moved finds its data again.
    os.utime(site / package.name / "pginstall18" / "bin" / "postgres")
    moved = homes.path("closed", "moved")
    (closed / "home").rename(moved)
    again = EmbeddedServer(moved)
    again.start()
    assert sql(again, "select n from kept") == [(1,)]
    (newer,) = (status.data.parent / "runtime").iterdir()
    assert newer != copy

    # A copy of the home would share one data folder with it.
    shutil.copytree(moved, homes.path("closed", "copied"))
    with pytest.raises(ServerProblem, match=f"belongs to {moved}; delete .* to begin anew"):
        EmbeddedServer(closed / "copied").start()
    again.reset()
    assert list(external.iterdir()) == []


def test_as_root_a_home_is_served_in_place_where_that_is_possible(running, as_root):
    assert not (running.status().data.parent / "place").exists()
    assert not (running.status().data.parent / "runtime").exists()
