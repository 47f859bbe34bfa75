"""The legacy progress folder: one array of attempts for each user, and the global streaks."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

from samples.plan import DAY, Plan
from samples.practice import Attempt, naive, practised
from samples.school import TEST_USERNAME

BASE_FILES = 20
ENTRIES = 40
UNSCORED_FILE, REPEATED_FILE, RETRIED_FILE, SHARED_FILE, EMPTY_FILE = 3, 4, 5, 6, 8

Entries = list[dict[str, object]]


def entries(plan: Plan, user: int) -> Entries:
    """What a user's file holds, oldest first; times have a fraction in every other file."""
    table = "attempts" if user == SHARED_FILE else "legacy"
    made = [practised(plan, table, user, place) for place in reversed(range(ENTRIES))]
    # Older than the snapshot's own attempts, save in the file that repeats some of them.
    older = 0 if user == SHARED_FILE else 60 * DAY
    return [entry(attempt._replace(at=attempt.at - older), fraction=user % 2 == 0) for attempt in made]


def entry(made: Attempt, *, fraction: bool) -> dict[str, object]:
    """An attempt as the old app appended it."""
    return {
        "exercise_id": str(made.exercise or 1),
        "user_answer": made.answer,
        "is_correct": made.correct,
        "score": made.score,
        "timestamp": naive(made.at, fraction=fraction),
    }


def unscored(held: Entries) -> Entries:
    """The entries, the first few without a score and one without its verdict."""
    short = [{name: value for name, value in each.items() if name != "score"} for each in held[:5]]
    short[0].pop("is_correct")
    return short + held[5:]


def repeated(held: Entries) -> Entries:
    """The entries, two of them appended again."""
    return held + held[3:5]


def retried(held: Entries) -> Entries:
    """The entries, the last one tried again a second later: a real retry."""
    later = str(held[-1]["timestamp"])
    return [*held, held[-1] | {"timestamp": later[:-2] + f"{(int(later[-2:]) + 1) % 60:02d}"}]


SPECIAL: dict[int, Callable[[Entries], Entries]] = {
    UNSCORED_FILE: unscored,
    REPEATED_FILE: repeated,
    RETRIED_FILE: retried,
    EMPTY_FILE: lambda _: [],
}


def text(held: Entries) -> str:
    """A file's text."""
    return json.dumps(held, ensure_ascii=False, indent=2) + "\n"


def files(plan: Plan, count: int) -> Iterator[tuple[str, str]]:
    """Every file of the folder as name and text, one at a time."""
    for user in range(1, count + 1):
        held = SPECIAL.get(user, list)(entries(plan, user))
        name = f"attempts_user_{user}.json" if user % 5 == 0 else f"attempts_{user}.json"
        written = text(held)
        yield name, written.replace("\n", "\r\n") if user % 4 == 1 else written
    whole = text(entries(plan, 9001))
    yield "attempts_9001.json", whole
    yield "attempts_9002.json", whole[: len(whole) * 2 // 3]
    yield f"attempts_user_7_{TEST_USERNAME}.json", text(entries(plan, 107))
    yield "attempts_user_9_testuser_1760000001.json", text(entries(plan, 9003))
    for name in ("0", "-3", "+7", ""):
        yield f"attempts_{name}.json", text(entries(plan, 9004)[:2])
    yield f"attempts_ {count + 1} .json", text(entries(plan, count + 1)[:9])
    yield "streaks.json", streaks(plan)


def streaks(plan: Plan) -> str:
    """The old app's only streak record; it is nobody's."""
    days = [naive(plan.as_of - back * DAY)[:10] for back in (9, 8, 7, 3, 2, 1)]
    held = {"current_streak": 3, "best_streak": 3, "last_practice": days[-1], "total_days": 6, "practice_dates": days}
    return json.dumps(held, indent=2) + "\n"


def write(plan: Plan, folder: Path, scale: float) -> int:
    """Write the folder; answers how many files it holds."""
    folder.mkdir()
    number = 0
    for name, content in files(plan, max(8, round(BASE_FILES * scale))):
        (folder / name).write_bytes(content.encode())
        number += 1
    return number
