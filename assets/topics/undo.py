"""Taking a batch back: the log gets a batch that says the opposite, and the rankings follow. No dagster."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assets.topics import staging
from assets.topics.staging import PACKAGE
from resources.errors import CohortlineError, WrongUse
from resources.warehouse.database import Database, Transaction

# How many topics a refusal names.
NAMED = 10


class Overtaken(CohortlineError):
    """What a batch did was changed since, so that it cannot be taken back by itself."""


@dataclass(frozen=True)
class Undone:
    """What taking a batch back did."""

    batch_id: str
    # The batch that takes it back.
    undone_by: str
    # Whether that was there already, so that nothing was done.
    is_repeated: bool
    events: int
    rankings: int


def undo(database: Database, batch_id: str, run_id: str) -> Undone:
    """Take a batch back, where nothing has changed its topics since; a batch that was taken back stays so."""
    with database.transaction() as transaction:
        staging.hold_log(transaction)
        (known,) = transaction.rows(PACKAGE, "batch_known", batch=batch_id)
        if known["undone_by"]:
            return Undone(batch_id, known["undone_by"], is_repeated=True, events=0, rankings=0)
        if not known["is_known"]:
            raise WrongUse(f"the log has no batch {batch_id}; core.ranking_events lists each as batch_id")
        staging.stage(transaction, staging.EVENTS)
        if not staging.fill(transaction, staging.EVENTS, "undo_events", batch=batch_id, as_of=database.as_of):
            raise WrongUse(f"batch {batch_id} changed no ranking, so there is nothing to take back")
        _refuse(batch_id, transaction.rows(PACKAGE, "undo_conflicts"))
        taken = staging.take(transaction)
        (known,) = transaction.rows(PACKAGE, "batch_known", batch=batch_id)
        _keep(transaction, database, run_id, taken)
    return Undone(batch_id, known["undone_by"], is_repeated=False, events=taken.events, rankings=taken.rankings)


def _refuse(batch_id: str, moved: Sequence[Mapping[str, Any]]) -> None:
    """Refuse a batch whose topics were changed since, and name them."""
    if not moved:
        return
    named = "; ".join(
        f"topic {row['topic_id']} of student {row['student_id']} stands at {_place(row['position_now'])},"
        f" not {_place(row['position'])}"
        for row in moved[:NAMED]
    )
    more = f"; and {len(moved) - NAMED} more" if len(moved) > NAMED else ""
    raise Overtaken(f"batch {batch_id} was followed by other changes: {named}{more}; take those back first")


def _place(position: int) -> str:
    return str(position) if position else "no place"


def _keep(transaction: Transaction, database: Database, run_id: str, taken: staging.Taken) -> None:
    transaction.audit(
        run_id=run_id,
        subject="ranking_events",
        statement="undone",
        passed=True,
        severity="WARN",
        counts={"events": taken.events, "rankings": taken.rankings},
        as_of=database.as_of,
    )
