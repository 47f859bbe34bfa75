"""Taking a batch back, and what later appends make of it."""

import pytest

from assets.topics.replay import rebuild
from assets.topics.undo import Overtaken, undo
from resources.errors import WrongUse
from tests.integration.topics.conftest import START, TABLES, TOPICS, order

SOON = [order("ana", "t3", "t1", at=60), *TABLES["preferences"][1:]]


@pytest.fixture
def batch_of(query):
    """The batches of a student in a semester, oldest first."""

    def ask(student, semester="autumn"):
        rows = query(
            "select batch_id from core.ranking_events where student_id = :student and semester_id = :semester"
            " group by 1 order by min(sequence)",
            student=student,
            semester=semester,
        )
        return [batch for (batch,) in rows]

    return ask


@pytest.fixture
def changed(landed, append):
    """Ana has saved another order since: t3 and t1 instead of t1, t2 and t3."""
    append()
    landed({"preferences": SOON})
    append()
    return landed


def test_a_batch_taken_back_leaves_what_was_before(changed, database, orders, batch_of):
    assert orders()["autumn", "ana"] == "t3=1 t1=2"
    done = undo(database, batch_of("ana")[-1], "a run")
    assert (done.events, done.rankings, done.is_repeated) == (3, 3, False)
    assert orders()["autumn", "ana"] == "t1=1 t2=2 t3=3"


def test_taking_back_is_a_batch_of_its_own_with_old_and_new_swapped(changed, database, query, batch_of):
    batch = batch_of("ana")[-1]
    done = undo(database, batch, "a run")
    said = "select topic_id, action, position, previous_position from core.ranking_events where batch_id = :batch"
    assert sorted(query(said, batch=batch)) == [
        ("t1", "moved", 2, 1), ("t2", "removed", 0, 2), ("t3", "moved", 1, 3)
    ]  # fmt: skip
    assert sorted(query(said, batch=done.undone_by)) == [
        ("t1", "moved", 1, 2), ("t2", "added", 2, None), ("t3", "moved", 3, 1)
    ]  # fmt: skip
    assert query(
        "select distinct origin, actor_type, undoes, at = cast('2026-03-02T12:00Z' as timestamptz)"
        " from core.ranking_events where batch_id = :batch",
        batch=done.undone_by,
    ) == [("undo", "admin", batch, True)]


def test_a_batch_is_taken_back_once(changed, database, query, batch_of):
    batch = batch_of("ana")[-1]
    done = undo(database, batch, "a run")
    before = query("select count(*) from core.ranking_events")
    again = undo(database, batch, "another run")
    assert (again.is_repeated, again.undone_by, again.events) == (True, done.undone_by, 0)
    assert query("select count(*) from core.ranking_events") == before
    assert query("select run_id from ops.audits where statement = 'undone'") == [("a run",)]


def test_a_batch_that_others_followed_is_refused_by_name(changed, database, query, orders, batch_of):
    before = query("select count(*) from core.ranking_events"), orders()
    first = batch_of("ana")[2]
    with pytest.raises(Overtaken, match="topic t3 of student ana stands at 1, not 3; take those back first"):
        undo(database, first, "a run")
    assert (query("select count(*) from core.ranking_events"), orders()) == before


def test_a_batch_nobody_knows_is_refused(database):
    with pytest.raises(WrongUse, match="no batch nowhere"):
        undo(database, "nowhere", "a run")


def test_a_batch_that_ranks_nothing_is_refused(database, query):
    query(
        "insert into core.ranking_events (event_id, batch_id, event_type, origin, actor_type)"
        " values ('e', 'b', 'TOPIC_CREATED', 'source', 'admin')"
    )
    with pytest.raises(WrongUse, match="batch b changed no ranking"):
        undo(database, "b", "a run")


def test_taking_back_the_taking_back_brings_the_change_again(changed, database, orders, batch_of):
    done = undo(database, batch_of("ana")[-1], "a run")
    undo(database, done.undone_by, "a run")
    assert orders()["autumn", "ana"] == "t3=1 t1=2"


def test_what_the_source_recorded_of_one_instant_is_one_batch(changed, database, query, batch_of):
    # e1 and e2 were made in the same millisecond: a topic each.
    assert query("select count(*) from core.ranking_events where batch_id = :batch", batch=batch_of("ana")[0]) == [(2,)]


def test_what_was_taken_back_stays_so_while_other_orders_change(changed, database, append, orders, batch_of):
    undo(database, batch_of("ana")[-1], "a run")
    changed({"preferences": [*SOON[:1], order("ben", "t4", at=90), *SOON[2:]]})
    done = append()
    assert (done.state, done.events_appended) == ("loaded", 3)
    assert orders()["autumn", "ana"] == "t1=1 t2=2 t3=3"
    assert orders()["autumn", "ben"] == "t4=1"


def test_what_was_taken_back_stays_so_even_if_a_topic_can_no_longer_be_chosen(
    changed, database, append, orders, batch_of
):
    undo(database, batch_of("ana")[-1], "a run")
    changed({"topics": [one | {"isActive": one["_id"] != "t2"} for one in TOPICS]})
    append()
    assert orders()["autumn", "ana"] == "t1=1 t2=2 t3=3"
    assert orders()["autumn", "ben"] == "t1=1"


def test_an_order_saved_after_it_was_taken_back_counts(changed, database, append, orders, batch_of):
    undo(database, batch_of("ana")[-1], "a run")
    changed({"preferences": [order("ana", "t4", at=120), *SOON[1:]]})
    append()
    assert orders()["autumn", "ana"] == "t4=1"


def test_a_student_who_withdraws_after_it_was_taken_back_has_no_rankings(changed, database, append, orders, batch_of):
    undo(database, batch_of("ana")[-1], "a run")
    changed({"preferences": SOON[1:]})
    append()
    assert ("autumn", "ana") not in orders()


def test_an_order_that_had_landed_but_was_not_taken_in_still_counts(changed, database, append, orders, batch_of):
    changed({"preferences": [order("ana", "t4", at=120), *SOON[1:]]})
    undo(database, batch_of("ana")[-1], "a run")
    append()
    assert orders()["autumn", "ana"] == "t4=1"


def test_a_topic_put_in_two_places_at_once_goes_back_to_where_it_was_before_both(
    land_tables, database, append, orders, batch_of
):
    changes = [
        {"_id": f"e{place}", "_creationTime": START + place / 1000, "studentId": "ana", "semesterId": "autumn",
         "topicId": "t1", "action": "moved", "position": float(place)}
        for place in (1, 2)
    ]  # fmt: skip
    land_tables({"topics": TOPICS, "rankingEvents": changes, "preferences": [order("ana", "t2", "t1")]})
    append()
    history, orders_of = batch_of("ana")
    undo(database, orders_of, "a run")
    assert orders() == {("autumn", "ana"): "t1=2"}
    undo(database, history, "a run")
    assert orders() == {}


def test_the_log_replays_to_the_rankings_after_it_was_taken_back(changed, database, batch_of):
    undo(database, batch_of("ana")[-1], "a run")
    done = rebuild(database)
    assert (done.written, done.left) == (0, 0)
