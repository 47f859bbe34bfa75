"""Small files and folders, handled so that neither a crash nor another account's link can do harm.

As root these functions work in folders of an account without rights: nothing here follows a link that it planted.
"""

import os
import stat
import sys
import tempfile
from pathlib import Path

from resources.errors import ServerProblem
from resources.postgres import account as accounts
from resources.postgres.account import Account
from resources.postgres.command import telling_line

_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_NO_WAIT = getattr(os, "O_NONBLOCK", 0)
_READ_AT_MOST = 64 * 1024

LOG_LIMIT = 10 * 1024 * 1024
_LOG_KEPT = 1024 * 1024


def read(path: Path) -> str | None:
    """The text of a small file; None where there is none."""
    try:
        descriptor = os.open(path, os.O_RDONLY | _NO_LINK | _NO_WAIT)
    except (FileNotFoundError, NotADirectoryError):
        return None
    with os.fdopen(descriptor, "rb") as file:
        return file.read(_READ_AT_MOST).decode("utf-8", errors="surrogateescape")


def write(path: Path, text: str, owner: Account | None = None) -> bool:
    """Make a private file hold this text, whole or not at all; answers whether it had to change."""
    if read(path) == text:
        return False
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            if owner and owner.switch:
                os.fchown(file.fileno(), owner.uid, owner.gid)
            file.write(text.encode("utf-8", errors="surrogateescape"))
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return True


def rename(source: Path, target: Path) -> None:
    """Rename so that it stands after a loss of power."""
    source.rename(target)
    if sys.platform != "win32":
        descriptor = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def own_folder(path: Path, mode: int, owner: Account) -> None:
    """Make a folder of this account with exactly this mode; one that another account planted is refused."""
    try:
        path.mkdir(mode=0o700)
        made = True
    except FileExistsError:
        made = False
    if sys.platform == "win32":
        return
    if made and owner.switch:
        os.chown(path, owner.uid, owner.gid, follow_symlinks=False)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner.uid:
        whose = accounts.name_of(found.st_uid)
        raise ServerProblem(
            f"{path} is not a folder of the account {owner.name} but of {whose}; remove it, then start again"
        )
    if stat.S_IMODE(found.st_mode) != mode:
        path.chmod(mode)


def log_size(log: Path) -> int:
    """How long the log is."""
    try:
        return log.lstat().st_size
    except FileNotFoundError:
        return 0


def last_log_line(log: Path, since: int = 0) -> str:
    """What the log's end says went wrong, among what was written after a position."""
    try:
        descriptor = os.open(log, os.O_RDONLY | _NO_LINK | _NO_WAIT)
    except OSError:
        return ""
    with os.fdopen(descriptor, "rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(min(since, size), size - _READ_AT_MOST))
        return telling_line(file.read().decode("utf-8", errors="replace"))


def trim_log(log: Path) -> None:
    """Keep the end of a log that grew too long as `<name>.1`, and empty it in place: the server appends to it."""
    if log_size(log) <= LOG_LIMIT:
        return
    with log.open("r+b") as file:
        file.seek(-_LOG_KEPT, os.SEEK_END)
        end = file.read().decode("utf-8", errors="replace")
        write(log.with_name(f"{log.name}.1"), end)
        file.truncate(0)
