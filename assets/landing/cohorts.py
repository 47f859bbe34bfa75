"""Cohorts as the warehouse knows them: those of the source, those that left, and how one is retired. No dagster."""

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from assets.partition_keys import UNASSIGNED
from resources.alerts import outbox
from resources.errors import WrongUse
from resources.warehouse.database import Database
from resources.warehouse.schema import metadata

PACKAGE = "assets.landing"
# Rows of these schemas belong to a cohort where they name one; landing keeps what the source said.
OWNED = ("core", "stats")


@dataclass(frozen=True)
class Cohort:
    """A cohort that the source has, or had."""

    cohort_id: str
    cohort_name: str | None
    school_name: str
    students: int
    left: bool


def known(database: Database) -> list[Cohort]:
    """Every cohort, by name; those that left the source are marked."""
    found = [Cohort(**row) for row in database.read(PACKAGE, "cohorts_known")]
    return sorted(found, key=lambda one: by_name(one.cohort_name, one.cohort_id))


def by_name(name: str | None, cohort_id: str) -> tuple[bool, str, str, str]:
    """The order in which cohorts are listed, wherever they are: by name in lower case, the same on every server."""
    return name is None, (name or "").lower(), name or "", cohort_id


def keys(database: Database) -> tuple[list[str], list[str]]:
    """The partition keys that should exist, and those of cohorts that left the source."""
    cohorts = known(database)
    present = sorted(one.cohort_id for one in cohorts if not one.left)
    return [UNASSIGNED, *present], sorted(one.cohort_id for one in cohorts if one.left)


def retire(database: Database, cohort_id: str, run_id: str) -> Mapping[str, int]:
    """Remove the rows of a cohort that left the source, and record how many there were."""
    if cohort_id == UNASSIGNED:
        raise WrongUse(f"'{UNASSIGNED}' stands for those without a cohort, and stays")
    with database.transaction() as transaction:
        found = transaction.rows(PACKAGE, "cohort_state", cohort_id=cohort_id)
        if any(not row["is_left"] for row in found):
            message = (
                f"cohort '{cohort_id}' is still in the source, and would come back; only one that left can be retired"
            )
            raise WrongUse(message)
        removed = {}
        for table in metadata.sorted_tables:
            if table.schema in OWNED and "cohort_id" in table.c:
                transaction.lock(str(table.schema), table.name)
                doomed = sa.delete(table).where(table.c.cohort_id == cohort_id)
                removed[table.fullname] = transaction.connection.execute(doomed).rowcount
        removed["landing.cohorts"] = transaction.run(PACKAGE, "retire_cohort", cohort_id=cohort_id)
        outbox.forget(transaction, "cohort", cohort_id, why="retired", as_of=database.as_of)
        transaction.audit(
            run_id=run_id,
            subject=f"cohort {cohort_id}",
            statement="retired",
            passed=True,
            severity="WARN",
            counts=removed,
            as_of=database.as_of,
        )
    return removed
