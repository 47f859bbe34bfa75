"""A data folder of another major: remade row for row, kept as it was, and never lost half way."""

import os
import shutil

import pytest

from resources.errors import ServerProblem
from resources.postgres import (
    account,
    binaries,
    client,
    command,
    config,
    files,
    launch,
    layout,
    lifecycle,
    postmaster,
    upgrade,
)
from resources.postgres.instance import Instance

FILL = """
create database cohortline;
create database cohortline_dagster;
create database "Ein 'Name' ü";
create role a_reader nologin;
\\connect cohortline
create schema core;
create table core.answers (id bigint primary key, "the text" text, at timestamptz default '2026-03-01');
insert into core.answers select n, 'answer ' || n || E'\\nü\\\\connect x' from generate_series(1, 20000) as n;
create materialized view core.counted as select count(*) as n from core.answers;
create table core.parent (n int) partition by range (n);
create table core.parent_1 partition of core.parent for values from (0) to (10);
insert into core.parent values (1), (2);
grant usage on schema core to a_reader;
grant select on core.answers to a_reader;
create sequence core.numbers;
select setval('core.numbers', 41);
comment on role a_reader is 'reads';
"""


def programs_of(major):
    found = binaries.of_major(major)
    if found is None:
        pytest.skip(f"PostgreSQL {major} is not installed here")
    return found


def kept_in(server, sql):
    """What a user of the old data would look for."""
    return [
        sql(server, 'select count(*), min("the text"), max(at)::date::text from core.answers'),
        sql(server, "select n from core.counted"),
        sql(server, "select n from core.parent order by 1"),
        sql(server, "select has_table_privilege('a_reader', 'core.answers', 'select')"),
        sql(server, "select nextval('core.numbers')"),
        sql(server, "select 1", database="Ein 'Name' ü"),
        sql(server, "select rolsuper from pg_roles where rolname = 'cohortline'"),
    ]


KEPT = [
    [(20000, "answer 1\nü\\connect x", "2026-03-01")],
    [(20000,)],
    [(1,), (2,)],
    [(True,)],
    [(42,)],
    [(1,)],
    [(True,)],
]


def fill(folder, programs, role):
    """Make a data folder with an older major's own programs, and fill it through its own server."""
    runner = account.runner()
    data, work, sockets = folder / "data", folder / "work", folder / "run"
    for one in (data, work, sockets):
        files.own_folder(one, 0o700, runner)
    initdb = [
        programs.program("initdb"),
        "-D",
        data,
        "-U",
        role,
        "--auth=reject",
        "--encoding=UTF8",
        "--locale=C",
        "-N",
    ]
    command.run(initdb, runner, timeout=60, doing="initdb")
    old = Instance(programs, data, sockets, folder / "log", runner, conf=work / "cohortline.conf")
    config.write_for_old(old, "peer", account.caller(), role)
    running = launch.start(old)
    script = FILL if role == "cohortline" else f"create role cohortline;\n{FILL}"
    command.run(client.psql(old, "postgres", role=role), stdin=script, timeout=60, doing="filling")
    postmaster.stop(running, data, old.log)
    # Settings that only this machine's former life could honour.
    with (data / "postgresql.conf").open("a") as conf:
        conf.write("shared_preload_libraries = 'gone'\nssl = on\nlisten_addresses = '*'\narchive_mode = on\n")
    return data


@pytest.fixture(scope="module")
def old_data(open_root):
    """Filled data folders of older majors, each made once."""
    made = {}

    def make(major, role="cohortline"):
        if (major, role) not in made:
            programs = binaries.of_major(major)
            if programs is None:
                pytest.skip(f"PostgreSQL {major} is not installed here")
            folder = open_root / f"{major}-{role}"
            folder.mkdir(mode=0o755)
            made[major, role] = fill(folder, programs, role)
        return made[major, role]

    return make


@pytest.fixture
def outdated(homes, make_data, old_data):
    """A home whose data folder is a copy of an older one."""

    def make(*which):
        server = homes.server("home")
        data = make_data(server)
        old = old_data(*which)
        shutil.copytree(old, data, dirs_exist_ok=True)
        for path in (old, *old.rglob("*")):
            owner = path.lstat()
            os.chown(data / path.relative_to(old), owner.st_uid, owner.st_gid)
        return server

    return make


def fingerprint(data):
    """The files of a cluster that its own server does not touch by starting and stopping."""
    return sorted(
        (path.name, path.stat().st_size)
        for path in (data / "base").rglob("*")
        if path.is_file() and path.name.isdecimal()
    )


@pytest.mark.parametrize(("major", "role"), [(16, "cohortline"), (15, "postgres")])
def test_an_older_data_folder_is_upgraded_and_kept(outdated, sql, major, role):
    server = outdated(major, role)
    data = server.status().data
    before = fingerprint(data)
    assert server.status().major == major
    assert server.start().major == 18
    assert kept_in(server, sql) == KEPT
    (kept,) = data.parent.glob(f"data-{major}-*")
    assert (kept / "PG_VERSION").read_text() == f"{major}\n"
    assert fingerprint(kept) == before
    assert list(data.parent.glob("new-*")) == []
    server.stop()
    server.start()
    assert sql(server, "select count(*) from core.answers") == [(20000,)]
    # What somebody else made stays, what Cohortline made of it goes.
    server.reset()
    assert kept.exists()
    assert not data.exists()


def still_running(server):
    """Let the older server run, as one does that was started before Cohortline was updated."""
    data, runner = server.status().data, account.runner()
    folder = data.parent / "run"
    files.own_folder(folder, 0o700, runner)
    programs = binaries.of_major(16)
    old = Instance(programs, data, folder, data.parent / "log", runner, conf=folder / "cohortline.conf")
    config.write_for_old(old, "peer", account.caller(), "cohortline")
    return launch.start(old)


def test_an_upgrade_that_is_killed_again_and_again_ends_well(outdated, starting, until, lives, sql, monkeypatch):
    server = outdated(16)
    place = server.status().data.parent
    before = fingerprint(place / "data")
    older = still_running(server)

    starter = starting(server)
    until(lambda: list(place.glob("new-*/dump.sql")), "the dump is being written")
    starter.kill()
    assert not lives(older.process.pid)
    assert fingerprint(place / "data") == before

    rename = files.rename

    def up_to_the_last(source, target):
        if source.name == "upgraded":
            raise KeyboardInterrupt
        rename(source, target)

    with monkeypatch.context() as patched:
        patched.setattr(files, "rename", up_to_the_last)
        with pytest.raises(KeyboardInterrupt):
            server.start()
    assert not server.status().data.exists()

    server.start()
    assert kept_in(server, sql) == KEPT
    (kept,) = place.glob("data-16-*")
    assert fingerprint(kept) == before
    assert list(place.glob("new-*")) == []


def test_a_copy_with_a_row_too_few_is_not_taken(outdated, monkeypatch):
    server = outdated(16)
    place = server.status().data.parent
    before = fingerprint(place / "data")
    dump = upgrade._dump

    def short(source, role, target):
        dump(source, role, target)
        with target.open("a") as file:
            file.write("\n\\connect cohortline\ndelete from core.answers where id = 7;\n")

    monkeypatch.setattr(upgrade, "_dump", short)
    with pytest.raises(ServerProblem, match="rows of cohortline differ: core.answers.19999.*unharmed"):
        server.start()
    assert (place / "data" / "PG_VERSION").read_text() == "16\n"
    assert fingerprint(place / "data") == before
    assert postmaster.users_of(place / "data") == []
    assert list(place.glob("new-*")) == []
    assert list(place.glob("data-16-*")) == []


def test_a_restore_ends_at_the_first_error(running, tmp_path, sql):
    dump = tmp_path / "dump.sql"
    dump.write_text("select 1/0;\ncreate table too_late ();\n")
    home = layout.find(running.status().data.parents[1])
    target = lifecycle._instance(home, account.runner(), "peer")
    with pytest.raises(ServerProblem, match="restoring the older data, which is unharmed, failed: ERROR: +division by"):
        upgrade._restore(dump, target)
    assert sql(running, "select to_regclass('too_late')", database="postgres") == [(None,)]


def test_a_newer_data_folder_is_one_clear_line_and_untouched(homes, make_data):
    server = homes.server("home")
    data = make_data(server)
    (data / "PG_VERSION").write_text("99\n")
    with pytest.raises(ServerProblem, match=f"{data} was made by PostgreSQL 99, which is newer than the 18 here"):
        server.start()
    assert [path.name for path in data.iterdir()] == ["PG_VERSION"]
    assert list(data.parent.glob("data-*")) == []


def test_an_older_data_folder_without_its_programs_is_one_clear_line(homes, make_data):
    server = homes.server("home")
    data = make_data(server)
    (data / "PG_VERSION").write_text("9\n")
    with pytest.raises(ServerProblem, match="made by PostgreSQL 9, whose programs .* install PostgreSQL 9, then start"):
        server.start()
    assert [path.name for path in data.iterdir()] == ["PG_VERSION"]
