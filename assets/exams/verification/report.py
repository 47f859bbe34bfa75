"""What a verification answers: the numbers, what is wrong and what is worth knowing, by exam and user. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from assets.verdict import SHOWN

# What an answer of no participation is about.
NO_EXAM = "(no exam)"


class Kind(StrEnum):
    """A kind of finding; its text is the summary's key."""

    MISSING_PARTICIPATION = "missingParticipations"
    MISSING_ANSWER = "missingAnswers"
    SCORE = "scoreMismatches"
    SURPLUS_PARTICIPATION = "surplusParticipations"
    SURPLUS_ANSWER = "surplusAnswers"
    DIFFERENT_PARTICIPATION = "differentParticipations"
    DIFFERENT_ANSWER = "differentAnswers"
    ORPHAN_ANSWER = "orphanAnswers"
    DUPLICATE_PAIR = "duplicatePairs"
    INVALID_STATUS = "invalidStatuses"
    MISSING_EXAM = "missingExams"
    SURPLUS_EXAM = "surplusExams"
    DIFFERENT_EXAM = "differentExams"
    BROKEN_DOCUMENT = "brokenDocuments"
    UNACCOUNTED = "unaccounted"
    DANGLING_USER = "danglingUsers"
    DANGLING_QUESTION = "danglingQuestions"
    DANGLING_EXAM = "danglingExams"
    REPEATED = "repeatedParticipants"
    CONFLICT = "conflicts"
    UNREADABLE = "unreadable"
    SOURCE_ORPHAN = "sourceOrphanAnswers"
    OUTSIDE_WINDOW = "outsideWindow"
    MISSING_SCORE = "missingScores"
    MISSING_LIST = "missingAnswerLists"


# What makes v2 wrong, and how it is told: "n ..." in the list of issues, and of one finding by itself.
ERRORS: Mapping[Kind, tuple[str, str]] = {
    Kind.MISSING_PARTICIPATION: ("participations missing in V2 tables", "participation missing in V2"),
    Kind.MISSING_ANSWER: ("answers missing in V2 tables", "answers missing in V2"),
    Kind.SCORE: ("score mismatches found", "score mismatch"),
    Kind.SURPLUS_PARTICIPATION: ("participations in V2 tables that no source has", "participation that no source has"),
    Kind.SURPLUS_ANSWER: ("answers in V2 tables that no source has", "answers that no source has"),
    Kind.DIFFERENT_PARTICIPATION: ("participations differ from their source", "participation differs"),
    Kind.DIFFERENT_ANSWER: ("answers differ from their source", "answers differ"),
    Kind.ORPHAN_ANSWER: ("answers of no participation in V2 tables", "answers of no participation"),
    Kind.DUPLICATE_PAIR: ("pairs of exam and user stand twice in V2 tables", "pair stands twice"),
    Kind.INVALID_STATUS: ("invalid statuses found", "invalid status"),
    Kind.MISSING_EXAM: ("exams missing in V2 tables", "exam missing in V2"),
    Kind.SURPLUS_EXAM: ("exams in V2 tables that no source has", "exam that no source has"),
    Kind.DIFFERENT_EXAM: ("exams differ from their source", "exam differs"),
    Kind.BROKEN_DOCUMENT: ("kept documents are not intact", "kept document not intact"),
    Kind.UNACCOUNTED: (
        "source entries differ in number between this reading and the quarantine",
        "quarantine does not agree",
    ),
}

# What is loaded, or kept in the quarantine by rule, and worth knowing.
WARNINGS: Mapping[Kind, tuple[str, str]] = {
    Kind.DANGLING_USER: ("participations of users that do not exist", "user does not exist"),
    Kind.DANGLING_QUESTION: ("answers to questions that do not exist", "question does not exist"),
    Kind.DANGLING_EXAM: ("participations in exams that do not exist", "exam does not exist"),
    Kind.REPEATED: ("entries of a user who stands earlier in the list", "user stands earlier in the list"),
    Kind.CONFLICT: ("entries lost against another version of the same participation", "another version won"),
    Kind.UNREADABLE: ("entries cannot be read", "entry cannot be read"),
    Kind.SOURCE_ORPHAN: ("answers of no participation in the source", "answers of no participation in the source"),
    Kind.OUTSIDE_WINDOW: ("completions outside the exam's window", "completed outside the window"),
    Kind.MISSING_SCORE: ("participations without a score", "no score"),
    Kind.MISSING_LIST: ("entries without a list of answers", "no list of answers"),
}


@dataclass(frozen=True)
class Difference:
    """One finding: where it is and which fields it is about, never their values."""

    exam_id: str
    user_id: str | None
    what: str
    fields: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        """Answer with the spec's keys."""
        return {"examId": self.exam_id, "userId": self.user_id, "what": self.what, "fields": list(self.fields)}


@dataclass(frozen=True)
class Totals:
    """How much there is on both sides."""

    v1_participants: int = 0
    v2_participants: int = 0
    v1_answers: int = 0
    v2_answers: int = 0

    def as_json(self) -> dict[str, int]:
        """Answer with the spec's keys."""
        return {
            "v1Participants": self.v1_participants,
            "v2Participants": self.v2_participants,
            "v1Answers": self.v1_answers,
            "v2Answers": self.v2_answers,
        }


@dataclass(frozen=True)
class Report:
    """A verification's answer."""

    totals: Totals
    counts: Mapping[Kind, int]
    # The first of each kind.
    first: Mapping[Kind, tuple[Difference, ...]]
    failed_exams: frozenset[str]
    # All exams that have a finding of each kind.
    exams: Mapping[Kind, frozenset[str]] = field(default_factory=dict)

    @property
    def is_valid(self) -> bool:
        """Whether nothing makes v2 wrong."""
        return not any(self.count(kind) for kind in ERRORS)

    @property
    def issues(self) -> list[str]:
        """What makes v2 wrong, with numbers."""
        return _told(ERRORS, self.counts)

    @property
    def warnings(self) -> list[str]:
        """What is worth knowing, with numbers."""
        return _told(WARNINGS, self.counts)

    def count(self, *kinds: Kind) -> int:
        """How many findings there are of these kinds."""
        return sum(self.counts.get(kind, 0) for kind in kinds)

    def differences(self, kinds: Iterable[Kind] = ERRORS) -> list[Difference]:
        """List the first findings of these kinds."""
        return [one for kind in kinds for one in self.first.get(kind, ())][:SHOWN]

    def exams_with(self, kinds: Iterable[Kind]) -> list[str]:
        """Every exam that has a finding of these kinds, in order."""
        found = frozenset[str]().union(*(self.exams.get(kind, ()) for kind in kinds))
        return sorted(exam or NO_EXAM for exam in found)

    def as_json(self) -> dict[str, object]:
        """Answer in the spec's shape."""
        return {
            "isValid": self.is_valid,
            "issues": self.issues,
            "warnings": self.warnings,
            "summary": self.totals.as_json() | {str(kind): self.count(kind) for kind in Kind},
            "differences": [one.as_json() for one in self.differences()],
        }


def _told(kinds: Mapping[Kind, tuple[str, str]], counts: Mapping[Kind, int]) -> list[str]:
    return [f"{counts[kind]} {plural}" for kind, (plural, _) in kinds.items() if counts.get(kind)]


class Tally:
    """Findings as they come: counts of all, the first of each kind, and the exams that fail."""

    def __init__(self) -> None:
        self._counts: defaultdict[Kind, int] = defaultdict(int)
        self._first: defaultdict[Kind, list[Difference]] = defaultdict(list)
        self._exams: defaultdict[Kind, set[str]] = defaultdict(set)

    def add(
        self, kind: Kind, exam_id: str, user_id: str | None = None, fields: Iterable[str] = (), count: int = 1
    ) -> None:
        """Take in a finding, which may stand for several of its kind in one place."""
        if not count:
            return
        self._counts[kind] += count
        self._exams[kind].add(exam_id)
        if len(self._first[kind]) < SHOWN:
            _, what = (ERRORS | WARNINGS)[kind]  # type: ignore[operator]
            self._first[kind].append(Difference(exam_id, user_id, what, tuple(fields)))

    def report(self, totals: Totals) -> Report:
        """Close it."""
        first = {kind: tuple(found) for kind, found in self._first.items()}
        exams = {kind: frozenset(found) for kind, found in self._exams.items()}
        failed = frozenset[str]().union(*(found for kind, found in exams.items() if kind in ERRORS))
        return Report(totals, dict(self._counts), first, failed, exams)
