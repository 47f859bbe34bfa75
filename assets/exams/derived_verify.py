"""The verdicts on the tables that the exam pages read: what is stored against a recount in pandas. No dagster."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from assets.exams import derived_recount
from assets.recounts import cells, disagreements
from assets.verdict import Verdict
from resources.warehouse.database import Database

PACKAGE = "assets.exams"
# As many rows as may be looked at without crowding the run that it is checked in.
MOST_ROWS = 25_000
EVERYTHING = {"parts": 1, "seed": 0}
# What people wrote is compared, and not shown.
WRITTEN = {"title", "description"}


def leaderboard_verdict(database: Database) -> Verdict:
    """Whether every exam's ranks are what a recount finds; of very many exams, those of a seeded sample."""
    part = _part(database, "exam")
    recounted = derived_recount.leaderboard(
        part.frame("frame_exams"),
        part.frame("frame_participations_of_exams"),
    )
    return part.verdict("exam_leaderboard", recounted)


def metadata_verdict(database: Database) -> Verdict:
    """Whether every exam's counts are what a recount finds; of very many exams, those of a seeded sample."""
    part = _part(database, "exam")
    recounted = derived_recount.metadata(
        part.frame("frame_exams"),
        part.frame("frame_participations_of_exams"),
        part.frame("frame_v1_exams"),
    )
    return part.verdict("exam_metadata", recounted)


def dashboard_verdict(database: Database) -> Verdict:
    """Whether every user's numbers are what a recount finds; of very many users, those of a seeded sample."""
    part = _part(database, "user")
    recounted = derived_recount.dashboard(
        part.frame("frame_users"),
        database.frame(PACKAGE, "frame_exams", **EVERYTHING),
        part.frame("frame_listed"),
        part.frame("frame_participations_of_users"),
        database.frame(PACKAGE, "frame_learning_bank"),
    )
    return part.verdict("user_exam_dashboard", recounted)


def recent_verdict(database: Database) -> Verdict:
    """Whether every user's recent exams are what a recount finds; of very many users, those of a seeded sample."""
    part = _part(database, "user")
    recounted = derived_recount.recent(
        part.frame("frame_users"),
        database.frame(PACKAGE, "frame_exams", **EVERYTHING),
        part.frame("frame_listed"),
        part.frame("frame_participations_of_users"),
    )
    return part.verdict("user_recent_exams", recounted)


VERDICTS = {
    "exam_leaderboard": leaderboard_verdict,
    "exam_metadata": metadata_verdict,
    "user_exam_dashboard": dashboard_verdict,
    "user_recent_exams": recent_verdict,
}


@dataclass(frozen=True)
class _Part:
    """The part of all exams, or of all users, that is recounted."""

    database: Database
    kind: str
    parts: int
    seed: int

    def frame(self, name: str) -> pd.DataFrame:
        return self.database.frame(PACKAGE, name, parts=self.parts, seed=self.seed)

    def verdict(self, table: str, recounted: pd.DataFrame) -> Verdict:
        keys = [str(name) for name in recounted.index.names]
        stored = self.frame(f"frame_{table}").set_index(keys)
        looked_at = (
            f"every {self.kind}"
            if self.parts == 1
            else f"1 in {self.parts} {self.kind}s, by a hash with the seed {self.seed}"
        )
        wrong = disagreements(stored, recounted)
        return replace(
            _verdict(stored, recounted, wrong),
            notes={"recounted": looked_at},
            # Users are people: an alert names none of them.
            kind="exam" if self.kind == "exam" else "asset",
            concerned=_exams(wrong) if self.kind == "exam" else (),
            judged=None if self.parts == 1 else self._sampled(),
        )

    def _sampled(self) -> list[str]:
        """What a sample proves right: the exams in it, and of all users together nothing."""
        if self.kind != "exam":
            return []
        rows = self.database.read(PACKAGE, "exams_sampled", parts=self.parts, seed=self.seed)
        return [row["exam_id"] for row in rows]


def _part(database: Database, kind: str) -> _Part:
    (size,) = database.read(PACKAGE, "frame_size")
    parts = -(-max(size[f"{kind}_rows"], 1) // MOST_ROWS)
    # Another part each day, the same one for the same instant.
    return _Part(database, kind, parts, database.as_of.toordinal())


def _exams(wrong: pd.DataFrame) -> list[str]:
    return sorted({str(exam) for exam in wrong.index.get_level_values("exam_id")})


def _verdict(stored: pd.DataFrame, recounted: pd.DataFrame, wrong: pd.DataFrame) -> Verdict:
    return Verdict(
        passed=wrong.empty,
        counts={"rows": len(stored), "rows_recounted": len(recounted), "rows_wrong": len(wrong)},
        sample=[_written(cell) for cell in cells(wrong, [str(name) for name in recounted.columns])],
    )


def _written(cell: Mapping[str, object]) -> dict[str, object]:
    """A cell, of what people wrote only how long it is."""
    texts = cell["column"] in WRITTEN
    return {
        name: f"a text of {len(value)} characters"
        if texts and name in {"stored", "recounted"} and isinstance(value, str)
        else value
        for name, value in cell.items()
    }
