"""Starting a server so that it outlives whoever started it."""

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil

from resources.errors import ServerProblem
from resources.postgres import command, files, postmaster
from resources.postgres.instance import Instance
from resources.postgres.postmaster import PAUSE_SECONDS, Running

# After a crash up to two gigabytes of changes are replayed first.
READY_SECONDS = 300.0
_SPAWN_SECONDS = 30.0

# The shell ends at once, so the server is nobody's child: no dead process is left behind if the caller lives longer.
_SPAWN = '"$@" >&2 & echo $!'


def start(instance: Instance) -> Running:
    """Start a server, and wait until it accepts connections."""
    since = files.log_size(instance.log)
    pid = _start_on_windows(instance) if sys.platform == "win32" else _spawn(instance)
    running = await_ready(instance.data, pid)
    if running is None:
        said = files.last_log_line(instance.log, since) or "it said nothing"
        raise ServerProblem(f"PostgreSQL did not start: {said}; mend that, then start again (log: {instance.log})")
    return running


def await_ready(data: Path, pid: int) -> Running | None:
    """Wait until the server with this pid accepts connections; None if it ends before."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        running = postmaster.find(data)
        if running and running.process.pid == pid and running.ready:
            return running
        try:
            if not postmaster.alive(psutil.Process(pid)):
                return None
        except psutil.NoSuchProcess:
            return None
        time.sleep(PAUSE_SECONDS)
    raise ServerProblem(
        f"PostgreSQL (process {pid}) was not ready within {READY_SECONDS:.0f} seconds; see its log beside {data}"
    )


def _spawn(instance: Instance) -> int:
    runner = instance.runner
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)
    log = os.open(instance.log, flags, 0o600)
    try:
        spawned = subprocess.run(
            ["/bin/sh", "-c", _SPAWN, "sh", str(instance.binaries.program("postgres")), *instance.options()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            check=True,
            timeout=_SPAWN_SECONDS,
            cwd=command.NEUTRAL_FOLDER,
            env=command.environment(),
            text=True,
            # Its own session: a Ctrl-C or a closed terminal reaches the caller alone.
            start_new_session=True,
            user=runner.uid if runner.switch else None,
            group=runner.gid if runner.switch else None,
            extra_groups=[] if runner.switch else None,
            umask=0o077,
        )
    except (subprocess.SubprocessError, OSError) as problem:
        message = f"PostgreSQL could not be started as {runner.name}: {problem}; see what forbids it, then start again"
        raise ServerProblem(message) from problem
    finally:
        os.close(log)
    return int(spawned.stdout)


def _start_on_windows(instance: Instance) -> int:
    # pg_ctl gives up an administrator's rights, with which the server would not start.
    options = subprocess.list2cmdline(instance.options()[2:])
    call: list[str | Path] = [
        instance.binaries.program("pg_ctl"),
        "start",
        "-W",
        "-D",
        instance.data,
        "-l",
        instance.log,
        "-o",
        options,
    ]
    command.run(call, timeout=_SPAWN_SECONDS, doing="starting PostgreSQL")
    deadline = time.monotonic() + _SPAWN_SECONDS
    while time.monotonic() < deadline:
        if running := postmaster.find(instance.data):
            return running.process.pid
        time.sleep(PAUSE_SECONDS)
    said = files.last_log_line(instance.log) or "it said nothing"
    raise ServerProblem(f"PostgreSQL did not start: {said}; mend that, then start again (log: {instance.log})")
