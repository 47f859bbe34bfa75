"""What a verification reads: one snapshot of the warehouse, a batch ahead of the one that is being judged.

The database hashes a batch in a thread of its own while Python decodes another. All statements run in that thread,
one after the other, on one connection.
"""

import zlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, TypeVar

from assets.exams.scope import Scope
from assets.exams.verification.compare import as_row
from assets.exams.verification.expected import Row
from resources.warehouse.database import Database, Transaction

Answer = TypeVar("Answer")

PACKAGE = "assets.exams.verification"
# As received: two batches are held at a time, and decoded document by document.
BATCH_BYTES = 4 * 1024 * 1024
# What a row of the source's own v2 table weighs, its answers included.
STORED_ROW_BYTES = 4096


@dataclass(frozen=True)
class Exam:
    """An exam that a source or v2 knows, and what is kept of its v1 document."""

    exam_id: str
    digest: str | None
    bytes: int | None
    participants: int | None
    answers: int | None
    is_known: bool
    is_kept: bool
    is_cleared: bool
    is_embedded: bool
    is_gone: bool
    is_landed: bool
    stored_rows: int

    @property
    def weight(self) -> int:
        """How much there is to read of it, in bytes."""
        return (self.bytes or 0) + self.stored_rows * STORED_ROW_BYTES


@dataclass(frozen=True)
class Found:
    """A participation in v2, by its digest."""

    user_id: str
    origin: str
    in_progress_answers: Any
    answers: int
    digest: bytes


@dataclass(frozen=True)
class Document:
    """A kept document as it was received, and its digest; none where what is kept of it cannot be read back."""

    raw: bytes | None
    digest: str = ""


@dataclass(frozen=True)
class Batch:
    """Some exams with all that is known of them."""

    exams: Sequence[Exam]
    documents: dict[str, Document] = field(default_factory=dict)
    found: dict[str, list[Found]] = field(default_factory=dict)
    # The rows of the source's own v2 table.
    stored: dict[str, list[Row]] = field(default_factory=dict)


class Reads:
    """Asks the warehouse about the exams and cohorts of one verification."""

    def __init__(
        self, transaction: Transaction, worker: ThreadPoolExecutor, scope: Scope, exams: Sequence[str]
    ) -> None:
        self.exams = list(exams) or None
        self.cohorts = None if scope.everything else list(scope.cohorts)
        self._transaction = transaction
        self._worker = worker

    def run(self, ask: Callable[[Transaction], Answer]) -> Answer:
        """Ask something and wait for the answer."""
        return self._worker.submit(ask, self._transaction).result()

    def rows(self, name: str, **parameters: object) -> list[dict[str, Any]]:
        """The rows of a named statement."""
        return self.later(name, **parameters).result()

    def later(self, name: str, **parameters: object) -> Future[list[dict[str, Any]]]:
        """Ask for the rows of a named statement, to be waited for when they are needed."""
        return self._worker.submit(self._transaction.rows, PACKAGE, name, **parameters)

    def batches(self, exams: Sequence[Exam], *, last: Callable[[], object]) -> Iterator[Batch]:
        """The exams in order, each batch read while the one before it is judged; `last` asks for what comes after."""
        ahead: Future[Batch] | None = None
        for group in _groups(exams):
            following = self._worker.submit(self._batch, group)
            if ahead is not None:
                yield ahead.result()
            ahead = following
        last()
        if ahead is not None:
            yield ahead.result()

    def _batch(self, exams: Sequence[Exam]) -> Batch:
        batch = Batch(exams)
        ids = [exam.exam_id for exam in exams]
        if any(exam.is_kept for exam in exams):
            documents = self._transaction.rows(PACKAGE, "kept_documents", exams=ids)
            batch.documents.update({row["exam_id"]: _document(row["document"]) for row in documents})
        for row in self._transaction.rows(PACKAGE, "participation_digests", exams=ids, cohorts=self.cohorts):
            batch.found.setdefault(row.pop("exam_id"), []).append(Found(**row))
        if any(exam.stored_rows for exam in exams):
            for row in self._transaction.rows(PACKAGE, "stored_rows", exams=ids):
                batch.stored.setdefault(row["exam_id"], []).append(as_row(row))
        return batch


def _document(kept: bytes) -> Document:
    """Both steps leave the interpreter to others, so that they cost the judging nothing."""
    try:
        raw = zlib.decompress(kept)
    except zlib.error:
        return Document(None)
    return Document(raw, sha256(raw).hexdigest())


def _groups(exams: Sequence[Exam]) -> Iterator[list[Exam]]:
    group: list[Exam] = []
    weight = 0
    for exam in exams:
        if group and weight + exam.weight > BATCH_BYTES:
            yield group
            group, weight = [], 0
        group.append(exam)
        weight += exam.weight
    if group:
        yield group


@contextmanager
def reading(database: Database, scope: Scope, exams: Sequence[str]) -> Iterator[Reads]:
    """Reads that all see the warehouse as it is at one instant."""
    connection = database.engine.connect().execution_options(isolation_level="REPEATABLE READ")
    with connection, connection.begin(), ThreadPoolExecutor(max_workers=1) as worker:
        yield Reads(Transaction(connection), worker, scope, exams)
