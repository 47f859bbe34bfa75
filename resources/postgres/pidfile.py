"""Reading `postmaster.pid`, which may be old, cut off or garbage: a claim, to be verified, never a fact."""

from dataclasses import dataclass
from pathlib import Path

# No system counts this far: a process with this number never lives.
HIGHEST_PID = 2**31 - 1


@dataclass(frozen=True)
class PidFile:
    """What a data folder's pid file claims."""

    pid: int
    started: float
    port: int | None = None
    sockets: Path | None = None
    state: str = ""


def parse(text: str) -> PidFile | None:
    """The claim that a pid file makes; None where it makes none that could be true."""
    lines = [line.strip() for line in text.splitlines()]
    try:
        pid, started = int(lines[0]), float(lines[2])
    except (IndexError, ValueError):
        return None
    if not 0 < pid < HIGHEST_PID or not 0 <= started < float(HIGHEST_PID) * 2:
        return None
    more = dict(enumerate(lines))
    port, sockets = more.get(3, ""), more.get(4, "")
    return PidFile(
        pid,
        started,
        port=int(port) if port.isascii() and port.isdecimal() else None,
        sockets=Path(sockets) if sockets else None,
        state=more.get(7, ""),
    )
