"""One batch of exams in one transaction: what both sources say is settled, compared with v2, and written.

An exam that v2 holds nothing of is copied straight in. Of the others only what differs is rewritten, after it was
remembered as it was.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING

import msgspec

from assets.exams.encode import ANSWER, PARTICIPATION, answer_rows, participation_id, participation_row
from assets.exams.scope import Scope
from assets.exams.settlement import Rejects, settled
from assets.exams.sources import PACKAGE, Reader
from resources.warehouse import bulk, quarantine
from resources.warehouse.bulk import Change
from resources.warehouse.database import Transaction
from resources.warehouse.loads import Account
from resources.warehouse.schema import core
from resources.warehouse.schema.columns import text

if TYPE_CHECKING:
    from sqlalchemy import Table

    from resources.warehouse.quarantine import Reject

# Laid out as the real ones, so that rows move over as they are.
PARTICIPATIONS = bulk.temporary("staged_exam_participations", core.exam_participations.columns)
ANSWERS = bulk.temporary("staged_exam_answers", core.exam_answers.columns)
CHANGES = bulk.temporary(
    "exam_changes", [text(name, "") for name in ("exam_id", "user_id", "participation_id", "kind")]
)


@dataclass(frozen=True)
class Work:
    """An exam to migrate."""

    exam_id: str
    digest: str
    # Whether its account and its rejects stand already, as nothing that they come from has changed.
    is_known: bool = False


@dataclass(frozen=True)
class State:
    """How far the migration has come with one thing that it reads."""

    exam_id: str
    source_table: str
    digest: str
    account: Account


@dataclass
class Tally:
    """What batches came to."""

    inserted: int = 0
    updated: int = 0
    gone: int = 0
    answers: int = 0
    exams: int = 0
    # Rejects that were not known before.
    quarantined: int = 0
    # Answers that belong to no participation.
    orphans: int = 0
    _loaded: Counter[str] = field(default_factory=Counter)

    def count(self, accounts: Mapping[str, Account]) -> None:
        """Add the accounts of an exam."""
        for table, account in accounts.items():
            self._loaded[table] += account.loaded

    def loaded(self, source_table: str) -> int:
        """How many of what was read there are in v2 afterwards."""
        return self._loaded[source_table]

    @property
    def change(self) -> Change:
        """How many participations changed."""
        return Change(self.inserted, self.updated, self.gone)


def keep_states(transaction: Transaction, scope: Scope, load_id: int, states: Iterable[State]) -> None:
    """Keep how far the migration has come, so that what did not change need not be looked at again."""
    given = [{"exam_id": one.exam_id, "source_table": one.source_table, "digest": one.digest} | asdict(one.account)
             for one in states]  # fmt: skip
    states_json = msgspec.json.encode(given).decode()
    transaction.run(PACKAGE, "exam_states", scope=scope.key, load_id=load_id, states=states_json)


class Batch:
    """Some exams, migrated in a transaction that holds the load's lock."""

    def __init__(self, transaction: Transaction, scope: Scope, load_id: int, tally: Tally) -> None:
        self._transaction = transaction
        self._scope = scope
        self._load_id = load_id
        self._tally = tally
        self._settlements: list[tuple[Work, Rejects, Mapping[str, Account]]] = []

    def migrate(self, works: Sequence[Work], *, write: bool = True) -> None:
        """Migrate the exams; without `write` only find out what would change."""
        exams = [work.exam_id for work in works]
        filled = {row["exam_id"] for row in self._transaction.rows(PACKAGE, "exams_with_rows", exams=exams)}
        # Nothing may be asked while a copy streams, so all but the documents is read before.
        reader = Reader(self._transaction, exams, filled)
        fresh = [work for work in works if write and work.exam_id not in filled]
        others = [work for work in works if not write or work.exam_id in filled]
        if fresh:
            inserted, answers = self._copy(reader, fresh, core.exam_answers, core.exam_participations)
            self._tally.inserted += inserted
            self._tally.answers += answers
        if others:
            self._compare(reader, others, write=write)
        self._keep(write=write)
        self._tally.exams += len(works)

    def _compare(self, reader: Reader, works: Sequence[Work], *, write: bool) -> None:
        transaction, exams = self._transaction, [work.exam_id for work in works]
        for table in (PARTICIPATIONS, ANSWERS, CHANGES):
            bulk.create_temporary(transaction.connection, table)
        self._copy(reader, works, ANSWERS, PARTICIPATIONS)
        scope = {"everything": self._scope.everything, "cohorts": list(self._scope.cohorts)}
        transaction.run(PACKAGE, "exam_changes", exams=exams, **scope)
        (counts,) = transaction.rows(PACKAGE, "change_counts")
        self._tally.inserted += counts["inserted"]
        self._tally.updated += counts["updated"]
        self._tally.gone += counts["gone"]
        if write:
            transaction.run(PACKAGE, "exam_participations_before", load_id=self._load_id)
            transaction.run(PACKAGE, "exam_participations", load_id=self._load_id)
            self._tally.answers += transaction.run(PACKAGE, "exam_answers_left", exams=exams)
            self._tally.answers += transaction.run(PACKAGE, "exam_answers")

    def _copy(
        self, reader: Reader, works: Sequence[Work], answers: "Table", participations: "Table"
    ) -> tuple[int, int]:
        """Stream the answers in exam by exam, then the participations, which are few; answers how many of each."""
        rows: list[tuple[object, ...]] = []
        streamed = 0

        def blocks() -> Iterator[bytes]:
            nonlocal streamed
            for work in works:
                one = settled(work.exam_id, reader.read(work.exam_id), self._scope)
                # Its candidates are let go of once they are rows.
                self._settlements.append((work, one.rejects, one.accounts))
                # In the order of the key, which the index takes in at once.
                ordered = sorted(
                    ((participation_id(work.exam_id, who.user_id), who) for who in one.winners), key=itemgetter(0)
                )
                rows.extend(participation_row(work.exam_id, who, identity, self._load_id) for identity, who in ordered)
                streamed += sum(len(who.answers) for who in one.winners)
                yield from answer_rows(work.exam_id, ((identity, who.answers) for identity, who in ordered))

        bulk.copy_encoded(self._transaction.connection, answers, ANSWER, blocks())
        return bulk.copy(self._transaction.connection, participations, PARTICIPATION, rows), streamed

    def _keep(self, *, write: bool) -> None:
        """Keep the accounts and rejects of exams whose sources changed."""
        rejects: list[tuple[str, Reject]] = []
        states: list[State] = []
        for work, unusable, accounts in self._settlements:
            self._tally.count(accounts)
            if not work.is_known:
                rejects += unusable
                states += [State(work.exam_id, table, work.digest, one) for table, one in accounts.items()]
        self._settlements.clear()
        self._tally.quarantined += len(rejects)
        if write:
            keep_states(self._transaction, self._scope, self._load_id, states)
            quarantine.write(self._transaction, self._load_id, rejects)
