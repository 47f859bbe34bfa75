"""Real servers in homes of their own; every process that a test leaves behind is ended by its pid."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import psycopg
import pytest

from resources.postgres import EmbeddedServer, account, files, layout, pidfile, postmaster

PROJECT = Path(__file__).resolve().parents[3]
PATIENCE_SECONDS = 30


def wait_until(true, what):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (found := true()):
        assert time.monotonic() < deadline, f"waited in vain until {what}"
        time.sleep(0.005)
    return found


def end_all(place):
    """End whatever works below a folder, gently where that is possible, and wait until it is gone."""
    folders = [folder for folder in (place / "data", *place.glob("new-*/cluster")) if folder.exists()]

    def living():
        return [process for folder in folders for process, _ in postmaster.users_of(folder)]

    for folder in folders:
        if server := postmaster.find(folder):
            postmaster.stop(server, folder, place / "postgres.log")
    for process in living():
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    wait_until(lambda: not living(), "all processes of the test are gone")


class Homes:
    """Makes homes below one folder that every account may enter, and clears them away with their servers."""

    def __init__(self, root):
        self.root = root
        self.made = []

    def path(self, *parts):
        home = self.root.joinpath(*parts)
        self.made.append(home)
        return home

    def server(self, *parts, **options):
        return EmbeddedServer(self.path(*parts), **options)

    def clear(self):
        for home in self.made:
            if home.exists() and home.stat().st_uid == os.geteuid() and (home / "postgres").is_dir():
                os.chown(home / "postgres", os.geteuid(), -1)
            found = layout.find(home.resolve())
            claim = pidfile.parse(files.read(found.data / "postmaster.pid") or "")
            end_all(found.place)
            for sockets in {found.sockets, (claim.sockets if claim else None) or found.sockets}:
                if sockets.parent != found.place:
                    shutil.rmtree(sockets.parent, ignore_errors=True)


def fast_folder():
    """Memory, where it is roomy and programs may run from it: making a thousand small files is what takes the time."""
    memory = Path("/dev/shm")
    if memory.is_dir() and os.access(memory, os.W_OK):
        room = os.statvfs(memory)
        if room.f_bavail * room.f_frsize > 2 * 1024**3 and not room.f_flag & os.ST_NOEXEC:
            return memory
    return Path("/tmp")


def open_folder():
    folder = Path(tempfile.mkdtemp(prefix="pg", dir=fast_folder()))
    # As root the server's own account has to pass through; pytest's folders are closed to it.
    folder.chmod(0o755)
    return folder


@pytest.fixture(scope="session")
def open_root():
    """A folder that every account may enter."""
    root = open_folder()
    yield root
    shutil.rmtree(root)


@contextlib.contextmanager
def homes_of_their_own():
    root = open_folder()
    made = Homes(root)
    try:
        yield made
    finally:
        try:
            made.clear()
        finally:
            shutil.rmtree(root)


@pytest.fixture
def homes():
    with homes_of_their_own() as made:
        yield made


@pytest.fixture(scope="session")
def running():
    """One server for all tests that only look at it."""
    with homes_of_their_own() as made:
        server = made.server("home")
        server.start()
        yield server


@pytest.fixture(scope="session")
def lasting():
    """One home for all tests that stop or break its server; they take it in whatever state it is."""
    with homes_of_their_own() as made:
        yield made.server("home")


@pytest.fixture
def crashing(lasting, sql):
    """A server that runs, with one committed row; the test may do to it what it likes."""
    lasting.start()
    sql(lasting, "drop table if exists kept")
    sql(lasting, "create table kept as select 1 as n")
    return lasting


@pytest.fixture
def stage():
    """Processes of a test, ended with it."""
    started = []

    def begin(*arguments, **options):
        process = subprocess.Popen([str(argument) for argument in arguments], **options)
        started.append(process)
        return process

    yield begin
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait(PATIENCE_SECONDS)
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe:
                pipe.close()


@pytest.fixture
def starting(stage):
    """A process that does one thing to the server of a home, as the command line would."""

    def begin(server, doing="start", first="", then="", **options):
        code = (
            f"{first}\n"
            "import sys; from pathlib import Path; from resources.postgres import EmbeddedServer;"
            f"answer = EmbeddedServer(Path(sys.argv[1])).{doing}(); print(getattr(answer, 'pid', answer), flush=True);"
            f"{then}"
        )
        home = server.status().data.parents[1]
        options.setdefault("stderr", subprocess.PIPE)
        return stage(sys.executable, "-c", code, home, cwd=PROJECT, stdout=subprocess.PIPE, text=True, **options)

    return begin


@pytest.fixture
def bystander(stage):
    """A living process of the account that runs the server, which has nothing to do with it."""
    runner = account.runner()
    changed = {"user": runner.uid, "group": runner.gid, "extra_groups": []} if runner.switch else {}
    return stage("sleep", "600", **changed)


def run(server, statement, database="cohortline"):
    with psycopg.connect(server.url(database), autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else None


@pytest.fixture
def sql():
    return run


@pytest.fixture
def until():
    return wait_until


@pytest.fixture
def end_everything():
    return end_all


@pytest.fixture
def as_root():
    if os.geteuid() != 0:
        pytest.skip("needs root, to act as another account")


@pytest.fixture
def as_other(as_root):
    """Run a command as an account that is neither root nor the server's."""

    def call(*arguments, uid=1, gid=1):
        return subprocess.run(
            [str(argument) for argument in arguments],
            user=uid,
            group=gid,
            extra_groups=[],
            cwd="/",
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )

    return call


@pytest.fixture
def make_data():
    """A folder for the data of a server, empty but owned by the server's account."""

    def make(server):
        home = server.status().data.parents[1]
        runner = account.runner()
        layout.make_control(home, runner)
        files.own_folder(home / "postgres" / "data", 0o700, runner)
        return home / "postgres" / "data"

    return make


@pytest.fixture
def freeze():
    """Stop a process in its tracks, and let it go on with the test's end."""
    frozen = []

    def stop(process):
        process.send_signal(signal.SIGSTOP)
        frozen.append(process)

    yield stop
    for process in frozen:
        if process.is_running():
            process.send_signal(signal.SIGCONT)


@pytest.fixture
def lives():
    """Whether a process runs; one that is dead and not yet buried does not."""

    def check(pid):
        try:
            return postmaster.alive(psutil.Process(pid))
        except psutil.NoSuchProcess:
            return False

    return check
