"""Asking a server, through the wheel's psql: no driver has to be imported to start a database."""

from pathlib import Path

from resources.errors import ServerProblem
from resources.postgres import binaries, command
from resources.postgres.instance import ROLE, Instance

_SECONDS = 60.0
_NO_CONNECTION = 2
_FOLDER = Path(__file__).with_name("sql")
# Rows as lines, no start-up file, no prompt for a password, and no going on after an error.
_OPTIONS = ("-X", "-q", "-A", "-t", "-w", "-v", "ON_ERROR_STOP=1")


class NotReached(ServerProblem):
    """There was no connection, or it broke: the server may be starting, stopping, or recovering from a crash."""


def psql(instance: Instance, database: str, *more: str | Path, role: str = ROLE) -> list[str | Path]:
    """The call of psql for a database; it runs as the caller, whose account is the one that may connect."""
    return [binaries.current().program("psql"), *_OPTIONS, *more, "-d", instance.url(database, role)]


def ask(
    instance: Instance,
    database: str,
    statement: str,
    *,
    role: str = ROLE,
    each: bool = False,
    timeout: float = _SECONDS,
) -> list[str]:
    """Run the named statement and answer its rows; with `each`, every row is a statement that is run in turn."""
    text = (_FOLDER / f"{statement}.sql").read_text(encoding="utf-8")
    # psql's own word for it; the file stays plain SQL.
    text = text.rstrip().rstrip(";") + "\n\\gexec\n" if each else text
    done = command.attempt(psql(instance, database, role=role), stdin=text, timeout=timeout)
    if done.returncode:
        message = f"PostgreSQL did not answer: {command.telling_line(done.stderr)} (log: {instance.log})"
        raise (NotReached if done.returncode == _NO_CONNECTION else ServerProblem)(message)
    return done.stdout.splitlines()
