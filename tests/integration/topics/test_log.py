"""What a load means for the log and the rankings."""

import pytest

from assets.landing.land import land
from assets.landing.sources import ALIASES, SOURCES
from assets.topics.log import HISTORY, ORDERS, append
from assets.topics.replay import rebuild, replayed
from resources.snapshot.reader import open_snapshot
from tests.integration.topics.conftest import START, TABLES, TOPICS, change, order, topic

LOG = (
    "select origin, student_id, topic_id, action, position, previous_position from core.ranking_events"
    " where sequence > :after order by sequence"
)


@pytest.fixture
def said(query):
    """What the log says after the event of some number, in order."""

    def ask(after=0):
        return query(LOG, after=after)

    return ask


@pytest.fixture
def newest(query):
    """The number of the newest event."""

    def ask():
        return query("select coalesce(max(sequence), 0) from core.ranking_events")[0][0]

    return ask


@pytest.fixture
def quarantined(query):
    """What the newest append kept apart: table, document and reason."""

    def ask():
        return query(
            "select source_table, document_id, reason from ops.quarantine where load_id = (select max(load_id)"
            " from ops.loads where target = 'core.rankings') order by quarantine_id"
        )

    return ask


@pytest.fixture
def accounts(query):
    """The accounts of the newest append: read, loaded and quarantined of each table."""

    def ask():
        rows = query(
            "select source_table, read, loaded, quarantined from ops.loads"
            " where target in ('core.rankings', 'core.ranking_events') order by load_id, source_table"
        )
        return {table: tuple(numbers) for table, *numbers in rows}

    return ask


def test_the_orders_become_rankings(landed, append, orders):
    done = append()
    assert orders() == {
        ("autumn", "ana"): "t1=1 t2=2 t3=3",
        ("autumn", "ben"): "t2=1 t1=2",
        ("autumn", "cleo"): "t2=1",
        ("spring", "ana"): "s1=1",
    }
    assert (done.state, done.events_appended, done.rankings_written) == ("loaded", 9, 7)
    assert (done.events_in_log, done.rankings_held) == (9, 7)


def test_history_comes_first_and_the_orders_add_what_differs(landed, append, said):
    append()
    assert said() == [
        ("source", "ana", "t2", "added", 1, None),
        ("source", "ana", "t1", "added", 2, None),
        ("source", "ana", "t2", "moved", 2, 1),
        ("source", "ana", "t1", "moved", 1, 2),
        ("preferences", "ana", "t3", "added", 3, None),
        ("preferences", "ben", "t2", "added", 1, None),
        ("preferences", "ben", "t1", "added", 2, None),
        ("preferences", "cleo", "t2", "added", 1, None),
        ("preferences", "ana", "s1", "added", 1, None),
    ]


def test_a_ranking_is_stamped_with_what_gave_it_its_place(landed, append, query):
    append()
    assert query(
        "select topic_id, extract(epoch from updated_at) * 1000 - :start, previous_position, event_id in ("
        " select event_id from core.ranking_events where origin = 'source') from core.rankings"
        " where student_id = 'ana' and semester_id = 'autumn' order by 1",
        start=START,
    ) == [("t1", -600_000, 2, True), ("t2", -600_000, 1, True), ("t3", 0, None, False)]


def test_a_second_append_changes_nothing(landed, append, query):
    everything = "select * from core.ranking_events order by sequence", "select * from core.rankings order by 1, 2, 3"
    append()
    before = [query(one) for one in everything]
    done = append()
    assert (done.state, done.events_appended, done.rankings_written) == ("unchanged", 0, 0)
    assert [query(one) for one in everything] == before


def test_the_same_landed_again_under_another_load_changes_nothing(landed, append, query, newest):
    append()
    before, rows = newest(), query("select * from core.rankings order by 1, 2, 3")
    query("update ops.loads set load_id = load_id + 1000 where target = 'landing.topics'")
    done = append()
    assert (done.state, done.events_appended, done.rankings_written) == ("loaded", 0, 0)
    assert (newest(), query("select * from core.rankings order by 1, 2, 3")) == (before, rows)


def test_ids_are_the_same_in_another_warehouse(landed, append, query):
    ids = "select event_id, batch_id from core.ranking_events order by sequence"
    append()
    before = query(ids)
    query("delete from core.ranking_events")
    query("delete from core.rankings")
    query("delete from ops.loads where target like 'core.%'")
    append()
    assert query(ids) == before


def test_a_zone_of_the_server_makes_no_other_ids(landed, append, query, database):
    append()
    before = query("select event_id from core.ranking_events order by 1")
    query("delete from core.ranking_events")
    query("delete from core.rankings")
    query("delete from ops.loads where target like 'core.%'")
    query(f"alter database {database.url.database} set timezone to 'Asia/Tokyo'")
    database.close()
    append()
    assert query("select event_id from core.ranking_events order by 1") == before


def test_a_later_load_appends_only_what_it_means(landed, append, said, newest, orders):
    append()
    before = newest()
    landed({"preferences": [order("ana", "t3", "t1", "t4", at=60), *TABLES["preferences"][1:]]})
    done = append()
    assert said(before) == [
        ("preferences", "ana", "t2", "removed", 0, 2),
        ("preferences", "ana", "t3", "moved", 1, 3),
        ("preferences", "ana", "t1", "moved", 2, 1),
        ("preferences", "ana", "t4", "added", 3, None),
    ]
    assert (done.events_appended, done.rankings_written) == (4, 4)
    assert orders()["autumn", "ana"] == "t3=1 t1=2 t4=3"


def test_a_students_change_is_one_batch(landed, append, query):
    append()
    assert query(
        "select count(distinct batch_id), count(distinct (semester_id, student_id)) from core.ranking_events"
        " where origin = 'preferences'"
    ) == [(4, 4)]


def test_what_the_source_recorded_of_the_change_leaves_nothing_to_add(landed, append, said, newest):
    append()
    before = newest()
    landed(
        {
            "preferences": [*TABLES["preferences"][:2], order("cleo", "t4", "t2", at=60), *TABLES["preferences"][3:]],
            "rankingEvents": [
                *TABLES["rankingEvents"],
                change("e5", "cleo", "t4", "added", 1.0, at=60),
                change("e6", "cleo", "t2", "moved", 2.0, 7.0, at=60.001),
            ],
        }
    )
    append()
    # The place before is the log's, whatever the source says.
    assert said(before) == [("source", "cleo", "t4", "added", 1, None), ("source", "cleo", "t2", "moved", 2, 1)]


def test_history_that_comes_late_is_set_right_under_another_id(landed, append, said, newest, orders, query):
    append()
    before, wanted = newest(), orders()
    for number in range(1, 4):
        late = [change(f"late{n}", "cleo", "t2", "moved", 4.0, at=-99 + n) for n in range(number)]
        landed({"rankingEvents": [*TABLES["rankingEvents"], *late]})
        append()
        assert orders() == wanted
    assert said(before) == [("source", "cleo", "t2", "moved", 4, 1), ("preferences", "cleo", "t2", "moved", 1, 4)] * 3
    assert query("select count(distinct event_id) = count(*) from core.ranking_events") == [(True,)]


def test_history_that_left_the_source_stays(landed, append, newest):
    append()
    before = newest()
    landed({"rankingEvents": TABLES["rankingEvents"][:1]})
    done = append()
    assert (newest(), done.events.read, done.events.loaded) == (before, 1, 1)


@pytest.mark.parametrize(
    "fields",
    [
        {"action": "shuffled"},
        {"action": None},
        {"action": "added", "position": None},
        {"action": "added", "position": 0.0},
        {"action": "moved", "position": -1.0},
        {"action": "moved", "position": 2.5},
        {"action": "moved", "position": 1e300},
        {"action": "removed", "position": 1.0},
        {"action": "removed", "position": 0.5},
        {"action": "added", "position": 1.0, "previousPosition": -1.0},
        {"action": "added", "position": 1.0, "previousPosition": 1.5},
    ],
)
def test_a_change_that_cannot_be_used_is_kept_apart(land_tables, append, fields, query, quarantined, accounts):
    bad = {name: value for name, value in (change("bad", "ana", "t1", "x", 1.0) | fields).items() if value is not None}
    land_tables(
        {"topics": TOPICS, "preferences": [], "rankingEvents": [bad, change("good", "ana", "t1", "added", 1.0)]}
    )
    append()
    assert quarantined() == [(HISTORY, "bad", "wrong_type")]
    assert accounts()[HISTORY] == (2, 1, 1)
    assert query("select count(*) from core.ranking_events where origin = 'source'") == [(1,)]
    assert query("select raw::jsonb ->> 'student_id' from ops.quarantine") == [("ana",)]


def test_a_change_that_says_something_else_later_stays_as_it_came_and_is_kept_apart(
    land_tables, append, said, quarantined, accounts
):
    first = change("e", "ana", "t1", "added", 1.0)
    land_tables({"topics": TOPICS, "rankingEvents": [first]})
    append()
    before = said()
    for edited in (first | {"position": 3.0}, first | {"action": "jumped"}, first | {"position": 2.5}):
        land_tables({"topics": TOPICS, "rankingEvents": [edited]})
        append()
        assert said() == before
        assert quarantined() == [(HISTORY, "e", "conflict")]
        assert accounts()[HISTORY] == (1, 0, 1)
    land_tables({"topics": TOPICS, "rankingEvents": [first]})
    append()
    assert (said(), quarantined(), accounts()[HISTORY]) == (before, [], (1, 1, 0))


@pytest.mark.parametrize("value", ["nan", "inf", "-inf"])
def test_a_change_at_a_place_that_is_no_number_is_kept_apart(landed, append, query, quarantined, value):
    query(f"update landing.ranking_events set position = '{value}' where id = 'e1'")
    append()
    assert quarantined() == [(HISTORY, "e1", "wrong_type")]


@pytest.mark.parametrize(
    ("position", "previous"), [(None, None), (0.0, None), (0.0, 0.0), (0.0, 3.0)], ids=["none", "zero", "both", "three"]
)
def test_a_removal_may_or_may_not_say_its_place(land_tables, append, said, position, previous):
    land_tables(
        {
            "topics": TOPICS,
            "preferences": [],
            "rankingEvents": [
                change("e1", "ana", "t1", "added", 3.0),
                change("e2", "ana", "t1", "removed", position, previous, at=1),
            ],
        }
    )
    append()
    assert said() == [("source", "ana", "t1", "added", 3, None), ("source", "ana", "t1", "removed", 0, 3)]


def test_a_change_made_at_no_time_a_calendar_has_is_without_one(landed, append, query):
    query("update landing.ranking_events set creation_time = 1e300 where id = 'e1'")
    append()
    assert query("select count(*) from core.ranking_events where at is null and origin = 'source'") == [(1,)]


def test_changes_of_one_instant_are_taken_in_the_order_of_their_ids(land_tables, append, said):
    changes = [change(name, "ana", "t1", "moved", float(place)) for place, name in ((1, "b"), (2, "a"), (3, "B"))]
    land_tables({"topics": TOPICS, "rankingEvents": changes, "preferences": []})
    append()
    assert [(position, before) for *_, position, before in said()] == [(3, None), (2, 3), (1, 2), (0, 1)]


@pytest.mark.parametrize("name", ["off", "deleted", "s1", "nowhere"])
def test_a_topic_that_is_no_active_one_of_the_semester_is_left_out(
    land_tables, append, orders, quarantined, accounts, name
):
    land_tables({"topics": TOPICS, "preferences": [order("ana", "t1", name, "t2")]})
    append()
    assert orders() == {("autumn", "ana"): "t1=1 t2=2"}
    assert quarantined() == [(ORDERS, "ana autumn", "orphan")]
    assert accounts()[ORDERS] == (3, 2, 1)


def test_a_topic_named_twice_counts_where_it_is_named_first(land_tables, append, orders, quarantined, query):
    land_tables({"topics": TOPICS, "preferences": [order("ana", "t2", "t1", "t2", "t2", "t3")]})
    append()
    assert orders() == {("autumn", "ana"): "t2=1 t1=2 t3=3"}
    assert quarantined() == [(ORDERS, "ana autumn", "repeated_topic")] * 2
    assert query("select raw::jsonb -> 'place' from ops.quarantine order by 1") == [(3,), (4,)]


def test_a_topic_that_cannot_be_chosen_is_no_repetition(land_tables, append, quarantined):
    land_tables({"topics": TOPICS, "preferences": [order("ana", "off", "off")]})
    append()
    assert quarantined() == [(ORDERS, "ana autumn", "orphan")] * 2


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (order("ana", "t1", at=2, name="a"), order("ana", "t2", "t3", at=1, name="b")),
        (order("ana", "t1", at=1, name="b"), order("ana", "t2", "t3", at=1, name="a")),
        (order("ana", "t1", at=1, name="a"), order("ana", "t2", "t3", name="b", lastUpdated=None)),
        (order("ana", "t1", name="b", lastUpdated=None), order("ana", "t2", "t3", name="a", lastUpdated=None)),
    ],
    ids=["later", "larger id", "the other has no instant", "neither has one"],
)
def test_of_two_orders_one_wins_and_the_other_is_kept_apart(
    land_tables, append, orders, quarantined, accounts, first, second
):
    rows = [{name: value for name, value in one.items() if value is not None} for one in (second, first)]
    land_tables({"topics": TOPICS, "preferences": rows})
    append()
    assert orders() == {("autumn", "ana"): "t1=1"}
    assert quarantined() == [(ORDERS, second["_id"], "superseded")] * 2
    assert accounts()[ORDERS] == (3, 1, 2)


def test_an_order_that_wins_may_be_empty(land_tables, append, orders):
    land_tables({"topics": TOPICS, "preferences": [order("ana", "t1", name="a"), order("ana", at=1, name="b")]})
    append()
    assert orders() == {}


def test_an_order_without_an_instant_counts(land_tables, append, orders, query):
    one = order("ana", "t1")
    del one["lastUpdated"]
    land_tables({"topics": TOPICS, "preferences": [one]})
    append()
    assert orders() == {("autumn", "ana"): "t1=1"}
    assert query("select at from core.ranking_events") == [(None,)]


def test_a_student_who_withdraws_has_no_rankings_from_then_on(landed, append, orders, query, newest):
    append()
    before = newest()
    landed({"preferences": TABLES["preferences"][1:]})
    append()
    assert ("autumn", "ana") not in orders()
    assert query(
        "select distinct action, extract(epoch from at) = extract(epoch from cast('2026-03-02T12:00Z' as timestamptz))"
        " from core.ranking_events where sequence > :after",
        after=before,
    ) == [("removed", True)]
    landed({"preferences": TABLES["preferences"]})
    append()
    assert orders()["autumn", "ana"] == "t1=1 t2=2 t3=3"


def test_a_student_with_history_and_no_order_has_no_rankings(land_tables, append, orders, said):
    land_tables({"topics": TOPICS, "preferences": [], "rankingEvents": TABLES["rankingEvents"][:1]})
    append()
    assert orders() == {}
    assert said() == [("source", "ana", "t2", "added", 1, None), ("preferences", "ana", "t2", "removed", 0, 1)]


def test_a_topic_switched_off_leaves_the_orders_and_comes_back_under_other_ids(landed, append, orders, query):
    append()
    before = orders()
    for _ in range(3):
        landed({"topics": [one | {"isActive": one["_id"] != "t2"} for one in TOPICS]})
        append()
        assert orders()["autumn", "ana"] == "t1=1 t3=2"
        assert ("autumn", "cleo") not in orders()
        landed({"topics": TOPICS})
        append()
        assert orders() == before
    assert query("select count(*) from core.ranking_events where student_id = 'cleo'") == [(7,)]
    assert query("select count(distinct event_id) = count(*) from core.ranking_events") == [(True,)]


def test_a_topic_that_moves_to_another_semester_leaves_the_orders(landed, append, orders):
    append()
    landed({"topics": [topic("t2", "spring"), *(one for one in TOPICS if one["_id"] != "t2")]})
    append()
    assert orders()["autumn", "ben"] == "t1=1"


def test_without_any_table_there_is_nothing(append, orders):
    assert append().events_appended == 0
    assert orders() == {}


def test_one_run_may_land_and_append_and_keeps_the_accounts_of_both(database, make_snapshot, query):
    with open_snapshot(make_snapshot(TABLES), ALIASES) as snapshot:
        for source in SOURCES:
            if source.name in snapshot.tables:
                land(database, snapshot, source, "a run")
    done = append(database, "a run")
    assert query(
        "select source_table, target from ops.loads where load_id = :load order by 1, 2", load=done.load_id
    ) == [
        ("landing.ranking_events", "core.ranking_events"),
        ("preferences", "landing.preferences"),
        ("preferences.topicOrder", "core.rankings"),
        ("rankingEvents", "landing.ranking_events"),
        ("topics", "landing.topics"),
    ]
    later = append(database, "another run", continued=done.load_id)
    assert (later.state, later.load_id > done.load_id) == ("unchanged", True)


def test_a_run_that_goes_on_with_a_load_shares_its_number(landed, database, query):
    ((load,),) = query("select max(load_id) from ops.loads")
    assert append(database, "a run", continued=load).load_id == load


def test_an_append_that_fails_writes_nothing_and_says_so(landed, append, query):
    query("alter table core.rankings add constraint no check (topic_id <> 't3')")
    with pytest.raises(Exception, match="no"):
        append()
    assert query("select count(*) from core.ranking_events") == [(0,)]
    assert query("select distinct state from ops.loads where target like 'core.%'") == [("failed",)]
    query("alter table core.rankings drop constraint no")
    assert append().rankings_written == 7


def test_the_rankings_are_made_anew_from_the_log_alone(landed, append, database, query):
    append()
    rows = query("select * from core.rankings order by 1, 2, 3")
    assert replayed(database) == rows
    query("delete from core.rankings where student_id = 'ben'")
    query("update core.rankings set position = 9, updated_at = null where student_id = 'cleo'")
    query("insert into core.rankings (semester_id, student_id, topic_id, position, event_id)"
          " values ('autumn', 'nobody', 't1', 1, 'e')")  # fmt: skip
    done = rebuild(database)
    assert (done.rows, done.written, done.left) == (7, 3, 1)
    assert query("select * from core.rankings order by 1, 2, 3") == rows
    assert (rebuild(database).written, rebuild(database).left) == (0, 0)


def test_rankings_that_were_lost_are_made_anew(landed, append, database, query):
    append()
    rows = query("select * from core.rankings order by 1, 2, 3")
    query("delete from core.rankings")
    assert rebuild(database).written == 7
    assert query("select * from core.rankings order by 1, 2, 3") == rows
    assert query("select count(*) from pg_indexes where schemaname = 'core' and tablename = 'rankings'") == [(2,)]


def test_the_log_keeps_its_keys(landed, append, query):
    keys = "select indexname from pg_indexes where tablename in ('rankings', 'ranking_events') order by 1"
    before = query(keys)
    append()
    assert query(keys) == before
