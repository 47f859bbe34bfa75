"""What an event may say."""

import json
import math
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.landing.reading import Unusable
from assets.topics.door import without_emails
from assets.topics.events import PAYLOADS, RANKINGS, read
from resources.warehouse.quarantine import Reason
from resources.warehouse.schema.core import EVENT_TYPES

AT = 1_760_000_000_000.0
VALID = {
    "STUDENT_REGISTERED": {"studentId": "ana", "email": "ana@school.example"},
    RANKINGS: {
        "studentId": "ana",
        "updates": [
            {"topicId": "t1", "oldPos": None, "newPos": 1.0},
            {"topicId": "t2", "oldPos": 1, "newPos": 2},
            {"topicId": "t3", "oldPos": 2, "newPos": None},
        ],
        "sessionId": "s",
    },
    "SELECTION_PERIOD_OPENED": {"periodId": "p", "title": "Autumn"},
    "SELECTION_PERIOD_CLOSED": {"periodId": "p"},
    "TOPIC_CREATED": {"topicId": "t1", "title": "Topic"},
    "METRICS_CALCULATED": {"topicId": "t1", "avgPosition": 1.5, "category": "high"},
    "ALGORITHM_EXECUTED": {"algorithmType": "greedy", "assignments": [{"studentId": "ana", "topicId": "t1"}]},
}


def line(event_type, payload, **envelope):
    """An event as a line; a field that is None is left out."""
    given_fields = {
        "event_type": event_type, "actor_id": "ana", "actor_type": "student", "payload": payload, "at": AT,
    } | envelope  # fmt: skip
    return json.dumps({name: value for name, value in given_fields.items() if value is not None}).encode()


def rankings(*updates, **more):
    """A batch of updates, each a topic with its places."""
    given_updates = [{"topicId": topic, "oldPos": old, "newPos": new} for topic, old, new in updates]
    return line(RANKINGS, {"studentId": "ana", "updates": given_updates, **more})


def refusal(raw):
    with pytest.raises(Unusable) as found:
        read(raw)
    return found.value


def test_every_type_of_the_log_has_a_shape():
    assert set(PAYLOADS) == set(EVENT_TYPES) == set(VALID)


@pytest.mark.parametrize("event_type", VALID)
def test_each_type_is_read(event_type):
    event = read(line(event_type, VALID[event_type]))
    assert isinstance(event.payload, PAYLOADS[event_type])
    assert event.at == datetime(2025, 10, 9, 8, 53, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("event_type", "missing"), [(event_type, name) for event_type in VALID for name in VALID[event_type]]
)
def test_no_field_of_a_payload_may_be_missing(event_type, missing):
    payload = {name: value for name, value in VALID[event_type].items() if name != missing}
    if missing == "sessionId":
        assert read(line(event_type, payload)).session_id is None
    else:
        found = refusal(line(event_type, payload))
        assert (found.reason, missing in found.detail) == (Reason.WRONG_TYPE, True)


@pytest.mark.parametrize("missing", ["event_type", "actor_id", "actor_type", "payload", "at"])
def test_no_field_of_the_envelope_may_be_missing(missing):
    raw = json.loads(line("TOPIC_CREATED", VALID["TOPIC_CREATED"]))
    del raw[missing]
    assert missing in refusal(json.dumps(raw).encode()).detail


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"nothing", Reason.NOT_JSON),
        (b"\xff", Reason.NOT_JSON),
        (b'{"event_type": "TOPIC_CREATED"', Reason.NOT_JSON),
        (b"[]", Reason.WRONG_TYPE),
        (line("TOPIC_BURNT", {}), Reason.WRONG_TYPE),
        (line("TOPIC_CREATED", []), Reason.WRONG_TYPE),
        (line("TOPIC_CREATED", {"topicId": 1, "title": "x"}), Reason.WRONG_TYPE),
        (line("TOPIC_CREATED", {"topicId": "", "title": "x"}), Reason.WRONG_TYPE),
        (line("TOPIC_CREATED", {"topicId": "a\0", "title": "x"}), Reason.NOT_STORABLE),
        (line("TOPIC_CREATED", VALID["TOPIC_CREATED"], session_id="\0"), Reason.NOT_STORABLE),
        (line("TOPIC_CREATED", VALID["TOPIC_CREATED"], actor_type="parent"), Reason.WRONG_TYPE),
        (line("TOPIC_CREATED", VALID["TOPIC_CREATED"], at="yesterday"), Reason.WRONG_TYPE),
        (line("TOPIC_CREATED", VALID["TOPIC_CREATED"], at="2026-03-02T12:00:00"), Reason.WRONG_TYPE),
        (line("TOPIC_CREATED", VALID["TOPIC_CREATED"], at=1e300), Reason.WRONG_TYPE),
        (line("METRICS_CALCULATED", VALID["METRICS_CALCULATED"] | {"category": "hot"}), Reason.WRONG_TYPE),
        (line("ALGORITHM_EXECUTED", {"algorithmType": "greedy", "assignments": [1]}), Reason.WRONG_TYPE),
        (rankings(), Reason.WRONG_TYPE),
        (rankings(("t1", None, 0)), Reason.WRONG_TYPE),
        (rankings(("t1", None, -1)), Reason.WRONG_TYPE),
        (rankings(("t1", None, 1.5)), Reason.WRONG_TYPE),
        (rankings(("t1", 0, 1)), Reason.WRONG_TYPE),
        (rankings(("t1", None, "1")), Reason.WRONG_TYPE),
        (rankings(("t1", None, 1e300)), Reason.WRONG_TYPE),
        (rankings(("t1", 2, 2)), Reason.WRONG_TYPE),
        (rankings(("t1", None, None)), Reason.WRONG_TYPE),
        (rankings(("t1", None, 1), ("t1", 1, 2)), Reason.REPEATED_TOPIC),
    ],
)
def test_what_is_no_event_is_refused_with_its_reason(raw, reason):
    assert refusal(raw).reason == reason


def test_a_refusal_quotes_nothing_of_the_line():
    found = refusal(line("METRICS_CALCULATED", VALID["METRICS_CALCULATED"] | {"category": "ana@school.example"}))
    assert "ana" not in found.detail


def test_the_session_is_the_envelopes_or_the_payloads():
    assert read(line(RANKINGS, VALID[RANKINGS])).session_id == "s"
    assert read(line(RANKINGS, VALID[RANKINGS], session_id="other")).session_id == "other"


def test_an_instant_is_milliseconds_or_a_text_with_its_offset():
    texts = read(line("TOPIC_CREATED", VALID["TOPIC_CREATED"], at="2025-10-09T10:53:20+02:00"))
    assert texts == read(line("TOPIC_CREATED", VALID["TOPIC_CREATED"]))
    assert texts.id == read(line("TOPIC_CREATED", VALID["TOPIC_CREATED"])).id


def test_an_email_is_not_kept_and_makes_no_other_event():
    event = read(line("STUDENT_REGISTERED", VALID["STUDENT_REGISTERED"]))
    assert event.kept == {"studentId": "ana"}
    assert event.id == read(line("STUDENT_REGISTERED", {"studentId": "ana", "email": "other@school.example"})).id


def test_what_nobody_asked_for_is_not_kept():
    payload = {"algorithmType": "greedy", "assignments": [{"studentId": "ana", "topicId": "t", "email": "a@b.example"}]}
    assert "example" not in str(read(line("ALGORITHM_EXECUTED", payload)).kept)


@pytest.mark.parametrize(
    "raw",
    [
        '{"email": "ana@school.example", "x": 1}',
        '{"email":"an\\"a"}',
        '{"email":"ana',
        '{"EMAIL" : ana}',
        '{"note": "write to ana@school.example"}',
        "<ana@school.example>",
    ],
)
def test_an_email_is_nowhere_in_what_is_shown(raw):
    assert "ana" not in without_emails(raw)


def test_the_rest_of_a_line_is_shown_as_it_is():
    assert without_emails('{"email": "a@b.example", "x": "y"}') == '{"email":null, "x": "y"}'


NAMES = st.sampled_from(["event_type", "actor_id", "actor_type", "payload", "at", "updates", "studentId"])
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(NAMES, inner)
)


@given(JSON)
def test_whatever_comes_is_an_event_or_refused(value):
    assert refusal(json.dumps(value).encode()).detail


@given(st.one_of(st.integers(-3, 3), st.floats()), st.one_of(st.none(), st.integers(1, 9)))
def test_a_position_is_a_whole_number_from_1(new, old):
    is_right = math.isfinite(new) and new == math.floor(new) and 1 <= new <= 100_000 and new != old
    try:
        read(rankings(("t1", old, new)))
    except Unusable:
        assert not is_right
    else:
        assert is_right
