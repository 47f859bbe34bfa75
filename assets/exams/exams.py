"""The exams of v2, from the landed ones."""

from dataclasses import dataclass

from assets.exams.sources import PACKAGE
from assets.landing.land import closing_on_failure
from resources.warehouse import bulk, loads
from resources.warehouse.bulk import Change
from resources.warehouse.database import Database
from resources.warehouse.loads import Account, Load
from resources.warehouse.schema import core, landing


@dataclass(frozen=True)
class Refreshed:
    """What became of the exams."""

    load: Load
    account: Account
    change: Change


def refresh_exams(database: Database, run_id: str, continued: int | None = None) -> Refreshed:
    """Make the exams equal to the landed ones; those that left the source leave, remembered as they were."""
    load = loads.begin(
        database,
        run_id,
        source_table=landing.exams.fullname,
        target=core.exams.fullname,
        source="landing",
        continued=continued,
    )
    with closing_on_failure(database, load), database.transaction() as transaction:
        loads.hold(transaction, load)
        (row,) = transaction.rows(PACKAGE, "exams", load_id=load.load_id)
        account = Account(read=row["present"], loaded=row["present"])
        change = Change(row["inserted"], row["updated"], row["gone"])
        if change.rows:
            bulk.analyze(transaction.connection, core.exams)
        loads.finish(transaction, load, state="loaded" if change.rows else "unchanged", account=account, change=change)
    return Refreshed(load, account, change)
