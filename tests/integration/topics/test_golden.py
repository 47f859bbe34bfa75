"""A real deployment's topics, beside what its own functions recorded and answered of them.

Where the rules of Cohortline give another answer, the difference stands here with its reason; the table of them in
`docs/topics.md` is the one here.
"""

import itertools
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assets.topics import verify
from assets.topics.metrics import refresh_metrics, show
from assets.topics.statements import ASKED, STATEMENTS, verdict
from assets.topics.trends import refresh_trends, trend

ROOT = Path(__file__).resolve().parents[3]
GOLDEN = ROOT / "tests" / "golden" / "topics"
# A topic that students rank although it cannot be chosen, and one that a student named twice.
INACTIVE = "javn88dh6wadd7ded764byq2bvnk767m"
TWICE = "jak3sp7py1aj2s8nwkpfcksf0k68pt21"
# The operation by which a student named it twice.
NAMED_TWICE = 11


def lines(place, name):
    return [json.loads(line) for line in (GOLDEN / place / f"{name}.jsonl").read_bytes().splitlines()]


def expected(name):
    return json.loads((GOLDEN / "expected" / f"{name}.json").read_text())


CLOCK = datetime.fromtimestamp(expected("clock")["analytics_now"] / 1000, UTC)
OPERATIONS = lines("input", "ops")
ANSWERS = {one["seq"]: one for one in lines("expected", "ops")}
TOPICS = lines("input", "topics")
PERIODS = lines("input", "selectionPeriods")
BEFORE = lines("input", "preferences")
AFTER = expected("preferences_after")
EVENTS = sorted(lines("expected", "rankingEvents_after"), key=lambda one: (one["_creationTime"], one["_id"]))
RANKINGS = "select semester_id, student_id, topic_id, position from core.rankings"
SAID = "select semester_id, student_id, topic_id, action, position from core.ranking_events"
ALL_ACTIVE = [one | {"isActive": True} for one in TOPICS]


def saved(answer):
    """Whether an operation changed an order: while rankings are disabled the app says that it did, and does not."""
    return answer["ok"] and answer["result"] and not answer["result"].get("rankingsDisabled")


def after(operation):
    """The tables as they were after an operation."""
    orders = {(one["semesterId"], one["studentId"]): one for one in BEFORE}
    documents = {(one["semesterId"], one["studentId"]): one for one in AFTER}
    semester, now = None, 0
    for one in OPERATIONS[:operation]:
        semester, now = one.get("openSemester", semester), one["now"]
        if one["op"] == "savePreferences" and saved(ANSWERS[one["seq"]]):
            key = semester, one["args"]["studentId"]
            orders[key] = documents[key] | {"topicOrder": one["args"]["topicOrder"], "lastUpdated": one["now"]}
    events = [one for one in EVENTS if int(one["_creationTime"]) <= now]
    return {"topics": TOPICS, "selectionPeriods": PERIODS, "preferences": [*orders.values()], "rankingEvents": events}


LAST = after(len(OPERATIONS))


@pytest.fixture
def compute_golden(database, land_tables, append):
    """Takes golden tables all the way; some may stand in for those of the end."""

    def go(**tables):
        land_tables(LAST | tables)
        database.as_of = CLOCK
        done = append()
        refresh_metrics(database, "golden")
        refresh_trends(database)
        return done

    return go


@pytest.fixture
def answered(database, query):
    """The metrics as the app's `getTopicMetrics` answers them, by topic."""

    def ask():
        places = {
            topic: {"topChoiceCount": first, "top3Count": three}
            for topic, first, three in query(
                "select topic_id, sum(count) filter (where position = 1), sum(count) filter (where position <= 3)"
                " from stats.topic_distribution group by 1"
            )
        }
        names = ("studentCount", "sumOfPositions", "averagePosition")
        return {
            one.topic_id: {name: one.as_json()[name] for name in names} | places[one.topic_id] for one in show(database)
        }

    return ask


@pytest.fixture
def everything(query):
    """The rankings, and what is computed from them, but for when and by which event."""

    def ask():
        return [
            query(f"{RANKINGS} order by 1, 2, 3"),
            *(
                query(f"select to_jsonb(one) - 'updated_at' from stats.{table} as one order by 1")
                for table in ("topic_metrics", "topic_distribution")
            ),
        ]

    return ask


def by_topic(name):
    return {one.pop("topicId"): one for one in expected(name)}


def normalized(orders, topics):
    """The rankings that orders mean: of each student's, the topics that can be chosen, numbered anew."""
    active = {(one["semesterId"], one["_id"]) for one in topics if one["isActive"]}
    return {
        (one["semesterId"], one["studentId"], topic, place)
        for one in orders
        for place, topic in enumerate(
            (topic for topic in dict.fromkeys(one["topicOrder"]) if (one["semesterId"], topic) in active), start=1
        )
    }


def as_said(events):
    return [
        (one["semesterId"], one["studentId"], one["topicId"], one["action"], int(one["position"])) for one in events
    ]


def test_the_operations_lead_to_the_tables_that_the_app_had_at_the_end():
    def key(one):
        return one["_id"]

    assert sorted(LAST["preferences"], key=key) == sorted(AFTER, key=key)
    assert LAST["rankingEvents"] == EVENTS
    written = {one["now"]: ANSWERS[one["seq"]]["events"] for one in OPERATIONS if ANSWERS[one["seq"]]["events"]}
    assert {
        now: as_said(events) for now, events in itertools.groupby(EVENTS, key=lambda event: int(event["_creationTime"]))
    } == {now: as_said(events) for now, events in written.items()}


@pytest.mark.parametrize("topics", [TOPICS, ALL_ACTIVE], ids=["as they are", "all active"])
def test_the_rankings_are_what_every_student_saved_last(compute_golden, query, topics):
    compute_golden(topics=topics)
    assert set(query(RANKINGS)) == normalized(AFTER, topics)


def test_every_event_that_the_app_recorded_is_in_the_log_in_its_order(compute_golden, query):
    done = compute_golden()
    assert query(f"{SAID} where origin = 'source' order by sequence") == as_said(EVENTS)
    times = query(
        "select cast(extract(epoch from at) * 1000 as double precision) from core.ranking_events"
        " where origin = 'source' order by sequence"
    )
    assert [time for (time,) in times] == [one["_creationTime"] for one in EVENTS]
    assert (done.events.read, done.events.loaded, done.events.quarantined) == (len(EVENTS), len(EVENTS), 0)


def test_what_the_app_wrote_in_one_operation_is_one_batch(compute_golden, query):
    compute_golden()
    batches = query(
        "select count(*) from core.ranking_events where origin = 'source' group by batch_id order by min(sequence)"
    )
    assert [size for (size,) in batches] == [len(one["events"]) for one in ANSWERS.values() if one["events"]]


@pytest.mark.parametrize("name", ["getTopicMetrics_rebuilt", "getTopicMetrics_incremental"])
def test_where_every_topic_can_be_chosen_the_metrics_are_the_apps(compute_golden, answered, name):
    compute_golden(topics=ALL_ACTIVE)
    old = by_topic(name)
    new = answered()
    assert {topic: one["averagePosition"] for topic, one in new.items()} == {
        topic: pytest.approx(one["averagePosition"], abs=1e-9) for topic, one in old.items()
    }
    exact = ("studentCount", "sumOfPositions", "topChoiceCount", "top3Count")
    assert {topic: [one[key] for key in exact] for topic, one in new.items()} == {
        topic: [one[key] for key in exact] for topic, one in old.items()
    }


@pytest.mark.parametrize("name", ["getAllTopicMetrics_rebuilt", "getAllTopicMetrics_incremental"])
def test_the_most_wanted_topics_come_first_as_in_the_app(compute_golden, database, name):
    compute_golden(topics=ALL_ACTIVE)
    assert [
        (one.topic_id, one.title, one.n, one.average_position) for one in show(database) if one.topic_id != INACTIVE
    ] == [
        (one["topicId"], one["title"], one["studentCount"], pytest.approx(one["averagePosition"], abs=1e-9))
        for one in expected(name)
    ]


def test_an_hour_later_the_trend_has_the_hour_of_the_computation(compute_golden, database):
    compute_golden()
    (hour,) = trend(database, TWICE, 1, CLOCK)
    assert (hour.hour, hour.average_position, hour.events) == (CLOCK.replace(minute=0, second=0, microsecond=0), 1.5, 1)


def test_every_statement_that_speaks_of_errors_is_true(compute_golden, database):
    compute_golden()
    found = {one.name: verdict(database, one) for one in STATEMENTS if one.is_error}
    found |= {f"{one.asset}: {one.name}": getattr(verify, one.ask)(database) for one in ASKED if one.is_error}
    assert {name: one for name, one in found.items() if not one.passed} == {}


@pytest.mark.parametrize("stops", [(0, NAMED_TWICE), (10, 22), (17,), (NAMED_TWICE, 23, 29)], ids=str)
def test_loaded_step_by_step_only_what_changed_is_appended_and_the_end_is_the_same(
    compute_golden, database, land_tables, append, query, everything, stops
):
    seen, former = 0, {}
    for stop in (*stops, len(OPERATIONS)):
        tables = after(stop)
        ((newest,),) = query("select coalesce(max(sequence), 0) from core.ranking_events")
        database.as_of = datetime.fromtimestamp(OPERATIONS[max(stop, 1) - 1]["now"] / 1000, UTC)
        land_tables(tables)
        append()
        refresh_metrics(database, "golden")
        refresh_trends(database)
        history = query(f"{SAID} where origin = 'source' and sequence > :newest order by sequence", newest=newest)
        assert history == as_said(tables["rankingEvents"][seen:])
        orders = {(one["semesterId"], one["studentId"]): one["topicOrder"] for one in tables["preferences"]}
        changed = {key for key, topics in orders.items() if former.get(key) != topics}
        said = query(
            "select distinct semester_id, student_id from core.ranking_events"
            " where origin = 'preferences' and sequence > :newest",
            newest=newest,
        )
        assert set(said) <= changed
        assert set(query(RANKINGS)) == normalized(tables["preferences"], TOPICS)
        assert append().state == "unchanged"
        seen, former = len(tables["rankingEvents"]), orders
    in_steps = everything()
    query(
        "truncate core.rankings, core.ranking_events, ops.audits, stats.topic_metrics, stats.topic_distribution,"
        " stats.topic_trends"
    )
    query("delete from ops.loads where target like 'core.%'")
    compute_golden()
    assert everything() == in_steps


@dataclass(frozen=True)
class Difference:
    """What the app does and what Cohortline does, as the documentation has it, and what both answer."""

    app: str
    cohortline: str
    # The last operation that has been made.
    operation: int
    old: Callable[[], object]
    old_says: object
    new: Callable[..., object]
    new_says: object


def sums(found):
    return {topic[:4]: (one["studentCount"], one["sumOfPositions"]) for topic, one in found.items()}


def events_of(operation):
    """What the app wrote in an operation: topic, action, place and the place before."""
    return [
        (one["topicId"][:4], one["action"], one["position"], one.get("previousPosition"))
        for one in ANSWERS[operation]["events"]
    ]


def logged(query, operation):
    """What the log has of it."""
    rows = query(
        "select topic_id, action, position, previous_position from core.ranking_events where origin = 'source'"
        " and extract(epoch from at) * 1000 between :now and :now + 0.999 order by sequence",
        now=OPERATIONS[operation - 1]["now"],
    )
    return [(topic[:4], *said) for topic, *said in rows]


DIFFERENCES = (
    # Nobody can be given such a topic.
    Difference(
        "a topic that is no longer active kept its place in the orders, and the topics after it theirs; it had metrics",
        "it is left out, the topics after it move up, and it has none",
        len(OPERATIONS),
        lambda: sums(by_topic("getTopicMetrics_rebuilt")),
        {
            "jajp": (3, 7), "jad4": (4, 9), "jakn": (3, 13), "javn": (3, 10), "jak3": (4, 6), "jakx": (2, 3),
            "janc": (2, 6), "jazv": (3, 4),
        },
        lambda database, query: {one.topic_id[:4]: (one.n, one.s1) for one in show(database)},
        {
            "jajp": (3, 6), "jad4": (4, 9), "jakn": (3, 11), "jak3": (4, 6), "jakx": (2, 3), "janc": (2, 6),
            "jazv": (3, 4),
        },
    ),
    # A student is one student.
    Difference(
        "a topic that an order named twice was added twice, and counted as two students",
        "it counts once, at its first place; the event that put it at the second one is followed by another",
        NAMED_TWICE,
        lambda: [(action, place) for topic, action, place, _ in events_of(NAMED_TWICE) if topic == TWICE[:4]],
        [("added", 1), ("added", 2)],
        lambda database, query: (
            query(f"select action, position from core.ranking_events where student_id = 'S1' and topic_id = '{TWICE}'"
                  " order by sequence"),
            query(f"select position from core.rankings where student_id = 'S1' and topic_id = '{TWICE}'"),
        ),
        ([("added", 1), ("added", 2), ("moved", 1)], [(1,)]),
    ),
    # One log, one truth: a replay that contradicts its own rows is none.
    Difference(
        "an event's `previousPosition` was the last place in the order that the student saved before, recorded or not",
        "`previous_position` is the place in the log before the event",
        len(OPERATIONS),
        lambda: [(topic, place, before) for topic, _, place, before in events_of(NAMED_TWICE)],
        [("javn", 0, 1), ("jakn", 0, 2), ("jak3", 1, None), ("jak3", 2, None)],
        lambda database, query: [(topic, place, before) for topic, _, place, before in logged(query, NAMED_TWICE)],
        [("javn", 0, None), ("jakn", 0, None), ("jak3", 1, None), ("jak3", 2, 1)],
    ),
    # Who wants nothing has no say in what is wanted.
    Difference(
        "an empty order was one of the preferences that the metrics were rebuilt from",
        "nothing is kept of it: its student has no rankings",
        len(OPERATIONS),
        lambda: re.findall(r"from (\d+) preferences", expected("rebuildRankingsAggregate")["message"]),
        ["12"],
        lambda database, query: query("select count(distinct (semester_id, student_id)) from core.rankings"),
        [(7,)],
    ),
)  # fmt: skip


@pytest.mark.parametrize("difference", DIFFERENCES, ids=lambda one: one.app)
def test_where_the_app_answers_otherwise_both_answers_are_known(compute_golden, database, query, difference):
    compute_golden(**after(difference.operation))
    assert difference.old() == difference.old_says
    assert difference.new(database, query) == difference.new_says


@dataclass(frozen=True)
class Unseen:
    """What the app's code does with rows of which the golden tables have none, and what Cohortline makes of them."""

    app: str
    cohortline: str
    tables: Callable[[], dict[str, object]]
    new: Callable[..., object]
    new_says: object


def foreign():
    """The last order of a student of semester A, led by a topic of semester B."""
    (topic,) = [one["_id"] for one in TOPICS if one["title"] == "Topic B0"]
    (order,) = [one for one in AFTER if (one["semesterId"], one["studentId"]) == ("A", "S2")]
    others = [one for one in AFTER if one is not order]
    return {"preferences": [*others, order | {"topicOrder": [topic, *order["topicOrder"]]}]}


UNSEEN = (
    # A number by topic would mix semesters.
    Unseen(
        "a topic of another semester could be ranked, and its metrics had no semester",
        "it is left out as an orphan; metrics are those of a semester",
        foreign,
        lambda database, query: (
            query("select reason, count(*) from ops.quarantine where raw like '%jakx%' group by 1"),
            [topic[:4] for _, _, topic, _ in query(f"{RANKINGS} where student_id = 'S2' order by position")],
            [(one.semester_id, one.n, one.s1) for one in show(database) if one.topic_id.startswith("jakx")],
        ),
        ([("orphan", 1)], ["jajp", "jak3", "jad4", "jakn"], [("B", 2, 3)]),
    ),
    # No rank is no first rank.
    Unseen(
        "a topic that nobody ranks had the average 0, and came where the engine's sort left it",
        "it has no average, and comes last, by id",
        lambda: {
            "topics": [
                *TOPICS,
                *({"_id": name, "title": name, "semesterId": "A", "isActive": True} for name in ("b", "a")),
            ]
        },
        lambda database, query: [(one.topic_id, one.n, one.average_position) for one in show(database)][-2:],
        [("a", 0, None), ("b", 0, None)],
    ),
    # What a student wants does not depend on when the log began.
    Unseen(
        "an order older than the log counted only once its student saved again, or all was rebuilt",
        "it counts from the first load on",
        lambda: after(0),
        lambda database, query: {one.topic_id[:4]: (one.n, one.s1) for one in show(database) if one.n},
        {"jajp": (1, 1), "jakn": (1, 1)},
    ),
)  # fmt: skip


@pytest.mark.parametrize("unseen", UNSEEN, ids=lambda one: one.app)
def test_of_rows_that_the_deployment_has_none_of_our_answer_is_known(compute_golden, database, query, unseen):
    compute_golden(**unseen.tables())
    assert unseen.new(database, query) == unseen.new_says


def test_the_documentation_has_these_differences_and_each_with_its_reason():
    text = (ROOT / "docs" / "topics.md").read_text(encoding="utf-8")
    _, section = text.split("## Where the numbers differ from the app's own\n")
    header, rule, *rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line.startswith("|")
    ]
    assert (header, set(rule)) == (["the app's functions", "Cohortline", "why"], {"---"})
    assert [(app, ours) for app, ours, _ in rows] == [(one.app, one.cohortline) for one in (*DIFFERENCES, *UNSEEN)]
    assert all(why for _, _, why in rows)
