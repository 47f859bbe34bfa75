"""What of one exam goes where: rows for v2, rejects for the quarantine, and the account of both. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from assets.exams.entries import Candidate, raw_entries
from assets.exams.reconcile import settle
from assets.exams.scope import Scope
from assets.exams.sources import V1, V1_ANSWERS, V2, V2_ANSWERS, Sources
from resources.snapshot.raw import raw_text
from resources.warehouse.loads import Account
from resources.warehouse.quarantine import Reason, Reject

# Each with the table it came from.
Rejects = Sequence[tuple[str, Reject]]


@dataclass(frozen=True)
class Settled:
    """What becomes of an exam's participations, as far as they are in scope."""

    winners: Sequence[Candidate]
    rejects: Rejects
    accounts: Mapping[str, Account]


def settled(exam_id: str, sources: Sources, scope: Scope) -> Settled:
    """Reconcile both sources of an exam."""
    entries = [one for one in sources.embedded.candidates if scope.holds(one.user_id)]
    unusable = [reject for user, reject in sources.embedded.rejects if scope.holds(user)]
    found = settle(entries, (row for row in sources.rows if scope.holds(row.user_id)))
    rejects = [(V1, msgspec.structs.replace(reject, document_id=exam_id)) for reject in unusable]
    rejects += [_conflict(exam_id, loser, sources.document) for loser in found.conflicts]
    accounts = {}
    for table, answers_table, from_row in ((V1, V1_ANSWERS, False), (V2, V2_ANSWERS, True)):
        loaded = [len(one.answers) for one in found.winners if (one.source_id is not None) is from_row]
        duplicates = [len(one.answers) for one in found.duplicates if (one.source_id is not None) is from_row]
        lost = [reject.answers or 0 for source_table, reject in rejects if source_table == table]
        accounts[table] = _account(len(loaded), len(lost), len(duplicates))
        accounts[answers_table] = _account(sum(loaded), sum(lost), sum(duplicates))
    return Settled(found.winners, rejects, accounts)


def _account(loaded: int, quarantined: int, duplicates: int) -> Account:
    return Account(loaded + quarantined + duplicates, loaded, quarantined, duplicates)


def _conflict(exam_id: str, loser: Candidate, document: bytes | None) -> tuple[str, Reject]:
    """The loser of a conflict with its content: an entry as received, a row as it landed."""
    if loser.source_id is None and document is not None and loser.place >= 0:
        text = raw_entries(document)[loser.place]
    else:
        text = _content(exam_id, loser)
    detail = f"the other version of this participation of {exam_id} was completed later, or stands first"
    reject = Reject(Reason.CONFLICT, detail, raw_text(text), loser.source_id or exam_id, len(loser.answers))
    return (V1 if loser.source_id is None else V2), reject


def _content(exam_id: str, one: Candidate) -> bytes:
    fields = {_camel(name): value for name, value in one.fields._asdict().items() if value is not None}
    answers = [msgspec.to_builtins(answer) for answer in one.answers]
    given = {"_id": one.source_id, "examId": exam_id, "userId": one.user_id, **fields, "answers": answers}
    return msgspec.json.encode(given)


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(map(str.capitalize, rest))


def orphan(row: Mapping[str, object]) -> Reject:
    """An answer that belongs to no participation."""
    names = ("participation_id", "question_id", "selected_answer", "is_correct")
    given = {"_id": row["id"], **{_camel(name): row[name] for name in names if row[name] is not None}}
    detail = "the source has no participation of this id"
    return Reject(Reason.ORPHAN, detail, raw_text(msgspec.json.encode(given)), str(row["id"]))
