"""The tables that the exam pages read, brought up to date from v2. No dagster.

Each is computed over all exams and users at once; only rows that changed are written, and rows that left are dropped.
"""

from dataclasses import dataclass

import sqlalchemy as sa

from resources.warehouse.database import Database

TABLES = ("exam_leaderboard", "exam_metadata", "user_exam_dashboard", "user_recent_exams")


@dataclass(frozen=True)
class Refreshed:
    """What a refresh found and did: the rows of the table now, those written, and those dropped."""

    rows: int
    written: int
    left: int


def refresh(database: Database, table: str) -> Refreshed:
    """Bring one of the tables up to date, in one transaction."""
    with database.transaction() as transaction:
        transaction.lock("stats", table)
        left = transaction.run(__package__, f"{table}_left")
        written = transaction.run(__package__, table, as_of=database.as_of)
        count = sa.select(sa.func.count()).select_from(sa.table(table, schema="stats"))
        return Refreshed(transaction.connection.scalar(count) or 0, written, left)


def refresh_all(database: Database) -> dict[str, Refreshed]:
    """Bring all of the tables up to date, each in a transaction of its own."""
    return {table: refresh(database, table) for table in TABLES}
