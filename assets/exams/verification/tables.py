"""The statements about tables as a whole: what is wrong or worth knowing in v2, whichever exam it is in."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from assets.exams.scope import Scope
from assets.exams.verification.accounts import V2_ANSWERS, Stated
from assets.exams.verification.fetch import Reads
from assets.exams.verification.report import Kind, Tally
from assets.verdict import SHOWN

if TYPE_CHECKING:
    from concurrent.futures import Future

# What belongs to no exam stands under this one in the migration's accounts.
NO_EXAM = ""


class Tables:
    """Asks about tables, and tallies the answers once they are there."""

    def __init__(self, reads: Reads, scope: Scope) -> None:
        self._reads = reads
        self._scope = scope
        self._asked: dict[str, Future[list[dict[str, Any]]]] = {}

    def ask(self) -> None:
        """Have the database begin with it."""
        exams = {"exams": self._reads.exams}
        users = exams | {"cohorts": self._reads.cohorts}
        shown = users | {"shown": SHOWN}
        questions: dict[str, dict[str, Any]] = {
            "different_exams": exams,
            "orphan_answers": exams,
            "invalid_statuses": users,
            "noteworthy_participations": shown,
            "dangling_questions": shown,
        }
        # Of whom an answer is that belongs to no participation, nobody knows: only those without a cohort hold it.
        if self._reads.exams is None and self._scope.holds(None):
            questions["source_orphans"] = {}
        self._asked = {name: self._reads.later(name, **parameters) for name, parameters in questions.items()}

    def tally(self, tally: Tally, stated: Mapping[str, Mapping[str, Stated]]) -> None:
        """Take in what was found."""
        found = {name: rows.result() for name, rows in self._asked.items()}
        _exams(found["different_exams"], tally)
        for row in found["orphan_answers"]:
            tally.add(Kind.ORPHAN_ANSWER, row["exam_id"], None, (), row["answers"])
        for row in found["invalid_statuses"]:
            tally.add(Kind.INVALID_STATUS, row["exam_id"], row["user_id"], ("status",))
        for row in found["noteworthy_participations"]:
            # The first of a kind stands for all that are not shown.
            rest = max(row["found"] - SHOWN, 0) if row["place"] == 1 else 0
            tally.add(Kind(row["kind"]), row["exam_id"], row["user_id"], (), 1 + rest)
        _questions(found["dangling_questions"], tally)
        for row in found.get("source_orphans", ()):
            _source_orphans(row["answers"], tally, stated.get(NO_EXAM, {}).get(V2_ANSWERS))


def _exams(rows: list[dict[str, Any]], tally: Tally) -> None:
    for row in rows:
        kind = Kind.DIFFERENT_EXAM
        if row["is_missing"] or row["is_surplus"]:
            kind = Kind.MISSING_EXAM if row["is_missing"] else Kind.SURPLUS_EXAM
        tally.add(kind, row["exam_id"], None, row["fields"] if kind is Kind.DIFFERENT_EXAM else ())


def _questions(rows: list[dict[str, Any]], tally: Tally) -> None:
    for row in rows:
        tally.add(Kind.DANGLING_QUESTION, row["exam_id"], row["user_id"], ("question_id",), int(row["answers"]))
    if rows:
        not_shown = rows[0]["found"] - sum(row["answers"] for row in rows)
        tally.add(Kind.DANGLING_QUESTION, NO_EXAM, None, (), int(not_shown))


def _source_orphans(answers: int, tally: Tally, said: Stated | None) -> None:
    tally.add(Kind.SOURCE_ORPHAN, NO_EXAM, None, (), answers)
    if said is not None and {said.numbers.read, said.numbers.quarantined, said.rejects} != {answers}:
        tally.add(Kind.UNACCOUNTED, NO_EXAM, None, (f"{V2_ANSWERS}: quarantined",))
