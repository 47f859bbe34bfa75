"""What must stand before anything runs: the database, its tables, Dagster's home, a snapshot. Imports no dagster."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from resources.errors import ServerProblem, UnreadableInput
from resources.settings import PROJECT, Settings
from resources.warehouse import migrations
from resources.warehouse.database import Database, address
from resources.warehouse.locate import dagster_url, warehouse_url

# Events go to the database in batches: one at a time, a run over a thousand partitions takes four times as long.
EVENT_BATCH_SIZE = "1000"

Tell = Callable[[str], None]


def prepare(settings: Settings, tell: Tell) -> Path:
    """Start or reach the database, bring it up to date, and tell Dagster where everything is; answers the snapshot."""
    prepare_warehouse(settings, tell)
    snapshot = settings.snapshot or _demo(settings, tell)
    os.environ["COHORTLINE_SNAPSHOT"] = str(snapshot)
    return snapshot


def prepare_warehouse(settings: Settings, tell: Tell) -> None:
    """The same for what reads no snapshot."""
    tell("starting PostgreSQL" if settings.database_url is None else "reaching the database")
    warehouse = warehouse_url(settings)
    database = Database(warehouse)
    try:
        _ready(database, tell)
    finally:
        database.close()
    prepare_dagster(settings)
    os.environ["COHORTLINE_DATABASE_URL"] = warehouse


@contextmanager
def open_warehouse() -> Iterator[Database]:
    """The warehouse for a command that runs no assets, brought up to date."""
    settings = Settings.from_environment()
    database = Database(warehouse_url(settings), settings.as_of)
    try:
        _ready(database, lambda _: None)
        yield database
    finally:
        database.close()


def prepare_dagster(settings: Settings) -> None:
    """Set this process's environment so that Dagster, and what it starts, finds its home and its storage."""
    os.environ |= {
        "COHORTLINE_HOME": str(settings.home),
        # With SQLAlchemy 2.1 a plain postgresql:// would pick a driver that Dagster's storage does not work with.
        "COHORTLINE_DAGSTER_DATABASE_URL": address(dagster_url(settings), "psycopg2").render_as_string(
            hide_password=False
        ),
        "DAGSTER_HOME": str(_dagster_home(settings)),
        "DAGSTER_EVENT_BATCH_SIZE": os.environ.get("DAGSTER_EVENT_BATCH_SIZE", EVENT_BATCH_SIZE),
    }


def _ready(database: Database, tell: Tell) -> None:
    database.check()
    if migrations.ensure(database):
        tell("brought the warehouse's tables up to date")


def _demo(settings: Settings, tell: Tell) -> Path:
    """The demo snapshot, made once for each state of its generator."""
    from samples import generate

    target = settings.home / "demo" / _fingerprint(PROJECT / "samples")
    snapshot = target / "snapshot.zip"
    if not snapshot.is_file():
        tell("making the demo snapshot")
        try:
            generate(target)
        except OSError as problem:
            message = (
                f"the demo snapshot cannot be written to {target}: {problem.strerror}; set COHORTLINE_HOME elsewhere"
            )
            raise UnreadableInput(message) from None
    return snapshot


def _fingerprint(package: Path) -> str:
    """What tells one state of a package's code from another."""
    digest = sha256()
    for module in sorted(package.glob("*.py")):
        digest.update(module.read_bytes())
    return digest.hexdigest()[:12]


def _dagster_home(settings: Settings) -> Path:
    """Dagster's own folder, with the project's settings in it."""
    home = settings.home / "dagster"
    try:
        home.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(PROJECT / "dagster.yaml", home / "dagster.yaml")
    except OSError as problem:
        message = f"{home} cannot be written: {problem.strerror}; set COHORTLINE_HOME to a folder of yours"
        raise ServerProblem(message) from None
    return home
