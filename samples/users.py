"""Users: students of cohorts, some gone, some moved, some with an account in the practice app."""

from samples.convex import ABSENT, encode
from samples.names import person
from samples.plan import DAY, Plan
from samples.school import (
    ODD_NAMES,
    REFUSED_COHORT_USER,
    TEST_USER,
    TEST_USERNAME,
    Writer,
    is_deleted,
    practice_id,
    refused_cohort,
)
from samples.seeds import turn


def cohort_of(plan: Plan, user: int) -> str | object:
    """The cohort that the user's document names: home, the next one after a move, or none."""
    if user == REFUSED_COHORT_USER and plan.odd("cohort"):
        return refused_cohort(plan)
    if turn(user, 40, 39):
        return ABSENT
    home = plan.school.home(user)
    moved = turn(user, 25, 7)
    return plan.id("cohort", (home + 1) % max(1, plan.school.teaching) if moved else home)


def deleted_at(plan: Plan, user: int) -> float | object:
    """When the user was soft-deleted; sometimes at the epoch's start, which counts as well."""
    if not is_deleted(user):
        return ABSENT
    return 0.0 if turn(user, 170, 33) else float(plan.as_of - (user % 90 + 1) * DAY)


def role(user: int) -> str:
    """Mostly students."""
    if user == 0:
        return "admin"
    return "teacher" if turn(user, 100, 1) else "student"


def users(plan: Plan) -> Writer:
    """Documents of `users`; every fourth has an integer id and a username."""

    def line(index: int) -> str:
        draw = plan.draw("users", index)
        made = plan.created(draw, 600, 420)
        first, last = person(draw)
        integer = practice_id(index)
        stale = {
            "questionsInteracted": float(draw.below(80)),
            "questionsMastered": float(draw.below(20)),
            "totalQuestions": float(draw.below(300)),
            "updatedAt": made + 9 * DAY,
        }
        username = TEST_USERNAME if index == TEST_USER else f"learner{index}"
        fields = {
            "_id": plan.id("users", index),
            "_creationTime": made,
            "clerkUserId": f"user_{index}",
            "cohortId": cohort_of(plan, index),
            "deletedAt": deleted_at(plan, index),
            "email": f"u{index}@people.test",
            "firstName": first if draw.chance(70) else ABSENT,
            "id": ABSENT if integer is None else integer,
            "username": ABSENT if integer is None else username,
            "lastActiveAt": plan.created(draw, 90) if draw.chance(60) else ABSENT,
            "metadata": {},
            "name": ODD_NAMES.get(index, f"{first} {last}"),
            "progressStats": stale if turn(index, 5, 2) else ABSENT,
            "role": role(index),
            "updatedAt": made + 10 * DAY,
        }
        return encode(fields)

    return line


def user_again(plan: Plan) -> str:
    """An exact second copy of a user's document."""
    return users(plan)(2)


def user_of_wrong_type(plan: Plan) -> str:
    """A user whose cohort is a number."""
    fields = {"_id": plan.id("users", -1), "_creationTime": float(plan.as_of - DAY), "name": "Mistyped"}
    return encode({**fields, "cohortId": 12.0, "email": "mistyped@people.test"})


def user_in_bad_bytes(plan: Plan) -> str:
    """A user whose name is not UTF-8."""
    line = encode({"_id": plan.id("users", -2), "_creationTime": float(plan.as_of - DAY), "name": "Ren@"})
    return line.replace("@", "\udce9")
