"""The verdicts on the tables that the exam pages read: what is stored against a recount in pandas. No dagster."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import pandas as pd

from assets.exams import derived_recount
from assets.recounts import cells, disagreements, together
from assets.verdict import RECOUNT, Verdict
from resources.alerts.outbox import alerted
from resources.warehouse.database import Database

PACKAGE = "assets.exams"
# As many rows as may be looked at without crowding the run that it is checked in.
MOST_ROWS = 25_000
EVERYTHING = {"parts": 1, "part": 0, "seed": 0}
# What people wrote is compared, and not shown.
WRITTEN = {"title", "description"}


def recounted(database: Database, table: str) -> Verdict:
    """Whether a table's rows are what a recount finds; of very many exams or users, those of a seeded part.

    Where an alert stands, all parts are looked at, one after the other, so that it is told when it is right again.
    """
    kind, recount = TABLES[table]
    (size,) = database.read(PACKAGE, "frame_size")
    parts = -(-max(size[f"{kind}_rows"], 1) // MOST_ROWS)
    # Another part each day, the same one for the same instant.
    part = Part(database, kind, parts, seed=database.as_of.toordinal())
    if parts == 1 or alerted(database, table, RECOUNT):
        verdict = together([_verdict(replace(part, part=one), table, recount) for one in range(parts)])
        return replace(verdict, notes={"recounted": f"every {kind}"})
    looked_at = f"1 in {parts} {kind}s, by a hash with the seed {part.seed}"
    return replace(_verdict(part, table, recount), notes={"recounted": looked_at}, judged=part.judged())


@dataclass(frozen=True)
class Part:
    """A part of all exams, or of all users, that is recounted."""

    database: Database
    kind: str
    parts: int
    seed: int
    part: int = 0

    def frame(self, name: str) -> pd.DataFrame:
        """The rows of a file in `sql/` that are in it."""
        return self.database.frame(PACKAGE, name, parts=self.parts, part=self.part, seed=self.seed)

    def judged(self) -> list[str]:
        """What it proves right: the exams in it, and of all users together nothing."""
        if self.kind != "exam":
            return []
        rows = self.database.read(PACKAGE, "exams_sampled", parts=self.parts, part=self.part, seed=self.seed)
        return [row["exam_id"] for row in rows]


def _leaderboard(part: Part) -> pd.DataFrame:
    return derived_recount.leaderboard(part.frame("frame_exams"), part.frame("frame_participations_of_exams"))


def _metadata(part: Part) -> pd.DataFrame:
    return derived_recount.metadata(
        part.frame("frame_exams"), part.frame("frame_participations_of_exams"), part.frame("frame_v1_exams")
    )


def _dashboard(part: Part) -> pd.DataFrame:
    return derived_recount.dashboard(
        part.frame("frame_users"),
        part.database.frame(PACKAGE, "frame_exams", **EVERYTHING),
        part.frame("frame_listed"),
        part.frame("frame_participations_of_users"),
        part.database.frame(PACKAGE, "frame_learning_bank"),
    )


def _recent(part: Part) -> pd.DataFrame:
    return derived_recount.recent(
        part.frame("frame_users"),
        part.database.frame(PACKAGE, "frame_exams", **EVERYTHING),
        part.frame("frame_listed"),
        part.frame("frame_participations_of_users"),
    )


# What each table is about, and how it is recounted.
TABLES: Mapping[str, tuple[str, Callable[[Part], pd.DataFrame]]] = {
    "exam_leaderboard": ("exam", _leaderboard),
    "exam_metadata": ("exam", _metadata),
    "user_exam_dashboard": ("user", _dashboard),
    "user_recent_exams": ("user", _recent),
}


def _verdict(part: Part, table: str, recount: Callable[[Part], pd.DataFrame]) -> Verdict:
    found = recount(part)
    stored = part.frame(f"frame_{table}").set_index([str(name) for name in found.index.names])
    wrong = disagreements(stored, found)
    is_of_exams = part.kind == "exam"
    return Verdict(
        passed=wrong.empty,
        counts={"rows": len(stored), "rows_recounted": len(found), "rows_wrong": len(wrong)},
        sample=[_written(cell) for cell in cells(wrong, [str(name) for name in found.columns])],
        # Users are people: an alert names none of them.
        kind="exam" if is_of_exams else "asset",
        concerned=_exams(wrong) if is_of_exams else (),
    )


def _exams(wrong: pd.DataFrame) -> list[str]:
    return sorted({str(exam) for exam in wrong.index.get_level_values("exam_id")})


def _written(cell: Mapping[str, object]) -> dict[str, object]:
    """A cell, of what people wrote only how long it is."""
    texts = cell["column"] in WRITTEN
    return {
        name: f"a text of {len(value)} characters"
        if texts and name in {"stored", "recounted"} and isinstance(value, str)
        else value
        for name, value in cell.items()
    }
