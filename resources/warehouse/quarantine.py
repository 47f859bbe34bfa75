"""The quarantine: what could not be used is kept with its reason, without filling the memory on the way there."""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import IO

import msgspec

from resources.warehouse import bulk
from resources.warehouse.database import Transaction
from resources.warehouse.loads import Load
from resources.warehouse.schema import ops

HELD_IN_MEMORY = 4 * 1024 * 1024


class Reason(StrEnum):
    """Why a document could not be used."""

    NOT_JSON = "not_json"
    WRONG_TYPE = "wrong_type"
    NOT_FINITE = "not_finite"
    NOT_STORABLE = "not_storable"
    TOO_LONG = "too_long"
    REPEATED_ID = "repeated_id"
    BAD_PARTITION_KEY = "bad_partition_key"
    REPEATED_PARTICIPANT = "repeated_participant"
    CONFLICT = "conflict"
    ORPHAN = "orphan"
    REPEATED_TOPIC = "repeated_topic"
    SUPERSEDED = "superseded"


class Reject(msgspec.Struct, frozen=True):
    """A document that could not be used."""

    reason: Reason
    detail: str
    raw: str
    document_id: str | None = None
    # How many answers it held, where it is an exam's participation.
    answers: int | None = None


class Quarantine:
    """Rejects of one load, spooled until their rows can be written."""

    def __init__(self, spool: IO[bytes]) -> None:
        self._spool = spool
        self.count = 0

    def add(self, reject: Reject) -> None:
        """Keep a reject."""
        self._spool.write(msgspec.json.encode(reject) + b"\n")
        self.count += 1

    def write(self, transaction: Transaction, load: Load) -> int:
        """Write the rejects as rows of the load; answers how many."""
        self._spool.seek(0)
        rejects = (msgspec.json.decode(line, type=Reject) for line in self._spool)
        return write(transaction, load.load_id, ((load.source_table, reject) for reject in rejects))


def write(transaction: Transaction, load_id: int, rejects: Iterable[tuple[str, Reject]]) -> int:
    """Write rejects, each with the table it came from, as rows of a load; answers how many."""
    rows = (
        (
            load_id,
            source_table,
            reject.document_id,
            str(reject.reason),
            reject.detail,
            reject.raw,
            reject.answers,
        )
        for source_table, reject in rejects
    )
    columns = ("load_id", "source_table", "document_id", "reason", "detail", "raw", "answers")
    return bulk.copy(transaction.connection, ops.quarantine, columns, rows)


@contextmanager
def quarantine() -> Iterator[Quarantine]:
    """A quarantine for one load."""
    with tempfile.SpooledTemporaryFile(max_size=HELD_IN_MEMORY) as spool:
        yield Quarantine(spool)
