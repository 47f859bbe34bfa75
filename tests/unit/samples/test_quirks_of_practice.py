"""Each quirk of the practice tables and of the legacy folder is really there."""

import itertools
import json
from collections import Counter

import pytest

from samples.quirks import LEGACY, PRACTICE

AS_OF = "2026-03-02T12:00:00"


class Practice:
    """The practice tables and the legacy files, read."""

    def __init__(self, demo):
        self.attempts = demo.documents["attempts"]
        self.exercises = {row["id"]: row for row in demo.documents["exercises"]}
        self.sessions = demo.documents["sessions"]
        self.users = {user["id"]: user for user in demo.documents["users"] if "id" in user}
        self.files = demo.legacy

    def having(self, test):
        return [row for row in self.attempts if test(row)]

    def read(self, name):
        return json.loads(self.files[name])


@pytest.fixture(scope="module")
def practice(demo):
    return Practice(demo)


def content(row):
    return row["user_id"], row["created_at"], row["exercise_id"], row["user_answer"]


PRACTICE_FOUND = {
    "repeated attempt": lambda practice: [
        key for key, count in Counter(map(content, practice.attempts)).items() if count > 1
    ],
    "attempt without exercise": lambda practice: practice.having(lambda row: row["exercise_id"] is None),
    "attempt at an unknown exercise": lambda practice: practice.having(
        lambda row: row["exercise_id"] and row["exercise_id"] not in practice.exercises
    ),
    "attempt at an inactive exercise": lambda practice: practice.having(
        lambda row: not practice.exercises.get(row["exercise_id"], {"is_active": True})["is_active"]
    ),
    "exercise without tense": lambda practice: [row for row in practice.exercises.values() if row["tense"] is None],
    "attempt without score": lambda practice: practice.having(lambda row: "score" not in row),
    "attempt after the instant": lambda practice: practice.having(
        lambda row: row["created_at"][0] == "2" and row["created_at"] > AS_OF
    ),
    "attempt of an unknown user": lambda practice: practice.having(lambda row: row["user_id"] not in practice.users),
    "attempt with an unreadable time": lambda practice: practice.having(lambda row: "some day" in row["created_at"]),
    "session left open": lambda practice: [row for row in practice.sessions if row["ended_at"] is None],
}


@pytest.mark.parametrize("quirk", PRACTICE, ids=lambda quirk: quirk.name)
def test_the_quirk_of_practice_is_there(practice, quirk):
    assert PRACTICE_FOUND[quirk.name](practice)


def retries(entries):
    return [
        (first, second)
        for first, second in itertools.pairwise(entries)
        if first["exercise_id"] == second["exercise_id"] and first["timestamp"] != second["timestamp"]
    ]


def shared(practice):
    rows = {
        (row["created_at"][:19], str(row["exercise_id"]), row["user_answer"])
        for row in practice.attempts
        if row["user_id"] == 6
    }
    held = practice.read("attempts_6.json")
    return rows & {(entry["timestamp"][:19], entry["exercise_id"], entry["user_answer"]) for entry in held}


def repeated(entries):
    return [text for text, count in Counter(map(json.dumps, entries)).items() if count > 1]


def is_cut_short(text):
    try:
        json.loads(text)
    except ValueError:
        return text.startswith("[")
    return False


LEGACY_FOUND = {
    "LF and CRLF files": lambda practice: {"\r\n" in text for text in practice.files.values()} == {True, False},
    "times with and without fraction": lambda practice: (
        "." in practice.read("attempts_2.json")[0]["timestamp"]
        and "." not in practice.read("attempts_1.json")[0]["timestamp"]
    ),
    "both forms of file name": lambda practice: {"attempts_1.json", "attempts_user_10.json"} <= set(practice.files),
    "entry without score or verdict": lambda practice: (
        [entry for entry in practice.read("attempts_3.json") if "score" not in entry]
        and [entry for entry in practice.read("attempts_3.json") if "is_correct" not in entry]
    ),
    "entries appended twice": lambda practice: len(repeated(practice.read("attempts_4.json"))) == 2,
    "real retry": lambda practice: retries(practice.read("attempts_user_5.json"))[-1:],
    "attempts that the snapshot has too": shared,
    "empty array": lambda practice: practice.read("attempts_8.json") == [],
    "truncated file": lambda practice: is_cut_short(practice.files["attempts_9002.json"]),
    "file of an unknown user": lambda practice: practice.read("attempts_9001.json") and 9001 not in practice.users,
    "legacy id with a known username": lambda practice: (
        practice.read("attempts_user_7_testuser_1759885562.json")
        and practice.users[107]["username"] == "testuser_1759885562"
    ),
    "legacy id with an unknown username": lambda practice: (
        practice.read("attempts_user_9_testuser_1760000001.json")
        and "testuser_1760000001" not in {user["username"] for user in practice.users.values()}
    ),
    "invalid user ids": lambda practice: (
        {"attempts_0.json", "attempts_-3.json", "attempts_+7.json", "attempts_.json"} <= set(practice.files)
    ),
    "user id with blanks": lambda practice: practice.read("attempts_ 21 .json") and 21 in practice.users,
    "global streaks": lambda practice: (
        practice.read("streaks.json")["total_days"] == len(practice.read("streaks.json")["practice_dates"])
    ),
}


@pytest.mark.parametrize("quirk", LEGACY, ids=lambda quirk: quirk.name)
def test_the_quirk_of_the_legacy_folder_is_there(practice, quirk):
    assert LEGACY_FOUND[quirk.name](practice)


def test_only_one_legacy_file_is_truncated(practice):
    assert [name for name, text in practice.files.items() if is_cut_short(text)] == ["attempts_9002.json"]


def test_a_session_counts_its_own_attempts(practice):
    counted = Counter(row["session_id"] for row in practice.attempts)
    right = Counter(row["session_id"] for row in practice.attempts if row["is_correct"])
    own = [row for row in practice.sessions if counted[row["id"]]]
    assert len(own) > 500
    assert (
        sum((counted[row["id"]], right[row["id"]]) != (row["total_exercises"], row["correct_answers"]) for row in own)
        <= 2
    )


def test_some_streaks_are_running_and_some_are_broken(practice):
    newest = {}
    for row in practice.attempts:
        if row["created_at"] < AS_OF:
            newest[row["user_id"]] = max(newest.get(row["user_id"], ""), row["created_at"][:10])
    running = sum(day >= "2026-03-01" for day in newest.values())
    assert 0.2 * len(newest) < running < 0.8 * len(newest)
