"""Appending to the log what a load means: the source's own changes first, then what its orders have other. No dagster.

The log is append-only. Whatever it held before stays; the rankings are what its last events say.
"""

from dataclasses import dataclass

from assets.landing.land import closing_on_failure
from assets.topics import staging
from assets.topics.staging import PACKAGE, Taken
from resources.warehouse import bulk, loads
from resources.warehouse.bulk import Change
from resources.warehouse.database import Database, Transaction
from resources.warehouse.loads import Account, Load
from resources.warehouse.schema import core

# Raise it when the same sources would become other events.
RULES = 1
SOURCE = "landing"
# What is read. Not as the source names it: a run may land that table too, and a load has one account of each.
HISTORY = "landing.ranking_events"
ORDERS = "preferences.topicOrder"


@dataclass(frozen=True)
class Appended:
    """What an append found and did."""

    load: Load
    state: str
    # Changes that the source recorded, and entries of its orders.
    events: Account
    entries: Account
    events_appended: int
    rankings_written: int
    events_in_log: int
    rankings_held: int

    @property
    def load_id(self) -> int:
        """The load's number."""
        return self.load.load_id


def append(database: Database, run_id: str, continued: int | None = None, *, everything: bool = False) -> Appended:
    """Append what the newest loads mean to the log; where none came since the last time, nothing is done.

    With `everything` it is compared anew all the same: whatever the log lost of the source and its orders comes back.
    """
    events, entries = (
        loads.begin(database, run_id, source_table=name, target=table.fullname, source=SOURCE, continued=continued)
        for name, table in ((HISTORY, core.ranking_events), (ORDERS, core.rankings))
    )
    with closing_on_failure(database, events, entries), database.transaction() as transaction:
        loads.hold(transaction, events)
        loads.hold(transaction, entries)
        # Looked up before the rows are: a load that comes between is then taken in again, rather than missed.
        digest = _digest(transaction)
        earlier = loads.earlier(transaction, events.target), loads.earlier(transaction, entries.target)
        if not everything and all(one is not None and one.digest == digest for one in earlier):
            return _unchanged(transaction, (events, entries), earlier, digest)
        return _append(transaction, events, entries, digest)


def _digest(transaction: Transaction) -> str:
    (row,) = transaction.rows(PACKAGE, "log_sources")
    return ":".join(str(part) for part in (RULES, row["topics_load"], row["preferences_load"], row["events_load"]))


def _unchanged(
    transaction: Transaction, begun: tuple[Load, Load], earlier: tuple[loads.Earlier | None, ...], digest: str
) -> Appended:
    """Close both accounts as they were."""
    accounts = []
    for load, one in zip(begun, earlier, strict=True):
        account, kept = (one.account, one.quarantine_load_id) if one else (Account(), None)
        loads.finish(transaction, load, state="unchanged", digest=digest, account=account, quarantine_load_id=kept)
        accounts.append(account)
    return _appended(transaction, begun[0], "unchanged", (accounts[0], accounts[1]), Taken(0, 0))


def _append(transaction: Transaction, events: Load, entries: Load, digest: str) -> Appended:
    staging.stage(transaction, staging.EVENTS, staging.HISTORY, staging.ORDERS, staging.ENTRIES)
    staging.fill(transaction, staging.HISTORY, "staged_history")
    staging.fill(transaction, staging.EVENTS, "history_events", load_id=events.load_id)
    staging.fill(transaction, staging.ORDERS, "staged_orders")
    staging.fill(transaction, staging.ENTRIES, "staged_entries")
    staging.fill(transaction, staging.EVENTS, "change_events", load_id=events.load_id, as_of=events.as_of)
    accounts = _accounts(transaction)
    for load, name in ((events, "history_quarantined"), (entries, "entries_quarantined")):
        transaction.run(PACKAGE, name, load_id=load.load_id, source_table=load.source_table)
    taken = staging.take(transaction)
    if taken.events:
        bulk.analyze(transaction.connection, core.ranking_events, core.rankings)
    changes = (Change(inserted=taken.events), Change(updated=taken.rankings))
    for load, account, change in zip((events, entries), accounts, changes, strict=True):
        loads.finish(transaction, load, state="loaded", digest=digest, account=account, change=change)
    return _appended(transaction, events, "loaded", accounts, taken)


def _accounts(transaction: Transaction) -> tuple[Account, Account]:
    (row,) = transaction.rows(PACKAGE, "log_accounts")
    return (
        Account(row["events_read"], row["events_loaded"], row["events_read"] - row["events_loaded"]),
        Account(row["entries_read"], row["entries_loaded"], row["entries_read"] - row["entries_loaded"]),
    )


def _appended(
    transaction: Transaction, load: Load, state: str, accounts: tuple[Account, Account], taken: Taken
) -> Appended:
    (held,) = transaction.rows(PACKAGE, "log_held")
    return Appended(load, state, *accounts, taken.events, taken.rankings, held["events"], held["rankings"])
