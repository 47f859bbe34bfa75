"""The metrics of topics: computed, kept up to date from the log, shown, and checked."""

from datetime import timedelta

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from assets.topics import verify
from assets.topics.metrics import refresh_metrics, show
from assets.topics.trends import refresh_trends, trend
from tests.conftest import AS_OF

EMPTY = (
    "truncate landing.topics, core.rankings, core.ranking_events, ops.audits,"
    " stats.topic_metrics, stats.topic_distribution, stats.topic_trends"
)
RECOUNTS = (verify.metrics_verdict, verify.distribution_verdict, verify.trends_verdict)
VERDICTS = (*RECOUNTS, verify.aggregates_verdict, verify.staleness_verdict, verify.bounds_verdict)


@pytest.fixture
def offer(query):
    """Lets topics of a semester be chosen, or no more."""

    def go(*topics, semester="autumn", active=True):
        for one in topics:
            query(
                "insert into landing.topics (id, creation_time, title, semester_id, is_active, load_id)"
                " values (:id, 0, upper(:id), :semester, :active, 1)"
                " on conflict (id) do update set is_active = :active, semester_id = :semester",
                id=one, semester=semester, active=active,
            )  # fmt: skip

    return go


@pytest.fixture
def rank(query):
    """Gives a student an order of topics; the log says what changed."""

    def go(student, *topics, semester="autumn"):
        key = {"student": student, "semester": semester}
        old = dict(query(
            "select topic_id, position from core.rankings"
            " where semester_id = :semester and student_id = :student", **key
        ))  # fmt: skip
        new = {topic: place for place, topic in enumerate(topics, start=1)}
        for topic in sorted(old | new):
            if old.get(topic) != new.get(topic):
                query(
                    "insert into core.ranking_events (event_id, batch_id, event_type, origin, actor_type, semester_id,"
                    " student_id, topic_id, position, previous_position)"
                    " select 'e' || count(*), 'b', 'RANKINGS_BATCH_UPDATED', 'preferences', 'student', :semester,"
                    " :student, :topic, :position, :previous from core.ranking_events",
                    topic=topic, position=new.get(topic, 0), previous=old.get(topic), **key,
                )  # fmt: skip
        query("delete from core.rankings where semester_id = :semester and student_id = :student", **key)
        for topic, position in new.items():
            query(
                "insert into core.rankings (semester_id, student_id, topic_id, position, event_id)"
                " values (:semester, :student, :topic, :position, 'e')",
                topic=topic, position=position, **key,
            )  # fmt: skip

    return go


@pytest.fixture
def refresh(database):
    """Brings the metrics up to date, so many minutes after the instant that stands for now."""

    def go(*, minutes=0, everything=False):
        database.as_of = AS_OF + timedelta(minutes=minutes)
        return refresh_metrics(database, "a run", everything=everything)

    return go


@pytest.fixture
def stored(query):
    """The metrics and their distribution as they stand, but for when they last changed."""

    def read():
        return [
            query(f"select to_jsonb(one) - 'updated_at' from stats.{table} as one order by 1")
            for table in ("topic_metrics", "topic_distribution")
        ]

    return read


@pytest.fixture
def computed(offer, rank, refresh, database):
    """Two semesters with their metrics."""
    offer("a", "b", "c", "d", "e", "off")
    offer("off", active=False)
    offer("s", semester="spring")
    rank("ana", "a", "b", "c")
    rank("ben", "a", "c", "b", "d")
    rank("cid", "b")
    rank("ana", "s", semester="spring")
    done = refresh()
    refresh_trends(database)
    return done


def test_metrics_are_those_of_the_rankings(computed, query):
    assert query(
        "select topic_id, n, s1, s2, t, average_position, round(standard_deviation::numeric, 6)::text,"
        " competition_category, percentile from stats.topic_metrics order by 1"
    ) == [
        ("a", 2, 2, 2, 5, 1.0, "0.000000", "very-high", 87.5),
        ("b", 3, 6, 14, 5, 2.0, "0.816497", "high", 62.5),
        ("c", 2, 5, 13, 5, 2.5, "0.500000", "medium", 37.5),
        ("d", 1, 4, 16, 5, 4.0, "0.000000", "low", 12.5),
        ("e", 0, 0, 0, 5, None, None, None, None),
        ("s", 1, 1, 1, 1, 1.0, "0.000000", "low", 50.0),
    ]  # fmt: skip
    assert query(
        "select topic_id, array_agg(count order by position) from stats.topic_distribution group by 1 order by 1"
    ) == [
        ("a", [2, 0, 0, 0, 0]), ("b", [1, 1, 1, 0, 0]), ("c", [0, 1, 1, 0, 0]), ("d", [0, 0, 0, 1, 0]),
        ("e", [0, 0, 0, 0, 0]), ("s", [1]),
    ]  # fmt: skip
    assert (computed.rows, computed.written, computed.events, computed.semesters, computed.topics) == (6, 6, 5, 2, 6)
    assert (computed.distribution_rows, computed.distribution_written) == (26, 26)


def test_equal_averages_share_a_percentile_and_are_listed_by_topic(database, offer, rank, refresh):
    offer("a", "b", "c")
    rank("ana", "b", "a", "c")
    rank("ben", "a", "b", "c")
    refresh()
    assert [(one.topic_id, one.percentile) for one in show(database)] == [
        ("a", pytest.approx(200 / 3)), ("b", pytest.approx(200 / 3)), ("c", pytest.approx(50 / 3)),
    ]  # fmt: skip


def test_a_position_beyond_the_number_of_topics_has_its_place_until_it_goes(offer, rank, refresh, query, database):
    offer("a", "b")
    rank("ana", "x", "y", "a")
    refresh()
    places = "select topic_id, array_agg(count order by position) from stats.topic_distribution group by 1 order by 1"
    assert query(places) == [("a", [0, 0, 1]), ("b", [0, 0])]
    rank("ana", "a")
    done = refresh()
    assert query(places) == [("a", [1, 0]), ("b", [0, 0])]
    assert (done.distribution_written, done.distribution_left) == (1, 1)
    assert all(one(database).passed for one in VERDICTS if one is not verify.trends_verdict)


def test_a_second_refresh_writes_nothing(computed, refresh, stored):
    before = stored()
    done = refresh(minutes=1)
    assert (done.written, done.left, done.distribution_written, done.distribution_left, done.events) == (0, 0, 0, 0, 0)
    assert (done.semesters, done.topics) == (0, 0)
    done = refresh(minutes=2, everything=True)
    assert (done.written, done.distribution_written, done.events, done.topics) == (0, 0, 0, 6)
    assert stored() == before


def test_only_topics_that_moved_are_counted_anew_and_only_what_changed_is_written(computed, rank, refresh, query):
    rank("cid", "d")
    done = refresh(minutes=1)
    assert (done.semesters, done.topics) == (1, 2)
    # Of four ranked topics all keep their places but b and d, which stay where they were among the others.
    assert (done.written, done.events) == (2, 2)
    assert done.distribution_written == 2
    assert query("select topic_id from stats.topic_metrics where updated_at > :at order by 1", at=AS_OF) == [
        ("b",), ("d",)
    ]  # fmt: skip


def test_a_topic_that_nobody_ranked_before_moves_the_percentiles_of_all(computed, rank, refresh):
    rank("dan", "e")
    done = refresh(minutes=1)
    assert done.topics == 1
    assert done.written == 5


def test_a_topic_that_can_no_longer_be_chosen_goes_and_the_others_are_compared_without_it(
    computed, offer, rank, refresh, query, database
):
    offer("a", active=False)
    done = refresh(minutes=1)
    assert (done.left, done.distribution_left) == (1, 5 + 4)
    assert query("select topic_id, t, percentile from stats.topic_metrics where semester_id = 'autumn' order by 1") == [
        ("b", 4, pytest.approx(500 / 6)), ("c", 4, 50.0), ("d", 4, pytest.approx(100 / 6)), ("e", 4, None),
    ]  # fmt: skip
    assert verify.metrics_verdict(database).passed


def test_a_topic_that_takes_another_ones_place_moves_the_others(computed, offer, refresh, database):
    offer("a", active=False)
    offer("f")
    done = refresh(minutes=1)
    assert (done.topics, done.left) == (1, 1)
    assert all(one(database).passed for one in RECOUNTS[:2])


def test_a_topic_that_changes_its_semester_goes_with_it(computed, offer, refresh, database, query):
    offer("e", semester="spring")
    refresh(minutes=1)
    assert query("select topic_id, t from stats.topic_metrics where semester_id = 'spring' order by 1") == [
        ("e", 2), ("s", 2)
    ]  # fmt: skip
    assert all(one(database).passed for one in RECOUNTS[:2])


def test_what_was_calculated_stands_in_the_log_once(computed, refresh, query):
    rows = query(
        "select topic_id, origin, actor_type, at, payload from core.ranking_events"
        " where event_type = 'METRICS_CALCULATED' order by sequence"
    )
    assert [row[0] for row in rows] == ["a", "b", "c", "d", "s"]
    assert rows[1][1:] == (
        "cohortline", "system", AS_OF, {"topicId": "b", "avgPosition": 2.0, "category": "high"}
    )  # fmt: skip
    query("truncate stats.topic_metrics")
    assert (refresh().written, refresh().events) == (6, 0)
    assert query("select count(*) from core.ranking_events where event_type = 'METRICS_CALCULATED'") == [(5,)]


def test_a_calculation_has_the_same_id_in_whatever_time_zone(computed, refresh, query):
    query(f"alter database {query('select current_database()')[0][0]} set timezone to 'Asia/Kolkata'")
    query("truncate stats.topic_metrics")
    done = refresh()
    assert (done.written, done.events) == (6, 0)


def test_a_log_that_is_another_one_is_counted_anew(computed, query, refresh, rank):
    query("truncate core.ranking_events restart identity")
    rank("cid", "d")
    assert refresh(minutes=1).topics == 6


def test_very_close_averages_are_told_apart(offer, refresh, query):
    offer("a", "b")
    # As doubles both are 1.
    big = 2**53
    query(
        "insert into stats.topic_metrics (semester_id, topic_id, n, s1, s2, t, updated_at) values"
        " ('autumn', 'a', :n, :n + 1, :n + 3, 2, now()), ('autumn', 'b', :n, :n, :n, 2, now())", n=big * 4,
    )  # fmt: skip
    offer("c", active=False)
    query(
        "insert into stats.topic_metrics (semester_id, topic_id, n, s1, s2, t, updated_at)"
        " values ('autumn', 'c', 0, 0, 0, 2, now())"
    )
    query(
        "insert into ops.audits (run_id, subject, statement, passed, severity, counts, as_of)"
        " values ('r', 'topic_metrics', 'metrics_are_computed', true, 'ERROR', '{\"sequence\": 0}', now())"
    )
    refresh()
    assert query("select topic_id, percentile from stats.topic_metrics order by 1") == [("a", 25.0), ("b", 75.0)]


def test_metrics_are_shown_by_average_with_what_nobody_ranks_last(computed, database):
    shown = show(database)
    assert [(one.topic_id, one.title) for one in shown] == [
        ("a", "A"), ("s", "S"), ("b", "B"), ("c", "C"), ("d", "D"), ("e", "E")
    ]  # fmt: skip
    assert not any(one.is_stale for one in shown)
    assert [one.topic_id for one in show(database, "spring")] == ["s"]
    assert shown[0].as_json() == {
        "semesterId": "autumn", "topicId": "a", "title": "A", "studentCount": 2, "sumOfPositions": 2,
        "sumOfSquaredPositions": 2, "activeTopics": 5, "averagePosition": 1.0, "standardDeviation": 0.0,
        "competitionCategory": "very-high", "percentile": 87.5, "updatedAt": AS_OF.isoformat(), "isStale": False,
    }  # fmt: skip


def test_metrics_are_stale_where_as_many_students_rank_a_topic_elsewhere(computed, database, query, offer):
    query("update core.rankings set position = 3 where student_id = 'cid'")
    assert [one.topic_id for one in show(database) if one.is_stale] == ["b"]
    offer("s", active=False)
    assert [one.topic_id for one in show(database) if one.is_stale] == ["s", "b"]
    offer("f")
    assert all(one.is_stale for one in show(database))


def test_trends_are_the_mean_of_every_calculation_of_an_hour(computed, rank, refresh, database, query):
    assert refresh_trends(database).written == 0
    rank("cid", "c", "b")
    refresh(minutes=59)
    rank("cid")
    refresh(minutes=60)
    done = refresh_trends(database)
    hours = trend(database, "b", 2, AS_OF + timedelta(minutes=90))
    # Three students at 1, 2, 3; then at 2, 2, 3; then two at 2, 3.
    assert [(one.hour, one.average_position, one.events) for one in hours] == [
        (AS_OF, pytest.approx((2 + 7 / 3) / 2), 2), (AS_OF + timedelta(hours=1), 2.5, 1)
    ]  # fmt: skip
    assert (done.left, done.rows) == (0, query("select count(*) from stats.topic_trends")[0][0])
    assert verify.trends_verdict(database).passed


def test_every_calculation_counts_however_many_there_are(computed, database, query):
    query(
        "insert into core.ranking_events"
        " (event_id, batch_id, event_type, origin, actor_type, at, semester_id, topic_id, payload)"
        " select 'c' || n, 'b', 'METRICS_CALCULATED', 'cohortline', 'system', :at, 'autumn', 'x',"
        " jsonb_build_object('avgPosition', n / 10.0) from generate_series(1, 1000) as n", at=AS_OF,
    )  # fmt: skip
    refresh_trends(database)
    (hour,) = trend(database, "x", 1, AS_OF)
    assert (hour.average_position, hour.events) == (50.05, 1000)
    assert verify.trends_verdict(database).passed


def test_a_window_has_its_start_and_its_end(database, query):
    query(
        "insert into stats.topic_trends (semester_id, topic_id, hour, average_position, events, updated_at)"
        " select 'autumn', 'a', :at + make_interval(hours => n), n, 1, :at from generate_series(-5, 2) as n", at=AS_OF,
    )  # fmt: skip
    assert [one.average_position for one in trend(database, "a", 3, AS_OF)] == [-3, -2, -1, 0]
    # In the middle of an hour, that hour is part of it.
    assert [one.average_position for one in trend(database, "a", 1, AS_OF + timedelta(minutes=30))] == [-1, 0]
    kolkata = AS_OF.astimezone(tz=None)
    assert trend(database, "a", 1, kolkata)[0].as_json() == {
        "semesterId": "autumn", "topicId": "a", "hour": (AS_OF - timedelta(hours=1)).isoformat(),
        "averagePosition": -1.0, "events": 1,
    }  # fmt: skip


def test_hours_of_which_the_log_says_nothing_are_dropped(computed, database, query):
    query("insert into stats.topic_trends values ('autumn', 'a', '2020-01-01', 1, 1, now())")
    assert refresh_trends(database).left == 1


def test_every_verdict_on_sound_data_passes(computed, database):
    for verdict in VERDICTS:
        found = verdict(database)
        assert found.passed, (verdict.__name__, found)
        assert found.sample == []
        assert found.kind == "asset"
    assert verify.metrics_verdict(database).notes == {"recounted": "every topic"}
    assert verify.metrics_verdict(database).counts == {"rows": 6, "rows_recounted": 6, "rows_wrong": 0}


def test_every_verdict_on_what_was_landed_and_appended_passes(landed, append, refresh, database, orders):
    append()
    refresh()
    refresh_trends(database)
    assert [one.__name__ for one in VERDICTS if not one(database).passed] == []
    metrics = {one.topic_id: (one.n, one.s1, one.t) for one in show(database)}
    assert metrics == {"t1": (2, 3, 4), "t2": (3, 4, 4), "t3": (1, 3, 4), "t4": (0, 0, 4), "s1": (1, 1, 1)}


@pytest.mark.parametrize("verdict", [*VERDICTS, verify.bunched_verdict])
def test_every_verdict_on_nothing_passes(verdict, database):
    assert verdict(database).passed


METRICS, PLACES = "update stats.topic_metrics set", "update stats.topic_distribution set"
BEN = "update core.rankings set position ="


@pytest.mark.parametrize(
    ("verdict", "damage"),
    [
        *((verify.metrics_verdict, f"{METRICS} {one} where topic_id = 'b'") for one in (
            "n = 4", "s1 = 7", "s2 = 15", "t = 4", "average_position = average_position + 1e-8",
            "standard_deviation = standard_deviation - 1e-8", "percentile = 62.50001",
            "competition_category = 'medium'", "competition_category = null", "percentile = null", "topic_id = 'x'",
        )),
        (verify.metrics_verdict, "delete from stats.topic_metrics where topic_id = 'e'"),
        (verify.metrics_verdict, f"{METRICS} percentile = 0 where topic_id = 'e'"),
        (verify.metrics_verdict, f"{BEN} 9 where student_id = 'cid'"),
        (verify.distribution_verdict, f"{PLACES} count = 0 where topic_id = 'a' and position = 1"),
        (verify.distribution_verdict, "delete from stats.topic_distribution where topic_id = 'e' and position = 5"),
        (verify.distribution_verdict, "insert into stats.topic_distribution values ('autumn', 'a', 6, 0, now())"),
        (verify.distribution_verdict, f"{BEN} 9 where student_id = 'cid'"),
        (verify.trends_verdict, "update stats.topic_trends set average_position = average_position + 1e-8"),
        (verify.trends_verdict, "update stats.topic_trends set events = 2 where topic_id = 'a'"),
        (verify.trends_verdict, "update stats.topic_trends set hour = hour - interval '1 hour' where topic_id = 'a'"),
        (verify.trends_verdict, "delete from stats.topic_trends where topic_id = 'a'"),
        (verify.aggregates_verdict, f"{METRICS} n = 4 where topic_id = 'b'"),
        (verify.aggregates_verdict, f"{METRICS} s1 = 7 where topic_id = 'b'"),
        (verify.aggregates_verdict, f"{METRICS} s2 = 15 where topic_id = 'b'"),
        (verify.aggregates_verdict, f"{PLACES} count = 1 where topic_id = 'e' and position = 1"),
        (verify.aggregates_verdict, f"{PLACES} count = 3 - count where topic_id = 'c'"),
        (verify.aggregates_verdict, "delete from stats.topic_metrics where topic_id = 'b'"),
        (verify.aggregates_verdict, "delete from stats.topic_distribution where topic_id = 'b'"),
        (verify.aggregates_verdict, "delete from core.rankings where student_id = 'cid'"),
        (verify.aggregates_verdict, "insert into core.rankings values ('autumn', 'x', 'e', 1, null, null, null, 'e')"),
        (verify.staleness_verdict, "delete from stats.topic_metrics where topic_id = 'e'"),
        (verify.staleness_verdict, "update landing.topics set is_active = true where id = 'off'"),
        (verify.staleness_verdict, "update landing.topics set deleted_at = now() where id = 'e'"),
        (verify.staleness_verdict, "update landing.topics set gone_load = 2 where id = 's'"),
        (verify.staleness_verdict, f"{METRICS} t = 6 where topic_id = 'a'"),
        (verify.staleness_verdict, "delete from ops.audits"),
        *((verify.bounds_verdict, f"{METRICS} {one} where topic_id = 'b'") for one in (
            "competition_category = 'huge'", "competition_category = null", "percentile = 101", "percentile = -1",
            "percentile = null", "average_position = 0.9", "average_position = 6", "average_position = null",
            "standard_deviation = -1", "standard_deviation = 'nan'", "n = 4", "n = 0", "t = 9",
        )),
        *((verify.bounds_verdict, f"{METRICS} {one} where topic_id = 'e'") for one in (
            "competition_category = 'low'", "percentile = 0", "average_position = 1", "standard_deviation = 0",
        )),
        (verify.bounds_verdict, f"{PLACES} count = count + 1 where topic_id = 'b' and position = 5"),
        (verify.bounds_verdict, f"{PLACES} count = 5 - 3 * position where topic_id = 'b' and position < 3"),
        (verify.bounds_verdict, "delete from stats.topic_distribution where topic_id = 'b' and position = 4"),
        (verify.bounds_verdict, "delete from stats.topic_distribution where topic_id = 's'"),
        (verify.bounds_verdict, "delete from stats.topic_metrics where topic_id = 's'"),
    ],
)  # fmt: skip
def test_a_verdict_fails_where_its_statement_is_false(computed, query, database, verdict, damage):
    query(damage)
    found = verdict(database)
    assert not found.passed
    assert found.sample
    assert not {"ana", "ben", "cid"} & {str(value) for row in found.sample for value in row.values()}


def test_metrics_are_stale_as_soon_as_the_log_goes_on(computed, rank, refresh, database):
    rank("cid", "d")
    found = verify.staleness_verdict(database)
    assert found.counts["log_rows"] == 2
    assert [dict(row) for row in found.sample] == [
        {"semester": "autumn", "log_rows": 2, "topics_without_metrics": 0, "metrics_without_topic": 0,
         "topics_of_another_number": 0}
    ]  # fmt: skip
    refresh(minutes=1)
    assert verify.staleness_verdict(database).passed


def test_categories_bunch_where_students_rank_few_of_many(database, offer, rank, refresh):
    topics = [f"t{number:02}" for number in range(20)]
    offer(*topics)
    for number in range(10):
        rank(f"student {number}", topics[number], topics[number + 1], topics[number + 2])
    refresh()
    found = verify.bunched_verdict(database)
    assert not found.passed
    assert [dict(row) for row in found.sample] == [
        {"semester": "autumn", "topics": 20, "ranked_topics": 12, "very_high": 12, "students": 10, "rankings": 30}
    ]
    # Whoever ranks more tells them apart.
    for number in range(10):
        rank(f"student {number}", *(topics[(number + place) % 20] for place in range(15)))
    refresh()
    assert verify.bunched_verdict(database).passed


def test_of_very_many_rows_a_part_of_the_topics_is_recounted_unless_an_alert_stands(
    computed, database, monkeypatch, query
):
    monkeypatch.setattr(verify, "MOST_ROWS", 8)
    found = verify.metrics_verdict(database)
    assert found.passed
    assert found.judged == ()
    assert found.notes["recounted"].startswith("1 in 2 topics, by a hash with the seed ")
    assert 0 < found.counts["rows"] < 6
    query(
        "insert into ops.alerts (event, asset, statement, kind, subject, severity, counts, as_of, message_id)"
        " values ('opened', 'topic_metrics', 'a_recount_agrees', 'asset', 'topic_metrics', 'ERROR', '{}', now(), 'm')"
    )
    found = verify.metrics_verdict(database)
    assert (found.passed, found.judged, found.counts["rows"]) == (True, None, 6)
    assert verify.distribution_verdict(database).passed


def test_any_part_of_the_topics_agrees_and_its_damage_is_found(computed, database, query):
    for part in range(3):
        for table in verify.RECOUNTS:
            assert verify._verdict(verify.Part(database, 3, 7, part), table).passed
    query(f"{METRICS} percentile = 1 where topic_id = 'b'")
    parts = [verify._verdict(verify.Part(database, 3, 7, part), "topic_metrics").passed for part in range(3)]
    assert sorted(parts) == [False, True, True]


TOPICS = ("a", "b", "c", "d", "x")
orders = st.lists(st.sampled_from(TOPICS), unique=True, max_size=5)
changes = st.one_of(
    st.tuples(st.just("rank"), st.sampled_from(("ana", "ben", "cid")), orders, st.sampled_from(("autumn", "spring"))),
    st.tuples(st.just("offer"), st.sampled_from(TOPICS), st.sampled_from(("autumn", "spring")), st.booleans()),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(changes, st.booleans()), min_size=1, max_size=8))
def test_refreshing_what_moved_equals_computing_everything_anew(database, offer, rank, refresh, stored, query, steps):
    query(EMPTY)
    offer("a", "b", "c")
    for minutes, ((kind, subject, *more), refreshes) in enumerate(steps):
        if kind == "rank":
            rank(subject, *more[0], semester=more[1])
        else:
            offer(subject, semester=more[0], active=more[1])
        if refreshes:
            refresh(minutes=minutes)
    refresh(minutes=len(steps))
    incremental = stored()
    assert query(
        "select topic_id from stats.topic_metrics as m where n <> (select sum(count) from stats.topic_distribution as d"
        " where d.semester_id = m.semester_id and d.topic_id = m.topic_id)"
    ) == []  # fmt: skip
    again = refresh(minutes=len(steps) + 1, everything=True)
    assert (again.written, again.left, again.distribution_written, again.distribution_left) == (0, 0, 0, 0)
    query("truncate stats.topic_metrics, stats.topic_distribution")
    refresh(everything=True)
    assert incremental == stored()
    refresh_trends(database)
    assert [one.__name__ for one in VERDICTS if not one(database).passed] == []
