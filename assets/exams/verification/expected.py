"""What v2 should hold of an exam: of each pair the entry or row that wins, and the account of all the others. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from assets.exams.verification.reading import Participation, Unreadable, answers_of, read, same_json, user_of


class Row(NamedTuple):
    """A participation with where it came from."""

    participation: Participation
    origin: str
    source_id: str | None = None
    creation_time: float = 0.0


@dataclass
class Entries:
    """The entries of a document by user, and what became of those that count for nothing."""

    first: dict[str, Participation] = field(default_factory=dict)
    entries: int = 0
    answers: int = 0
    unreadable: list[str | None] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)


@dataclass
class Expected:
    """What should stand in v2 of one exam."""

    rows: dict[str, Row] = field(default_factory=dict)
    lost: list[Row] = field(default_factory=list)
    # Equal to what stands there.
    duplicates: list[Row] = field(default_factory=list)


def entries_of(entries: Iterable[object], holds: Callable[[str | None], bool]) -> Entries:
    """Read the entries of users that `holds` names: the first readable one of each counts."""
    found = Entries()
    for entry in entries:
        user = user_of(entry)
        if not holds(user):
            continue
        found.entries += 1
        found.answers += answers_of(entry)
        try:
            participation = read(entry)
        except Unreadable:
            found.unreadable.append(user)
            continue
        if found.first.setdefault(participation.user_id, participation) is not participation:
            found.repeated.append(participation.user_id)
    return found


def expect(first: dict[str, Participation], stored: Sequence[Row]) -> Expected:
    """Reconcile the entries of v1 with the rows that the source has in its own v2 table."""
    expected = Expected({user: Row(participation, "v1") for user, participation in first.items()})
    rivals: dict[str, list[Row]] = {}
    for row in stored:
        rivals.setdefault(row.participation.user_id, []).append(row)
    for user, rows in rivals.items():
        own = [expected.rows[user]] if user in expected.rows else []
        candidates = own + sorted(rows, key=lambda row: (row.creation_time, row.source_id or ""))
        # The first of equals is kept by max, which makes the order above the rule for ties.
        winner = max(candidates, key=_completion)
        expected.rows[user] = winner
        for loser in candidates:
            if loser is not winner:
                same = _same(loser.participation, winner.participation)
                (expected.duplicates if same else expected.lost).append(loser)
    return expected


def _completion(row: Row) -> float:
    completed = row.participation.completed_at
    return float("-inf") if completed is None else completed


def _same(one: Participation, other: Participation) -> bool:
    """Whether all fields and answers are equal; a missing list of answers is one without any."""
    alike = other._replace(in_progress_answers=one.in_progress_answers, answers_missing=one.answers_missing)
    return one == alike and same_json(one.in_progress_answers, other.in_progress_answers)
