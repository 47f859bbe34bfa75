"""Landing one table: read it, replace its rows, account for every document, all in one transaction."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256

import sqlalchemy as sa

from assets.landing.repeats import Repeats
from assets.landing.rows import Rows
from assets.landing.sources import Source
from resources.errors import CohortlineError
from resources.snapshot.reader import Snapshot, Table
from resources.warehouse import loads
from resources.warehouse.bulk import Change, Replacement
from resources.warehouse.database import Database, Transaction
from resources.warehouse.loads import Account, Load
from resources.warehouse.quarantine import Quarantine, quarantine

# Raise it when the same bytes would become other rows: every table is then read again.
RULES = 2


@dataclass(frozen=True)
class Landed:
    """What became of a table."""

    load: Load
    state: str
    account: Account = field(default_factory=Account)
    change: Change = field(default_factory=Change)


def land(database: Database, snapshot: Snapshot, source: Source, run_id: str) -> Landed:
    """Make a landing table equal to its source table; an absent or unchanged one is left as it is."""
    table = snapshot.tables.get(source.name)
    name = table.source_name if table else source.aliases[0]
    load = loads.begin(database, run_id, source_table=name, target=source.target, source=str(snapshot.path))
    with closing_on_failure(database, load), database.transaction() as transaction:
        loads.hold(transaction, load)
        if table is None:
            loads.finish(transaction, load, state="absent")
            return Landed(load, "absent")
        landed = land_present(transaction, table, source, load)
        snapshot.check_unchanged()
        return landed


@contextlib.contextmanager
def closing_on_failure(database: Database, *begun: Load) -> Iterator[None]:
    """Close the accounts of loads that end before they are finished."""
    try:
        yield
    except BaseException as problem:
        # An interruption too closes the account. Messages of other errors may quote a document.
        kind = type(problem).__name__ if isinstance(problem, Exception) else "interrupted"
        note = str(problem) if isinstance(problem, CohortlineError) else kind
        with contextlib.suppress(sa.exc.SQLAlchemyError):
            for load in begun:
                loads.fail(database, load, note)
        raise


def land_present(transaction: Transaction, table: Table, source: Source, load: Load) -> Landed:
    """Make the landing table equal to a source table that is there, in a transaction that holds it."""
    digest = table_digest(table, source)
    earlier = loads.earlier(transaction, source.target)
    if earlier and earlier.digest == digest and transaction.count_present(source.name) == earlier.account.loaded:
        loads.finish(
            transaction,
            load,
            state="unchanged",
            digest=digest,
            account=earlier.account,
            quarantine_load_id=earlier.quarantine_load_id,
        )
        return Landed(load, "unchanged", earlier.account)
    with quarantine() as rejects:
        account, change = _replace(transaction, table, source, load, rejects)
    loads.finish(transaction, load, state="loaded", digest=digest, account=account, change=change)
    return Landed(load, "loaded", account, change)


def _replace(
    transaction: Transaction, table: Table, source: Source, load: Load, rejects: Quarantine
) -> tuple[Account, Change]:
    """Stream the table in, settle repeated ids, write what changed; each count is taken where it happens."""
    replacement = Replacement(transaction.connection, source.table, source.columns, load.load_id)
    rows = Rows(source, rejects.add)
    replacement.add(rows.rows(table.lines()))
    duplicates = 0
    repeated = replacement.repeated()
    if repeated:
        repeats = Repeats(source, repeated, rejects.add)
        replacement.remove(repeated)
        replacement.add(repeats.rows(table.lines()))
        duplicates = repeats.duplicates
    change = replacement.apply()
    loaded = transaction.count_present(source.name)
    return Account(rows.read, loaded, rejects.write(transaction, load), duplicates), change


def table_digest(table: Table, source: Source) -> str:
    """Identify what the rows depend on: the table's name and bytes, the columns it fills, and how it is read."""
    columns = ",".join(f"{column.name} {column.type!r}" for column in source.table.columns)
    return sha256(
        f"{table.source_name}\n{table.digest()}\n{table.limits.max_line_bytes}\n{columns}\n{RULES}".encode()
    ).hexdigest()
