"""What a run says of topics in the UI: numbers of each semester, and its most and least wanted topics. No dagster."""

from collections.abc import Mapping
from dataclasses import dataclass

from assets.topics.metrics import PACKAGE, TopicMetrics, show
from resources.warehouse.database import Database

# Of each semester, so many from either end.
SHOWN = 3


@dataclass(frozen=True)
class Extreme:
    """A topic at either end of a semester's order."""

    semester: str
    topic: str
    average_position: float
    students: int
    category: str


def numbers(database: Database, *names: str) -> dict[str, float]:
    """These numbers of each semester, named `semester: number`."""
    found = {}
    for row in database.read(PACKAGE, "semester_summaries"):
        for name in names:
            found[f"{row['semester_id']}: {name}"] = row[name] or 0
    return found


def extremes(database: Database) -> list[Extreme]:
    """The most wanted topics of each semester, and the least wanted ones."""
    semesters: dict[str, list[TopicMetrics]] = {}
    for one in show(database):
        if one.n:
            semesters.setdefault(one.semester_id, []).append(one)
    return [_extreme(one) for topics in semesters.values() for one in _ends(topics)]


def _ends(topics: list[TopicMetrics]) -> list[TopicMetrics]:
    return topics if len(topics) <= 2 * SHOWN else [*topics[:SHOWN], *topics[-SHOWN:]]


def _extreme(one: TopicMetrics) -> Extreme:
    return Extreme(
        one.semester_id,
        one.title or one.topic_id,
        round(one.average_position or 0.0, 2),
        one.n,
        one.competition_category or "",
    )


def as_row(extreme: Extreme) -> Mapping[str, str | float | int]:
    """The topic as a row of a table."""
    return {
        "semester": extreme.semester,
        "topic": extreme.topic,
        "average_position": extreme.average_position,
        "students": extreme.students,
        "category": extreme.category,
    }
