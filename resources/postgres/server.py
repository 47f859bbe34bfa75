"""The embedded server as a caller sees it: start it, ask for its address, stop it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from resources.errors import ServerProblem, WrongUse
from resources.postgres import binaries, instance, layout
from resources.postgres.config import Auth
from resources.postgres.status import ServerStatus

DEFAULT_AUTH: Auth = "scram" if sys.platform == "win32" else "peer"


class EmbeddedServer:
    """The PostgreSQL of one home; any number of processes may use it, start it and stop it.

    `lifecycle` is imported when something is done, so that a command that only may need a server begins fast.
    """

    def __init__(self, home: Path, *, auth: Auth | None = None) -> None:
        """Take a home, which need not exist; peer authentication is used wherever there is any."""
        if auth not in (None, "peer", "scram"):
            raise WrongUse(f"auth='{auth}' is no kind of authentication; use 'peer' or 'scram'")
        if auth == "peer" and sys.platform == "win32":
            raise WrongUse("there is no peer authentication on Windows; use auth='scram'")
        self._home = layout.resolved(home)
        self._auth: Auth = auth or DEFAULT_AUTH

    def start(self) -> ServerStatus:
        """Make, upgrade or recover the data where that is needed, and answer when the server accepts connections."""
        from resources.postgres import lifecycle

        with _as_one_line(self._home):
            lifecycle.start(self._home, self._auth)
            return lifecycle.look(self._home, self._auth)

    def stop(self) -> bool:
        """Shut the server down and wait for it; answers whether it ran."""
        from resources.postgres import lifecycle

        with _as_one_line(self._home):
            return lifecycle.stop(self._home)

    def status(self) -> ServerStatus:
        """Look, and touch nothing."""
        from resources.postgres import lifecycle

        with _as_one_line(self._home):
            return lifecycle.look(self._home, self._auth)

    def url(self, database: str = "cohortline") -> str:
        """The address of a database, without a password, for any client of PostgreSQL run by this account."""
        seen = self.status()
        return instance.address(seen.socket, database, passfile=seen.passfile)

    def psql_command(self, database: str = "cohortline") -> list[str]:
        """The command that opens psql on a database; more arguments may follow."""
        return [str(binaries.current().program("psql")), self.url(database)]

    def reset(self) -> None:
        """Stop the server, and delete for good all that Cohortline made for it, and nothing else."""
        from resources.postgres import lifecycle

        with _as_one_line(self._home):
            lifecycle.reset(self._home)


@contextmanager
def _as_one_line(home: Path) -> Iterator[None]:
    """Turn what the system refuses into one line for the user."""
    try:
        yield
    except OSError as problem:
        where = problem.filename or home
        message = (
            f"{where}: {problem.strerror or problem};"
            " free space or mend the permissions, or set COHORTLINE_HOME to another folder"
        )
        raise ServerProblem(message) from problem
