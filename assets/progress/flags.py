"""Bringing the flag counts of questions up to date. No dagster."""

from dataclasses import dataclass

from resources.errors import CohortlineError
from resources.warehouse.database import Database


class FlagsDiffer(CohortlineError):
    """The counts of questions do not add up to the flags that there are."""


@dataclass(frozen=True)
class Flags:
    """What the counts say after a refresh, and what it did."""

    rows: int
    flags: int
    flags_of_unknown_questions: int
    written: int
    left: int


def refresh_flags(database: Database, run_id: str) -> Flags:
    """Count the flags of every question; only what changed is written."""
    with database.transaction() as transaction:
        transaction.lock("stats", "question_flag_counts")
        # Looked up before the rows are: a load that comes between is then counted again, rather than missed.
        (source,) = transaction.rows(__package__, "question_flag_counts_source")
        del source["is_stale"]
        left = transaction.run(__package__, "question_flag_counts_left")
        written = transaction.run(__package__, "question_flag_counts", as_of=database.as_of)
        (counts,) = transaction.rows(__package__, "question_flag_counts_count")
        audit = {"run_id": run_id, "as_of": database.as_of, **source}
        (verdict,) = transaction.rows(__package__, "audit_question_flag_counts", **audit)
        if not verdict["passed"]:
            # With the transaction all of it is taken back.
            raise FlagsDiffer(f"the flags counted are not all that there are: {verdict['counts']}; nothing was written")
    return Flags(**counts, written=written, left=left)


def flags_are_stale(database: Database) -> bool:
    """Whether a load has touched questions or progress since the flags were last counted."""
    (source,) = database.read(__package__, "question_flag_counts_source")
    return bool(source["is_stale"])
