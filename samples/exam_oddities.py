"""Embedded entries that a migration stumbles over; each takes the last places of the exam that the catalogue names."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from samples.exam_shapes import UNFINISHED, Entry, Exam, embedded, entry, joined
from samples.plan import HOUR, Plan
from samples.seeds import turn

NOWHERE = -7
NAN_TEXT = '{"$float":"AAAAAAAA+H8="}'


class Case(NamedTuple):
    """An entry that was handed in, and the exam it stands in."""

    plan: Plan
    shape: Exam
    done: Entry
    texts: list[list[str]]

    def written(self, **fields: str) -> str:
        """The entry with some fields replaced."""
        return embedded(Entry(self.done.fields | fields, self.done.options), self.texts)

    def lacking(self, name: str) -> str:
        """The entry without a field."""
        fields = {other: text for other, text in self.done.fields.items() if other != name}
        return embedded(Entry(fields, self.done.options), self.texts)


def second_of_a_user(case: Case) -> str:
    """A later entry of the user in the second slot, with another score."""
    return case.written(userId=entry(case.plan, case.shape, 1).fields["userId"], score="7.0")


def without_answers(case: Case) -> str:
    """An entry that lacks its answers."""
    return joined(case.done.fields)


def with_answers_in_progress(case: Case) -> str:
    """An entry that holds a draft of its answers beside the answers."""
    question = case.plan.id("question", case.shape.questions[0])
    draft = f'[{{"questionId":"{question}","selectedAnswer":"Option B"}}]'
    begun = case._replace(done=Entry(case.done.fields, []))
    return begun.written(completedAt="0.0", score="0.0", status='"in_progress"', inProgressAnswers=draft)


def of_a_lost_user(case: Case) -> str:
    """An entry of a user who was hard-deleted."""
    return case.written(userId=f'"{case.plan.id("users", NOWHERE)}"')


def to_a_lost_question(case: Case) -> str:
    """An entry that answers a question that was hard-deleted."""
    known, lost = (case.plan.id("question", question) for question in (case.shape.questions[0], NOWHERE))
    return case.written().replace(known, lost)


def without_score(case: Case) -> str:
    """An entry that lacks its score."""
    return case.lacking("score")


def after_the_end(case: Case) -> str:
    """An entry handed in two hours after the window closed."""
    return case.written(completedAt=f"{case.shape.end + 2 * HOUR}.0")


def of_nobody(case: Case) -> str:
    """An entry without a user: unreadable."""
    return case.lacking("userId")


def with_score_in_words(case: Case) -> str:
    """An entry whose score is text: unreadable."""
    return case.written(score='"eighty"')


def with_score_not_a_number(case: Case) -> str:
    """An entry whose score is NaN: unreadable."""
    return case.written(score=NAN_TEXT)


def with_answers_in_words(case: Case) -> str:
    """An entry whose answers are text: unreadable."""
    return joined({"answers": '"all of them"', **case.done.fields})


def no_entry(_case: Case) -> str:
    """Something in the list that is no object: unreadable."""
    return '"withdrawn"'


def with_fractional_score(case: Case) -> str:
    """An entry whose score is not whole."""
    return case.written(score="66.7")


def with_half_a_point(case: Case) -> str:
    """An entry whose score lies under one."""
    return case.written(score="0.5")


ODD_ENTRIES: dict[int, Sequence[Callable[[Case], str]]] = {
    1: (second_of_a_user,),
    2: (without_answers,),
    4: (with_answers_in_progress, of_a_lost_user),
    5: (to_a_lost_question,),
    6: (without_score,),
    7: (after_the_end,),
    8: (of_nobody, with_score_in_words, with_score_not_a_number, with_answers_in_words, no_entry),
    11: (with_fractional_score, with_half_a_point),
}


def odd_entries(plan: Plan, shape: Exam, texts: list[list[str]]) -> list[str]:
    """The odd entries of an exam, as text, where it has room for them."""
    oddities = ODD_ENTRIES.get(shape.index, ())
    first = shape.participants - len(oddities)
    if first < len(oddities):
        return []
    cases = (Case(plan, shape, handed_in(plan, shape, first + place), texts) for place in range(len(oddities)))
    return [oddity(case) for oddity, case in zip(oddities, cases, strict=True)]


def handed_in(plan: Plan, shape: Exam, slot: int) -> Entry:
    """The entry of a slot, handed in whatever the slot's turn was, so that only the oddity itself is odd."""
    user = entry(plan, shape, slot).fields["userId"]
    model = entry(plan, shape, slot + 1 if turn(slot, *UNFINISHED) else slot)
    return Entry(model.fields | {"userId": user}, model.options)
