"""Events from outside, as they come through the door."""

import json

import pytest

from assets.topics.door import receive
from assets.topics.log import append as take_in
from assets.topics.replay import replayed
from assets.topics.undo import undo
from tests.integration.topics.conftest import START, TABLES, order

EVERYTHING = (
    "select * from core.ranking_events order by sequence",
    "select * from core.rankings order by 1, 2, 3",
    "select * from ops.quarantine order by quarantine_id",
)


def line(event_type, payload, **envelope):
    """An event as a line."""
    return json.dumps(
        {"event_type": event_type, "actor_id": "x", "actor_type": "system", "at": START, "payload": payload} | envelope
    ).encode()


def ranked(student, *updates, **envelope):
    """A change of a student's order: topics with their old and new places."""
    given = [{"topicId": topic, "oldPos": old, "newPos": new} for topic, old, new in updates]
    payload = {"studentId": student, "updates": given, "sessionId": "s"}
    return line("RANKINGS_BATCH_UPDATED", payload, **{"actor_type": "student", **envelope})


OTHERS = [
    line("STUDENT_REGISTERED", {"studentId": "dan", "email": "dan@school.example"}),
    line("SELECTION_PERIOD_OPENED", {"periodId": "p", "title": "Autumn"}),
    line("SELECTION_PERIOD_CLOSED", {"periodId": "p"}),
    line("TOPIC_CREATED", {"topicId": "new", "title": "New"}),
    line("METRICS_CALCULATED", {"topicId": "t1", "avgPosition": 1.5, "category": "high"}),
    line("ALGORITHM_EXECUTED", {"algorithmType": "greedy", "assignments": [{"studentId": "dan", "topicId": "t1"}]}),
]


@pytest.fixture
def door(database, landed, append):
    """A door to a log that the school's orders are in."""
    append()
    return lambda *lines: receive(database, lines, "a run at the door")


def test_a_change_of_an_order_becomes_one_row_a_topic(door, query, orders):
    done = door(ranked("dan", ("t2", None, 1), ("t1", None, 2)), ranked("ben", ("t2", 1, None), at=START + 1))
    assert (done.account.loaded, done.events_appended, done.rankings_written) == (2, 3, 3)
    assert orders()["autumn", "dan"] == "t2=1 t1=2"
    assert orders()["autumn", "ben"] == "t1=2"
    assert query(
        "select student_id, topic_id, semester_id, action, position, previous_position, session_id, actor_type, payload"
        " from core.ranking_events where session_id is not null order by sequence"
    ) == [
        ("dan", "t2", "autumn", "added", 1, None, "s", "student", None),
        ("dan", "t1", "autumn", "added", 2, None, "s", "student", None),
        ("ben", "t2", "autumn", "removed", 0, 1, "s", "student", None),
    ]


def test_a_place_before_is_the_logs_whatever_the_event_says(door, query):
    door(ranked("ben", ("t2", 9, 3)), ranked("ben", ("t2", 9, 4), at=START + 1), ranked("ben", ("t3", 9, 1)))
    assert query(
        "select position, previous_position, action from core.ranking_events where session_id = 's' order by sequence"
    ) == [(3, 1, "moved"), (4, 3, "moved"), (1, None, "added")]


def test_topics_of_two_semesters_each_go_to_their_own(door, orders):
    door(ranked("dan", ("t1", None, 1), ("s1", None, 1)))
    assert orders()["autumn", "dan"] == "t1=1"
    assert orders()["spring", "dan"] == "s1=1"


def test_every_other_event_is_one_row_with_its_payload(door, query):
    done = door(*OTHERS)
    assert (done.account.loaded, done.events_appended, done.rankings_written) == (6, 6, 0)
    assert query(
        "select event_type, semester_id, student_id, topic_id, payload from core.ranking_events"
        " where event_type <> 'RANKINGS_BATCH_UPDATED' order by sequence"
    ) == [
        ("STUDENT_REGISTERED", None, "dan", None, {"studentId": "dan"}),
        ("SELECTION_PERIOD_OPENED", None, None, None, {"periodId": "p", "title": "Autumn"}),
        ("SELECTION_PERIOD_CLOSED", None, None, None, {"periodId": "p"}),
        ("TOPIC_CREATED", None, None, "new", {"topicId": "new", "title": "New"}),
        ("METRICS_CALCULATED", "autumn", None, "t1", {"topicId": "t1", "avgPosition": 1.5, "category": "high"}),
        (
            "ALGORITHM_EXECUTED", None, None, None,
            {"algorithmType": "greedy",
             "assignments": [{"studentId": "dan", "topicId": "t1", "originalRank": None}]},
        ),
    ]  # fmt: skip


def test_a_period_is_of_the_semester_that_the_source_says(door, landed, query):
    landed({"selectionPeriods": [{"_id": "p", "semesterId": "autumn"}]})
    door(OTHERS[1])
    assert query("select semester_id from core.ranking_events where event_type = 'SELECTION_PERIOD_OPENED'") == [
        ("autumn",)
    ]


def test_what_came_before_changes_nothing(door, query):
    lines = [
        *OTHERS,
        ranked("dan", ("t2", None, 1)),
        ranked("ben", ("nowhere", None, 1)),
        b"nothing",
        line("TOPIC_BURNT", {}),
    ]
    first = door(*lines)
    assert (first.account.read, first.account.loaded, first.account.quarantined) == (10, 7, 3)
    door(ranked("dan", ("t2", 1, 2), at=START + 1))
    before = [query(one) for one in EVERYTHING]
    again = door(*lines)
    assert (again.account.read, again.account.duplicates, again.events_appended) == (10, 10, 0)
    assert [query(one) for one in EVERYTHING] == before
    assert query("select count(*) from ops.loads where not (read = loaded + quarantined + duplicates)") == [(0,)]


def test_what_comes_twice_at_once_counts_once(door, orders):
    done = door(ranked("dan", ("t2", None, 1)), ranked("dan", ("t2", None, 1)), b"x", b"x")
    assert (done.account.read, done.account.loaded, done.account.quarantined, done.account.duplicates) == (4, 1, 1, 2)
    assert done.account.balanced


def test_what_is_no_event_is_kept_apart_with_its_reason(door, query):
    door(
        b"nothing",
        line("TOPIC_BURNT", {}),
        ranked("dan", ("t1", 1, 1)),
        ranked("dan", ("t1", None, 1), ("t1", 1, 2)),
        ranked("dan", ("t1", None, 1), ("nowhere", None, 2)),
        line("METRICS_CALCULATED", {"topicId": "nowhere", "avgPosition": 1, "category": "low"}),
    )
    assert query("select reason from ops.quarantine where source_table = 'events' order by quarantine_id") == [
        ("not_json",), ("wrong_type",), ("wrong_type",), ("repeated_topic",), ("orphan",), ("orphan",)
    ]  # fmt: skip
    assert query("select count(*) from core.ranking_events where student_id = 'dan'") == [(0,)]


def test_a_topic_that_nobody_knew_may_come_later(door, landed, orders):
    one = ranked("dan", ("later", None, 1))
    assert door(one).account.quarantined == 1
    landed({"topics": [*TABLES["topics"], TABLES["topics"][0] | {"_id": "later"}]})
    assert door(one).account.loaded == 1
    assert orders()["autumn", "dan"] == "later=1"


def test_no_email_is_kept_anywhere(door, query):
    door(
        OTHERS[0],
        line("STUDENT_REGISTERED", {"email": "dan@school.example"}),
        line("TOPIC_BURNT", {"email": "no address", "note": "write to dan@school.example"}),
        b'{"email": "dan@school.example"',
    )
    for table in ("core.ranking_events", "core.rankings", "ops.quarantine", "ops.loads", "ops.audits"):
        assert query(
            f"select count(*) from {table} as kept where cast(kept as text) ~ 'school\\.example|no address'"
        ) == [(0,)]


def test_the_log_still_replays_to_the_rankings(door, database, query):
    door(*OTHERS, ranked("dan", ("t2", None, 1)), ranked("ben", ("t1", 2, None)))
    assert replayed(database) == query("select * from core.rankings order by 1, 2, 3")


def test_an_event_from_outside_does_not_overtake_an_append(door, database, landed, append):
    door(ranked("dan", ("t2", None, 1)))
    assert append().state == "unchanged"


def test_the_next_load_brings_the_rankings_back_to_the_orders(door, landed, append, orders):
    door(ranked("dan", ("t2", None, 1)), ranked("ben", ("t1", 2, None)))
    landed({"preferences": [*TABLES["preferences"], order("eve", "t1")]})
    append()
    assert ("autumn", "dan") not in orders()
    assert orders()["autumn", "ben"] == "t2=1 t1=2"


def test_a_batch_from_outside_can_be_taken_back(door, database, query, orders):
    before = orders()
    door(ranked("ben", ("t2", 1, 2), ("t1", 2, 1)))
    ((batch,),) = query("select distinct batch_id from core.ranking_events where session_id = 's'")
    undo(database, batch, "a run")
    assert orders() == before


def test_the_door_opens_before_anything_was_appended(database, land_tables, orders):
    land_tables({"topics": TABLES["topics"], "preferences": []})
    receive(database, [ranked("dan", ("t2", None, 1))], "a run")
    assert orders() == {("autumn", "dan"): "t2=1"}
    assert take_in(database, "another run").rankings_written == 1
