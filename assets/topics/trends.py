"""How each topic's average position went, hour by hour, from the calculations in the log. No dagster."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from resources.warehouse import bulk
from resources.warehouse.database import Database
from resources.warehouse.schema import stats

PACKAGE = "assets.topics"
STAGE = bulk.temporary("staged_topic_trends", [c for c in stats.topic_trends.c if c.name != "updated_at"])


@dataclass(frozen=True)
class Trends:
    """What a refresh found and did: the rows of the table now, those written, and those dropped."""

    rows: int
    written: int
    left: int


@dataclass(frozen=True)
class Hour:
    """An hour of a topic: the mean of the average positions that were calculated in it, and how many those were."""

    semester_id: str
    topic_id: str
    hour: datetime
    average_position: float
    events: int

    def as_json(self) -> dict[str, object]:
        """The hour as programs read it."""
        return {
            "semesterId": self.semester_id,
            "topicId": self.topic_id,
            "hour": self.hour.isoformat(),
            "averagePosition": self.average_position,
            "events": self.events,
        }


def refresh_trends(database: Database) -> Trends:
    """Bring the hours up to date with every calculation in the log; only what changed is written."""
    with database.transaction() as transaction:
        transaction.lock("stats", "topic_trends")
        transaction.make_room()
        bulk.create_temporary(transaction.connection, STAGE)
        transaction.run(PACKAGE, "staged_topic_trends")
        bulk.analyze(transaction.connection, STAGE)
        left = transaction.run(PACKAGE, "topic_trends_left")
        written = transaction.run(PACKAGE, "topic_trends", as_of=database.as_of)
        rows = transaction.connection.scalar(sa.select(sa.func.count()).select_from(stats.topic_trends))
    return Trends(rows or 0, written, left)


def trend(database: Database, topic: str, hours: int, as_of: datetime) -> list[Hour]:
    """The hours of a topic in the time before an instant; the hour in which the window starts is part of it."""
    given = {"topic": topic, "first": as_of - timedelta(hours=hours), "last": as_of}
    return [Hour(**row) for row in database.read(PACKAGE, "topic_trend", **given)]
