"""Clearing: kept v1 documents are dropped where an export holds them and v2 holds all that was in them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from assets.exams import exported
from assets.exams.verification.verify import verify
from resources.errors import CohortlineError, UnreadableInput, WrongUse
from resources.warehouse.database import Database, Transaction
from resources.warehouse.schema import landing, ops

PACKAGE = "assets.exams"
NO_EXPORT = "no export holds the documents that are kept; make one first: `cohortline exams export PATH`"


@dataclass(frozen=True)
class Backup:
    """A recorded export: where it was written, and the digest of its documents."""

    path: str
    export_id: str


@dataclass
class Kept:
    """An exam with a kept document, and the recorded exports that hold exactly that document, newest first."""

    exam_id: str
    digest: str
    participants: int
    answers: int
    backups: list[Backup] = field(default_factory=list)


@dataclass(frozen=True)
class Cleared:
    """What was cleared, and what was not, with the reason."""

    cleared: list[str]
    # Do not verify as equal.
    refused: list[str]
    # Are in no recorded export as they are now.
    not_exported: list[str]
    # Are in an export that is no longer there, or no longer whole.
    not_proved: list[str]
    # What is wrong with these exports.
    problems: list[str]
    # Another document arrived meanwhile.
    changed: list[str]

    @property
    def is_whole(self) -> bool:
        """Whether everything that was exported could be cleared."""
        return not (self.refused or self.not_proved)

    def as_json(self) -> dict[str, object]:
        """For programs."""
        return {
            "cleared": self.cleared,
            "refused": self.refused,
            "notExported": self.not_exported,
            "notProved": self.not_proved,
            "problems": self.problems,
            "changed": self.changed,
        }


def candidates(database: Database, exams: Sequence[str] = ()) -> list[Kept]:
    """The exams whose documents could be cleared: all of them, or those named."""
    with database.transaction() as transaction:
        return _candidates(transaction, exams)


def _candidates(transaction: Transaction, exams: Sequence[str]) -> list[Kept]:
    found: dict[str, Kept] = {}
    for row in transaction.rows(PACKAGE, "clear_candidates"):
        one = found.setdefault(row["exam_id"], Kept(row["exam_id"], row["digest"], row["participants"], row["answers"]))
        if row["export_id"] is not None:
            one.backups.append(Backup(row["path"], row["export_id"]))
    for unknown in (exam for exam in exams if exam not in found):
        raise WrongUse(f"there is no exam '{unknown}' with a kept document; it may have been cleared before")
    return [one for exam_id, one in found.items() if not exams or exam_id in exams]


def clear(database: Database, exams: Sequence[str] = ()) -> Cleared:
    """Drop the kept documents that an export proves to hold and that verify as equal; the others stay as they are."""
    with database.transaction() as transaction:
        # No export is replaced, no document kept and no exam migrated until this has ended.
        transaction.lock(ops.exam_exports.fullname)
        kept = _candidates(transaction, exams)
        (export,) = transaction.rows(PACKAGE, "export_exists")
        if kept and not export["is_there"]:
            raise WrongUse(NO_EXPORT)
        proved, problems = _proved(kept)
        transaction.lock(landing.v1_exams.fullname)
        transaction.lock("core.exam_participations")
        report = verify(database, exams=tuple(proved)) if proved else None
        failed = report.failed_exams if report else frozenset()
        doomed = [one for one in kept if one.exam_id in proved and one.exam_id not in failed]
        cleared = _drop(transaction, doomed, database)
        result = Cleared(
            cleared=sorted(cleared),
            refused=sorted(set(proved) & failed),
            not_exported=[one.exam_id for one in kept if not one.backups],
            not_proved=[one.exam_id for one in kept if one.backups and one.exam_id not in proved],
            problems=problems,
            changed=sorted({one.exam_id for one in doomed} - cleared),
        )
        _audit(transaction, result, database)
    if kept and result.not_proved and not proved:
        raise UnreadableInput(f"nothing was cleared: {problems[0]}")
    return result


def _proved(kept: Sequence[Kept]) -> tuple[set[str], list[str]]:
    """The exams whose documents are in an export that is still whole, and what is wrong with the other exports."""
    proved: set[str] = set()
    problems: dict[Backup, str] = {}
    held: dict[Backup, set[tuple[str, str]]] = {}
    for one in kept:
        for backup in one.backups:
            if backup not in held and backup not in problems:
                try:
                    held[backup] = _held(backup)
                except CohortlineError as problem:
                    problems[backup] = str(problem)
            if (one.exam_id, one.digest) in held.get(backup, ()):
                proved.add(one.exam_id)
                break
    return proved, list(problems.values())


def _held(backup: Backup) -> set[tuple[str, str]]:
    """The documents of an export, each read again and proved."""
    path = Path(backup.path)
    manifest = exported.manifest_of(path)
    if manifest.sha256 != backup.export_id:
        message = f"the export at {path} is another one than was recorded; export again"
        raise UnreadableInput(message)
    return {(exam.exam_id, exam.sha256) for exam, _ in exported.documents(path, manifest)}


def _drop(transaction: Transaction, doomed: Sequence[Kept], database: Database) -> set[str]:
    given = json.dumps([{"exam_id": one.exam_id, "digest": one.digest} for one in doomed])
    rows = transaction.rows(PACKAGE, "clear_documents", doomed=given, as_of=database.as_of)
    return {row["exam_id"] for row in rows}


def _audit(transaction: Transaction, result: Cleared, database: Database) -> None:
    transaction.audit(
        run_id="exams clear",
        subject="exams",
        statement="cleared",
        passed=result.is_whole,
        severity="WARN",
        counts={
            "cleared": len(result.cleared),
            "refused": len(result.refused),
            "not_exported": len(result.not_exported),
            "not_proved": len(result.not_proved),
            "changed": len(result.changed),
        },
        as_of=database.as_of,
    )
