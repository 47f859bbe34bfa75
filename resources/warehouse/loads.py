"""The account of every load: which documents of which table were read, and where each of them ended."""

from dataclasses import asdict, dataclass
from datetime import datetime

from resources.errors import CohortlineError
from resources.warehouse.bulk import Change
from resources.warehouse.database import Database, Transaction

PACKAGE = "resources.warehouse"


class Superseded(CohortlineError):
    """A newer load of the same table has begun to write; this one must not any more."""


@dataclass(frozen=True)
class Load:
    """A load of one source table, begun and not yet ended."""

    load_id: int
    source_table: str
    target: str
    as_of: datetime


@dataclass(frozen=True)
class Account:
    """Where the documents of a load ended: read = loaded + quarantined + duplicates."""

    read: int = 0
    loaded: int = 0
    quarantined: int = 0
    duplicates: int = 0

    @property
    def balanced(self) -> bool:
        """Whether every document read is accounted for."""
        return self.read == self.loaded + self.quarantined + self.duplicates


@dataclass(frozen=True)
class Earlier:
    """The newest load that brought a table to what it is."""

    load_id: int
    digest: str
    account: Account
    quarantine_load_id: int


def begin(
    database: Database, run_id: str, *, source_table: str, target: str, source: str, continued: int | None = None
) -> Load:
    """Open the account; all tables of a run, and of runs that go on with it, share the load's number and instant."""
    with database.transaction() as transaction:
        transaction.lock("ops.loads", run_id)
        (row,) = transaction.rows(
            PACKAGE,
            "begin_load",
            run_id=run_id,
            source_table=source_table,
            target=target,
            source=source,
            as_of=database.as_of,
            continued=continued,
        )
    return Load(row["load_id"], source_table, target, row["as_of"])


def hold(transaction: Transaction, load: Load) -> None:
    """Make this load the only writer of its table; refuse where a newer one has already been."""
    transaction.lock(load.target)
    transaction.run(PACKAGE, "supersede_loads", load_id=load.load_id, target=load.target)
    rows = transaction.rows(PACKAGE, "writing_load", load_id=load.load_id, source_table=load.source_table)
    if not rows:
        message = (
            f"load {load.load_id} of {load.source_table} was overtaken by a newer load and has written nothing;"
            " start a new run if its source is the newer one"
        )
        raise Superseded(message)


def earlier(transaction: Transaction, target: str) -> Earlier | None:
    """The load that brought the table to what it is, if there is one."""
    rows = transaction.rows(PACKAGE, "earlier_load", target=target)
    if not rows:
        return None
    (row,) = rows
    account = Account(row["read"], row["loaded"], row["quarantined"], row["duplicates"])
    return Earlier(row["load_id"], row["digest"], account, row["quarantine_load_id"])


def finish(
    transaction: Transaction,
    load: Load,
    *,
    state: str,
    digest: str | None = None,
    account: Account | None = None,
    change: Change | None = None,
    quarantine_load_id: int | None = None,
) -> None:
    """Close the account in the transaction that wrote the rows."""
    transaction.run(
        PACKAGE,
        "finish_load",
        load_id=load.load_id,
        source_table=load.source_table,
        state=state,
        digest=digest,
        quarantine_load_id=quarantine_load_id,
        **asdict(account or Account()),
        **asdict(change or Change()),
    )


def fail(database: Database, load: Load, note: str) -> None:
    """Close the account of a load that wrote nothing."""
    with database.transaction() as transaction:
        transaction.run(PACKAGE, "fail_load", load_id=load.load_id, source_table=load.source_table, note=note)
