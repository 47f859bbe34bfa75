"""What a second reading expects of v2: its own rules of what an entry is, which one counts, and who wins."""

import json

import pytest

from assets.exams.verification import compare
from assets.exams.verification.digest import digest, participation_id
from assets.exams.verification.expected import Row, expect
from assets.exams.verification.expected import entries_of as entries_of_shaped
from assets.exams.verification.reading import Unreadable, decode, same_json, shaped
from assets.exams.verification.reading import read as read_shaped

NOT_A_NUMBER = {"$float": "AAAAAAAA+H8="}
FORTY_TWO = {"$integer": "KgAAAAAAAAA="}
DONE = 1_760_000_000_000.0


def entries_of(given, holds):
    return entries_of_shaped(map(shaped, given), holds)


def read(value):
    return read_shaped(shaped(value))


def entry(user="ann", **fields):
    return {"userId": user, "score": 50.0, "completedAt": DONE, "status": "completed", "answers": []} | fields


def stored(name, user="ann", created=1.0, **fields):
    return Row(read(entry(user, **fields)), "v2", name, created)


def everyone(_user):
    return True


@pytest.mark.parametrize(
    "wrong",
    [
        "withdrawn",
        None,
        {},
        entry(None),
        entry(5),
        entry(""),
        entry("u" * 256),
        entry("a\0b"),
        entry(score="80"),
        entry(score=True),
        entry(score=NOT_A_NUMBER),
        entry(score=10**400),
        entry(score={"$float": "broken"}),
        entry(completedAt=1e16),
        entry(startedAt="soon"),
        entry(status="done"),
        entry(pausePhase="never"),
        entry(isPauseCutShort=1),
        entry(totalPauseDurationMs="long"),
        entry(inProgressAnswers={}),
        entry(inProgressAnswers=[{"questionId": "a\0b"}]),
        entry(answers="all of them"),
        entry(answers=["q1"]),
        entry(answers=[{}]),
        entry(answers=[{"questionId": None}]),
        entry(answers=[{"questionId": ""}]),
        entry(answers=[{"questionId": 1}]),
        entry(answers=[{"questionId": "q1", "selectedAnswer": ["a"]}]),
        entry(answers=[{"questionId": "q1", "selectedAnswer": "a\0b"}]),
        entry(answers=[{"questionId": "q1", "isCorrect": 1}]),
    ],
    ids=lambda wrong: str(wrong)[-40:],
)
def test_what_breaks_a_rule_is_unreadable(wrong):
    with pytest.raises(Unreadable):
        read(wrong)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"status": None}, ("completed", True, 1_760_000_000_000_000)),
        ({"status": None, "completedAt": 0.0}, (None, False, None)),
        ({"status": None, "completedAt": None}, (None, False, None)),
        ({"status": "in_progress", "completedAt": 0}, ("in_progress", False, None)),
        ({"status": "auto_submitted"}, ("auto_submitted", False, 1_760_000_000_000_000)),
        ({"completedAt": 1_760_000_000_000.5}, ("completed", False, 1_760_000_000_000_500)),
    ],
)
def test_a_status_is_inferred_from_a_completion_alone(fields, expected):
    found = read(entry(**fields))
    assert (found.status, found.status_inferred, found.completed_at) == expected


def test_a_null_is_as_good_as_absent_and_special_numbers_are_numbers():
    assert read(entry(score=None)) == read({"userId": "ann", "completedAt": DONE, "status": "completed", "answers": []})
    assert read(entry(score=FORTY_TWO)).score == 42.0


def test_an_entry_without_a_list_of_answers_says_so():
    assert read(entry(answers=None)).answers_missing
    assert not read(entry()).answers_missing


def test_the_first_readable_entry_of_a_user_counts():
    given = [entry(score="no"), entry(score=1.0), entry("bob"), entry(score=2.0), "withdrawn"]
    found = entries_of(given, everyone)
    assert {user: one.score for user, one in found.first.items()} == {"ann": 1.0, "bob": 50.0}
    assert (found.entries, found.unreadable, found.repeated) == (5, ["ann", None], ["ann"])


def test_only_entries_of_the_cohorts_asked_for_are_read():
    given = [entry("ann"), entry("bob"), "withdrawn"]
    assert entries_of(given, lambda user: user == "bob").entries == 1
    assert entries_of(given, lambda user: user is None).unreadable == [None]


def test_one_entry_that_is_no_json_costs_no_other():
    document = b'{"participants": [' + json.dumps(entry()).encode() + b', {"userId": "bob", "score": 1e999}]}'
    given = decode(document)
    found = entries_of(given, everyone)
    assert (list(found.first), found.unreadable) == (["ann"], [None])


@pytest.mark.parametrize(
    ("rows", "winner", "lost", "duplicates"),
    [
        ([], None, [], []),
        ([stored("p")], None, [], ["p"]),
        ([stored("p", score=7.0)], None, ["p"], []),
        ([stored("p", completedAt=DONE + 1)], "p", [None], []),
        ([stored("p", completedAt=DONE - 1)], None, ["p"], []),
        ([stored("p", completedAt=0.0)], None, ["p"], []),
        ([stored("p", answers=[{"questionId": "q"}])], None, ["p"], []),
        ([stored("late", completedAt=DONE + 1), stored("p", completedAt=DONE + 1, created=0.5)], "p", [None], ["late"]),
        ([stored("b", completedAt=DONE + 1, score=1.0), stored("a", completedAt=DONE + 1)], "a", [None, "b"], []),
    ],
)
def test_the_later_completion_wins_and_then_v1_and_then_the_earlier_row(rows, winner, lost, duplicates):
    expected = expect({"ann": read(entry())}, rows)
    assert expected.rows["ann"].source_id == winner
    assert [row.source_id for row in expected.lost] == lost
    assert [row.source_id for row in expected.duplicates] == duplicates


def test_an_inferred_status_is_not_a_written_one():
    expected = expect({"ann": read(entry(status=None))}, [stored("p")])
    assert [row.source_id for row in expected.lost] == ["p"]


def test_a_missing_list_equals_an_empty_one_and_drafts_count():
    alike = expect({"ann": read(entry(answers=None))}, [stored("p")])
    drafted = expect({"ann": read(entry(inProgressAnswers=[1]))}, [stored("p")])
    assert (len(alike.duplicates), len(drafted.lost)) == (1, 1)


def test_a_digest_tells_nothing_from_an_empty_text_and_one_place_from_another():
    lists = [
        [],
        [{"questionId": "q"}],
        [{"questionId": "q", "selectedAnswer": ""}],
        [{"questionId": "q", "isCorrect": False}],
        [{"questionId": "q", "selectedAnswer": "ab"}, {"questionId": "r", "selectedAnswer": "c"}],
        [{"questionId": "q", "selectedAnswer": "a"}, {"questionId": "r", "selectedAnswer": "bc"}],
        [{"questionId": "r", "selectedAnswer": "c"}, {"questionId": "q", "selectedAnswer": "ab"}],
    ]
    digests = {digest("e", Row(read(entry(answers=answers)), "v1")) for answers in lists}
    assert len(digests) == len(lists)
    assert digest("e", Row(read(entry()), "v1")) != digest("f", Row(read(entry()), "v1"))


def test_differences_name_columns_and_places_and_no_values():
    answers = [{"questionId": "q", "selectedAnswer": "a"}, {"questionId": "r", "selectedAnswer": "b"}]
    wanted, found = Row(read(entry(answers=answers)), "v1"), Row(read(entry(score=1.0, answers=answers[::-1])), "v1")
    assert compare.fields("e", wanted, found, participation_id("e", "ann")) == ["score"]
    assert compare.fields("e", wanted, wanted, "another") == ["id"]
    swapped = compare.answers(wanted.participation, found.participation, [0, 1])
    assert (swapped.missing, swapped.surplus, swapped.different) == (0, 0, 2)
    assert swapped.first_different == ("answers[0]: question_id, selected_answer",)
    shifted = compare.answers(wanted.participation, wanted.participation, [1, 2])
    assert (shifted.first_missing, shifted.first_surplus) == (("answers[0]",), ("answers[2]",))


def test_json_values_are_compared_by_what_they_say():
    assert same_json({"a": [1, None], "b": "x"}, {"b": "x", "a": [1.0, None]})
    assert not same_json([True], [1])
    assert not same_json({"a": None}, {})
    assert not same_json([1, 2], [2, 1])
