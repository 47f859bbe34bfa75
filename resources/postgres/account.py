"""Which account of the operating system runs the server, and which one may connect."""

import os
import sys
from dataclasses import dataclass

from resources.errors import ServerProblem

if sys.platform != "win32":
    import pwd

# PostgreSQL refuses to run as root; these hold no rights of their own, best first.
_UNPRIVILEGED = ("nobody", "postgres", "daemon", "bin")


@dataclass(frozen=True)
class Account:
    """An account of the operating system; `switch` says that the server's processes must change to it."""

    name: str
    uid: int
    gid: int
    switch: bool = False


def caller() -> Account:
    """The account of this process: it owns the home, and it alone may connect."""
    if sys.platform == "win32":
        return Account(os.environ.get("USERNAME", "user"), 0, 0)
    uid = os.geteuid()
    try:
        name = pwd.getpwuid(uid).pw_name
    except KeyError:
        message = (
            f"the account {uid} has no name on this machine, and PostgreSQL needs one;"
            " add it to /etc/passwd, or run as another account"
        )
        raise ServerProblem(message) from None
    return Account(name, uid, os.getegid())


def runner() -> Account:
    """The account that the server runs as: the caller's, or for root one without rights."""
    own = caller()
    if sys.platform == "win32" or own.uid != 0:
        return own
    for name in (*_UNPRIVILEGED, *(one.pw_name for one in pwd.getpwall())):
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        if found.pw_uid != 0:
            return Account(name, found.pw_uid, found.pw_gid, switch=True)
    message = (
        "PostgreSQL does not run as root, and this machine has no other account; make one, or run as an ordinary user"
    )
    raise ServerProblem(message)


def name_of(uid: int) -> str:
    """What people call an account."""
    if sys.platform != "win32":
        try:
            return pwd.getpwuid(uid).pw_name
        except KeyError:
            pass
    return str(uid)
