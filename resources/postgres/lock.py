"""The lock between processes: one at a time starts, stops or deletes the server of a home."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from resources.errors import ServerProblem

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

# Longer than any start after a crash usually takes; an upgrade may take longer, and is not waited for.
PATIENCE_SECONDS = 120.0
_PAUSE_SECONDS = 0.02


def _taken(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the lock file; the system releases it if this process dies, so nobody waits for the dead.

    The file is never deleted: whoever waited on a deleted one would hold a lock that nobody else sees.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    try:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not _taken(descriptor):
            if time.monotonic() > deadline:
                message = (
                    f"another process has been starting or stopping PostgreSQL for {PATIENCE_SECONDS:.0f} seconds (lock"
                    f" {path}); wait for it to finish, then try again"
                )
                raise ServerProblem(message)
            time.sleep(_PAUSE_SECONDS)
        yield
    finally:
        os.close(descriptor)
