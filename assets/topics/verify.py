"""The verdicts on the metrics of topics, their distribution and their trends. No dagster.

What is stored is compared with a recount in pandas, with the rankings as they are now, and with what can be.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import pandas as pd

from assets.recounts import cells, disagreements, together
from assets.topics import recount
from assets.verdict import RECOUNT, SHOWN, Verdict
from resources.alerts.outbox import alerted
from resources.warehouse.database import Database

PACKAGE = "assets.topics"
# As many rows as may be looked at without crowding the run that it is checked in.
MOST_ROWS = 100_000


@dataclass(frozen=True)
class Part:
    """A part of all topics that is recounted."""

    database: Database
    parts: int
    seed: int
    part: int = 0

    def frame(self, name: str) -> pd.DataFrame:
        """The rows of a file in `sql/` that are in it."""
        return self.database.frame(PACKAGE, name, parts=self.parts, part=self.part, seed=self.seed)


def metrics_verdict(database: Database) -> Verdict:
    """Whether every topic's metrics are what a recount finds; of very many rankings, those of a seeded part of topics.

    A part of the topics has its percentiles among the stored averages of the others.
    """
    return _recounted(database, "topic_metrics")


def distribution_verdict(database: Database) -> Verdict:
    """Whether every topic is ranked where a recount finds it; of very many places, those of a seeded part of topics."""
    return _recounted(database, "topic_distribution")


def trends_verdict(database: Database) -> Verdict:
    """Whether every hour is what a recount of the log finds; of very many, those of a seeded part of topics."""
    return _recounted(database, "topic_trends")


def aggregates_verdict(database: Database) -> Verdict:
    """Whether each topic's count, sums and places are those of the rankings as they are now."""
    return _stated(database, "differing_aggregates", "n_differs", "sums_differ", "places_differ")


def staleness_verdict(database: Database) -> Verdict:
    """Whether no ranking, no topic and no number of topics has changed since the metrics were last computed."""
    return _stated(
        database,
        "stale_topics",
        "log_rows",
        "topics_without_metrics",
        "metrics_without_topic",
        "topics_of_another_number",
    )


def bounds_verdict(database: Database) -> Verdict:
    """Whether all metrics can be: one of four categories, 0 to 100, an average from 1 on, places that sum to n.

    A topic that nobody ranks has neither category, percentile, average nor deviation.
    """
    return _stated(database, "metrics_out_of_bounds")


def bunched_verdict(database: Database) -> Verdict:
    """Whether the categories tell topics apart in every semester; where they do not, it is worth knowing.

    They bunch where more than four in five ranked topics are very-high while students rank no more than a fifth of the
    active topics on average: of 150 topics a student who ranks five can give none a place that counts as less wanted.
    """
    return _stated(database, "bunched_semesters", "very_high")


def _stated(database: Database, name: str, *sums: str) -> Verdict:
    """The verdict on a statement in `sql/` that answers what it is false for, with numbers to be summed."""
    rows = database.read(PACKAGE, name)
    counts = {"places": len(rows)} | {one: sum(int(row[one]) for row in rows) for one in sums}
    return Verdict(passed=not rows, counts=counts, sample=[_named(row) for row in rows[:SHOWN]])


def _named(row: Mapping[str, object]) -> dict[str, object]:
    return {name.removesuffix("_id"): value for name, value in row.items()}


def _metrics(part: Part) -> pd.DataFrame:
    return recount.metrics(
        part.frame("frame_active_topics"), part.frame("frame_positions"), part.frame("frame_other_topics")
    )


def _distribution(part: Part) -> pd.DataFrame:
    return recount.distribution(part.frame("frame_active_topics"), part.frame("frame_positions"))


def _trends(part: Part) -> pd.DataFrame:
    return recount.trends(part.frame("frame_calculations"))


RECOUNTS: Mapping[str, Callable[[Part], pd.DataFrame]] = {
    "topic_metrics": _metrics,
    "topic_distribution": _distribution,
    "topic_trends": _trends,
}


def _recounted(database: Database, table: str) -> Verdict:
    """What a recount of a table says; where an alert stands, of all parts, so that its end is told as well."""
    (size,) = database.read(PACKAGE, "frame_topics_size")
    parts = -(-max(size[table], 1) // MOST_ROWS)
    # Another part each day, the same one for the same instant.
    part = Part(database, parts, seed=database.as_of.toordinal())
    if parts == 1 or alerted(database, table, RECOUNT):
        verdict = together([_verdict(replace(part, part=one), table) for one in range(parts)])
        return replace(verdict, notes={"recounted": "every topic"})
    looked_at = f"1 in {parts} topics, by a hash with the seed {part.seed}"
    return replace(_verdict(part, table), notes={"recounted": looked_at}, judged=())


def _verdict(part: Part, table: str) -> Verdict:
    found = RECOUNTS[table](part)
    stored = part.frame(f"frame_{table}").set_index([str(name) for name in found.index.names])
    found = recount.within(stored, found)
    wrong = disagreements(stored, found)
    return Verdict(
        passed=wrong.empty,
        counts={"rows": len(stored), "rows_recounted": len(found), "rows_wrong": len(wrong)},
        sample=cells(wrong, [str(name) for name in found.columns]),
    )
