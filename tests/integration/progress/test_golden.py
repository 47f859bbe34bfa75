"""A real deployment's progress, beside what its own functions made and answered of it.

Where the rules of Cohortline give another answer, the difference stands here with its reason; the table of them in
`docs/progress.md` is the one here.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assets.landing import cohorts
from assets.progress.flags import Flags, refresh_flags
from assets.progress.refresh import refresh
from assets.progress.statements import STATEMENTS
from assets.progress.status import CohortStatus, refresh_status, statuses
from assets.progress.verify import cohort_verdict, flags_verdict, status_verdict, user_verdict
from pipelines.cohorts import known
from resources.errors import WrongUse

ROOT = Path(__file__).resolve().parents[3]
GOLDEN = ROOT / "tests" / "golden" / "progress"
TABLES = ("class", "cohort", "module", "question", "school", "userProgress", "users")
# When the deployment's functions made the stats of students; those of cohorts came a minute later.
CLOCK = datetime.fromtimestamp(1769004649, UTC)
LATER = CLOCK + timedelta(minutes=1)


def lines(table):
    return (GOLDEN / "input" / f"{table}.jsonl").read_bytes().splitlines()


def expected(name):
    return json.loads((GOLDEN / "expected" / f"{name}.json").read_text())


def milliseconds(value):
    return round(value.timestamp() * 1000, 3)


@dataclass(frozen=True)
class Computed:
    """The status of every cohort before anything was computed, after the students, and after all; and the flags."""

    before: Sequence[CohortStatus]
    between: Sequence[CohortStatus]
    after: Sequence[CohortStatus]
    flags: Flags
    # Mean completion by name of cohort.
    completion: dict[str, int]


@pytest.fixture
def compute_golden(database, land_tables, query):
    """Takes the golden input all the way; `changed` documents stand in for a table."""

    def go(**changed):
        land_tables({table: changed.get(table, lines(table)) for table in TABLES})
        assert query("select * from ops.quarantine") == []
        keys, _ = cohorts.keys(database)
        before = statuses(database)
        database.as_of = CLOCK
        refresh(database, "user_progress_stats", keys, "golden")
        between = statuses(database)
        database.as_of = LATER
        refresh(database, "cohort_stats", keys, "golden")
        flags = refresh_flags(database, "golden")
        refresh_status(database)
        completion = query(
            "select name, average_completion from stats.cohort_stats join landing.cohorts on id = cohort_id"
        )
        return Computed(before, between, statuses(database), flags, dict(completion))

    return go


@pytest.fixture
def computed(compute_golden):
    """The golden input, all the way."""
    return compute_golden()


@pytest.fixture
def stats_of_users(query):
    """Every student's stats as the app has them in a user's document."""

    def ask():
        found = query(
            "select user_id, questions_interacted, questions_mastered, total_questions, updated_at, last_activity_at"
            " from stats.user_progress_stats"
        )
        names = ("questionsInteracted", "questionsMastered", "totalQuestions", "updatedAt", "lastActivityAt")
        return {
            user: {
                name: milliseconds(value) if name.endswith("At") else value
                for name, value in zip(names, values, strict=True)
                if value is not None
            }
            for user, *values in found
        }

    return ask


def by_id(found):
    return {one["cohortId"]: one for one in found}


def in_our_order(found):
    return sorted(found, key=lambda one: (one["cohortName"].lower(), one["cohortName"], one["cohortId"]))


def test_every_active_student_has_the_stats_that_the_app_gave_them_and_nobody_else_has_any(computed, stats_of_users):
    # A deletedAt of 0 is one, too: the app gave stats to whoever it had deleted so.
    assert stats_of_users() == {
        user["_id"]: user["progressStats"]
        for user in expected("users_progressStats_after")
        if user["cohortId"] and user["deletedAt"] is None
    }


def test_every_cohort_has_the_stats_that_the_app_gave_it(computed, query):
    found = query(
        "select cohort_id, total_students, total_modules, total_questions, average_completion, updated_at"
        " from stats.cohort_stats"
    )
    names = ("totalStudents", "totalModules", "totalQuestions", "averageCompletion", "updatedAt")
    assert {
        cohort: dict(zip(names, [*counts, milliseconds(updated)], strict=True)) for cohort, *counts, updated in found
    } == {one["_id"]: one["stats"] for one in expected("cohort_stats_after")}


def test_every_question_has_the_flags_that_the_app_counted(computed, query):
    old = expected("backfillAllFlagCounts")
    assert dict(query("select question_id, flag_count from stats.question_flag_counts")) == {
        one["_id"]: one["flagCount"] for one in expected("question_flagCount_after")
    }
    assert computed.flags.rows == old["totalQuestions"]
    assert computed.flags.flags + computed.flags.flags_of_unknown_questions == old["totalFlaggedProgress"]


def test_once_all_is_computed_the_status_is_that_of_the_app_in_our_order(computed):
    old = expected("getAllCohortsStatus_after")
    assert [one.as_json() for one in computed.after] == in_our_order(old["cohorts"])
    assert len(computed.after) == old["total"]


@pytest.mark.parametrize("stage", ["before", "between"])
def test_until_then_the_status_says_the_same_of_the_source(computed, stage):
    old = by_id(expected(f"getAllCohortsStatus_{stage}")["cohorts"])
    new = by_id(one.as_json() for one in getattr(computed, stage))
    assert new.keys() == old.keys()
    for cohort, found in new.items():
        for name in ("cohortName", "schoolName", "totalStudents", "totalClasses"):
            assert found[name] == old[cohort][name]
        # Every cohort is yet to be computed, whatever its document has.
        assert (found["hasCohortStats"], found["needsBackfill"]) == (False, True)


def test_once_the_students_are_computed_as_many_have_stats_as_in_the_app(computed):
    old = by_id(expected("getAllCohortsStatus_between")["cohorts"])
    assert {one.cohort_id: one.students_with_progress_stats for one in computed.between} == {
        cohort: found["studentsWithProgressStats"] for cohort, found in old.items()
    }


def test_once_all_is_computed_no_cohort_is_next(computed):
    assert expected("getNextCohortForUserBackfill_after")["done"] is True
    assert [one for one in computed.after if one.needs_backfill] == []


@pytest.mark.parametrize("search", expected("findCohortByName"), ids=lambda search: repr(search["args"].get("search")))
def test_a_search_finds_the_cohorts_that_the_app_found(computed, search):
    found = [one for one in computed.before if one.matches(search["args"].get("search", ""))]
    assert {(one.cohort_id, one.cohort_name, one.school_name) for one in found} == {
        (one["id"], one["name"], one["school"]) for one in search["result"]
    }


def test_every_check_that_speaks_of_errors_passes(computed, database):
    keys, _ = cohorts.keys(database)
    for statement in (one for one in STATEMENTS if one.is_error):
        assert list(statement.find(database, keys)) == []
    assert all(recount(database, keys).passed for recount in (user_verdict, cohort_verdict))
    assert all(recount(database).passed for recount in (flags_verdict, status_verdict))


def refusal(database):
    """How a command that is given the missing cohort ends."""
    keys, _ = cohorts.keys(database)
    with pytest.raises(WrongUse, match="there is no cohort") as refused:
        known([expected("missing_cohort")["cohortId"]], keys)
    return refused.value.exit_code


def names(found):
    return [one["cohortName"] for one in found]


def first_needing(found):
    return next(one.cohort_name for one in found if one.needs_backfill)


@dataclass(frozen=True)
class Difference:
    """What the app does and what Cohortline does, as the documentation has it, and what both answer."""

    app: str
    cohortline: str
    old: Callable[[], object]
    old_says: object
    new: Callable[..., object]
    new_says: object


DIFFERENCES = (
    # Some students had stats of another day: their share was of another total than their cohort's.
    Difference(
        "run on its own, the average of a cohort was over whatever stats its students had, of another day or another "
        "cohort",
        "students come first, in the same run",
        lambda: {
            one["cohortName"]: one["stats"]["averageCompletion"]
            for one in expected("backfillAllCohortsStats_cold")["results"]
        },
        {"Class of 2028": 0, "class of 2027": 236, "Éclair Cohort": 61, "Zeta 2026": 13, "apple": 0},
        lambda computed, _: computed.completion,
        {"Class of 2028": 0, "class of 2027": 40, "Éclair Cohort": 56, "Zeta 2026": 13, "apple": 0},
    ),
    # Stats that are there can be of another day; what they were made from tells.
    Difference(
        "a cohort needed a backfill only while stats were missing",
        "also when its source rows are others than those that its stats were made from",
        lambda: [
            one["cohortName"]
            for one in expected("getAllCohortsStatus_between")["cohorts"]
            if not one["needsBackfill"]
        ],
        ["apple", "Éclair Cohort"],
        lambda computed, _: [one.cohort_name for one in computed.between if not one.needs_backfill],
        [],
    ),
    # Nobody knows what these were made from.
    Difference(
        "stats that stood in a document counted as computed, whoever left them there",
        "only what it computed itself",
        lambda: {
            one["cohortName"]: (one["hasCohortStats"], one["studentsWithProgressStats"])
            for one in expected("getAllCohortsStatus_before")["cohorts"]
        },
        {
            "apple": (True, 2), "class of 2027": (False, 1), "Class of 2028": (False, 3), "Éclair Cohort": (True, 1),
            "Zeta 2026": (False, 0),
        },
        lambda computed, _: {
            one.cohort_name: (one.has_cohort_stats, one.students_with_progress_stats) for one in computed.before
        },
        dict.fromkeys(["apple", "class of 2027", "Class of 2028", "Éclair Cohort", "Zeta 2026"], (False, 0)),
    ),
    # One order for everything that lists cohorts.
    Difference(
        "the next cohort, and the cohorts that a search finds, came in the order of their creation",
        "by name",
        lambda: (
            expected("getNextCohortForUserBackfill_before")["cohortName"],
            [one["name"] for one in expected("findCohortByName")[0]["result"]],
        ),
        ("Class of 2028", ["Class of 2028", "class of 2027", "Éclair Cohort", "Zeta 2026", "apple"]),
        lambda computed, _: (
            first_needing(computed.before),
            [one.cohort_name for one in computed.before if one.matches("")],
        ),
        ("apple", ["apple", "class of 2027", "Class of 2028", "Zeta 2026", "Éclair Cohort"]),
    ),
    # The same on every machine, whichever language it is set to.
    Difference(
        "names were sorted as the machine's language has it: É before Z",
        "by their lower case, character by character: É after Z",
        lambda: names(expected("getAllCohortsStatus_after")["cohorts"]),
        ["apple", "class of 2027", "Class of 2028", "Éclair Cohort", "Zeta 2026"],
        lambda computed, _: [one.cohort_name for one in computed.after],
        ["apple", "class of 2027", "Class of 2028", "Zeta 2026", "Éclair Cohort"],
    ),
    # A mistyped id is no success.
    Difference(
        "a backfill of a cohort that does not exist was done, with the error in its answer",
        "the command refuses it: \"there is no cohort\", exit 2",
        lambda: expected("missing_cohort")["backfillUserProgressStats"],
        {"done": True, "error": "Cohort not found"},
        lambda _, database: refusal(database),
        2,
    ),
)  # fmt: skip


@pytest.mark.parametrize("difference", DIFFERENCES, ids=lambda one: one.app)
def test_where_the_app_answers_otherwise_both_answers_are_known(computed, database, difference):
    assert difference.old() == difference.old_says
    assert difference.new(computed, database) == difference.new_says


def test_even_where_its_average_is_another_the_app_counts_the_same_totals(computed, query):
    found = query("select cohort_id, total_students, total_modules, total_questions from stats.cohort_stats")
    old = expected("backfillAllCohortsStats_cold")
    assert old["totalCohorts"] == len(found)
    assert set(found) == {
        (one["cohortId"], *(one["stats"][name] for name in ("totalStudents", "totalModules", "totalQuestions")))
        for one in old["results"]
    }


# What the app's functions do with rows of which the golden input has none.
UNSEEN = (
    # Deleted is deleted, whenever it was.
    (
        "a student whose `deletedAt` is 0 was not counted, and had stats nevertheless",
        "such a student is deleted, and has none",
        {"deletedAt": 0.0},
    ),
    # Numbers that nothing keeps right are no numbers.
    (
        "whoever was deleted kept the stats of their last day",
        "they have none",
        {"deletedAt": 1754035055701.0},
    ),
    (
        "whoever no longer had a cohort kept the stats of their last one",
        "they have none",
        {"cohortId": None},
    ),
)  # fmt: skip


@pytest.mark.parametrize(("change"), [change for _, _, change in UNSEEN], ids=str)
def test_who_is_no_active_student_has_no_stats_whatever_their_document_says(compute_golden, stats_of_users, change):
    users = [json.loads(line) for line in lines("users")]
    # A student with stats in their document, who would have stats here.
    student = min(
        (one for one in users if "progressStats" in one and one.get("cohortId") and one.get("deletedAt") is None),
        key=lambda one: one["_id"],
    )
    computed = compute_golden(users=[one | (change if one is student else {}) for one in users])
    old = by_id(expected("getAllCohortsStatus_after")["cohorts"])
    assert student["_id"] not in stats_of_users()
    assert {one.cohort_id: one.total_students for one in computed.after} == {
        cohort: found["totalStudents"] - (cohort == student["cohortId"]) for cohort, found in old.items()
    }


def test_the_documentation_has_these_differences_and_each_with_its_reason():
    text = (ROOT / "docs" / "progress.md").read_text(encoding="utf-8")
    _, section = text.split("## Where the numbers differ from the app's own\n")
    header, rule, *rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line.startswith("|")
    ]
    assert (header, set(rule)) == (["the app's functions", "Cohortline", "why"], {"---"})
    assert [(app, ours) for app, ours, _ in rows] == [
        *((one.app, one.cohortline) for one in DIFFERENCES),
        *((app, ours) for app, ours, _ in UNSEEN),
    ]
    assert all(why for _, _, why in rows)
