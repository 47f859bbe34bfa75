"""What must be true of topics, and the verdict on each statement about rankings and their log. No dagster.

Such a statement is a file in `sql/` that answers what it is false for, with numbers; none of them names a student.
Those about what is computed from the rankings are asked by functions, which are only named here: they need pandas.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from assets.topics.log import HISTORY, ORDERS
from assets.verdict import RECOUNT, SHOWN, Verdict
from resources.warehouse.database import Database

PACKAGE = "assets.topics"


@dataclass(frozen=True)
class Statement:
    """A true statement about an asset, and the file that finds where it is not."""

    asset: str
    name: str
    description: str
    sql: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    # Whether it being false makes the numbers wrong, or is only worth knowing.
    is_error: bool = True


STATEMENTS = (
    Statement(
        "rankings",
        "replaying_the_log_gives_the_rankings",
        "The last event of each student and topic says where the topic stands, or that it does not.",
        "replay_differs",
    ),
    Statement(
        "rankings",
        "every_students_positions_are_without_gaps",
        "A student's positions in a semester are 1, 2, 3 and so on, each once; but for what was taken back.",
        "positions_with_gaps",
    ),
    Statement(
        "rankings",
        "every_ranked_topic_is_an_active_one_of_its_semester",
        "No ranked topic is unknown, not offered, or of another semester; but for what was taken back.",
        "orphaned_rankings",
    ),
    Statement(
        "rankings",
        "every_order_of_the_source_is_in_the_rankings",
        "Each student ranks the topics of their order that can be chosen, in that order; but for what was taken back.",
        "orders_not_in_rankings",
    ),
    Statement(
        "rankings",
        "every_entry_of_an_order_is_accounted_for",
        "Entries read = loaded + quarantined + duplicates, and the rows of each are there.",
        "unaccounted",
        {"target": "core.rankings", "source_table": ORDERS},
    ),
    Statement(
        "rankings",
        "no_order_names_a_topic_that_cannot_be_chosen",
        "No order of the source names a topic twice, or one that is not an active one of its semester.",
        "odd_orders",
        is_error=False,
    ),
    Statement(
        "ranking_events",
        "every_event_of_the_source_is_accounted_for",
        "Events read = loaded + quarantined + duplicates, and the rows of each are there.",
        "unaccounted",
        {"target": "core.ranking_events", "source_table": HISTORY},
    ),
    Statement(
        "ranking_events",
        "every_event_says_what_it_changed",
        "Every change of an order has its student, topic, semester, action and places, and they agree.",
        "malformed_events",
    ),
)


@dataclass(frozen=True)
class Asked:
    """A true statement about an asset, and the function of `assets.topics.verify` that asks it."""

    asset: str
    name: str
    description: str
    ask: str
    # Whether it being false makes the numbers wrong, or is only worth knowing.
    is_error: bool = True


ASKED = (
    Asked(
        "topic_metrics",
        RECOUNT,
        "Every topic's numbers equal a recount of its rankings by other code, to a billionth.",
        "metrics_verdict",
    ),
    Asked(
        "topic_metrics",
        "every_number_is_that_of_the_rankings",
        "Each topic's count, sums and places are those of the rankings as they are now.",
        "aggregates_verdict",
    ),
    Asked(
        "topic_metrics",
        "no_computation_is_older_than_the_log",
        "No ranking, no topic and no number of topics has changed since the metrics were last computed.",
        "staleness_verdict",
    ),
    Asked(
        "topic_metrics",
        "every_metric_lies_within_its_bounds",
        "One of four categories, a percentile from 0 to 100, an average from 1 on, places that sum to n.",
        "bounds_verdict",
    ),
    Asked(
        "topic_metrics",
        "the_categories_tell_topics_apart",
        "In no semester are nearly all topics very-high because students rank only a few of many.",
        "bunched_verdict",
        is_error=False,
    ),
    Asked(
        "topic_distribution",
        RECOUNT,
        "Every topic is ranked at each place as often as a recount by other code finds.",
        "distribution_verdict",
    ),
    Asked(
        "topic_trends",
        RECOUNT,
        "Every hour is the mean of the averages that were calculated in it, as other code finds.",
        "trends_verdict",
    ),
)


def verdict(database: Database, statement: Statement) -> Verdict:
    """Ask a statement."""
    rows = database.read(PACKAGE, statement.sql, **statement.parameters)
    return Verdict(
        passed=not rows,
        counts={"places": len(rows), "rows_concerned": sum(map(_rows, rows))},
        sample=rows[:SHOWN],
    )


def _rows(row: Mapping[str, object]) -> int:
    found = row.get("rows", 1)
    return found if isinstance(found, int) else 1
