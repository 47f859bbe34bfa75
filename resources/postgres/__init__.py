"""The embedded PostgreSQL: made, configured, started, found again, upgraded and stopped without anybody's help.

Belongs here: where the server's files lie, which account runs it, its settings, who may connect, and what to do
after a crash, a restart of the machine or a change of PostgreSQL's major version.
Does not: tables, roles of the warehouse, connections of the application (`resources/warehouse`), or any server that
`COHORTLINE_DATABASE_URL` names. Imports neither dagster nor SQLAlchemy, so that commands start fast.

Read `server.py` first; it is all that a caller needs. It leads to `lifecycle.py`, which takes a home from any state to
a running server. Beneath: `layout.py` and `place.py` say where everything lies, `account.py` who runs it, `binaries.py`
with which programs; `cluster.py` makes a data folder, `upgrade.py` remakes an older one, `deletion.py` deletes it;
`config.py`, `launch.py` and `postmaster.py` configure, start, and find or stop a server; `client.py` and `single.py`
ask it. `instance.py`, `status.py` and `pidfile.py` are values; `lock.py`, `files.py` and `command.py` stand alone.
"""

from resources.postgres.server import EmbeddedServer
from resources.postgres.status import ServerStatus

__all__ = ["EmbeddedServer", "ServerStatus"]
