"""Replaying the log: what it ends in is what the rankings must be. No dagster."""

from dataclasses import dataclass

from assets.topics import staging
from assets.topics.staging import PACKAGE
from resources.warehouse import bulk
from resources.warehouse.database import Database
from resources.warehouse.schema import core


@dataclass(frozen=True)
class Rebuilt:
    """What a replay of the whole log found, and what it corrected."""

    rows: int
    written: int
    left: int


def replayed(database: Database) -> list[tuple[object, ...]]:
    """Where the log ends: the columns of `core.rankings`, in the order of its key."""
    return [tuple(row.values()) for row in database.read(PACKAGE, "replayed")]


def rebuild(database: Database) -> Rebuilt:
    """Make the rankings anew from the log alone; rows that are right are not rewritten."""
    with database.transaction() as transaction:
        staging.hold_log(transaction)
        staging.stage(transaction, staging.PLACES)
        staging.fill(transaction, staging.PLACES, "replayed_places")
        left = transaction.run(PACKAGE, "rankings_dropped") + transaction.run(PACKAGE, "rankings_unknown")
        written = staging.place(transaction)
        if written + left:
            bulk.analyze(transaction.connection, core.rankings)
        (held,) = transaction.rows(PACKAGE, "log_held")
    return Rebuilt(held["rankings"], written, left)
