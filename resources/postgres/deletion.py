"""Deleting what Cohortline made, known by the markers that it left there, and nothing else."""

import shutil
import tempfile
from pathlib import Path

from resources.errors import WrongUse
from resources.postgres import files, layout
from resources.postgres.layout import Layout


def check(found: Layout) -> None:
    """Refuse to delete anything where the data or its folder was made by somebody else."""
    for folder in (found.control, found.place, found.data):
        if folder.exists() and not layout.marked(folder):
            message = (
                f"{folder} was not made by Cohortline, it lacks {layout.MARKER}; delete it yourself if you mean it"
            )
            raise WrongUse(message)


def delete(found: Layout) -> None:
    """Delete the stopped server's data and all that goes with it.

    The control folder stays, with the lock that others may be waiting for.
    """
    doomed = [found.data, found.upgraded, *found.place.glob("data-*")]
    for folder in doomed:
        if folder.is_dir() and not folder.is_symlink() and layout.marked(folder):
            _delete(folder, found.place)
    for folder in (*found.place.glob("new-*"), found.runtime, found.place / "run"):
        shutil.rmtree(folder, ignore_errors=True)
    if found.sockets.parent != found.place:
        # Made anew at each start, and checked then; as for the rest, no link is followed.
        shutil.rmtree(found.sockets.parent, ignore_errors=True)
    for file in (found.log, found.log.with_name(f"{found.log.name}.1"), found.passfile):
        file.unlink(missing_ok=True)
    if found.place != found.control:
        (found.place / layout.MARKER).unlink(missing_ok=True)
        if found.place.exists() and not any(found.place.iterdir()):
            found.place.rmdir()
        found.pointer.unlink(missing_ok=True)


def _delete(folder: Path, place: Path) -> None:
    """Delete a data folder; half of one is never found in its place, even if this is killed."""
    doomed = Path(tempfile.mkdtemp(prefix="new-", dir=place))
    files.rename(folder, doomed / "cluster")
    shutil.rmtree(doomed)
