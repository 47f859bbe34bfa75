"""What a participation that should be in v2 and the row found there do not share: names, never values. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from assets.exams.verification.digest import participation_id
from assets.exams.verification.expected import Row
from assets.exams.verification.reading import Participation, same_json

INSTANTS = ("started_at", "completed_at", "pause_started_at", "pause_ended_at")
ANSWERS = ("question_ids", "selected_answers", "are_correct")
ANSWER_FIELDS = ("question_id", "selected_answer", "is_correct")


@dataclass(frozen=True)
class AnswerDifferences:
    """How two lists of answers differ: how many places, and the first one by its name."""

    missing: int = 0
    surplus: int = 0
    different: int = 0
    first_missing: tuple[str, ...] = ()
    first_surplus: tuple[str, ...] = ()
    first_different: tuple[str, ...] = ()


def as_row(found: Mapping[str, Any]) -> Row:
    """A row as the database answers it, in the form that is compared."""
    values = {name: found[name] for name in Participation._fields}
    for name in INSTANTS:
        values[name] = _whole(values[name])
    for name in ANSWERS:
        values[name] = values[name] or []
    return Row(Participation(**values), found["origin"], found["source_id"], found["creation_time"])


def _whole(value: Decimal | None) -> Any:
    # An infinite instant is no number of microseconds, and stays what it is.
    return int(value) if value is not None and value.is_finite() else value


def fields(exam_id: str, expected: Row, found: Row, found_id: str) -> list[str]:
    """Names of the columns that differ, answers apart."""
    names = []
    if found_id != participation_id(exam_id, expected.participation.user_id):
        names.append("id")
    names += [name for name in ("origin", "source_id") if getattr(expected, name) != getattr(found, name)]
    return names + [
        name
        for name in Participation._fields
        if name not in ANSWERS
        and not same_json(getattr(expected.participation, name), getattr(found.participation, name))
    ]


def answers(expected: Participation, found: Participation, positions: list[int]) -> AnswerDifferences:
    """Compare place by place."""
    wanted = dict(enumerate(_rows(expected)))
    there: dict[int, tuple[object, ...]] = {}
    surplus: list[int] = []
    for position, row in zip(positions, _rows(found), strict=True):
        if position in wanted and position not in there:
            there[position] = row
        else:
            surplus.append(position)
    missing = [place for place in wanted if place not in there]
    different = [place for place, row in there.items() if row != wanted[place]]
    return AnswerDifferences(
        len(missing),
        len(surplus),
        len(different),
        tuple(f"answers[{place}]" for place in missing[:1]),
        tuple(f"answers[{place}]" for place in surplus[:1]),
        tuple(_named(place, wanted[place], there[place]) for place in different[:1]),
    )


def _rows(one: Participation) -> list[tuple[object, ...]]:
    return list(zip(one.question_ids, one.selected_answers, one.are_correct, strict=True))


def _named(place: int, wanted: tuple[object, ...], there: tuple[object, ...]) -> str:
    names = [name for name, one, other in zip(ANSWER_FIELDS, wanted, there, strict=True) if one != other]
    return f"answers[{place}]: {', '.join(names)}"
