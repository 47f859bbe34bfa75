"""Which of several accounts of one participation is the one that counts. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from assets.exams.entries import Candidate

NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass
class Settlement:
    """Who won, whose account says the same, and whose does not."""

    winners: list[Candidate] = field(default_factory=list)
    duplicates: list[Candidate] = field(default_factory=list)
    conflicts: list[Candidate] = field(default_factory=list)


def settle(entries: Sequence[Candidate], rows: Iterable[Candidate]) -> Settlement:
    """Reconcile the embedded entries of an exam, one a user, with rows of the source's own v2 table."""
    others: dict[str, list[Candidate]] = {}
    for row in rows:
        others.setdefault(row.user_id, []).append(row)
    found = Settlement()
    if not others:
        found.winners.extend(entries)
        return found
    for entry in entries:
        _contest(found, [entry, *others.pop(entry.user_id, ())])
    for rivals in others.values():
        _contest(found, rivals)
    return found


def _contest(found: Settlement, rivals: Sequence[Candidate]) -> None:
    """The latest completion wins, of equally late ones the embedded entry, then the row that was made first."""
    first_come = sorted(rivals, key=_standing)
    winner, *losers = sorted(first_come, key=_completed, reverse=True)
    found.winners.append(winner)
    for loser in losers:
        (found.duplicates if _same(winner, loser) else found.conflicts).append(loser)


def _standing(one: Candidate) -> tuple[bool, float, str]:
    return one.source_id is not None, one.created, one.source_id or ""


def _completed(one: Candidate) -> datetime:
    return one.fields.completed_at or NEVER


def _same(one: Candidate, other: Candidate) -> bool:
    return one.fields == other.fields and list(one.answers) == list(other.answers)
