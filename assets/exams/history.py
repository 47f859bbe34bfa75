"""The history of the migration: each load with what it read, and what it changed of v2."""

from dataclasses import dataclass
from datetime import datetime

from resources.warehouse.database import Database

PACKAGE = "assets.exams"


@dataclass(frozen=True)
class LoadLine:
    """One load of the migration; the counts are those of participations, `answers` that of answers loaded."""

    load_id: int
    state: str
    as_of: datetime
    started_at: datetime
    finished_at: datetime | None
    read: int
    loaded: int
    quarantined: int
    duplicates: int
    inserted: int
    updated: int
    gone: int
    answers: int
    note: str | None

    def as_json(self) -> dict[str, object]:
        """For programs."""
        return {
            "loadId": self.load_id,
            "state": self.state,
            "asOf": self.as_of.isoformat(),
            "startedAt": self.started_at.isoformat(),
            "finishedAt": self.finished_at.isoformat() if self.finished_at else None,
            "read": self.read,
            "loaded": self.loaded,
            "quarantined": self.quarantined,
            "duplicates": self.duplicates,
            "inserted": self.inserted,
            "updated": self.updated,
            "gone": self.gone,
            "answers": self.answers,
            "note": self.note,
        }


def loads(database: Database) -> list[LoadLine]:
    """Every load of the migration, newest first."""
    return [LoadLine(**row) for row in database.read(PACKAGE, "load_history")]
