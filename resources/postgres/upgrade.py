"""Remaking a data folder of an older major: dumped, restored beside it, compared, and only then exchanged for it.

The old folder is never written to, save by its own server's start and stop, and it is kept. Whatever is interrupted
starts from the old folder again.
"""

import os
import sys
from dataclasses import replace
from pathlib import Path

from resources import clock
from resources.errors import ServerProblem
from resources.postgres import account as accounts
from resources.postgres import binaries, client, cluster, command, config, files, launch, layout, postmaster, single
from resources.postgres.binaries import MAJOR
from resources.postgres.config import Auth
from resources.postgres.instance import ROLE, Instance
from resources.postgres.layout import PORT, Layout

# A warehouse of many gigabytes takes its time; a whole day means that something hangs.
_COPY_SECONDS = 24 * 3600.0
_COUNT_SECONDS = 3 * 3600.0
# What single-user mode prints before the name.
_FIRST_ROLE = '\t 1: rolname = "'
_AUTH: Auth = "scram" if sys.platform == "win32" else "peer"


def upgrade(found: Layout, old_major: int, served: Instance) -> None:
    """Bring the data to the present major, or leave everything as it was."""
    if old_major > MAJOR:
        message = (
            f"the data in {found.data} was made by PostgreSQL {old_major}, which is newer than the {MAJOR} here;"
            " update Cohortline, or move the folder away"
        )
        raise ServerProblem(message)
    old = binaries.of_major(old_major)
    if old is None:
        message = (
            f"the data in {found.data} was made by PostgreSQL {old_major},"
            f" whose programs are needed once more to upgrade it to {MAJOR};"
            f" install PostgreSQL {old_major}, then start again"
        )
        raise ServerProblem(message)
    if running := postmaster.find(found.data):
        postmaster.stop(running, found.data, found.log)
    layout.make_socket_folder(found.sockets, found.place, served.runner)
    with cluster.in_the_making(found, served.runner) as work:
        programs = binaries.usable(old, served.runner, found.runtime)
        # Served for us alone, with settings of ours: its own may want what is no longer there.
        source = replace(served, binaries=programs, conf=work / config.CONF, port=PORT + 1, passfile=_passfile(served))
        target = _target(served, work / "cluster")
        _copy(source, target, work / "dump.sql")
        layout.mark(target.data, found.home, served.runner)
        files.rename(target.data, found.upgraded)
    # From here on a start that finds no data takes `upgraded`, and one that finds both begins anew.
    files.rename(found.data, _name_for_old(found, old_major))
    files.rename(found.upgraded, found.data)


def _passfile(served: Instance) -> Path | None:
    """The password is needed only where accounts cannot be told apart by the system."""
    return served.passfile if _AUTH == "scram" else None


def _target(served: Instance, data: Path) -> Instance:
    cluster.initialise(data, served.binaries, served.runner)
    config.write(data, _AUTH, accounts.caller(), served.runner)
    conf = data / config.CONF
    target = replace(served, data=data, conf=conf, port=PORT + 2, passfile=_passfile(served))
    single.set_password(target)
    return target


def _copy(source: Instance, target: Instance, dump: Path) -> None:
    """Copy everything from one cluster to the other, and prove that it arrived."""
    config.write_for_old(source, _AUTH, accounts.caller(), ROLE)
    postmaster.clear_stale(source)
    role = _first_role(source)
    config.write_for_old(source, _AUTH, accounts.caller(), role)
    with_servers = (source, target)
    for instance in with_servers:
        postmaster.clear_stale(instance)
    try:
        for instance in with_servers:
            launch.start(instance)
        _dump(source, role, dump)
        _leave_out_own_role(dump)
        _restore(dump, target)
        _compare(source, role, target)
    finally:
        for instance in with_servers:
            if running := postmaster.find(instance.data):
                postmaster.stop(running, instance.data, instance.log)


def _first_role(source: Instance) -> str:
    """Who owns the old cluster; it need not have been Cohortline that made it."""
    statement = Path(__file__).with_name("sql").joinpath("first_role.sql").read_text(encoding="utf-8")
    said = single.ask(source, statement, f"reading {source.data}")
    for line in said.splitlines():
        if line.startswith(_FIRST_ROLE):
            return line.removeprefix(_FIRST_ROLE).partition('"\t')[0]
    return ROLE


def _dump(source: Instance, role: str, dump: Path) -> None:
    # The newer program, for it knows what the newer server wants to read.
    program = binaries.current().program("pg_dumpall")
    call: list[str | Path] = [program, "-w", "-d", source.url("template1", role), "-f", dump]
    command.run(call, timeout=_COPY_SECONDS, doing=f"dumping {source.data}, which is unharmed,")


def _restore(dump: Path, target: Instance) -> None:
    call = client.psql(target, "postgres", "-o", os.devnull, "-f", dump)
    command.run(call, timeout=_COPY_SECONDS, doing="restoring the older data, which is unharmed,")


def _leave_out_own_role(dump: Path) -> None:
    """Blank the lines that make the role which initdb made already, or would take its rights, in place."""
    unwanted = (f"CREATE ROLE {ROLE};".encode(), f"ALTER ROLE {ROLE} WITH ".encode())
    with dump.open("r+b") as file:
        start = 0
        while (line := file.readline()) and not line.startswith(b"\\connect"):
            if line.startswith(unwanted):
                file.seek(start)
                file.write(b"-" * (len(line) - 1))
                file.seek(start + len(line))
            start += len(line)


def _compare(source: Instance, role: str, target: Instance) -> None:
    """Refuse the copy unless it has every role, every database, and every table with as many rows."""
    for statement, what in (("roles", "role"), ("databases", "database")):
        there = client.ask(source, "template1", statement, role=role)
        missing = set(there) - set(client.ask(target, "template1", statement))
        if missing:
            raise _differs(source.data, f"the {what} {min(missing)} is missing")
    for database in client.ask(source, "template1", "databases", role=role):
        before = client.ask(source, database, "row_counts", role=role, each=True, timeout=_COUNT_SECONDS)
        after = client.ask(target, database, "row_counts", each=True, timeout=_COUNT_SECONDS)
        if different := set(before) ^ set(after):
            raise _differs(source.data, f"rows of {database} differ: {', '.join(sorted(different)[:4])}")


def _differs(data: Path, what: str) -> ServerProblem:
    return ServerProblem(
        f"the upgraded copy of {data} is not the same, {what}; the data is unharmed, keep it and report this"
    )


def _name_for_old(found: Layout, major: int) -> Path:
    """A name under which nothing is kept yet."""
    stem = f"data-{major}-{clock.now():%Y%m%dT%H%M%SZ}"
    names = (found.place / (stem if turn == 0 else f"{stem}-{turn}") for turn in range(10_000))
    return next(name for name in names if not name.exists())
