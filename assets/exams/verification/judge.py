"""Judging one exam after another: what should stand in v2 against what the database found there."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from assets.exams.scope import Scope
from assets.exams.verification import compare
from assets.exams.verification.accounts import Stated, discrepancies
from assets.exams.verification.digest import digest
from assets.exams.verification.expected import Entries, Row, entries_of, expect
from assets.exams.verification.fetch import Batch, Document, Exam, Found, Reads
from assets.exams.verification.reading import Participation, answers_of, decode, same_json
from assets.exams.verification.report import Kind, Tally, Totals


class Judge:
    """Looks at exams and tallies what is wrong with them."""

    def __init__(
        self, reads: Reads, scope: Scope, tally: Tally, stated: Mapping[str, Mapping[str, Stated]] | None = None
    ) -> None:
        self._reads = reads
        self._scope = scope
        self._tally = tally
        # Accounts of the exams that the migration has seen as they are now.
        self._stated = stated or {}
        self._sums: Counter[str] = Counter()

    @property
    def totals(self) -> Totals:
        """How much was read on both sides."""
        return Totals(**self._sums)

    def judge(self, exam: Exam, batch: Batch) -> None:
        """Compare one exam."""
        entries = self._entries(exam, batch.documents.get(exam.exam_id))
        found = self._found(exam, batch.found.get(exam.exam_id, []))
        stored = [row for row in batch.stored.get(exam.exam_id, []) if self._scope.holds(row.participation.user_id)]
        first = self._kept_rows(exam, found) if entries is None else entries.first
        expected = expect(first, stored)
        for row in expected.lost:
            self._tally.add(Kind.CONFLICT, exam.exam_id, row.participation.user_id)
        self._compare(exam, expected.rows, found)
        if exam.exam_id in self._stated:
            there = _by_origin(found.values())
            wrong = discrepancies(self._stated[exam.exam_id], entries, expected, stored, there)
            if wrong:
                self._tally.add(Kind.UNACCOUNTED, exam.exam_id, None, wrong)

    def _entries(self, exam: Exam, document: Document | None) -> Entries | None:
        """The entries of the kept document; none where it should be there and is not, so that v2 has to be trusted."""
        wrong = _misplaced(exam)
        if document is None:
            self._broken(exam, wrong)
            known_to_have_none = exam.is_gone or not (exam.is_cleared or wrong)
            return Entries() if known_to_have_none else None
        try:
            given = decode(document.raw or b"")
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, KeyError):
            self._broken(exam, ["document"])
            return Entries() if exam.is_gone else None
        self._broken(exam, wrong + _altered(exam, document, given))
        if exam.is_gone:
            return Entries()
        entries = entries_of(given, self._scope.holds)
        self._sums["v1_participants"] += entries.entries
        self._sums["v1_answers"] += entries.answers
        for user in entries.unreadable:
            self._tally.add(Kind.UNREADABLE, exam.exam_id, user)
        for user in entries.repeated:
            self._tally.add(Kind.REPEATED, exam.exam_id, user)
        return entries

    def _broken(self, exam: Exam, fields: Sequence[str]) -> None:
        if fields:
            self._tally.add(Kind.BROKEN_DOCUMENT, exam.exam_id, None, fields)

    def _found(self, exam: Exam, rows: Iterable[Found]) -> dict[str, Found]:
        found: dict[str, Found] = {}
        for row in rows:
            self._sums["v2_participants"] += 1
            self._sums["v2_answers"] += row.answers
            if found.setdefault(row.user_id, row) is not row:
                self._tally.add(Kind.DUPLICATE_PAIR, exam.exam_id, row.user_id)
        return found

    def _kept_rows(self, exam: Exam, found: Mapping[str, Found]) -> dict[str, Participation]:
        """What v2 itself keeps of v1, where no document says it any more."""
        users = [row.user_id for row in found.values() if row.origin == "v1"]
        return {user: row.participation for user, (row, _) in self._whole(exam, users).items()}

    def _whole(self, exam: Exam, users: list[str]) -> dict[str, tuple[Row, Mapping[str, object]]]:
        if not users:
            return {}
        rows = self._reads.rows("found_rows", exam=exam.exam_id, users=users)
        return {row["user_id"]: (compare.as_row(row), row) for row in rows}

    def _compare(self, exam: Exam, expected: Mapping[str, Row], found: Mapping[str, Found]) -> None:
        suspicious = []
        for user, row in expected.items():
            there = found.get(user)
            if there is None:
                self._tally.add(Kind.MISSING_PARTICIPATION, exam.exam_id, user)
                self._tally.add(Kind.MISSING_ANSWER, exam.exam_id, user, (), len(row.participation.question_ids))
            elif there.digest != digest(exam.exam_id, row) or not same_json(
                there.in_progress_answers, row.participation.in_progress_answers
            ):
                suspicious.append(user)
        for user in found.keys() - expected.keys():
            self._tally.add(Kind.SURPLUS_PARTICIPATION, exam.exam_id, user)
            self._tally.add(Kind.SURPLUS_ANSWER, exam.exam_id, user, (), found[user].answers)
        for user, (row, columns) in sorted(self._whole(exam, suspicious).items()):
            self._differences(exam, expected[user], row, columns)

    def _differences(self, exam: Exam, expected: Row, found: Row, columns: Mapping[str, object]) -> None:
        place = (exam.exam_id, expected.participation.user_id)
        fields = compare.fields(exam.exam_id, expected, found, str(columns["id"]))
        if fields:
            self._tally.add(Kind.DIFFERENT_PARTICIPATION, *place, fields)
        if "score" in fields:
            self._tally.add(Kind.SCORE, *place, ("score",))
        positions = columns["positions"] or []
        if not isinstance(positions, list):
            raise TypeError(positions)
        answers = compare.answers(expected.participation, found.participation, positions)
        self._tally.add(Kind.MISSING_ANSWER, *place, answers.first_missing, answers.missing)
        self._tally.add(Kind.SURPLUS_ANSWER, *place, answers.first_surplus, answers.surplus)
        self._tally.add(Kind.DIFFERENT_ANSWER, *place, answers.first_different, answers.different)


def _misplaced(exam: Exam) -> list[str]:
    """What is wrong with the row that keeps a document, before looking into it."""
    wrong = []
    if exam.is_landed != (exam.is_known and not exam.is_gone):
        wrong.append("gone_load" if exam.is_known else "document")
    if exam.is_known and exam.is_kept == exam.is_cleared and (exam.is_kept or exam.is_embedded):
        wrong.append("document" if exam.is_embedded else "cleared_at")
    return wrong


def _altered(exam: Exam, document: Document, entries: Sequence[object]) -> list[str]:
    """Names of what the row says of its document and the document does not."""
    there = {
        "digest": document.digest,
        "bytes": len(document.raw or b""),
        "participants": len(entries),
        "answers": sum(map(answers_of, entries)),
    }
    return [name for name, value in there.items() if getattr(exam, name) != value]


def _by_origin(found: Iterable[Found]) -> dict[str, tuple[int, int]]:
    sums: dict[str, tuple[int, int]] = {}
    for row in found:
        rows, answers = sums.get(row.origin, (0, 0))
        sums[row.origin] = (rows + 1, answers + row.answers)
    return sums
