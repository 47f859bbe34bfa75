"""The folder that an export of exams is: how it is written whole or not at all, and how it is proved.

Belongs here: the folder's files and what they must say. Does not: the warehouse. The folder is a snapshot too, so what
reads snapshots reads it.
"""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import IO

import msgspec

from assets.exams import keep
from resources.errors import CohortlineError, UnreadableInput, WrongUse
from resources.postgres import files

FORMAT = 1
MANIFEST = "manifest.json"
DOCUMENTS = Path("exams") / "documents.jsonl"
SCHEMA = Path("exams") / "generated_schema.jsonl"
# A manifest names some two hundred bytes an exam: above this it is none.
MOST_MANIFEST_BYTES = 1024 * 1024 * 1024


class ExportedExam(msgspec.Struct, rename="camel", frozen=True):
    """One exam of an export."""

    exam_id: str
    exam_title: str | None
    sha256: str
    bytes: int
    participants: int
    answers: int


class Manifest(msgspec.Struct, rename="camel", frozen=True):
    """What an export holds; `cleared` names exams whose document was cleared before, and is not in it."""

    format: int
    as_of: datetime
    total_exams: int
    total_participants: int
    total_answers: int
    bytes: int
    sha256: str
    exams: list[ExportedExam]
    cleared: list[str] = []

    @property
    def counted(self) -> tuple[int, int, int, int]:
        """The totals that its exams add up to."""
        exams = self.exams
        return (
            len(exams),
            sum(one.participants for one in exams),
            sum(one.answers for one in exams),
            sum(one.bytes + 1 for one in exams),
        )

    @property
    def stated(self) -> tuple[int, int, int, int]:
        """The totals that it states."""
        return self.total_exams, self.total_participants, self.total_answers, self.bytes


class _Format(msgspec.Struct):
    format: int


class _Named(msgspec.Struct):
    id: str = msgspec.field(name="_id")


class Writer:
    """An export being written: documents go in one by one, in the order of their exams."""

    def __init__(self, documents: IO[bytes]) -> None:
        self._documents = documents
        self._digest = sha256()
        self.exams: list[ExportedExam] = []
        self.manifest: Manifest | None = None

    def add(self, exam: ExportedExam, document: bytes) -> None:
        """Write a document as it is, as a line."""
        line = document + b"\n"
        self._documents.write(line)
        self._digest.update(line)
        self.exams.append(exam)

    def finish(self, as_of: datetime, cleared: list[str]) -> Manifest:
        """Say that this is all of it."""
        manifest = Manifest(FORMAT, as_of, 0, 0, 0, 0, self._digest.hexdigest(), self.exams, cleared)
        exams, participants, answers, length = manifest.counted
        self.manifest = msgspec.structs.replace(
            manifest, total_exams=exams, total_participants=participants, total_answers=answers, bytes=length
        )
        return self.manifest


@contextmanager
def writing(path: Path) -> Iterator[Writer]:
    """Write an export beside its place, and put it there when it is whole; an interruption leaves nothing.

    Only one process at a time may write to a place.
    """
    partial = path.with_name(f".{path.name}.partial")
    try:
        earlier = _replaceable(path)
        shutil.rmtree(partial, ignore_errors=True)
        try:
            (partial / DOCUMENTS).parent.mkdir(parents=True, mode=0o700)
            partial.chmod(0o700)
            with (partial / DOCUMENTS).open("xb") as documents:
                writer = Writer(documents)
                yield writer
                _settle(documents)
            _complete(partial, path, writer.manifest, earlier)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    except OSError as problem:
        message = f"the export cannot be written to {path}: {problem.strerror or problem}; nothing was left there"
        raise CohortlineError(message) from None


def _replaceable(path: Path) -> Manifest | None:
    """The export that stands at a path, if one does; anything else there is refused."""
    aside = _aside(path)
    if aside.is_dir() and not os.path.lexists(path):
        # An earlier export was on its way out when its successor was killed.
        files.rename(aside, path)
    if not os.path.lexists(path):
        if not path.parent.is_dir():
            raise WrongUse(f"there is no folder {path.parent} to write the export into; make it first")
        return None
    try:
        if not path.is_symlink():
            return manifest_of(path)
    except UnreadableInput:
        pass
    raise WrongUse(f"{path} exists and is no earlier export of exams; choose a path that does not exist")


def _aside(path: Path) -> Path:
    return path.with_name(f".{path.name}.earlier")


def _complete(partial: Path, path: Path, manifest: Manifest | None, earlier: Manifest | None) -> None:
    assert manifest is not None  # noqa: S101
    lost = {one.exam_id for one in earlier.exams} - {one.exam_id for one in manifest.exams} if earlier else set()
    if lost:
        message = (
            f"the export at {path} holds {len(lost):,} exams that this one would not, such as {min(lost)}; they would"
            " be lost: choose another path"
        )
        raise WrongUse(message)
    for name, content in ((SCHEMA, b'"uniform"\n'), (Path(MANIFEST), _formatted(manifest))):
        with (partial / name).open("xb") as file:
            file.write(content)
            _settle(file)
    _settle_folder(partial / "exams")
    _settle_folder(partial)
    if earlier is None:
        files.rename(partial, path)
        return
    shutil.rmtree(_aside(path), ignore_errors=True)
    path.rename(_aside(path))
    try:
        files.rename(partial, path)
    except BaseException:
        _aside(path).rename(path)
        raise
    shutil.rmtree(_aside(path), ignore_errors=True)


def _formatted(manifest: Manifest) -> bytes:
    return msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"


def _settle(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())


def _settle_folder(folder: Path) -> None:
    if sys.platform != "win32":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def manifest_of(path: Path) -> Manifest:
    """The manifest of an export that agrees with itself; the documents are not looked at."""
    if not path.exists():
        raise _unreadable(path, "there is nothing here", "check the path")
    if not path.is_dir():
        raise _unreadable(path, "it is no folder", "name the folder that `cohortline exams export` wrote")
    try:
        with (path / MANIFEST).open("rb") as file:
            text = file.read(MOST_MANIFEST_BYTES)
        found = msgspec.json.decode(text, type=_Format).format
        if found != FORMAT:
            raise _unreadable(path, f"its format is {found}, and only {FORMAT} is known", "update Cohortline")
        manifest = msgspec.json.decode(text, type=Manifest)
    except FileNotFoundError:
        raise _unreadable(path, f"it holds no {MANIFEST}", "name a folder that an export wrote") from None
    except OSError as problem:
        raise _unreadable(path, f"{MANIFEST} cannot be read ({problem.strerror})", "check the folder") from None
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise _damaged(path, f"{MANIFEST} is damaged") from None
    ids = [one.exam_id for one in manifest.exams]
    if manifest.counted != manifest.stated or ids != sorted(set(ids), key=str.encode):
        raise _damaged(path, f"{MANIFEST} does not agree with itself")
    return manifest


def documents(path: Path, manifest: Manifest) -> Iterator[tuple[ExportedExam, bytes]]:
    """Every document of an export, each proved to be what the manifest says before it is handed on."""
    digest = sha256()
    try:
        with (path / DOCUMENTS).open("rb") as file:
            if os.fstat(file.fileno()).st_size != manifest.bytes:
                raise _damaged(path, f"{DOCUMENTS.as_posix()} is not as long as the manifest says")
            for exam in manifest.exams:
                line = file.read(exam.bytes + 1)
                digest.update(line)
                document = line[:-1]
                if not _is_document(exam, line, document):
                    raise _damaged(path, f"the document of exam {exam.exam_id} is not the one exported")
                yield exam, document
    except OSError as problem:
        reason = f"{DOCUMENTS.as_posix()} cannot be read ({problem.strerror})"
        raise _unreadable(path, reason, "check the folder") from None
    if digest.hexdigest() != manifest.sha256:
        raise _damaged(path, f"{DOCUMENTS.as_posix()} does not have the manifest's digest")


def _is_document(exam: ExportedExam, line: bytes, document: bytes) -> bool:
    if line[-1:] != b"\n" or sha256(document).hexdigest() != exam.sha256:
        return False
    try:
        named = msgspec.json.decode(document, type=_Named).id
        found = keep.counts(document)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return False
    return (named, *found) == (exam.exam_id, exam.participants, exam.answers, True)


def _damaged(path: Path, problem: str) -> UnreadableInput:
    return _unreadable(path, problem, "use another export, or a copy of this one that is whole")


def _unreadable(path: Path, problem: str, remedy: str) -> UnreadableInput:
    return UnreadableInput(f"{path} is no export of exams that can be used: {problem}; {remedy}")
