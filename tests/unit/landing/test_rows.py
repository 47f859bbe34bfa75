"""Lines become rows, or rejected documents with the reason."""

import base64
import datetime as dt
import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.landing import rows as module
from assets.landing.rows import Rows
from assets.landing.sources import SOURCES
from resources.snapshot.reader import Batch
from resources.warehouse.bulk import GONE, WRITTEN

BY_NAME = {source.name: source for source in SOURCES}
PROGRESS = {"_id": "p", "_creationTime": 1.5, "userId": "u", "classId": "c", "questionId": "q"}


def read(name, *lines):
    rejects = []
    rows = Rows(BY_NAME[name], rejects.append)
    encoded = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
    found = [
        dict(zip(BY_NAME[name].columns, row, strict=True)) for row in rows.rows([Batch("", range(len(lines)), encoded)])
    ]
    assert rows.read == len(lines) == len(found) + len(rejects)
    return found, rejects


def special(value):
    return {"$float": base64.b64encode(struct.pack("<d", value)).decode()}


def test_a_document_becomes_a_typed_row():
    document = {
        **PROGRESS,
        "selectedOptions": ["o1"],
        "eliminatedOptions": [],
        "isFlagged": True,
        "isMastered": False,
        "attempts": 3.0,
        "lastAttemptAt": 1754011479479.0,
        "deletedAt": 0.0,
        "unknown": {"$float": "nonsense"},
    }
    (row,), _ = read("user_progress", document)
    assert row == {
        "id": "p",
        "creation_time": 1.5,
        "user_id": "u",
        "class_id": "c",
        "question_id": "q",
        "selected_options": ["o1"],
        "eliminated_options": [],
        "is_flagged": True,
        "is_mastered": False,
        "attempts": 3,
        "last_attempt_at": dt.datetime(2025, 8, 1, 1, 24, 39, 479000, tzinfo=dt.UTC),
        "deleted_at": dt.datetime(1970, 1, 1, tzinfo=dt.UTC),
    }


def test_absent_and_null_are_the_same():
    absent, null = read("user_progress", PROGRESS, PROGRESS | {"attempts": None, "selectedOptions": None})[0]
    assert absent == null
    assert (absent["attempts"], absent["selected_options"], absent["is_flagged"]) == (None, [], False)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{not json", "not_json"),
        (b'{"_id": "p"', "not_json"),
        (b'{"_id": "\xff"}', "not_json"),
        (b"[" * 100_000, "not_json"),
        (b"[1]", "wrong_type"),
        (b"null", "wrong_type"),
        ({**PROGRESS, "_id": None}, "wrong_type"),
        ({key: value for key, value in PROGRESS.items() if key != "_id"}, "wrong_type"),
        ({key: value for key, value in PROGRESS.items() if key != "userId"}, "wrong_type"),
        (PROGRESS | {"_id": ""}, "wrong_type"),
        (PROGRESS | {"_id": "x" * 3000}, "wrong_type"),
        (PROGRESS | {"userId": "x" * 3000}, "wrong_type"),
        (PROGRESS | {"isFlagged": "yes"}, "wrong_type"),
        (PROGRESS | {"selectedOptions": "o1"}, "wrong_type"),
        (PROGRESS | {"attempts": 1.5}, "wrong_type"),
        (PROGRESS | {"attempts": 1e300}, "wrong_type"),
        (PROGRESS | {"lastAttemptAt": 1e18}, "wrong_type"),
        (PROGRESS | {"attempts": {"$float": "short"}}, "wrong_type"),
        (PROGRESS | {"attempts": special(float("nan"))}, "not_finite"),
        (PROGRESS | {"lastAttemptAt": special(float("inf"))}, "not_finite"),
        (PROGRESS | {"_creationTime": special(float("-inf"))}, "not_finite"),
        (PROGRESS | {"selectedOptions": ["a\0b"]}, "not_storable"),
        (PROGRESS | {"userId": "a\0b"}, "not_storable"),
        (PROGRESS | {"_id": "a\0b"}, "not_storable"),
    ],
)
def test_what_cannot_be_a_row_is_rejected_with_its_reason(line, reason):
    found, (reject,) = read("user_progress", line)
    assert found == []
    assert reject.reason == reason
    assert reject.raw


def test_a_reject_keeps_the_id_and_the_line_and_quotes_no_value():
    line = json.dumps(PROGRESS | {"isFlagged": "secret"}).encode()
    _, (reject,) = read("user_progress", line)
    assert (reject.document_id, reject.raw) == ("p", line.decode())
    assert "isFlagged" in reject.detail
    assert "secret" not in reject.detail


def test_a_finite_special_value_is_a_value():
    (row,), _ = read("exam_participations", PROGRESS | {"examId": "e", "score": special(12.5)})
    assert row["score"] == 12.5


def test_an_escaped_backslash_before_u0000_is_no_nul():
    (row,), _ = read("users", {"_id": "u", "_creationTime": 1, "name": "a\\u0000"})
    assert row["name"] == "a\\u0000"


def test_a_nul_in_a_field_that_is_not_kept_costs_nothing():
    (row,), _ = read("users", {"_id": "u", "_creationTime": 1, "email": "a\0"})
    assert row["id"] == "u"


@pytest.mark.parametrize(
    ("written", "text"), [(7, "7"), (7.0, "7"), ("7", "7"), ("user_7", "user_7"), (7.5, "7.5"), (2**60, str(2**60))]
)
def test_integer_ids_of_practice_tables_become_text(written, text):
    (row,), _ = read("attempts", {"_id": "a", "_creationTime": 1, "user_id": written, "is_correct": True})
    assert row["user_id"] == text


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("2025-12-15T23:59:59", dt.datetime(2025, 12, 15, 23, 59, 59, tzinfo=dt.UTC)),
        ("2025-12-15T23:59:59.123456", dt.datetime(2025, 12, 15, 23, 59, 59, 123456, tzinfo=dt.UTC)),
        ("2025-12-15T23:59:59+02:00", dt.datetime(2025, 12, 15, 21, 59, 59, tzinfo=dt.UTC)),
        ("2025-12-15", dt.datetime(2025, 12, 15, tzinfo=dt.UTC)),
        (1765843199000.0, dt.datetime(2025, 12, 15, 23, 59, 59, tzinfo=dt.UTC)),
    ],
)
def test_practice_times_are_iso_texts_or_milliseconds(written, instant):
    (row,), _ = read("attempts", {"_id": "a", "_creationTime": 1, "user_id": 1, "created_at": written})
    assert row["created_at"] == instant


def test_a_practice_time_that_cannot_be_read_is_not_guessed():
    _, (reject,) = read("attempts", {"_id": "a", "_creationTime": 1, "user_id": 1, "created_at": "yesterday"})
    assert reject.reason == "wrong_type"


def test_options_are_texts_in_either_shape():
    rows, _ = read(
        "questions",
        {"_id": "a", "_creationTime": 1, "options": ["x", "y"]},
        {"_id": "b", "_creationTime": 1, "options": [{"id": "o0", "text": "x"}, {"id": "o1"}]},
    )
    assert [row["options"] for row in rows] == [["x", "y"], ["x", ""]]


@pytest.mark.parametrize("key", ["a,b", "a|b", "a...b", " a", "a ", "a\tb", "unassigned", " "])
def test_a_cohort_id_that_cannot_be_a_partition_key_is_rejected(key):
    _, (reject,) = read("cohorts", {"_id": key, "_creationTime": 1, "name": "x"})
    assert (reject.reason, reject.document_id) == ("bad_partition_key", key)


@given(st.integers(-62_135_596_800_000, 253_402_300_799_999))
def test_whole_milliseconds_are_exact(milliseconds):
    expected = dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(milliseconds=milliseconds)
    assert module.instant(float(milliseconds)) == expected


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_every_landing_column_has_a_field_and_the_least_document_is_a_row(source):
    required = {"_id": "x", "_creationTime": 1.0}
    for field in ("userId", "classId", "questionId", "examId", "participationId", "semesterId", "studentId", "topicId"):
        required[field] = "y"
    found, rejects = read(source.name, required | {"user_id": 1})
    assert rejects == []
    columns = {column.name: column for column in source.table.columns if column.name not in {WRITTEN, GONE}}
    assert found[0].keys() == columns.keys()
    assert [name for name, column in columns.items() if not column.nullable and found[0][name] is None] == []
