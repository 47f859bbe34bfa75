"""Where everything of the embedded server lies, found without touching anything.

<home>/postgres/          the control folder: lock, marker, passfile, and `place` if the data had to go elsewhere
<place>/data              the cluster; <place> is the control folder unless the server's account cannot enter it
<place>/data-16-...       what an upgrade left behind
<place>/run               the socket, if its path is short and plain enough; else a folder in the temporary one
<place>/runtime/<key>     a copy of the server's programs, where its account cannot enter theirs
<place>/new-...           a cluster in the making
<place>/postgres.log      what the server says
"""

import hashlib
import os
import re
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from resources.errors import ServerProblem, WrongUse
from resources.postgres import account as accounts
from resources.postgres import files
from resources.postgres.account import Account

PORT = 5432
MARKER = ".made-by-cohortline"
EXTERNAL = Path("/var/lib/cohortline")

# A socket's address holds 104 bytes on macOS and 108 on Linux, with the zero at its end.
_SOCKET_BYTES = 100
# A comma would separate two hosts, a space or a percent sign would depend on who decodes the address last.
_PLAIN = re.compile(r"[A-Za-z0-9/._\-]+" if sys.platform != "win32" else r"[^,;%'\"]+")
# PostgreSQL keeps paths in 1024 bytes; below its data folder they take up to about 100.
_HOME_BYTES = 880


@dataclass(frozen=True)
class Layout:
    """The places of one home."""

    home: Path
    place: Path
    sockets: Path

    @property
    def control(self) -> Path:
        """What Cohortline keeps for itself, always in the home."""
        return self.home / "postgres"

    @property
    def data(self) -> Path:
        """The cluster."""
        return self.place / "data"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.place / "postgres.log"

    @property
    def runtime(self) -> Path:
        """Copies of the server's programs."""
        return self.place / "runtime"

    @property
    def lock(self) -> Path:
        """Held by whoever starts, stops or deletes."""
        return self.control / "lock"

    @property
    def pointer(self) -> Path:
        """Names the place, where that is not the control folder."""
        return self.control / "place"

    @property
    def passfile(self) -> Path:
        """The password, where there is no peer authentication."""
        return self.control / "passfile"

    @property
    def upgraded(self) -> Path:
        """A whole, verified upgrade that only has to take its place."""
        return self.place / "upgraded"


def resolved(home: Path) -> Path:
    """The home as one unmistakable path, refused where PostgreSQL could not use it."""
    try:
        path = home.expanduser().resolve()
    except (OSError, RuntimeError, ValueError) as problem:
        raise WrongUse(f"COHORTLINE_HOME='{home}' is no usable path: {problem}") from None
    if len(os.fsencode(path)) > _HOME_BYTES:
        raise WrongUse(f"the path of COHORTLINE_HOME is longer than {_HOME_BYTES} bytes; choose a shorter one: {path}")
    if any(ord(letter) < ord(" ") for letter in str(path)):
        raise WrongUse(f"COHORTLINE_HOME={str(path)!r} holds a line break or another control character; choose another")
    return path


def digest(path: Path) -> str:
    """A short name for a path, the same for ever."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:16]


def find(home: Path) -> Layout:
    """Where things lie, or would lie; changes nothing."""
    control = home / "postgres"
    _check_owner(control)
    pointer = files.read(control / "place")
    place = Path(pointer.strip()) if pointer else control
    return Layout(home, place, _socket_folder(home, place))


def _check_owner(control: Path) -> None:
    try:
        owner = control.stat().st_uid
    except (FileNotFoundError, NotADirectoryError):
        return
    except PermissionError:
        message = (
            f"{control} is closed to the account {accounts.caller().name};"
            " run as its owner, or set COHORTLINE_HOME to a folder of yours"
        )
        raise ServerProblem(message) from None
    if sys.platform != "win32" and owner != os.geteuid():
        message = (
            f"the server in {control} belongs to the account {accounts.name_of(owner)},"
            f" not to {accounts.caller().name};"
            " run as that account, or set COHORTLINE_HOME to a folder of yours"
        )
        raise ServerProblem(message)


def _socket_folder(home: Path, place: Path) -> Path:
    own = place / "run"
    if _fits(own):
        return own
    # A long TMPDIR is no better than a long home; the system's own temporary folder has a short name.
    bases = [tempfile.gettempdir()] + (["/tmp"] if sys.platform != "win32" else [])  # noqa: S108
    for base in bases:
        private = Path(base).resolve() / f"cohortline-{accounts.caller().uid}-{digest(home)}" / "s"
        if _fits(private):
            return private
    raise ServerProblem(
        f"no folder has a path short enough for a socket; set COHORTLINE_HOME to a shorter one than {home}"
    )


def _fits(folder: Path) -> bool:
    socket = os.fsencode(folder / f".s.PGSQL.{PORT}")
    return len(socket) <= _SOCKET_BYTES and _PLAIN.fullmatch(str(folder)) is not None


def make_control(home: Path, runner: Account) -> None:
    """Make the control folder, or take an empty one; a folder of somebody else's files is refused."""
    control = home / "postgres"
    try:
        home.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        message = f"COHORTLINE_HOME={home} is not a folder, or lies below a file; set it to a folder of yours"
        raise WrongUse(message) from None
    try:
        control.mkdir(mode=0o700)
    except FileExistsError:
        _check_owner(control)
        # Looked at before the marker: another process may be making all this at the same moment.
        strange = [one for one in control.iterdir() if MARKER not in one.name]
        # A data folder that was put there is served, but for want of a marker never deleted.
        known = (control / MARKER).exists() or (control / "data" / "PG_VERSION").exists()
        if strange and not known:
            message = (
                f"{control} holds files that Cohortline did not make;"
                " move them away, or set COHORTLINE_HOME to another folder"
            )
            raise WrongUse(message) from None
    # The server's account passes through to the data, but sees nothing else.
    files.own_folder(control, 0o711 if runner.switch else 0o700, accounts.caller())
    mark(control, home)


def mark(folder: Path, home: Path, owner: Account | None = None) -> None:
    """Say in a folder that Cohortline made it, for which home, and may delete it."""
    files.write(folder / MARKER, f"{home}\n", owner)


def marked(folder: Path) -> bool:
    """Whether Cohortline made this folder."""
    return files.read(folder / MARKER) is not None


def make_socket_folder(sockets: Path, place: Path, runner: Account) -> None:
    """Make the socket's folder, private even where others may write beside it."""
    if sockets.parent != place:
        files.own_folder(sockets.parent, 0o711 if runner.switch else 0o700, accounts.caller())
    files.own_folder(sockets, 0o700, runner)
