"""The practice app's tables: exercises, attempts, sessions and profiles, joined by integer ids."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from samples.convex import encode
from samples.plan import DAY, HOUR, MINUTE, SECOND, Plan, skewed
from samples.school import Writer
from samples.seeds import turn

TENSES = ("present_subjunctive", "imperfect_subjunctive", "present_perfect_subjunctive", "pluperfect_subjunctive")
TYPES = ("fill_blank", "conjugation", "multiple_choice", "translation")
ANSWERS = ("hable", "comiéramos", "haya ido", "hubiese visto", "sea", "tuviera")
PER_SESSION = 5
PER_DAY = 4
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Attempt(NamedTuple):
    """One attempt, before it becomes a row or a legacy file's entry."""

    user: int
    exercise: int | None
    at: int
    correct: bool
    score: int
    answer: str


def naive(ms: int, *, fraction: bool = False) -> str:
    """An instant as the old app wrote it: UTC without saying so, with or without a fraction."""
    at = (EPOCH + timedelta(milliseconds=ms)).replace(tzinfo=None)
    return at.isoformat(timespec="microseconds" if fraction else "seconds")


def practitioners(plan: Plan) -> int:
    """How many users practise: two thirds of those with an integer id."""
    return max(1, (plan.regular["users"] + 3) // 4 * 2 // 3)


def practised(plan: Plan, table: str, user: int, place: int) -> Attempt:
    """A user's attempt, newest first: up to four a day, now and then a day off."""
    habit = plan.draw("habit", user)
    idle, off = habit.below(4), habit.between(4, 12)
    draw = plan.draw(table, user * 100_000 + place)
    day = place // PER_DAY
    today = plan.as_of // DAY * DAY
    at = today - (idle + day + day // off) * DAY + 7 * HOUR + place % PER_DAY * 40 * MINUTE + draw.below(1800) * SECOND
    correct = draw.chance(50 + user % 45)
    exercise = None if draw.chance(2) else 1 + draw.below(max(1, plan.regular["exercises"]))
    score = draw.between(60, 100) if correct else draw.below(50)
    return Attempt(user, exercise, min(at, plan.as_of - MINUTE), correct, score, draw.pick(ANSWERS))


def exercises(plan: Plan) -> Writer:
    """Documents of `exercises`; some are inactive, some have no tense."""

    def line(index: int) -> str:
        draw = plan.draw("exercises", index)
        made = plan.as_of - 400 * DAY
        fields = {
            "_id": plan.id("exercises", index),
            "_creationTime": float(made),
            "id": index + 1,
            "verb_id": draw.between(1, 9),
            "exercise_type": draw.pick(TYPES),
            "tense": None if turn(index, 15, 14) else draw.pick(TENSES),
            "difficulty": draw.between(1, 5),
            "prompt": f"Sentence {index + 1}",
            "correct_answer": draw.pick(ANSWERS),
            "tags": [],
            "is_active": not turn(index, 10, 9),
            "usage_count": 0,
            "success_rate": 0,
            "created_at": naive(made),
            "updated_at": naive(made),
        }
        return encode(fields)

    return line


def attempt_of(plan: Plan, index: int) -> Attempt:
    """The attempt in the row at `index`."""
    user, place = skewed(index, plan.regular["attempts"], practitioners(plan))
    return practised(plan, "attempts", user + 1, place)


def session_of(plan: Plan, index: int) -> int | None:
    """The session of an attempt: of every five rows, those of the first one's user and day."""
    session = index // PER_SESSION
    first, own = attempt_of(plan, session * PER_SESSION), attempt_of(plan, index)
    return session + 1 if session < plan.regular["sessions"] and together(first, own) else None


def together(first: Attempt, second: Attempt) -> bool:
    """Whether two attempts are one user's on one day."""
    return first.user == second.user and first.at // DAY == second.at // DAY


def attempts(plan: Plan) -> Writer:
    """Documents of `attempts`; one in six has no score."""

    def line(index: int) -> str:
        return attempt_line(plan, index, attempt_of(plan, index), session_of(plan, index))

    return line


def attempt_line(plan: Plan, index: int, made: Attempt, session: int | None) -> str:
    """An attempt as a row."""
    draw = plan.draw("attempt rows", index)
    fields = {
        "_id": plan.id("attempts", index),
        "_creationTime": float(made.at),
        "id": index + 1 if index >= 0 else 900_000_000 - index,
        "session_id": session,
        "exercise_id": made.exercise,
        "user_id": made.user,
        "user_answer": made.answer,
        "is_correct": made.correct,
        "time_taken_seconds": None if draw.chance(10) else draw.between(3, 60),
        "hints_used": draw.below(3),
        "attempts_count": 1,
        "created_at": naive(made.at, fraction=turn(index, 3, 0)),
    }
    return encode(fields if draw.chance(17) else fields | {"score": made.score})


def attempt_again(plan: Plan) -> str:
    """A row that repeats another's user, time, exercise and answer under an id of its own."""
    return attempt_line(plan, -3, attempt_of(plan, 3), None)


def attempt_at_unknown_exercise(plan: Plan) -> str:
    """An attempt at an exercise that does not exist."""
    return attempt_line(plan, -4, attempt_of(plan, 4)._replace(exercise=999_999), None)


def attempt_of_tomorrow(plan: Plan) -> str:
    """An attempt dated after the instant of the snapshot."""
    return attempt_line(plan, -5, attempt_of(plan, 5)._replace(at=plan.as_of + DAY), None)


def attempt_of_unknown_user(plan: Plan) -> str:
    """An attempt of a user who does not exist."""
    return attempt_line(plan, -6, attempt_of(plan, 6)._replace(user=88_888), None)


def attempt_without_time(plan: Plan) -> str:
    """An attempt whose time cannot be read."""
    return attempt_line(plan, -7, attempt_of(plan, 7), None).replace('"created_at":"', '"created_at":"some day, ')


def sessions(plan: Plan) -> Writer:
    """Documents of `sessions`; every tenth was left open."""

    def line(index: int) -> str:
        draw = plan.draw("sessions", index)
        total = plan.regular["attempts"]
        rows = range(index * PER_SESSION, index * PER_SESSION + PER_SESSION)
        first, *rest = (attempt_of(plan, row % total) for row in rows)
        own = [first, *(made for made in rest if together(first, made))]
        began, ended = min(made.at for made in own), max(made.at for made in own) + 2 * MINUTE
        right, left_open = sum(made.correct for made in own), turn(index, 10, 9)
        fields = {
            "_id": plan.id("sessions", index),
            "_creationTime": float(began),
            "id": index + 1,
            "user_id": first.user,
            "started_at": naive(began),
            "ended_at": None if left_open else naive(ended),
            "total_exercises": len(own),
            "correct_answers": right,
            "score_percentage": round(100 * right / len(own), 2),
            "session_type": draw.pick(("practice", "test", "review")),
            "is_completed": not left_open,
            "created_at": naive(began),
            "updated_at": naive(began),
        }
        return encode(fields)

    return line


def profiles(plan: Plan) -> Writer:
    """Documents of `user_profiles`; the stored streaks are stale, as upstream left them."""

    def line(index: int) -> str:
        draw = plan.draw("user_profiles", index)
        made = plan.as_of - 300 * DAY
        longest = draw.between(0, 9)
        fields = {
            "_id": plan.id("user_profiles", index),
            "_creationTime": float(made),
            "id": 10 * (index + 1),
            "user_id": index + 1,
            "current_level": draw.pick(("A1", "A2", "B1")),
            "current_streak": draw.between(0, longest),
            "longest_streak": longest,
            "last_practice_date": None if draw.chance(20) else naive(plan.as_of - draw.between(3, 40) * DAY),
            "created_at": naive(made),
            "updated_at": naive(made),
        }
        return encode(fields)

    return line
