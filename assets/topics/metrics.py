"""Bringing the metrics of topics and their distribution up to date, and reading them. No dagster.

Only topics that moved since the last time are counted anew: the log says which. Percentiles compare all topics of a
semester, so those of a semester in which one moved are all computed again, from the counts that stand.
"""

from dataclasses import dataclass
from datetime import datetime

from resources.warehouse import bulk
from resources.warehouse.database import Database, Transaction
from resources.warehouse.schema import stats
from resources.warehouse.schema.columns import flag, text, whole

PACKAGE = "assets.topics"
COMPUTED = ("topic_metrics", "metrics_are_computed")

# The active topics of the semesters in which something moved, and which of them are counted anew.
TOPICS = bulk.temporary(
    "staged_topics", [text("semester_id", ""), text("topic_id", ""), whole("t", ""), flag("is_concerned", "")]
)
# How many students rank each topic that is counted anew where; places that nobody gave it are left out.
DISTRIBUTION = bulk.temporary(
    "staged_topic_distribution", [column for column in stats.topic_distribution.c if column.name != "updated_at"]
)
# The metrics of all staged topics, and the last place of those that are counted anew.
METRICS = bulk.temporary(
    "staged_topic_metrics",
    [*(column for column in stats.topic_metrics.c if column.name != "updated_at"), whole("last_position", "")],
)


@dataclass(frozen=True)
class Refreshed:
    """What a refresh found and did."""

    # The rows of both tables now.
    rows: int
    distribution_rows: int
    # Of each table, rows written and rows dropped.
    written: int
    left: int
    distribution_written: int
    distribution_left: int
    # Semesters in which something moved, and topics that were counted anew.
    semesters: int
    topics: int
    # Calculations appended to the log.
    events: int


@dataclass(frozen=True)
class TopicMetrics:
    """How wanted a topic is, as it was last computed."""

    semester_id: str
    topic_id: str
    title: str | None
    n: int
    s1: int
    s2: int
    t: int
    average_position: float | None
    standard_deviation: float | None
    competition_category: str | None
    percentile: float | None
    updated_at: datetime
    # Whether the rankings or the active topics say something else by now.
    is_stale: bool

    def as_json(self) -> dict[str, object]:
        """The metrics as programs read them."""
        return {
            "semesterId": self.semester_id,
            "topicId": self.topic_id,
            "title": self.title,
            "studentCount": self.n,
            "sumOfPositions": self.s1,
            "sumOfSquaredPositions": self.s2,
            "activeTopics": self.t,
            "averagePosition": self.average_position,
            "standardDeviation": self.standard_deviation,
            "competitionCategory": self.competition_category,
            "percentile": self.percentile,
            "updatedAt": self.updated_at.isoformat(),
            "isStale": self.is_stale,
        }


def refresh_metrics(database: Database, run_id: str, *, everything: bool = False) -> Refreshed:
    """Bring metrics and distribution up to date; all topics are counted anew where that is asked for."""
    with database.transaction() as transaction:
        # What is calculated is appended to the log, and no ranking may move while it is counted.
        transaction.lock("core.ranking_events")
        transaction.lock("stats", "topic_metrics")
        concerned = _staged(transaction, everything=everything)
        done = _published(database, transaction, everything=everything)
        (source,) = transaction.rows(PACKAGE, "topic_metrics_source")
        subject, statement = COMPUTED
        transaction.audit(
            run_id=run_id,
            subject=subject,
            statement=statement,
            passed=True,
            severity="ERROR",
            counts={"sequence": source["newest"]},
            as_of=database.as_of,
        )
    return Refreshed(**concerned, **done)


def show(database: Database, semester: str | None = None) -> list[TopicMetrics]:
    """The metrics of a semester's topics, or of all, the most wanted first; those that nobody ranks come last."""
    return [TopicMetrics(**row) for row in database.read(PACKAGE, "shown_topic_metrics", semester=semester)]


def _staged(transaction: Transaction, *, everything: bool) -> dict[str, int]:
    """Stage what the rows of all semesters concerned should be; answers how many semesters and topics those are."""
    transaction.make_room()
    for stage in (TOPICS, DISTRIBUTION, METRICS):
        bulk.create_temporary(transaction.connection, stage)
    (source,) = transaction.rows(PACKAGE, "topic_metrics_source")
    since = source["computed"]
    # A log that is shorter than it was is another log.
    anew = everything or since is None or since > source["newest"]
    transaction.run(PACKAGE, "staged_topics", since=since or 0, everything=anew)
    bulk.analyze(transaction.connection, TOPICS)
    transaction.run(PACKAGE, "staged_topic_distribution")
    bulk.analyze(transaction.connection, DISTRIBUTION)
    transaction.run(PACKAGE, "staged_topic_metrics")
    bulk.analyze(transaction.connection, METRICS)
    (concerned,) = transaction.rows(PACKAGE, "staged_topics_count")
    return concerned


def _published(database: Database, transaction: Transaction, *, everything: bool) -> dict[str, int]:
    """Publish what changed, with an event for each new calculation; answers how many rows that were."""
    # The places go first: which topics are no longer active is told by the metrics that they still have.
    distribution_left = transaction.run(PACKAGE, "topic_distribution_left")
    if everything:
        distribution_left += transaction.run(PACKAGE, "topic_distribution_strays")
    left = transaction.run(PACKAGE, "topic_metrics_left")
    (written,) = transaction.rows(PACKAGE, "topic_metrics", as_of=database.as_of)
    distribution_written = transaction.run(PACKAGE, "topic_distribution_changed", as_of=database.as_of)
    distribution_written += transaction.run(PACKAGE, "topic_distribution", as_of=database.as_of)
    (count,) = transaction.rows(PACKAGE, "topic_metrics_count")
    return {
        **count,
        **written,
        "left": left,
        "distribution_left": distribution_left,
        "distribution_written": distribution_written,
    }
