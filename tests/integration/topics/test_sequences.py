"""Whatever comes in whatever order: the log replays to the rankings, those are the orders, and the metrics follow."""

import itertools
import json
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets.topics.door import receive
from assets.topics.log import append
from assets.topics.metrics import refresh_metrics
from assets.topics.replay import replayed
from assets.topics.undo import Overtaken, undo
from tests.integration.topics.conftest import START, change, order, topic

STUDENTS = ("ana", "ben")
NAMES = ("t1", "t2", "t3")
students, topics = st.sampled_from(STUDENTS), st.sampled_from(NAMES)
wanted = st.lists(st.sampled_from((*NAMES, "ghost")), max_size=4)
# An order that stays, one that is saved at some minute, or one that leaves the source.
saved = st.fixed_dictionaries({"topics": wanted, "at": st.integers(0, 2)})
recorded = st.tuples(students, topics, st.integers(0, 3), st.integers(-5, 5))
STEPS = st.lists(
    st.fixed_dictionaries(
        {
            "orders": st.dictionaries(students, st.none() | saved),
            "twin": st.none() | saved,
            "active": st.sets(topics, min_size=1),
            "recorded": st.lists(recorded, max_size=2),
            "received": st.none() | recorded,
            "undone": st.none() | st.integers(0, 30),
        }
    ),
    min_size=1,
    max_size=5,
)

# Topics whose last place in a batch is not where they stand now.
STANDS_ELSEWHERE = """
with net as (
    select distinct on (semester_id, student_id, topic_id) * from core.ranking_events
    where batch_id = :batch order by semester_id, student_id, topic_id, sequence desc
)
select count(*) from net left join core.rankings as now using (semester_id, student_id, topic_id)
where coalesce(now.position, 0) <> net.position
"""
METRICS = [
    f"select to_jsonb(row) - 'updated_at' from stats.{table} as row order by semester_id, topic_id, {more}"
    for table, more in (("topic_metrics", "n"), ("topic_distribution", "position"))
]
OF_STUDENTS = "select * from core.rankings where student_id = any(:students) order by 1, 2, 3"


@dataclass
class School:
    """What the source holds, and whose state a taking back keeps."""

    orders: dict = field(default_factory=dict)
    history: list = field(default_factory=list)
    held: set = field(default_factory=set)

    def follow(self, step):
        """Change as the step says; what touches a student frees them."""
        rows = step["orders"] | ({"ana twin": step["twin"]} if step["twin"] else {})
        for name, one in rows.items():
            if self.orders.get(name) != one:
                self.held.discard(name.split()[0])
            self.orders[name] = one
        for student, name, position, at in step["recorded"]:
            self.held.discard(student)
            action = "moved" if position else "removed"
            self.history.append(change(f"e{len(self.history)}", student, name, action, float(position), at=at / 60_000))

    def tables(self, active):
        rows = [
            order(name.split()[0], *one["topics"], at=one["at"], name=name, _creationTime=START)
            for name, one in self.orders.items()
            if one
        ]
        return {
            "topics": [topic(name, active=name in active, _creationTime=START) for name in NAMES],
            "preferences": rows,
            "rankingEvents": self.history,
        }

    def expected(self, student, active):
        """The topics that a student's order comes to."""
        own = [(one["at"], name, one) for name, one in self.orders.items() if one and name.split()[0] == student]
        given_topics = max(own, key=lambda one: one[:2])[2]["topics"] if own else []
        return [name for name in dict.fromkeys(given_topics) if name in active]


@pytest.fixture
def empty(query):
    """Forgets everything that was landed, appended and accounted for."""

    def go():
        query(
            "truncate core.rankings, core.ranking_events, landing.topics, landing.preferences, landing.ranking_events,"
            " ops.loads, ops.quarantine, ops.audits, stats.topic_metrics, stats.topic_distribution"
        )

    return go


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_the_log_replays_to_the_rankings_those_are_the_orders_and_the_metrics_follow(
    steps, empty, land_tables, database, query
):
    empty()
    school, runs = School(), itertools.count()
    for step in steps:
        school.follow(step)
        land_tables(school.tables(step["active"]))
        kept = query(OF_STUDENTS, students=list(school.held))
        done = append(database, f"append-{next(runs)}")
        rankings = query("select * from core.rankings order by 1, 2, 3")
        assert replayed(database) == rankings
        assert query(OF_STUDENTS, students=list(school.held)) == kept
        for student in () if done.state == "unchanged" else STUDENTS:
            if student not in school.held:
                places = sorted((row[3], row[2]) for row in rankings if row[1] == student)
                assert places == list(enumerate(school.expected(student, step["active"]), start=1))
        if step["received"]:
            _receive(database, school, step["received"])
        if step["undone"] is not None:
            _undo(database, query, school, step["undone"])
        assert replayed(database) == query("select * from core.rankings order by 1, 2, 3")
        assert query("select count(*) from core.ranking_events where previous_position = 0") == [(0,)]
        refresh_metrics(database, "a run")
    incremental = [query(table) for table in METRICS]
    query("truncate stats.topic_metrics, stats.topic_distribution")
    refresh_metrics(database, "a run", everything=True)
    assert [query(table) for table in METRICS] == incremental


def _receive(database, school, one):
    student, name, position, at = one
    update = {"topicId": name, "oldPos": 9, "newPos": position or None}
    event = {
        "event_type": "RANKINGS_BATCH_UPDATED", "actor_id": student, "actor_type": "student", "at": START + at,
        "payload": {"studentId": student, "updates": [update]},
    }  # fmt: skip
    if receive(database, [json.dumps(event).encode()], "a run").events_appended:
        school.held.discard(student)


def _undo(database, query, school, number):
    batches = query(
        "select batch_id, min(student_id) from core.ranking_events where event_type = 'RANKINGS_BATCH_UPDATED'"
        " group by 1 order by min(sequence)"
    )
    if batches:
        batch, student = batches[number % len(batches)]
        is_refused = query(STANDS_ELSEWHERE, batch=batch) != [(0,)]
        is_known = query("select count(*) from core.ranking_events where undoes = :batch", batch=batch) != [(0,)]
        if is_refused and not is_known:
            with pytest.raises(Overtaken, match="take those back first"):
                undo(database, batch, "a run")
        elif not undo(database, batch, "a run").is_repeated:
            school.held.add(student)
