"""Each quirk of the topic tables is really there."""

from collections import Counter, defaultdict

import pytest

from samples.quirks import TOPICS

NAN = {"$float": "AAAAAAAA+H8="}


class Topics:
    """Preferences, topics and events, joined the slow way."""

    def __init__(self, demo):
        self.topics = demo.index("topics")
        self.preferences = [row for row in demo.documents["preferences"] if isinstance(row["topicOrder"], list)]
        self.unreadable = [row for row in demo.documents["preferences"] if not isinstance(row["topicOrder"], list)]
        self.events = demo.documents["rankingEvents"]
        self.assignments = demo.documents["assignments"]
        self.users = demo.index("users")

    def naming(self, test):
        """Preferences that name a topic for which the test holds."""
        return [row for row in self.preferences if any(test(row, self.topics.get(name)) for name in row["topicOrder"])]

    def orders(self):
        return {(row["studentId"], row["semesterId"]): row["topicOrder"] for row in self.preferences}

    def logged(self):
        """Topics that the log speaks of, per student and semester."""
        spoken = defaultdict(set)
        for event in self.events:
            spoken[event["studentId"], event["semesterId"]].add(event.get("topicId"))
        return spoken


@pytest.fixture(scope="module")
def topics(demo):
    return Topics(demo)


def bunched(topics):
    ranked = [len(row["topicOrder"]) for row in topics.preferences if row["semesterId"] == "2026-autumn"]
    offered = [row for row in topics.topics.values() if row["semesterId"] == "2026-autumn" and row["isActive"]]
    return len(ranked) > 50 and set(ranked) == {3} and len(offered) >= 20


FOUND = {
    "two preference rows of a student": lambda topics: [
        pair
        for pair, count in Counter((row["studentId"], row["semesterId"]) for row in topics.preferences).items()
        if count > 1
    ],
    "topic named twice": lambda topics: [
        row for row in topics.preferences if len(set(row["topicOrder"])) < len(row["topicOrder"])
    ],
    "inactive topic in an order": lambda topics: topics.naming(lambda row, topic: topic and not topic["isActive"]),
    "topic of another semester": lambda topics: topics.naming(
        lambda row, topic: topic and topic["semesterId"] != row["semesterId"]
    ),
    "lost topic in an order": lambda topics: topics.naming(lambda row, topic: topic is None),
    "empty order": lambda topics: [row for row in topics.preferences if not row["topicOrder"]],
    "order of a wrong type": lambda topics: topics.unreadable,
    "position not whole": lambda topics: [event for event in topics.events if event["position"] == 2.5],
    "position NaN": lambda topics: [event for event in topics.events if event["position"] == NAN],
    "position negative": lambda topics: [event for event in topics.events if event["position"] == -1.0],
    "unknown action": lambda topics: [
        event for event in topics.events if event["action"] not in {"added", "moved", "removed"}
    ],
    "event without topic": lambda topics: [event for event in topics.events if "topicId" not in event],
    "log shorter than the order": lambda topics: [
        pair for pair, spoken in topics.logged().items() if len(spoken) < len(topics.orders().get(pair, []))
    ],
    "few ranked of many": bunched,
    "assignment outside the order": lambda topics: [row for row in topics.assignments if "originalRank" not in row],
}


@pytest.mark.parametrize("quirk", TOPICS, ids=lambda quirk: quirk.name)
def test_the_quirk_of_the_topics_is_there(topics, quirk):
    assert FOUND[quirk.name](topics)


def test_an_assigned_topic_is_the_one_at_its_rank(topics):
    orders = topics.orders()
    ranked = [row for row in topics.assignments if "originalRank" in row]
    first = {row["studentId"]: row for row in ranked}
    latest = [orders[student, "2025-autumn"] for student in first]
    agree = [
        row["topicId"] == order[int(row["originalRank"]) - 1] for row, order in zip(first.values(), latest, strict=True)
    ]
    # The one student with two preference rows may have changed their mind.
    assert agree.count(False) <= 1


def test_students_are_users(topics):
    assert {row["studentId"] for row in topics.preferences} <= set(topics.users)
    assert {event["studentId"] for event in topics.events} <= set(topics.users)


def test_regular_events_of_a_student_and_topic_follow_each_other(topics):
    held = defaultdict(float)
    for event in sorted(topics.events, key=lambda event: event["_creationTime"]):
        if event["action"] in {"moved", "removed"}:
            key = (event["studentId"], event["semesterId"], event["topicId"])
            assert event["previousPosition"] == held[key]
        if "topicId" in event:
            held[event["studentId"], event["semesterId"], event["topicId"]] = event["position"]
