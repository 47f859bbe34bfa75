"""The snapshot as assets receive it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import dagster as dg

from resources.errors import WrongUse
from resources.settings import Settings
from resources.snapshot.limits import limits
from resources.snapshot.reader import Snapshot, open_snapshot


class SnapshotSource(dg.ConfigurableResource[None]):
    """Where the snapshot is; opened by each asset that reads it, so that none relies on another."""

    path: str | None = None

    @contextmanager
    def open(self, aliases: Mapping[str, str]) -> Iterator[Snapshot]:
        """Open the snapshot; what the configuration leaves open, the environment says."""
        settings = Settings.from_environment()
        path = Path(self.path) if self.path else settings.snapshot
        if path is None:
            raise WrongUse("no snapshot is named; set COHORTLINE_SNAPSHOT to the export's ZIP or folder")
        with open_snapshot(path, aliases, limits(settings)) as snapshot:
            yield snapshot
