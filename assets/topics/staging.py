"""Where events wait until the log takes them in, and what takes them: the one way into the log and the rankings."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.schema import AddConstraint, CreateIndex, DropConstraint, DropIndex

from resources.warehouse import bulk
from resources.warehouse.database import Transaction
from resources.warehouse.schema import core
from resources.warehouse.schema.columns import flag, instant, number, text, texts, whole

PACKAGE = "assets.topics"
LOG = core.ranking_events.fullname

# Complete events in the order in which the log takes them.
EVENTS = bulk.temporary(
    "staged_events", [*(one for one in core.ranking_events.c if one.name != "sequence"), whole("ordinal", "")]
)
# The source's own changes.
HISTORY = bulk.temporary(
    "staged_history",
    [
        *(
            text(name, "")
            for name in ("event_id", "id", "semester_id", "student_id", "topic_id", "action", "reason", "raw")
        ),
        number("creation_time", ""),
        whole("position", ""),
        flag("is_usable", ""),
        flag("is_known", ""),
    ],
)
# The source's orders, and the entries of each.
ORDERS = bulk.temporary(
    "staged_orders",
    [
        *(text(name, "") for name in ("id", "semester_id", "student_id")),
        texts("topic_order", ""),
        instant("at", ""),
        *(whole(name, "") for name in ("number", "touched_load")),
        *(flag(name, "") for name in ("is_present", "is_winner")),
    ],
)
ENTRIES = bulk.temporary(
    "staged_entries",
    [
        *(whole(name, "") for name in ("number", "place", "position")),
        *(text(name, "") for name in ("topic_id", "reason")),
    ],
)
# Where each topic of a student stands; 0 means that it no longer does.
PLACES = bulk.temporary("staged_places", core.rankings.c)


@dataclass(frozen=True)
class Taken:
    """How many staged events the log took, and how many rankings that wrote or dropped."""

    events: int
    rankings: int


def hold_log(transaction: Transaction) -> None:
    """Be the only one who appends to the log, until the transaction ends."""
    transaction.lock(LOG)


def stage(transaction: Transaction, *tables: sa.Table) -> None:
    """Make empty places for what is to be appended."""
    transaction.make_room()
    for table in tables:
        bulk.create_temporary(transaction.connection, table)


def fill(transaction: Transaction, table: sa.Table, *names: str, **parameters: object) -> int:
    """Fill such a place by named statements, and let the planner look at it; answers how many rows came."""
    count = sum(transaction.run(PACKAGE, name, **parameters) for name in names)
    if count:
        bulk.analyze(transaction.connection, table)
    return count


def take(transaction: Transaction) -> Taken:
    """Append the staged events to the log, and bring the rankings in line with it."""
    connection = transaction.connection
    with _without_keys(connection, core.ranking_events):
        events = transaction.run(PACKAGE, "log_append")
    if not events:
        return Taken(0, 0)
    bulk.create_temporary(connection, PLACES)
    fill(transaction, PLACES, "staged_places")
    dropped = transaction.run(PACKAGE, "rankings_dropped")
    return Taken(events, dropped + place(transaction))


def place(transaction: Transaction) -> int:
    """Write the rankings that stand elsewhere than the staged places say; answers how many."""
    if not is_empty(transaction.connection, core.rankings):
        return transaction.run(PACKAGE, "rankings_placed")
    with _without_keys(transaction.connection, core.rankings):
        return transaction.run(PACKAGE, "rankings_filled")


def is_empty(connection: sa.Connection, table: sa.Table) -> bool:
    """Whether a table holds nothing."""
    return not connection.scalar(sa.select(sa.exists(sa.select(table))))


@contextmanager
def _without_keys(connection: sa.Connection, table: sa.Table) -> Iterator[None]:
    """Fill an empty table first and build its keys afterwards, in one sort each."""
    if not is_empty(connection, table):
        yield
        return
    # A constraint that is dropped or added by itself leaves its table's definition: so a copy's is.
    copied = table.to_metadata(sa.MetaData())
    for index in copied.indexes:
        connection.execute(DropIndex(index))
    connection.execute(DropConstraint(copied.primary_key))
    yield
    copied = table.to_metadata(sa.MetaData())
    connection.execute(AddConstraint(copied.primary_key))
    for index in copied.indexes:
        connection.execute(CreateIndex(index))
