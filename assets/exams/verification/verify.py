"""Verification of all exams: each against its sources, then the statements about tables as a whole. No dagster."""

from collections.abc import Mapping, Sequence

from assets.exams.migrate import survey
from assets.exams.scope import Scope, scope_of
from assets.exams.verification.accounts import Numbers, Stated
from assets.exams.verification.fetch import PACKAGE, Exam, Reads, reading
from assets.exams.verification.judge import Judge
from assets.exams.verification.report import Report, Tally
from assets.exams.verification.tables import Tables
from resources.warehouse.database import Database


def verify(database: Database, cohorts: Sequence[str] | None = None, *, exams: Sequence[str] = ()) -> Report:
    """Compare v2 with its sources for users of these cohorts, or for everyone; `exams` limits it to some exams."""
    scope, tally = scope_of(database, cohorts), Tally()
    with reading(database, scope, exams) as reads:
        known = [Exam(**row) for row in reads.rows("exams_to_verify", exams=reads.exams)]
        stated = _stated(reads, scope)
        judge = Judge(reads, scope, tally, stated)
        tables = Tables(reads, scope)
        # Answered while exams are judged.
        tables.ask()
        for batch in reads.batches(known):
            for exam in batch.exams:
                judge.judge(exam, batch)
        tables.tally(tally, stated)
    return tally.report(judge.totals)


def doubt(database: Database, exams: Sequence[str]) -> None:
    """Have the next migration look at every row of these exams again, so that it mends what is wrong."""
    if exams:
        with database.transaction() as transaction:
            transaction.run(PACKAGE, "doubt", exams=list(exams))


def _stated(reads: Reads, scope: Scope) -> dict[str, Mapping[str, Stated]]:
    """The migration's accounts of the exams whose sources are still those that it read."""
    changed = {work.exam_id for work in reads.run(lambda one: survey(one, scope)).works if not work.is_known}
    stated: dict[str, dict[str, Stated]] = {}
    for row in reads.rows("stated_accounts", scope=scope.key):
        numbers = Numbers(*(int(row[name]) for name in Numbers._fields))
        rejects = (int(row[name]) for name in ("rejects", "repeated", "conflicts", "reject_answers"))
        stated.setdefault(row["exam_id"], {})[row["source_table"]] = Stated(numbers, *rejects)
    return {exam: accounts for exam, accounts in stated.items() if exam not in changed}
