"""Topics of two semesters and who wants them, landed in a fresh warehouse, and taken into the log."""

import itertools

import pytest

from assets.landing.land import land
from assets.landing.sources import ALIASES, SOURCES
from resources.snapshot.reader import open_snapshot

# Epoch milliseconds: a day in October 2025.
START = 1_760_000_000_000.0
MINUTE = 60_000.0


def topic(name, semester="autumn", *, active=True, **fields):
    """A topic that can be chosen, unless told otherwise."""
    return {"_id": name, "title": f"Topic {name}", "semesterId": semester, "isActive": active} | fields


def order(student, *topics, at=0, semester="autumn", name=None, **fields):
    """A student's order, saved so many minutes after the start."""
    return {
        "_id": name or f"{student} {semester}", "studentId": student, "semesterId": semester,
        "topicOrder": list(topics), "lastUpdated": START + at * MINUTE,
    } | fields  # fmt: skip


def change(name, student, topic_id, action, position, previous=None, *, at=0, semester="autumn"):
    """A change that the source recorded, so many minutes after the start."""
    document = {
        "_id": name, "_creationTime": START + at * MINUTE, "studentId": student, "semesterId": semester,
        "topicId": topic_id, "action": action, "position": position, "previousPosition": previous,
    }  # fmt: skip
    return {key: value for key, value in document.items() if value is not None}


# Autumn has four active topics and two that cannot be chosen, spring one.
TOPICS = [
    topic("t1"),
    topic("t2"),
    topic("t3"),
    topic("t4"),
    topic("off", active=False),
    topic("deleted", deletedAt=START),
    topic("s1", "spring"),
]
TABLES = {
    "topics": TOPICS,
    "preferences": [
        order("ana", "t1", "t2", "t3"),
        order("ben", "t2", "t1", at=1),
        order("cleo", "t2", at=2),
        order("ana", "s1", at=3, semester="spring"),
        order("none", at=4),
    ],
    "rankingEvents": [
        change("e1", "ana", "t2", "added", 1.0, at=-20),
        change("e2", "ana", "t1", "added", 2.0, at=-20),
        change("e3", "ana", "t2", "moved", 2.0, 1.0, at=-10),
        change("e4", "ana", "t1", "moved", 1.0, 2.0, at=-10),
    ],
}


@pytest.fixture
def land_tables(database, make_snapshot):
    """Lands tables, each time as a load of its own."""
    numbers = itertools.count(1)

    def go(tables):
        name = f"load-{next(numbers)}"
        with open_snapshot(make_snapshot(tables, name), ALIASES) as snapshot:
            for source in SOURCES:
                if source.name in snapshot.tables:
                    land(database, snapshot, source, name)

    return go


@pytest.fixture
def landed(land_tables):
    """The topics and orders, landed; lands what is given besides."""
    land_tables(TABLES)
    return land_tables


@pytest.fixture
def append(database):
    """Takes what is landed into the log and the rankings, each time as a run of its own."""
    from assets.topics.log import append as take_in

    numbers = itertools.count(1)

    def go():
        return take_in(database, f"append-{next(numbers)}")

    return go


@pytest.fixture
def orders(query):
    """The rankings as they stand: of each semester and student the topics in order, with their positions."""

    def read():
        rows = query(
            "select semester_id, student_id, array_agg(topic_id || '=' || position order by position, topic_id)"
            " from core.rankings group by 1, 2 order by 1, 2"
        )
        return {(semester, student): " ".join(topics) for semester, student, topics in rows}

    return read
