"""Finding the server of a data folder, and ending it: only a process proved to be that server is ever signalled."""

import signal
import sys
import time
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from pathlib import Path

import psutil

from resources.errors import ServerProblem
from resources.postgres import binaries, command, files, pidfile
from resources.postgres.instance import Instance, tag
from resources.postgres.pidfile import PidFile

PAUSE_SECONDS = 0.01
STOP_SECONDS = 120.0
# Left without their server, its processes end within milliseconds; one in the middle of a long computation does not.
_ORPHANS_END_SECONDS = 5.0
_ORPHANS_GONE_SECONDS = 20.0
# How far the pid file's start may lie from the process's own: the file is written a moment later.
_SAME_START_SECONDS = 60.0
_NAMES = ("postgres", "postgres.exe")
_NO_SERVER = ("--single", "--boot", "--check", "--describe-config", "-C")


class Role(Enum):
    """What a process of PostgreSQL does."""

    POSTMASTER = "the server itself"
    CHILD = "one of its processes"
    OTHER = "a single-user session or another tool"


@dataclass(frozen=True)
class Running:
    """A server that was proved to run on a data folder, with its pid file."""

    process: psutil.Process
    pidfile: PidFile

    @property
    def ready(self) -> bool:
        """Whether it accepts connections."""
        return self.pidfile.state == "ready"

    @property
    def stopping(self) -> bool:
        """Whether it is on its way down."""
        return self.pidfile.state == "stopping"


def find(data: Path) -> Running | None:
    """The server that runs on a data folder; what its pid file says is believed only of a process that fits."""
    claim = pidfile.parse(files.read(data / "postmaster.pid") or "")
    if claim is None:
        return None
    try:
        process = psutil.Process(claim.pid)
        if not alive(process) or process.name() not in _NAMES or not _works_on(process, data):
            return None
        same_start = abs(process.create_time() - claim.started) < _SAME_START_SECONDS
        proved = _role(process) is Role.POSTMASTER and (_names_folder(process, data) or same_start)
    except psutil.Error:
        return None
    return Running(process, claim) if proved else None


def alive(process: psutil.Process) -> bool:
    """Whether a process still runs; a dead one that nobody has buried does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _role(process: psutil.Process) -> Role:
    words = process.cmdline()
    # Its processes change their title, or on Windows are called with an option of their own.
    if words and (words[0].startswith("postgres: ") or any(word.startswith("--fork") for word in words)):
        return Role.CHILD
    return Role.OTHER if any(word in _NO_SERVER for word in words) else Role.POSTMASTER


def _works_on(process: psutil.Process, data: Path) -> bool:
    """Whether a process of PostgreSQL has this data folder for its working folder, as all of a server's have."""
    try:
        folder = Path(process.cwd())
        if folder.is_dir():
            return folder.samefile(data)
    except (psutil.AccessDenied, OSError):
        # In a container even root may not see this of another account's process; what follows everyone sees.
        pass
    words = process.cmdline()
    return bool(words) and (words[0].startswith(f"postgres: {tag(data)}: ") or _names_folder(process, data))


def _names_folder(process: psutil.Process, data: Path) -> bool:
    words = process.cmdline()
    return any(option == "-D" and value == str(data) for option, value in pairwise(words))


def users_of(data: Path) -> list[tuple[psutil.Process, Role]]:
    """All living processes of PostgreSQL that work on a data folder, whatever its pid file says."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.name() in _NAMES and alive(process) and _works_on(process, data):
                role = _role(process)
                if role is Role.POSTMASTER and not _names_folder(process, data):
                    # Called like the server, but not as one is called: not to be signalled.
                    role = Role.OTHER
                found.append((process, role))
        except psutil.Error:
            continue
    return found


def stop(running: Running, data: Path, log: Path) -> None:
    """Shut a server down fast but cleanly, and wait until it is gone."""
    if sys.platform == "win32":
        call: list[str | Path] = [binaries.current().program("pg_ctl"), "stop", "-w", "-m", "fast", "-D", data]
        command.run(call, timeout=STOP_SECONDS, doing="stopping PostgreSQL")
        return
    _end(running.process, gently=True)
    deadline = time.monotonic() + STOP_SECONDS
    while alive(running.process):
        if time.monotonic() > deadline:
            message = (
                f"PostgreSQL (process {running.process.pid}) did not stop within {STOP_SECONDS:.0f} seconds;"
                f" see {log}, then try again"
            )
            raise ServerProblem(message)
        time.sleep(PAUSE_SECONDS)


def _end(process: psutil.Process, *, gently: bool) -> None:
    try:
        if gently and sys.platform != "win32":
            # What PostgreSQL calls a fast shutdown: clients are sent away, everything is written.
            process.send_signal(signal.SIGINT)
        else:
            process.kill()
    except psutil.NoSuchProcess:
        pass
    except psutil.AccessDenied:
        message = f"this account may not stop PostgreSQL (process {process.pid}); stop it as the account that runs it"
        raise ServerProblem(message) from None


def clear_stale(instance: Instance) -> None:
    """Wait until nothing of an earlier server lives, then remove what would keep a new one from starting.

    PostgreSQL refuses to start while the process that a pid file names lives, be it anything; and without the file,
    while its own processes live, two servers would write the same data. So the processes are looked for themselves.
    """
    begun, asked = time.monotonic(), set[int]()
    while left := users_of(instance.data):
        waited = time.monotonic() - begun
        if waited > _ORPHANS_GONE_SECONDS:
            process, role = left[0]
            message = f"process {process.pid}, {role.value}, still works in {instance.data}; end it, then start again"
            raise ServerProblem(message)
        for process, role in left:
            if process.pid in asked:
                continue
            if role is Role.POSTMASTER:
                # A server whose pid file is lost would end itself within a minute anyway.
                asked.add(process.pid)
                _end(process, gently=True)
            elif role is Role.CHILD and waited > _ORPHANS_END_SECONDS:
                # Without a server it can commit nothing more; there is nothing left for it to finish.
                asked.add(process.pid)
                _end(process, gently=False)
        time.sleep(PAUSE_SECONDS)
    _disarm(instance)
    for stale in (instance.socket, Path(f"{instance.socket}.lock")):
        stale.unlink(missing_ok=True)


def _disarm(instance: Instance) -> None:
    """Take the stale pid out of the pid file.

    The rest stays where it can: from it PostgreSQL finds the shared memory of the dead server, checks once more that
    nobody uses it, and frees it.
    """
    path = instance.data / "postmaster.pid"
    text = files.read(path)
    claim = pidfile.parse(text or "")
    if text is None or claim is None:
        path.unlink(missing_ok=True)
    elif psutil.pid_exists(claim.pid):
        files.write(path, "\n".join([str(pidfile.HIGHEST_PID), *text.splitlines()[1:]]) + "\n", instance.runner)
