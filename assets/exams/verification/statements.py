"""What must be true of exams, statement by statement, and the verdict of a report on each. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from assets.exams.verification.report import Difference, Kind, Report
from assets.verdict import SHOWN, Verdict


@dataclass(frozen=True)
class Statement:
    """A true statement about an asset; what it says, and the findings that would make it false."""

    asset: str
    name: str
    description: str
    kinds: tuple[Kind, ...]
    # Whether it being false makes v2 wrong, or is only worth knowing.
    is_error: bool = True


STATEMENTS = (
    Statement(
        "v1_exams",
        "every_kept_document_is_intact",
        "Every v1 document that is kept has the digest, the length and the counts that stand beside it.",
        (Kind.BROKEN_DOCUMENT,),
    ),
    Statement(
        "exams",
        "every_exam_equals_its_source",
        "Every exam of the source is there with every field as landed, and no other exam is.",
        (Kind.MISSING_EXAM, Kind.SURPLUS_EXAM, Kind.DIFFERENT_EXAM),
    ),
    Statement(
        "exam_participations",
        "every_v1_participation_is_in_v2",
        "Every participation that the sources lead to is there: the first entry of each user, or what won against it.",
        (Kind.MISSING_PARTICIPATION,),
    ),
    Statement(
        "exam_participations",
        "v2_holds_nothing_that_no_source_has",
        "Every participation comes from an entry of v1 or from a row of the source's own v2 table.",
        (Kind.SURPLUS_PARTICIPATION,),
    ),
    Statement(
        "exam_participations",
        "every_participation_equals_its_source",
        "Every field of every participation is what its source says.",
        (Kind.DIFFERENT_PARTICIPATION,),
    ),
    Statement(
        "exam_participations",
        "every_score_equals_its_source",
        "Every score is what its source says.",
        (Kind.SCORE,),
    ),
    Statement(
        "exam_participations",
        "every_status_is_valid",
        "Every status is one that exists, and where it was inferred there is a completion to infer it from.",
        (Kind.INVALID_STATUS,),
    ),
    Statement(
        "exam_participations",
        "no_pair_stands_twice",
        "No user has two participations in one exam.",
        (Kind.DUPLICATE_PAIR,),
    ),
    Statement(
        "exam_participations",
        "every_entry_read_is_accounted_for",
        "What was read is what was loaded, quarantined or equal, as another reading of the sources counts it; the"
        " loaded rows are there, and the quarantine holds the others.",
        (Kind.UNACCOUNTED,),
    ),
    Statement(
        "exam_participations",
        "no_reference_dangles",
        "Every user, question and exam that is referred to exists.",
        (Kind.DANGLING_USER, Kind.DANGLING_QUESTION, Kind.DANGLING_EXAM),
        is_error=False,
    ),
    Statement(
        "exam_participations",
        "every_completion_lies_in_its_window",
        "Everything was handed in while its exam was open.",
        (Kind.OUTSIDE_WINDOW,),
        is_error=False,
    ),
    Statement(
        "exam_participations",
        "nothing_is_missing_from_an_entry",
        "Every entry has a score and a list of answers.",
        (Kind.MISSING_SCORE, Kind.MISSING_LIST),
        is_error=False,
    ),
    Statement(
        "exam_participations",
        "no_entry_lost_by_rule",
        "No entry is kept in the quarantine alone: none repeats a user, none lost a conflict, each can be read.",
        (Kind.CONFLICT, Kind.REPEATED, Kind.UNREADABLE, Kind.SOURCE_ORPHAN),
        is_error=False,
    ),
    Statement(
        "exam_answers",
        "every_v1_answer_is_in_v2",
        "Every answer is there, equal and in its place, and no other is.",
        (Kind.MISSING_ANSWER, Kind.SURPLUS_ANSWER, Kind.DIFFERENT_ANSWER),
    ),
    Statement(
        "exam_answers",
        "no_answer_is_an_orphan",
        "Every answer belongs to a participation.",
        (Kind.ORPHAN_ANSWER,),
    ),
)


def verdict(report: Report, statement: Statement, judged: Sequence[str] | None = None) -> Verdict:
    """Judge one statement by what was found; `judged` are the exams that were verified whole, None all of them."""
    counts = {_snake(kind): report.count(kind) for kind in statement.kinds}
    totals = {
        "v1_exams": {},
        "exams": {},
        "exam_participations": {
            "v1_participants": report.totals.v1_participants,
            "v2_participants": report.totals.v2_participants,
        },
        "exam_answers": {"v1_answers": report.totals.v1_answers, "v2_answers": report.totals.v2_answers},
    }
    return Verdict(
        passed=not any(counts.values()),
        counts=counts | totals[statement.asset],
        sample=[_line(one) for one in report.differences(statement.kinds)[:SHOWN]],
        kind="exam",
        concerned=report.exams_with(statement.kinds),
        judged=judged,
    )


def _line(one: Difference) -> dict[str, object]:
    return {"exam": one.exam_id, "user": one.user_id, "what": one.what, "fields": "; ".join(one.fields)}


def _snake(kind: Kind) -> str:
    return "".join(f"_{one.lower()}" if one.isupper() else one for one in kind)
