"""What the migration reads of some exams: their kept documents, and the rows of the source's own v2 tables."""

import zlib
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import msgspec

from assets.exams.entries import Answer, Candidate, Embedded, Fields, embedded, raw_list, status_of, unsigned
from resources.warehouse.database import Transaction

PACKAGE = "assets.exams"
V1, V1_ANSWERS = "exams.participants", "exams.participants.answers"
V2, V2_ANSWERS = "landing.exam_participations", "landing.exam_answers"


@dataclass
class Sources:
    """What both sources say of one exam."""

    document: bytes | None = None
    embedded: Embedded = field(default_factory=Embedded)
    rows: Sequence[Candidate] = ()


class Reader:
    """Reads some exams: what may have to be asked for at once, each document only when it is wanted."""

    def __init__(self, transaction: Transaction, exams: Sequence[str], filled: Collection[str]) -> None:
        """Of the exams that are `filled`, v2 holds something."""
        self._transaction = transaction
        kept = transaction.binary_rows(PACKAGE, "kept_documents", exams=list(exams))
        self._documents = {row["exam_id"]: row["document"] for row in kept if row["document"] is not None}
        self._rows = _source_rows(transaction, exams)
        # No list of theirs says who is in it: what v2 holds of the last one stays.
        unlisted = [row["exam_id"] for row in kept if row["exam_id"] in filled and _is_unlisted(row)]
        self._staying = {exam_id: self._present(exam_id) for exam_id in unlisted}

    def read(self, exam_id: str) -> Sources:
        """What both sources say of an exam; asks nothing."""
        found = Sources(rows=self._rows.get(exam_id, ()))
        document = self._documents.get(exam_id)
        if document is not None:
            found.document = zlib.decompress(document)
            found.embedded = embedded(found.document)
        if exam_id in self._staying:
            found.embedded.candidates = self._staying[exam_id]
        return found

    def _present(self, exam_id: str) -> list[Candidate]:
        rows = self._transaction.rows(PACKAGE, "present_v1", exam=exam_id)
        found = []
        for _, group in groupby(rows, key=lambda row: row["user_id"]):
            lines = list(group)
            answers = [_answer(line) for line in lines if line["question_id"] is not None]
            found.append(_candidate(lines[0], answers, answers_missing=lines[0]["answers_missing"]))
        return found


def _is_unlisted(kept: Mapping[str, Any]) -> bool:
    """Whether an exam's document is cleared, or its participants are no list."""
    if kept["document"] is None:
        return bool(kept["is_cleared"])
    return raw_list(zlib.decompress(kept["document"])) is None


def _source_rows(transaction: Transaction, exams: Sequence[str]) -> Mapping[str, Sequence[Candidate]]:
    rows = transaction.rows(PACKAGE, "source_participations", exams=list(exams))
    if not rows:
        return {}
    answers: dict[str, list[Answer]] = defaultdict(list)
    for line in transaction.rows(PACKAGE, "source_answers", exams=list(exams)):
        answers[line["participation_id"]].append(_answer(line))
    found: dict[str, list[Candidate]] = defaultdict(list)
    for row in rows:
        one = _candidate(row, answers.get(row["id"], ()), source_id=row["id"], created=row["creation_time"])
        found[row["exam_id"]].append(one)
    return found


def _answer(row: Mapping[str, Any]) -> Answer:
    return Answer(row["question_id"], row["selected_answer"], row["is_correct"])


def _candidate(row: Mapping[str, Any], answers: Sequence[Answer], **more: Any) -> Candidate:
    draft = row.get("in_progress_answers")
    status, inferred = status_of(row["status"], row["completed_at"])
    return Candidate(
        user_id=row["user_id"],
        fields=Fields(
            score=unsigned(row["score"]),
            status=status,
            status_inferred=row.get("status_inferred", inferred),
            started_at=row["started_at"],
            completed_at=row["completed_at"],
            pause_phase=row["pause_phase"],
            pause_started_at=row["pause_started_at"],
            pause_ended_at=row["pause_ended_at"],
            is_pause_cut_short=row["is_pause_cut_short"],
            total_pause_duration_ms=unsigned(row["total_pause_duration_ms"]),
            in_progress_answers=None if draft is None else msgspec.json.encode(draft, order="sorted").decode(),
        ),
        answers=answers,
        **more,
    )
