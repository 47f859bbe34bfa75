"""The message: what Slack shows of it, and that nothing else is in it."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources.alerts.message import MOST_CHARACTERS, SHOWN, Message, body, trial

AS_OF = datetime(2026, 3, 2, 12, tzinfo=UTC)
UI = "http://ui.example:3000/"


def message(**changes):
    facts = {
        "message_id": "key",
        "event": "opened",
        "asset": "exam_participations",
        "statement": "every_score_equals_its_source",
        "severity": "ERROR",
        "kind": "exam",
        "subjects": ["one", "two"],
        "subject_count": 2,
        "as_of": AS_OF,
        "counts": {"score_mismatches": 1234},
        "run_id": "r1",
    }
    return Message(**facts | changes)


def texts(document):
    found = [block["text"] for block in document["blocks"] if block["type"] == "section"]
    found += [one for block in document["blocks"] if block["type"] == "context" for one in block["elements"]]
    assert {one["type"] for one in found} == {"mrkdwn"}
    return [one["text"] for one in found]


def test_an_opening_says_what_is_false_for_what_and_where_to_look():
    document = body(message(), UI)
    assert document["text"] == "ERROR: exam_participations: every_score_equals_its_source is false for 2 exams"
    assert texts(document) == [
        f":red_circle: *{document['text']}*",
        "• `one`\n• `two`",
        "score mismatches: 1,234",
        "<http://ui.example:3000/runs/r1|The run> · as of 2026-03-02T12:00:00Z",
    ]


def test_the_facts_for_programs_are_these_and_no_others():
    document = body(message(), UI)
    assert set(document) == {"text", "blocks", "alert"}
    assert document["alert"] == {
        "event": "opened",
        "asset": "exam_participations",
        "check": "every_score_equals_its_source",
        "severity": "ERROR",
        "kind": "exam",
        "subjects": ["one", "two"],
        "subjectCount": 2,
        "counts": {"score_mismatches": 1234},
        "detail": None,
        "runUrl": "http://ui.example:3000/runs/r1",
        "asOf": "2026-03-02T12:00:00Z",
        "idempotencyKey": "key",
    }


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"event": "recovered"}, "RECOVERED: exam_participations: every_score_equals_its_source is true again for 2 e"),
        ({"severity": "WARN"}, "WARN: exam_participations: every_score_equals_its_source is false for 2 exams"),
        (
            {"kind": "asset", "subjects": ["exam_participations"], "subject_count": 1},
            "ERROR: exam_participations: every_score_equals_its_source is false",
        ),
        ({"kind": "cohort", "subject_count": 1}, "is false for 1 cohort"),
        (
            {"kind": "job", "asset": "load_job", "detail": "land: ValueError"},
            "ERROR: a run of load_job failed (land: ValueError)",
        ),
        ({"kind": "job", "asset": "load_job", "event": "recovered"}, "RECOVERED: a run of load_job succeeded again"),
        ({"kind": "sensor", "asset": "on_x", "detail": "KeyError"}, "ERROR: the sensor on_x failed (KeyError)"),
        ({"kind": "schedule", "asset": "x", "event": "recovered"}, "RECOVERED: the schedule x works again"),
    ],
)
def test_each_kind_and_event_has_its_words(changes, says):
    assert says in body(message(**changes), UI)["text"]


def test_a_recovery_is_green_a_warning_yellow():
    assert texts(body(message(event="recovered"), UI))[0].startswith(":large_green_circle:")
    assert texts(body(message(severity="WARN"), UI))[0].startswith(":large_yellow_circle:")


def test_without_a_run_there_is_no_link():
    document = body(message(run_id=None), UI)
    assert document["alert"]["runUrl"] is None
    assert texts(document)[-1] == "as of 2026-03-02T12:00:00Z"


def test_at_most_twenty_are_named_and_the_others_counted():
    ids = [f"c{number:05}" for number in range(10_000)]
    document = body(message(subjects=ids, subject_count=len(ids)), UI)
    assert document["alert"]["subjects"] == ids[:SHOWN]
    assert document["alert"]["subjectCount"] == 10_000
    assert texts(document)[1].splitlines()[-2:] == ["• `c00019`", "and 9,980 more"]


def test_nothing_in_an_id_is_taken_for_markup_or_a_mention():
    document = body(message(subjects=["<!channel> & `x`\n*y*"], subject_count=1), UI)
    assert texts(document)[1] == "• `&lt;!channel&gt; &amp; 'x' *y*`"
    assert document["alert"]["subjects"] == ["<!channel> & `x`\n*y*"]


@given(
    ids=st.lists(st.text(max_size=3000), min_size=1, max_size=60),
    counts=st.dictionaries(st.text(max_size=200), st.integers(), max_size=60),
    name=st.text(max_size=5000),
)
def test_whatever_it_is_about_slacks_limits_hold(ids, counts, name):
    document = body(message(subjects=ids, subject_count=len(ids), counts=counts, asset=name, detail=name), UI)
    assert len(document["blocks"]) <= 50
    assert len(document["text"]) <= MOST_CHARACTERS
    for text in texts(document):
        assert 0 < len(text) <= MOST_CHARACTERS
        assert "<!" not in text
    json.dumps(document)


def test_a_trial_says_that_it_is_one():
    document = body(trial("key", AS_OF), UI)
    assert document["alert"]["event"] == "test"
    assert document["text"].startswith("Test: ")
