"""Rolling back: v2 as it was before a load, to the last microsecond, from the before-images that each load keeps."""

from dataclasses import dataclass, field

from assets.exams.derived import refresh_all
from resources.errors import WrongUse
from resources.warehouse.database import Database, Transaction

PACKAGE = "assets.exams"
# In this order: what is found by the history and by the loads of rows goes before these do.
UNDO = (
    ("exam_answers", "rollback_answers", "return_answers"),
    ("exam_participations", "rollback_participations", "return_participations"),
    ("exams", "rollback_exams", "return_exams"),
)


@dataclass(frozen=True)
class RolledBack:
    """Which loads were undone, and how many rows of each table were dropped and put back."""

    load_id: int
    # Newest first; none where the load had been rolled back before.
    loads: list[int]
    dropped: dict[str, int] = field(default_factory=dict)
    returned: dict[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        """For programs."""
        return {"loadId": self.load_id, "loads": self.loads, "dropped": self.dropped, "returned": self.returned}


def rollback(database: Database, load_id: int, run_id: str = "exams rollback") -> RolledBack:
    """Return v2 to what it was before a load: this load and every later one are undone, all or nothing."""
    with database.transaction() as transaction:
        transaction.lock("core.exams")
        transaction.lock("core.exam_participations")
        found = transaction.rows(PACKAGE, "rollback_states", load_id=load_id)
        given = {row["state"] for row in found if row["load_id"] == load_id}
        if not given:
            raise WrongUse(f"there is no load {load_id} of exams; `cohortline exams loads` lists them")
        if given == {"rolled_back"}:
            result = RolledBack(load_id, [])
        else:
            _refuse_cleared(transaction, load_id)
            result = _undone(transaction, load_id, sorted({row["load_id"] for row in found}, reverse=True))
            _audit(transaction, result, run_id, database)
    # Where an earlier rollback was killed before this, it is made up for now.
    refresh_all(database)
    return result


def _refuse_cleared(transaction: Transaction, load_id: int) -> None:
    """An exam without its v1 document is in v2 alone: to undo it would lose it."""
    cleared = transaction.rows(PACKAGE, "rollback_cleared", load_id=load_id)
    if cleared:
        first = cleared[0]
        message = (
            f"the v1 documents of {len(cleared):,} exams that load {load_id} or a later one changed were cleared, such"
            f" as {first['exam_id']}; put them back first: `cohortline exams restore {first['path'] or 'PATH'}`"
        )
        raise WrongUse(message)


def _undone(transaction: Transaction, load_id: int, loads: list[int]) -> RolledBack:
    transaction.run(PACKAGE, "rollback_progress", load_id=load_id)
    dropped = {table: transaction.run(PACKAGE, drop, load_id=load_id) for table, drop, _ in UNDO}
    returned = {table: transaction.run(PACKAGE, put_back, load_id=load_id) for table, _, put_back in UNDO}
    transaction.run(PACKAGE, "rollback_history", load_id=load_id)
    transaction.run(PACKAGE, "rollback_loads", load_id=load_id)
    return RolledBack(load_id, loads, dropped, returned)


def _audit(transaction: Transaction, result: RolledBack, run_id: str, database: Database) -> None:
    transaction.audit(
        run_id=run_id,
        subject=f"load {result.load_id}",
        statement="rolled_back",
        passed=True,
        severity="WARN",
        counts={
            "loads": len(result.loads),
            **{f"{table}_dropped": count for table, count in result.dropped.items()},
            **{f"{table}_returned": count for table, count in result.returned.items()},
        },
        as_of=database.as_of,
    )
