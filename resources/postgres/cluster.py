"""Making a cluster, recognising one, and clearing away what a crash left of one in the making."""

import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from resources.errors import ServerProblem
from resources.postgres import command, files, layout, postmaster
from resources.postgres.account import Account
from resources.postgres.binaries import Binaries
from resources.postgres.instance import ROLE
from resources.postgres.layout import Layout

_INITDB_SECONDS = 180.0
# An initdb whose caller was killed ends by itself well within this.
_LEFTOVER_SECONDS = 10.0
_MAKING = "new-"
_MAKERS = re.compile(r"(initdb|postgres|psql|pg_dump|pg_dumpall|pg_restore)(\.exe)?")


def major_of(data: Path) -> int | None:
    """The major version of PostgreSQL that made a data folder; None where there is no such folder."""
    text = (files.read(data / "PG_VERSION") or "").strip()
    return int(text) if text.isascii() and text.isdecimal() else None


def check_whole(data: Path) -> None:
    """Refuse a folder that stands where the data should, and is none."""
    if major_of(data) is None and data.exists():
        raise ServerProblem(
            f"{data} is no data folder of PostgreSQL, it lacks PG_VERSION; move it away, then start again"
        )


@contextmanager
def in_the_making(found: Layout, runner: Account) -> Iterator[Path]:
    """A folder for a cluster in the making, beside the place that the cluster will take; deleted in the end."""
    work = Path(tempfile.mkdtemp(prefix=_MAKING, dir=found.place))
    try:
        # As root the server's account passes through, and cannot plant links for root to follow.
        work.chmod(0o711 if runner.switch else 0o700)
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def initialise(data: Path, binaries: Binaries, runner: Account) -> None:
    """Run initdb into a new folder: the same language and order of text on every machine."""
    files.own_folder(data, 0o700, runner)
    locale = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    # Nobody may connect before the access rules are written.
    options = ["-U", ROLE, "--auth=reject", "--no-instructions", *locale]
    call: list[str | Path] = [binaries.program("initdb"), "-D", data, *options]
    command.run(call, runner, timeout=_INITDB_SECONDS, doing=f"making the data folder in {data.parent.parent}")


def create(found: Layout, binaries: Binaries, runner: Account) -> None:
    """Make an empty cluster; it appears in its place when it is whole."""
    with in_the_making(found, runner) as work:
        cluster = work / "cluster"
        initialise(cluster, binaries, runner)
        layout.mark(cluster, found.home, runner)
        files.rename(cluster, found.data)


def sweep(found: Layout) -> None:
    """Finish or clear away what a killed start left; only called by the holder of the lock, so its maker is dead."""
    if found.upgraded.exists() and not found.data.exists():
        # Killed between the two renames of an upgrade: all that is missing is the second.
        files.rename(found.upgraded, found.data)
    leftovers = sorted(found.place.glob(f"{_MAKING}*"))
    if found.upgraded.exists():
        leftovers.append(found.upgraded)
    for leftover in leftovers:
        for cluster in (leftover, leftover / "cluster"):
            if running := postmaster.find(cluster):
                postmaster.stop(running, cluster, found.log)
        if _unused(leftover):
            shutil.rmtree(leftover, ignore_errors=True)


def _unused(leftover: Path) -> bool:
    """Whether no process works on a leftover any more; one that is about to end is waited for."""
    deadline = time.monotonic() + _LEFTOVER_SECONDS
    while any(_works_below(process, leftover) for process in psutil.process_iter()):
        if time.monotonic() > deadline:
            return False
        time.sleep(postmaster.PAUSE_SECONDS)
    return True


def _works_below(process: psutil.Process, folder: Path) -> bool:
    try:
        if not _MAKERS.fullmatch(process.name()) or not postmaster.alive(process):
            return False
        if any(word == str(folder) or word.startswith(f"{folder}{os.sep}") for word in process.cmdline()):
            return True
        return Path(process.cwd()).is_relative_to(folder)
    except psutil.Error:
        return False
