"""The backup of v1: every kept document written to a folder as received, and put back from there byte for byte."""

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from assets.exams import exported
from assets.exams.exported import ExportedExam, Manifest
from assets.exams.keep import LEVEL
from resources.errors import CohortlineError
from resources.warehouse import bulk
from resources.warehouse.database import Database, Transaction, statement
from resources.warehouse.schema import landing, ops

PACKAGE = "assets.exams"
# Documents held at a time: each may be as long as a line of a snapshot may be.
HELD = 8

# Called with what is being done, how much of it is done, and how much there is.
Step = Callable[[str, int, int], None]

_staged = bulk.temporary(
    "restored_exams",
    [landing.v1_exams.c[name] for name in ("exam_id", "digest", "document", "bytes", "participants", "answers")],
)


@dataclass(frozen=True)
class Exported:
    """An export that stands."""

    path: Path
    manifest: Manifest

    def as_json(self) -> dict[str, object]:
        """For programs."""
        found = self.manifest
        return {
            "path": str(self.path),
            "totalExams": found.total_exams,
            "totalParticipants": found.total_participants,
            "totalAnswers": found.total_answers,
            "bytes": found.bytes,
            "sha256": found.sha256,
            "cleared": found.cleared,
        }


@dataclass(frozen=True)
class Restored:
    """What became of each exam of an export; `newer` names those of which another document stands or stood here."""

    path: Path
    total_exams: int
    restored: list[str]
    unchanged: int
    newer: list[str]
    # Restored, and not in the source.
    unknown: list[str]

    def as_json(self) -> dict[str, object]:
        """For programs."""
        return {
            "path": str(self.path),
            "totalExams": self.total_exams,
            "restored": len(self.restored),
            "unchanged": self.unchanged,
            "newer": self.newer,
            "unknown": self.unknown,
        }


def _silent(doing: str, done: int, total: int) -> None:
    """Say nothing."""


def export(database: Database, path: Path, step: Step = _silent) -> Exported:
    """Write every kept v1 document to a folder, as received; the folder stands whole, or not at all."""
    path = path.expanduser().absolute()
    with database.transaction() as transaction:
        transaction.lock(ops.exam_exports.fullname)
        with exported.writing(path) as writer:
            (count,) = transaction.rows(PACKAGE, "export_count")
            cleared = []
            for row in _streamed(transaction, "export_documents"):
                if row["document"] is None:
                    cleared.append(row["exam_id"])
                    continue
                writer.add(*_exportable(row))
                step("exported", len(writer.exams), count["kept"])
            manifest = writer.finish(database.as_of, cleared)
        _record(transaction, path, manifest)
    return Exported(path, manifest)


def _streamed(transaction: Transaction, name: str) -> Iterator[Any]:
    """The rows of a statement, a few at a time."""
    options = {"yield_per": HELD}
    yield from transaction.connection.execute(statement(PACKAGE, name), execution_options=options).mappings()


def _exportable(row: Any) -> tuple[ExportedExam, bytes]:
    document = _unpacked(row["exam_id"], row["document"], row["digest"])
    exam = ExportedExam(row["exam_id"], row["title"], row["digest"], len(document), row["participants"], row["answers"])
    return exam, document


def _unpacked(exam_id: str, packed: bytes, digest: str) -> bytes:
    """A kept document, proved to be the one that was received."""
    try:
        document = zlib.decompress(packed)
    except zlib.error:
        document = b""
    if sha256(document).hexdigest() != digest:
        message = (
            f"the kept document of exam {exam_id} is damaged in the warehouse; load the snapshot again that it came"
            " from, or restore it from an earlier export"
        )
        raise CohortlineError(message)
    return document


def _record(transaction: Transaction, path: Path, manifest: Manifest) -> None:
    transaction.run(PACKAGE, "export_forgotten", export_id=manifest.sha256, path=str(path))
    rows = ((manifest.sha256, one.exam_id, one.sha256, str(path), manifest.as_of) for one in manifest.exams)
    columns = ("export_id", "exam_id", "digest", "path", "as_of")
    bulk.copy(transaction.connection, ops.exam_exports, columns, rows)


def restore(database: Database, path: Path, step: Step = _silent) -> Restored:
    """Put back the documents of exams that have none here, all of them or none, and prove them byte for byte.

    A kept document that differs stays. An exam that the source does not have is kept as one that is gone from it.
    """
    path = path.expanduser().absolute()
    manifest = exported.manifest_of(path)
    for place, _ in enumerate(exported.documents(path, manifest), start=1):
        step("proved", place, manifest.total_exams)
    with database.transaction() as transaction:
        transaction.lock(landing.v1_exams.fullname)
        transaction.lock("core.exam_participations")
        wanted, unchanged, newer = _sorted(transaction, manifest)
        unknown = set[str]()
        if wanted:
            unknown = _put_back(transaction, path, manifest, set(wanted), step)
        transaction.audit(
            run_id="exams restore",
            subject="exams",
            statement="restored",
            passed=True,
            severity="WARN",
            counts={"exams": manifest.total_exams, "restored": len(wanted), "newer": len(newer)},
            as_of=database.as_of,
        )
    return Restored(path, manifest.total_exams, wanted, unchanged, newer, sorted(unknown))


def _sorted(transaction: Transaction, manifest: Manifest) -> tuple[list[str], int, list[str]]:
    """The exams to put back, the number of those that stand, and those of which another document stands or stood."""
    known = {row["exam_id"]: row for row in transaction.rows(PACKAGE, "restore_states")}
    wanted, newer, unchanged = [], [], 0
    for exam in manifest.exams:
        row = known.get(exam.exam_id)
        if row is None or (not row["is_kept"] and row["digest"] in {"", exam.sha256}):
            wanted.append(exam.exam_id)
        elif row["digest"] == exam.sha256:
            unchanged += 1
        else:
            newer.append(exam.exam_id)
    return wanted, unchanged, newer


def _put_back(transaction: Transaction, path: Path, manifest: Manifest, wanted: set[str], step: Step) -> set[str]:
    bulk.create_temporary(transaction.connection, _staged)
    rows = (
        (exam.exam_id, exam.sha256, zlib.compress(document, LEVEL), exam.bytes, exam.participants, exam.answers)
        for exam, document in exported.documents(path, manifest)
        if exam.exam_id in wanted
    )
    bulk.copy(transaction.connection, _staged, [column.name for column in _staged.columns], rows)
    written = transaction.run(PACKAGE, "restore_documents")
    proved, unknown = 0, set()
    for row in _streamed(transaction, "restore_result"):
        _unpacked(row["exam_id"], row["document"], row["digest"])
        proved += 1
        if row["is_gone"]:
            unknown.add(row["exam_id"])
        step("restored", proved, len(wanted))
    if not written == proved == len(wanted):
        message = f"only {proved:,} of {len(wanted):,} documents could be put back; nothing was restored"
        raise CohortlineError(message)
    transaction.run(PACKAGE, "restore_doubts")
    return unknown
