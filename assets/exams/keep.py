"""Keeping the v1 documents: each exam's newest one that embeds participants, as received, with its digest."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256

import msgspec

from assets.exams.entries import answers_in, raw_entries
from assets.landing.land import closing_on_failure, table_digest
from assets.landing.rows import Rows
from assets.landing.sources import SOURCES
from resources.ahead import mapped
from resources.errors import CohortlineError
from resources.snapshot.reader import Snapshot, Table
from resources.warehouse import bulk, loads
from resources.warehouse.bulk import Change
from resources.warehouse.database import Database, Transaction
from resources.warehouse.loads import Account, Load
from resources.warehouse.schema import landing

PACKAGE = "assets.exams"
SOURCE_TABLE = "exams.documents"
(EXAMS,) = (source for source in SOURCES if source.name == "exams")
# Fast: of what compression can save, the first level saves most.
LEVEL = 1
# Raise it when the same bytes would be kept otherwise.
RULES = 1

STAGE = bulk.temporary(
    "staged_v1_exams",
    [
        landing.v1_exams.c[name]
        for name in ("exam_id", "digest", "document", "bytes", "participants", "answers", "is_embedded")
    ],
)


class SnapshotChanged(CohortlineError):
    """The snapshot is another one than the exams were landed from."""


@dataclass(frozen=True)
class Kept:
    """What became of the documents."""

    load: Load
    state: str
    account: Account = field(default_factory=Account)
    change: Change = field(default_factory=Change)


def keep(database: Database, snapshot: Snapshot, run_id: str) -> Kept:
    """Keep the document of every exam that landed; an absent or unchanged table is left as it is."""
    table = snapshot.tables.get(EXAMS.name)
    load = loads.begin(
        database, run_id, source_table=SOURCE_TABLE, target=landing.v1_exams.fullname, source=str(snapshot.path)
    )
    with closing_on_failure(database, load), database.transaction() as transaction:
        loads.hold(transaction, load)
        if table is None:
            loads.finish(transaction, load, state="absent")
            return Kept(load, "absent")
        landed = loads.earlier(transaction, EXAMS.target)
        if landed is None or landed.digest != table_digest(table, EXAMS):
            message = "the snapshot's exams are not those that landed last; start a new run, which lands them first"
            raise SnapshotChanged(message)
        kept = keep_present(transaction, table, load)
        snapshot.check_unchanged()
        return kept


def keep_present(transaction: Transaction, table: Table, load: Load) -> Kept:
    """Keep the documents of a table that is there, in a transaction that holds what keeps them."""
    digest = f"{RULES}:{table_digest(table, EXAMS)}"
    earlier = loads.earlier(transaction, landing.v1_exams.fullname)
    if earlier and earlier.digest == digest and transaction.count_present("v1_exams") == earlier.account.loaded:
        account = earlier.account
        loads.finish(transaction, load, state="unchanged", digest=digest, account=account)
        return Kept(load, "unchanged", account)
    bulk.create_temporary(transaction.connection, STAGE)
    read = bulk.copy(transaction.connection, STAGE, [column.name for column in STAGE.columns], _rows(table))
    (row,) = transaction.rows(PACKAGE, "v1_exams", load_id=load.load_id)
    account, change = Account(read=read, loaded=read), Change(row["inserted"], row["updated"], row["gone"])
    loads.finish(transaction, load, state="loaded", digest=digest, account=account, change=change)
    return Kept(load, "loaded", account, change)


def _rows(table: Table) -> Iterator[tuple[object, ...]]:
    """A row for each document that lands; packed while the next one is read."""
    return mapped(lambda given: _row(*given), _landing(table))


def _landing(table: Table) -> Iterator[tuple[str, bytes, tuple[int, int, bool]]]:
    """The documents that land: the first of an id that can be read."""
    reader = Rows(EXAMS, lambda _: None)
    seen: set[str] = set()
    for batch in table.lines():
        for line in batch.lines:
            row = reader.row(line)
            if row is not None and row[0] not in seen:
                seen.add(row[0])
                yield row[0], line, counts(line)


def _row(exam_id: str, line: bytes, counted: tuple[int, int, bool]) -> tuple[object, ...]:
    participants, answers, embedded = counted
    if not embedded:
        return exam_id, "", None, 0, 0, 0, False
    return exam_id, sha256(line).hexdigest(), zlib.compress(line, LEVEL), len(line), participants, answers, True


class _Answers(msgspec.Struct, gc=False):
    answers: list[msgspec.Raw] = []


class _Document(msgspec.Struct, gc=False):
    participants: list[_Answers] | None = None


_decode = msgspec.json.Decoder(_Document).decode


def counts(document: bytes) -> tuple[int, int, bool]:
    """How many entries and answers a document embeds, and whether it has a list of participants at all."""
    try:
        participants = _decode(document).participants
    except msgspec.MsgspecError:
        entries = raw_entries(document)
        return len(entries), sum(map(answers_in, entries)), True
    if participants is None:
        return 0, 0, False
    return len(participants), sum(len(one.answers) for one in participants), True
