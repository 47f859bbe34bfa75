"""What can be said about a server without disturbing it."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from resources.postgres.config import Auth


@dataclass(frozen=True)
class ServerStatus:
    """A server as it is found; `major` is that of the data, None before the first start."""

    running: bool
    pid: int | None
    started_at: datetime | None
    version: str
    major: int | None
    auth: Auth
    data: Path
    socket: Path
    log: Path
    passfile: Path | None
