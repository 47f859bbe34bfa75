"""The migration: exam by exam, in batches that are a transaction each, so that a killed run goes on where it was."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from assets.exams.batch import Batch, State, Tally, Work, keep_states
from assets.exams.scope import Scope, scope_of
from assets.exams.settlement import orphan
from assets.exams.sources import PACKAGE, V1, V1_ANSWERS, V2, V2_ANSWERS
from assets.landing.land import closing_on_failure
from resources.warehouse import bulk, loads, quarantine
from resources.warehouse.bulk import Change
from resources.warehouse.database import Database, Transaction
from resources.warehouse.loads import Account, Load
from resources.warehouse.schema import core

EXAMS_PER_BATCH = 20
# Raise it when the same sources would become other rows.
RULES = 1
# What is read, and the table that it fills.
TARGETS = {
    V1: core.exam_participations.fullname,
    V1_ANSWERS: core.exam_answers.fullname,
    V2: core.exam_participations.fullname,
    V2_ANSWERS: core.exam_answers.fullname,
}
SOURCE = "landing"


@dataclass(frozen=True)
class Migrated:
    """What a load came to."""

    load: Load
    state: str
    exams: int
    exams_skipped: int
    accounts: dict[str, Account]
    change: Change
    answers_written: int
    # Answers that stand in the quarantine by themselves, and not within their participation.
    orphans: int

    @property
    def rows_written(self) -> int:
        """Rows of v2 that were written."""
        return self.change.rows + self.answers_written


def migrate(
    database: Database,
    run_id: str,
    cohorts: Sequence[str] | None = None,
    *,
    exams_per_batch: int = EXAMS_PER_BATCH,
    continued: int | None = None,
    on_batch: Callable[[int, int], object] = lambda done, of: None,  # noqa: ARG005
) -> Migrated:
    """Bring v2 in line with the sources, for the participants of these cohorts; `on_batch` hears how far it is."""
    begun = {
        table: loads.begin(database, run_id, source_table=table, target=target, source=SOURCE, continued=continued)
        for table, target in TARGETS.items()
    }
    load, scope, tally = begun[V1], scope_of(database, cohorts), Tally()
    with closing_on_failure(database, *begun.values()):
        with database.transaction() as transaction:
            loads.hold(transaction, load)
            found = survey(transaction, scope)
        for batch in batches(found.works, exams_per_batch):
            with database.transaction() as transaction:
                loads.hold(transaction, load)
                Batch(transaction, scope, load.load_id, tally).migrate(batch)
            on_batch(tally.exams, len(found.works))
        with database.transaction() as transaction:
            loads.hold(transaction, load)
            settle_orphans(transaction, scope, load.load_id, tally)
            if tally.change.rows:
                bulk.analyze(transaction.connection, core.exam_participations, core.exam_answers)
            return _finish(transaction, scope, begun, tally, found.skipped)


@dataclass(frozen=True)
class Survey:
    """Which exams need a look, and what became of the others last time."""

    works: Sequence[Work]
    skipped: int
    rows_of_skipped: int


def survey(transaction: Transaction, scope: Scope) -> Survey:
    """The exams to migrate: those whose sources changed; over some cohorts alone every exam is compared."""
    rows = transaction.rows(PACKAGE, "exams_to_migrate", scope=scope.key, rules=f"{RULES}:{scope.members}")
    works, rows_of_skipped = [], 0
    for row in rows:
        if scope.everything and row["is_known"] and row["is_whole"]:
            rows_of_skipped += int(row["loaded"])
        else:
            works.append(Work(row["exam_id"], row["digest"], row["is_known"]))
    return Survey(works, len(rows) - len(works), rows_of_skipped)


def batches(works: Sequence[Work], size: int) -> Iterator[list[Work]]:
    """The exams in groups."""
    rest = iter(works)
    while batch := list(islice(rest, size)):
        yield batch


def settle_orphans(transaction: Transaction, scope: Scope, load_id: int, tally: Tally, *, write: bool = True) -> None:
    """Keep apart the answers of the source's own v2 table that belong to no participation."""
    if not scope.holds(None):
        return
    rows = transaction.rows(PACKAGE, "orphan_answers")
    tally.orphans = len(rows)
    digest = f"{RULES}:{len(rows)}:{max((row['load_id'] for row in rows), default=0)}"
    known = transaction.rows(PACKAGE, "exam_state", scope=scope.key, exam_id="", source_table=V2_ANSWERS)
    if known and known[0]["digest"] == digest:
        return
    tally.quarantined += len(rows)
    if write:
        quarantine.write(transaction, load_id, ((V2_ANSWERS, orphan(row)) for row in rows))
        account = Account(read=len(rows), quarantined=len(rows))
        keep_states(transaction, scope, load_id, [State("", V2_ANSWERS, digest, account)])


def _finish(transaction: Transaction, scope: Scope, begun: dict[str, Load], tally: Tally, skipped: int) -> Migrated:
    accounts = {
        row["source_table"]: Account(*(int(row[name]) for name in ("read", "loaded", "quarantined", "duplicates")))
        for row in transaction.rows(PACKAGE, "exam_accounts", scope=scope.key)
    }
    state = "loaded" if tally.exams else "unchanged"
    for table, load in begun.items():
        change = tally.change if table == V1 else None
        loads.finish(transaction, load, state=state, account=accounts.get(table), change=change)
    found = {table: accounts.get(table, Account()) for table in begun}
    return Migrated(begun[V1], state, tally.exams, skipped, found, tally.change, tally.answers, tally.orphans)
