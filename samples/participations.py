"""Exams of the second version, as far as the deployment already has them, and the learning bank."""

from samples.convex import encode
from samples.exam_shapes import COUPLED, Entry, Exam, answers_in_v2, coupled, entry, exam, joined, user_in
from samples.plan import DAY, HOUR, MINUTE, Plan
from samples.school import OPTIONS, Writer

CLEANED_ROW, TWIN_ROW, TWIN_OF = 7, 19, 0
CLEANED_EXAM = 10


def exam_of_row(plan: Plan, row: int) -> tuple[int, str]:
    """Which exam a participation belongs to, and how it compares with v1."""
    if coupled(plan):
        if row in COUPLED:
            return COUPLED[row]
        if row in (TWIN_ROW, TWIN_OF):
            return 0, "twin" if row == TWIN_ROW else "only"
        if row == CLEANED_ROW:
            return CLEANED_EXAM, "only"
    return row % plan.regular["exams"], "only"


def shown(plan: Plan, row: int) -> tuple[Exam, Entry]:
    """A participation's exam, its fields as JSON text and its options."""
    index, kind = exam_of_row(plan, row)
    shape = exam(plan, index)
    if kind in ("only", "twin"):
        return shape, alone(plan, shape, TWIN_OF if kind == "twin" else row, twin=kind == "twin")
    fields, options = entry(plan, shape, 0)
    ended = float(fields["completedAt"])
    changes = {
        "equal": {},
        "answers": {},
        "later": {"completedAt": f"{ended + MINUTE}", "score": "55.0"},
        "tie": {"score": "101.0"},
        "earlier": {"completedAt": f"{ended - MINUTE}", "score": "12.0"},
        "inferred": {"status": '"completed"'},
    }[kind]
    return shape, Entry(fields | changes, options[: answers_in_v2(plan, row)])


def alone(plan: Plan, shape: Exam, row: int, *, twin: bool) -> Entry:
    """A participation that v1 never had: a user beyond the exam's participants."""
    slot = shape.participants + 2 + row // plan.regular["exams"]
    ended = shape.start + 3 * HOUR + row % 1000 * 1000
    options = [right if place % 3 else (right + 1) % len(OPTIONS) for place, right in enumerate(shape.keys)]
    fields = {
        "completedAt": f"{ended}.0",
        "score": "40.0" if twin else f"{50 + row % 50}.0",
        "startedAt": f"{ended - HOUR // 2}.0",
        "status": '"completed"',
        "userId": f'"{user_in(plan, shape, slot)}"',
    }
    return Entry(fields, options[: answers_in_v2(plan, row)])


def participations(plan: Plan) -> Writer:
    """Documents of `examParticipations`."""

    def line(index: int) -> str:
        shape, (fields, _) = shown(plan, index)
        own = {
            "_creationTime": f"{plan.as_of - 2 * DAY + index * 1000}.001",
            "_id": f'"{plan.id("examParticipations", index)}"',
            "examId": f'"{plan.id("exams", shape.index)}"',
        }
        return joined(dict(sorted((own | fields).items())))

    return line


def answers(plan: Plan) -> Writer:
    """Documents of `examAnswers`, in the order of creation within a participation."""
    rows = plan.regular["examParticipations"]

    def line(index: int) -> str:
        row, place = index % rows, index // rows
        shape, (_, options) = shown(plan, row)
        asked = max(1, len(shape.questions))
        option = options[place % len(options)] if options else place % len(OPTIONS)
        fields = {
            "_id": plan.id("examAnswers", index),
            "_creationTime": plan.as_of - 2 * DAY + row * 1000 + place + 0.5,
            "participationId": plan.id("examParticipations", row),
            "questionId": plan.id("question", shape.questions[place % asked] if shape.questions else place),
            "selectedAnswer": OPTIONS[option],
            "isCorrect": bool(shape.keys) and option == shape.keys[place % asked],
        }
        return encode(fields)

    return line


def of_no_participation(plan: Plan) -> str:
    """An answer whose participation was hard-deleted."""
    own = plan.id("examParticipations", 0)
    lost = plan.id("examParticipations", -1)
    return answers(plan)(0).replace(own, lost).replace(plan.id("examAnswers", 0), plan.id("examAnswers", -1))


def learning_bank(plan: Plan) -> Writer:
    """Documents of `learningBankQuestions`."""

    def line(index: int) -> str:
        draw = plan.draw("learningBankQuestions", index)
        made = plan.created(draw, 200)
        fields = {
            "_id": plan.id("learningBankQuestions", index),
            "_creationTime": made,
            "addedAt": made,
            "addedBy": plan.id("users", 0),
            "isActive": not draw.chance(20),
            "questionId": plan.id("question", index * 5 % plan.regular["question"]),
        }
        return encode(fields)

    return line
