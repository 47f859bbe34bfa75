"""The shape of an exam and of a participant's entry, as functions of their indexes.

Belongs here: what both versions of the exam tables are made of. Does not: the documents (`exams`, `participations`),
or the entries that a migration stumbles over (`exam_oddities`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from samples.plan import DAY, HOUR, SECOND, Plan
from samples.school import OPTIONS, key
from samples.seeds import stream, turn

STATUSLESS, PLAIN, PAUSED = 0, 1, 2
AGE = {STATUSLESS: (400, 300), PLAIN: (250, 100), PAUSED: (40, 3)}
WINDOW = {STATUSLESS: 14 * DAY, PLAIN: 14 * DAY, PAUSED: 21 * DAY}

# Exams that the catalogue names; they are special only where there are enough exams to hold them all.
LISTED_TWICE, CLEANED, FRACTIONAL, EMPTY, FUTURE, NO_QUESTIONS = 9, 10, 11, 12, 23, 24

# Pairs that stand in both versions, by their row in v2: the exam, whose first entry it is, and how the two compare.
COUPLED = {
    8: (13, "equal"), 9: (14, "equal"), 10: (15, "equal"), 11: (16, "equal"), 12: (17, "equal"), 13: (18, "answers"),
    14: (19, "later"), 15: (20, "tie"), 16: (22, "earlier"), 17: (21, "inferred"),
}  # fmt: skip
ROWS = 20
ROW_OF_EXAM = {exam: row for row, (exam, _) in COUPLED.items()}

# One slot in nine was begun and never handed in.
UNFINISHED = (9, 4)

# Bytes of an entry's chances that come before those of its answers.
HEAD = 8


@dataclass(frozen=True, slots=True)
class Exam:
    """One exam's shape."""

    index: int
    era: int
    start: int
    end: int
    latest: int
    seconds: int
    first_user: int
    participants: int
    questions: tuple[int, ...]
    keys: tuple[int, ...]
    pause: bool


class Entry(NamedTuple):
    """What one participant did: fields as JSON text, and the option chosen for each answered question."""

    fields: dict[str, str]
    options: list[int]


def coupled(plan: Plan) -> bool:
    """Whether some pairs stand in both versions."""
    return plan.odd("exams") and plan.regular["examParticipations"] >= ROWS


def answers_in_v2(plan: Plan, row: int) -> int:
    """How many answers the participation at `row` of v2 has."""
    return len(range(row, plan.regular["examAnswers"], plan.regular["examParticipations"]))


def special(plan: Plan, index: int, which: int) -> bool:
    """Whether this is the exam that the catalogue names."""
    return index == which and plan.odd("exams")


def exam(plan: Plan, index: int) -> Exam:
    """The shape of the exam at `index`."""
    draw = plan.draw("exam", index)
    users, questions = plan.regular["users"], plan.regular["question"]
    era = index % 3
    oldest, newest = AGE[era]
    start = plan.as_of - draw.between(newest * DAY, oldest * DAY)
    if special(plan, index, FUTURE):
        start = plan.as_of + 5 * DAY
    asked = 0 if special(plan, index, NO_QUESTIONS) else plan.answers or draw.between(20, 40)
    wanted = plan.participants or draw.between(10, 80)
    nobody = special(plan, index, EMPTY) or special(plan, index, FUTURE)
    first = draw.below(questions)
    chosen = tuple((first + place) % questions for place in range(min(asked, questions)))
    return Exam(
        index=index,
        era=era,
        start=start,
        end=start + WINDOW[era],
        latest=min(start + WINDOW[era], plan.as_of - HOUR),
        seconds=draw.between(20, 90) * 60,
        first_user=index * plan.school.step % users,
        participants=0 if nobody else min(wanted, users),
        questions=chosen,
        keys=tuple(key(plan, question) for question in chosen),
        pause=era == PAUSED and index % 2 == 0,
    )


def user_in(plan: Plan, shape: Exam, slot: int) -> str:
    """The user in a slot; slots past the last participant are users who did not take part."""
    return plan.id("users", (shape.first_user + slot) % plan.regular["users"])


def entry(plan: Plan, shape: Exam, slot: int) -> Entry:
    """What the participant in a slot did."""
    chances = stream(plan.seed, "entry", f"{shape.index}/{slot}", HEAD + len(shape.keys))
    user = f'"{user_in(plan, shape, slot)}"'
    if shape.era != STATUSLESS and turn(slot, *UNFINISHED) and not plan.answers:
        return Entry(unfinished(shape, chances, slot) | {"userId": user}, [])
    length = shape.seconds * SECOND
    ended = shape.start + length + int.from_bytes(chances[:5], "big") % max(1, shape.latest - shape.start - length)
    skill = 90 + chances[5] % 150
    answered = len(shape.keys)
    if not plan.answers and chances[6] % 3 == 0:
        answered -= chances[7] % max(1, answered // 2)
    if slot == 0 and shape.index in ROW_OF_EXAM and coupled(plan):
        row = ROW_OF_EXAM[shape.index]
        answered = min(answered, answers_in_v2(plan, row) + (COUPLED[row][1] == "answers"))
    options = [
        right if chance < skill else (right + 1 + chance % 3) % len(OPTIONS)
        for right, chance in zip(shape.keys[:answered], chances[HEAD:], strict=False)
    ]
    fields = {"completedAt": f"{ended}.0"}
    if shape.pause:
        fields |= paused(shape, ended)
    fields["score"] = score(shape, options)
    if shape.era != STATUSLESS:
        fields["startedAt"] = f"{ended - length * 3 // 4}.0"
        fields["status"] = '"auto_submitted"' if shape.era == PAUSED and turn(slot, 7, 3) else '"completed"'
    if shape.pause:
        fields["totalPauseDurationMs"] = f"{length // 8}.0"
    fields["userId"] = user
    return Entry(fields, options)


def score(shape: Exam, options: Sequence[int]) -> str:
    """The percentage of right answers, rounded half up, as the app stored it."""
    asked = len(shape.keys)
    right = sum(map(int.__eq__, options, shape.keys))
    return f"{(200 * right + asked) // (2 * asked)}.0" if asked else "0.0"


def unfinished(shape: Exam, chances: bytes, slot: int) -> dict[str, str]:
    """The fields of an entry that was begun and never handed in."""
    started = shape.start + int.from_bytes(chances[:5], "big") % max(1, shape.latest - shape.start)
    fields = {"completedAt": "0.0"}
    if shape.pause and slot % 2 == 0:
        fields |= {"pausePhase": '"during_pause"', "pauseStartedAt": f"{started + shape.seconds * 500}.0"}
    elif shape.pause:
        fields["pausePhase"] = '"before_pause"'
    return fields | {"score": "0.0", "startedAt": f"{started}.0", "status": '"in_progress"'}


def paused(shape: Exam, ended: int) -> dict[str, str]:
    """The pause fields of an entry that was handed in; the pause took an eighth of the time."""
    began = ended - shape.seconds * SECOND // 4
    return {
        "isPauseCutShort": "true" if began % 2 else "false",
        "pauseEndedAt": f"{began + shape.seconds * SECOND // 8}.0",
        "pausePhase": '"after_pause"',
        "pauseStartedAt": f"{began}.0",
    }


def answer_texts(plan: Plan, shape: Exam) -> list[list[str]]:
    """The line of each question's answer, for each option: an exam's entries share these few texts."""
    return [
        [
            f'{{"isCorrect":{"true" if option == right else "false"},"questionId":"{plan.id("question", question)}",'
            f'"selectedAnswer":"{text}"}}'
            for option, text in enumerate(OPTIONS)
        ]
        for question, right in zip(shape.questions, shape.keys, strict=True)
    ]


def joined(fields: Mapping[str, str]) -> str:
    """Fields of JSON text as one object."""
    return "{" + ",".join([f'"{name}":{text}' for name, text in fields.items()]) + "}"


def embedded(done: Entry, texts: list[list[str]]) -> str:
    """An entry as it stands in its exam."""
    answers = ",".join([text[option] for text, option in zip(texts, done.options, strict=False)])
    return joined({"answers": f"[{answers}]", **done.fields})
