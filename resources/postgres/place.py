"""Choosing the folder of the data, once: in the home, or where the server's account can enter."""

from pathlib import Path

from resources.errors import ServerProblem
from resources.postgres import account as accounts
from resources.postgres import command, files, layout
from resources.postgres.account import Account
from resources.postgres.layout import Layout

_SECONDS = 10.0


def can_enter(folder: Path, runner: Account) -> bool:
    """Whether the server's account reaches a folder; tried, for access lists and mounts have a say too."""
    if not runner.switch:
        return True
    tried = command.attempt(["/bin/sh", "-c", 'cd "$1"', "sh", folder], runner, timeout=_SECONDS)
    return tried.returncode == 0


def prepare(found: Layout, runner: Account) -> Layout:
    """Make the folders, and answer where they are; a place that was chosen before is kept."""
    if files.read(found.pointer) is None and not found.data.exists() and not can_enter(found.control, runner):
        place = layout.EXTERNAL / layout.digest(found.home)
        _make_external(place, found.home)
        files.write(found.pointer, f"{place}\n")
        found = layout.find(found.home)
    elif found.place != found.control:
        _make_external(found.place, found.home)
    if not can_enter(found.place, runner):
        message = (
            f"the account {runner.name}, which runs PostgreSQL for root, cannot enter {found.place};"
            " open the folders above it, or set COHORTLINE_HOME"
        )
        raise ServerProblem(message)
    return found


def _make_external(place: Path, home: Path) -> None:
    """Make or check a place outside the home; one that serves another living home is refused."""
    own = accounts.caller()
    place.parent.parent.mkdir(parents=True, exist_ok=True)
    files.own_folder(place.parent, 0o711, own)
    files.own_folder(place, 0o711, own)
    other = Path((files.read(place / layout.MARKER) or str(home)).strip())
    if other != home and files.read(other / "postgres" / "place") == f"{place}\n":
        message = (
            f"the data in {place} belongs to {other}; delete {home / 'postgres' / 'place'} to begin anew in {home}"
        )
        raise ServerProblem(message)
    layout.mark(place, home)
