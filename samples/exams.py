"""Exams of the first version: participants and their answers stand inside the exam's document."""

from collections.abc import Sequence

from samples.convex import ABSENT, encode
from samples.exam_oddities import odd_entries
from samples.exam_shapes import CLEANED, LISTED_TWICE, Exam, answer_texts, embedded, entry, exam, special, user_in
from samples.names import SUBJECTS
from samples.plan import DAY, Plan
from samples.school import Writer
from samples.seeds import turn


def allowed(plan: Plan, shape: Exam) -> list[str]:
    """Who may take part: most of those who did, some who did not, now and then somebody twice."""
    listed = [user_in(plan, shape, slot) for slot in range(shape.participants + 5) if not turn(slot, 11, 10)]
    return [*listed, listed[0]] if special(plan, shape.index, LISTED_TWICE) else listed


def exam_line(plan: Plan, shape: Exam, participants: Sequence[str]) -> str:
    """An exam's document around its entries."""
    draw = plan.draw("exams", shape.index)
    fields = {
        "_id": plan.id("exams", shape.index),
        "_creationTime": float(min(shape.start, plan.as_of) - 3 * DAY),
        "title": f"{draw.pick(SUBJECTS)} – exam {shape.index + 1}",
        "description": "Closed book." if draw.chance(50) else ABSENT,
        "startDate": float(shape.start),
        "endDate": float(shape.end),
        "questionIds": [plan.id("question", question) for question in shape.questions],
        "completionTime": float(shape.seconds),
        "allowedParticipants": allowed(plan, shape),
        "enablePause": True if shape.pause else ABSENT,
        "pauseDurationMinutes": draw.pick((15.0, 30.0, 90.0, ABSENT)) if shape.pause else ABSENT,
        "isActive": not draw.chance(15),
        "createdBy": plan.id("users", 0),
        "participants": ABSENT if special(plan, shape.index, CLEANED) else [],
    }
    return encode(fields).replace('"participants":[]', f'"participants":[{",".join(participants)}]')


def exam_of_wrong_type(plan: Plan) -> str:
    """An exam whose start is text, so that the whole document is unreadable."""
    return (
        exam_line(plan, exam(plan, 1), [])
        .replace('"startDate":', '"startDate":"soon","was":')
        .replace(plan.id("exams", 1), plan.id("exams", -1))
    )


def exams(plan: Plan) -> Writer:
    """Documents of `exams`."""

    def line(index: int) -> str:
        shape = exam(plan, index)
        if special(plan, index, CLEANED):
            return exam_line(plan, shape, [])
        texts = answer_texts(plan, shape)
        odd = odd_entries(plan, shape, texts) if plan.odd("exams") else []
        usual = range(shape.participants - len(odd))
        return exam_line(plan, shape, [*(embedded(entry(plan, shape, slot), texts) for slot in usual), *odd])

    return line
