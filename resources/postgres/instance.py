"""One server, running or not: its programs, its folders, and how it is reached."""

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

from resources.postgres.account import Account
from resources.postgres.binaries import Binaries
from resources.postgres.layout import PORT, digest

ROLE = "cohortline"


@dataclass(frozen=True)
class Instance:
    """A cluster with all that is needed to serve it."""

    binaries: Binaries
    data: Path
    sockets: Path
    log: Path
    runner: Account
    conf: Path
    port: int = PORT
    passfile: Path | None = None

    @property
    def socket(self) -> Path:
        """Where clients connect."""
        return self.sockets / f".s.PGSQL.{self.port}"

    def options(self) -> list[str]:
        """What is said on the command line, where neither a file nor `alter system` can unsay it."""
        settings = {
            "config_file": self.conf,
            "listen_addresses": "",
            "unix_socket_directories": self.sockets,
            "unix_socket_permissions": "0700",
            "port": self.port,
            "cluster_name": tag(self.data),
        }
        return ["-D", str(self.data), *(word for name, value in settings.items() for word in ("-c", f"{name}={value}"))]

    def url(self, database: str, role: str = ROLE) -> str:
        """The address of a database for any client of PostgreSQL."""
        return address(self.sockets, database, role=role, port=self.port, passfile=self.passfile)


def tag(data: Path) -> str:
    """What the titles of a cluster's processes carry, to be told from those of other clusters."""
    return f"cohortline-{digest(data)}"


def address(sockets: Path, database: str, *, role: str = ROLE, port: int = PORT, passfile: Path | None = None) -> str:
    """A `postgresql://` address through a socket; a password is named by its file, so that it stands in no list."""
    query = {"host": os.fsencode(sockets)}
    if passfile:
        query["passfile"] = os.fsencode(passfile)
    # The port is said, or the environment's PGPORT would decide.
    where = urlencode(query, quote_via=quote, safe="")
    return f"postgresql://{quote(role, safe='')}@:{port}/{quote(database, safe='')}?{where}"
