"""What happens to a server, one process at a time: started from any state, looked at, stopped, deleted."""

import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from resources.errors import WrongUse
from resources.postgres import account as accounts
from resources.postgres import (
    binaries,
    client,
    cluster,
    config,
    deletion,
    files,
    launch,
    layout,
    lock,
    place,
    postmaster,
    single,
    upgrade,
)
from resources.postgres.account import Account
from resources.postgres.config import Auth
from resources.postgres.instance import Instance
from resources.postgres.layout import Layout
from resources.postgres.status import ServerStatus

# A server that accepts connections, and still refuses ours, will go on doing so.
_ANSWER_SECONDS = 5.0
_PAUSE_SECONDS = 0.05


def start(home: Path, auth: Auth) -> None:
    """Bring a home, in whatever state it is, to a server that accepts connections."""
    runner = accounts.runner()
    layout.make_control(home, runner)
    with lock.held(layout.find(home).lock):
        found = place.prepare(layout.find(home), runner)
        served = _instance(found, runner, auth)
        _make_data(found, served)
        _reach(served, auth)


def stop(home: Path) -> bool:
    """Shut the server down; answers whether it ran."""
    found = layout.find(home)
    if not found.lock.exists():
        return False
    with lock.held(found.lock):
        return _stop(layout.find(home))


def reset(home: Path) -> None:
    """Stop the server and delete what was made for it."""
    found = layout.find(home)
    if not found.control.exists():
        return
    deletion.check(found)
    with lock.held(found.lock):
        found = layout.find(home)
        deletion.check(found)
        _stop(found)
        deletion.delete(found)


def look(home: Path, auth: Auth) -> ServerStatus:
    """Say how things are; changes nothing, waits for nothing."""
    found = layout.find(home)
    running = postmaster.find(found.data)
    claim = running.pidfile if running else None
    return ServerStatus(
        running=running is not None,
        pid=claim.pid if claim else None,
        started_at=datetime.fromtimestamp(claim.started, UTC) if claim else None,
        version=binaries.version(binaries.current()),
        major=cluster.major_of(found.data),
        auth=auth,
        data=found.data,
        socket=claim.sockets if claim and claim.sockets else found.sockets,
        log=found.log,
        passfile=found.passfile if auth == "scram" else None,
    )


def _instance(found: Layout, runner: Account, auth: Auth) -> Instance:
    programs = binaries.usable(binaries.current(), runner, found.runtime)
    passfile = found.passfile if auth == "scram" else None
    return Instance(
        programs, found.data, found.sockets, found.log, runner, conf=found.data / config.CONF, passfile=passfile
    )


def _make_data(found: Layout, served: Instance) -> None:
    """See to it that there is a data folder of the present major."""
    cluster.sweep(found)
    cluster.check_whole(found.data)
    major = cluster.major_of(found.data)
    if major is None:
        cluster.create(found, served.binaries, served.runner)
    elif major != binaries.MAJOR:
        upgrade.upgrade(found, major, served)


def _reach(served: Instance, auth: Auth) -> None:
    """See to it that a server answers, and has both databases.

    One that lost a process to a kill recovers by itself, and says so to nobody but its clients; another may be stopped
    by somebody between our look and our question.
    """
    begun = time.monotonic()
    while True:
        reached = _serve(served, auth)
        try:
            client.ask(reached, "postgres", "missing_databases", each=True)
        except client.NotReached as problem:
            recovers = "the database system is" in str(problem)
            if time.monotonic() - begun > (launch.READY_SECONDS if recovers else _ANSWER_SECONDS):
                raise
            time.sleep(_PAUSE_SECONDS)
        else:
            return


def _serve(served: Instance, auth: Auth) -> Instance:
    """See to it that the server runs, whatever state an earlier one is in; answers how it is reached."""
    running = postmaster.find(served.data)
    if running and not running.stopping:
        running = launch.await_ready(served.data, running.process.pid)
    if running and not running.stopping and running.pidfile.port == served.port:
        # It may have been started with another temporary folder in its environment.
        reached = replace(served, sockets=running.pidfile.sockets or served.sockets)
        if reached.socket.exists():
            _check_auth(served, auth)
            files.trim_log(served.log)
            return reached
    if running:
        # On its way down, or with its socket deleted: nobody can connect to it.
        postmaster.stop(running, served.data, served.log)
    layout.make_socket_folder(served.sockets, served.log.parent, served.runner)
    postmaster.clear_stale(served)
    binaries.forget_others(served.log.parent / "runtime", served.binaries)
    files.trim_log(served.log)
    config.write(served.data, auth, accounts.caller(), served.runner)
    single.set_password(served)
    launch.start(served)
    return served


def _check_auth(served: Instance, auth: Auth) -> None:
    if config.auth_of(served.data) != auth:
        message = (
            f"the server in {served.data} runs with another authentication than '{auth}'; stop it, then start it again"
        )
        raise WrongUse(message)


def _stop(found: Layout) -> bool:
    running = postmaster.find(found.data)
    if running:
        postmaster.stop(running, found.data, found.log)
    return running is not None
