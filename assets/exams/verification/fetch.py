"""What a verification reads: one snapshot of the warehouse, some batches ahead of the one that is being judged.

The database hashes batches while Python decodes others: that takes it as long, and a second connection keeps it busy.
"""

import zlib
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from itertools import cycle
from typing import Any, NamedTuple, TypeVar

import sqlalchemy as sa

from assets.exams.scope import Scope
from assets.exams.verification.compare import as_row
from assets.exams.verification.expected import Row
from resources.warehouse.database import Database, Transaction

Answer = TypeVar("Answer")

PACKAGE = "assets.exams.verification"
# As received; decoded document by document.
BATCH_BYTES = 8 * 1024 * 1024
AHEAD = 3
LANES = 2
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


class Found(NamedTuple):
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


class Lane:
    """A connection with a thread that asks on it, one thing after the other."""

    def __init__(self, connection: sa.Connection, worker: ThreadPoolExecutor) -> None:
        self._transaction = Transaction(connection)
        self._worker = worker

    def ask(self, question: Callable[[Transaction], Answer]) -> Future[Answer]:
        """Have something asked, and go on."""
        return self._worker.submit(question, self._transaction)


class Reads:
    """Asks the warehouse about the exams and cohorts of one verification."""

    def __init__(self, lanes: Sequence[Lane], scope: Scope, exams: Sequence[str]) -> None:
        self.exams = list(exams) or None
        self.cohorts = None if scope.everything else list(scope.cohorts)
        self._lanes = lanes

    def run(self, ask: Callable[[Transaction], Answer]) -> Answer:
        """Ask something and wait for the answer."""
        return self._lanes[0].ask(ask).result()

    def rows(self, name: str, **parameters: object) -> list[dict[str, Any]]:
        """The rows of a named statement."""
        return self.later(name, **parameters).result()

    def later(self, name: str, **parameters: object) -> Future[list[dict[str, Any]]]:
        """Ask for the rows of a named statement, to be waited for when they are needed."""
        return self._lanes[-1].ask(lambda transaction: transaction.rows(PACKAGE, name, **parameters))

    def batches(self, exams: Sequence[Exam]) -> Iterator[Batch]:
        """The exams in order, a few batches read ahead of the one that is judged."""
        pending: deque[Future[Batch]] = deque()
        for group, lane in zip(_groups(exams), cycle(self._lanes), strict=False):
            pending.append(lane.ask(partial(self._batch, group)))
            if len(pending) > AHEAD:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()

    def _batch(self, exams: Sequence[Exam], transaction: Transaction) -> Batch:
        batch = Batch(exams)
        ids = [exam.exam_id for exam in exams]
        if any(exam.is_kept for exam in exams):
            documents = transaction.binary_rows(PACKAGE, "kept_documents", exams=ids)
            batch.documents.update({row["exam_id"]: _document(row["document"]) for row in documents})
        for row in transaction.binary_rows(PACKAGE, "participation_digests", exams=ids, cohorts=self.cohorts):
            batch.found.setdefault(row.pop("exam_id"), []).append(Found(**row))
        if any(exam.stored_rows for exam in exams):
            for row in transaction.rows(PACKAGE, "stored_rows", exams=ids):
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
    """Reads that all see the warehouse as it is at one instant, on two connections at a time."""
    with ExitStack() as stack:
        lanes: list[Lane] = []
        instant: str | None = None
        for _ in range(LANES):
            connection = database.engine.connect().execution_options(isolation_level="REPEATABLE READ")
            stack.enter_context(connection)
            stack.enter_context(connection.begin())
            if instant is None:
                instant = connection.scalar(sa.select(sa.func.pg_export_snapshot()))
            else:
                # The server takes no parameter here; the name is its own.
                connection.exec_driver_sql(f"set transaction snapshot '{instant}'")
            lanes.append(Lane(connection, stack.enter_context(ThreadPoolExecutor(max_workers=1))))
        yield Reads(lanes, scope, exams)
