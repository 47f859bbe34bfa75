"""Topics as real Dagster runs: taken in, verified, run again, damaged, and moved by what a student saved since."""

import dagster as dg
import pytest

from assets.topics.statements import ASKED, STATEMENTS
from pipelines.definitions import build_definitions
from resources.snapshot.resource import SnapshotSource
from resources.warehouse.resource import Warehouse

START = 1_760_000_000_000.0
WRITTEN = ("ranking_events", "rankings", "topic_metrics", "topic_distribution", "topic_trends")


def topic(name, semester):
    return {"_id": name, "title": f"Topic {name}", "semesterId": semester, "isActive": True}


def order(student, *topics, semester="autumn", at=START):
    return {
        "_id": f"{student} {semester}", "studentId": student, "semesterId": semester, "topicOrder": list(topics),
        "lastUpdated": at,
    }  # fmt: skip


PREFERENCES = [
    order("ana", "a", "b", "c", "d"),
    order("ben", "a", "c", "e", "f"),
    order("cid", "b", "d", "f", "g"),
    order("ana", "s", semester="spring"),
]
TABLES = {
    "topics": [*(topic(name, "autumn") for name in "abcdefgh"), topic("s", "spring")],
    "preferences": PREFERENCES,
    "selectionPeriods": [
        {"_id": "p1", "semesterId": "autumn", "kind": "open"}, {"_id": "p2", "semesterId": "autumn", "kind": "inactive"}
    ],
    "assignments": [{"_id": "x", "studentId": "ana", "topicId": "a"}],
    "rankingEvents": [
        {"_id": "e", "_creationTime": START, "studentId": "ana", "semesterId": "autumn", "topicId": "a",
         "action": "added", "position": 1.0}
    ],
}  # fmt: skip


@pytest.fixture
def run(warehouse_url, make_snapshot):
    """Runs the job; the snapshot lands first where tables are given."""
    with dg.DagsterInstance.ephemeral() as instance:

        def go(tables=None, **config):
            path = make_snapshot(tables or {"users": []})
            resources = {
                "warehouse": Warehouse(url=warehouse_url, as_of="2026-03-02T12:30:00Z"),
                "source_snapshot": SnapshotSource(path=str(path)),
            }
            definitions = build_definitions(resources)
            if tables is not None:
                assert definitions.resolve_job_def("load_snapshot_job").execute_in_process(instance=instance).success
            job = definitions.resolve_job_def("refresh_topics_job")
            steps = {name: {"config": config} for name in ("append_ranking_events", "compute_topic_metrics")}
            return job.execute_in_process(instance=instance, run_config={"ops": steps} if config else {})

        yield go


def checks(result):
    """Whether each check of a run passed, by asset and name."""
    return {
        (one.asset_key.to_user_string(), one.check_name): one.passed for one in result.get_asset_check_evaluations()
    }


def failed(result):
    return {key for key, passed in checks(result).items() if not passed}


def facts(result, key):
    """What a run says of an asset."""
    (event,) = [one for one in result.get_asset_materialization_events() if one.asset_key == dg.AssetKey(key)]
    return {name: value.value for name, value in event.materialization.metadata.items()}


def test_a_run_asks_every_check_and_says_how_each_semester_stands(run, query):
    result = run(TABLES)
    assert result.success
    assert checks(result) == {(one.asset, one.name): True for one in (*STATEMENTS, *ASKED)}
    assert query("select student_id, topic_id from core.rankings where position = 1 and semester_id = 'autumn'"
                 " order by 1") == [("ana", "a"), ("ben", "a"), ("cid", "b")]  # fmt: skip
    # One change that the app recorded, the places that the orders add, and what was calculated of eight topics.
    assert (facts(result, "ranking_events")["dagster/row_count"], facts(result, "rankings")["dagster/row_count"]) == (
        13, 13,
    )  # fmt: skip
    assert query("select event_type, count(*) from core.ranking_events group by 1 order by 1") == [
        ("METRICS_CALCULATED", 8), ("RANKINGS_BATCH_UPDATED", 13),
    ]  # fmt: skip
    said = facts(result, "topic_metrics")
    assert {name: said[f"autumn: {name}"] for name in ("topics", "ranked_topics", "rankings", "very_high")} == {
        "topics": 8, "ranked_topics": 7, "rankings": 12, "very_high": 2,
    }  # fmt: skip
    assert (said["autumn: average_position"], said["spring: average_position"]) == (2.5, 1.0)
    assert [(said[f"{one}: open_periods"], said[f"{one}: assigned"]) for one in ("autumn", "spring")] == [
        (1, 1),
        (0, 0),
    ]
    assert facts(result, "topic_trends")["autumn: hours"] == 7
    # Of each semester the three that are wanted most, and the three that are wanted least.
    wanted = [(row.data["semester"], row.data["topic"]) for row in said["most_and_least_wanted"].records]
    assert sorted(wanted) == sorted(
        [("autumn", f"Topic {name}") for name in "abcefg"] + [("spring", "Topic s")]
    )  # fmt: skip
    (most,) = [row.data for row in said["most_and_least_wanted"].records if row.data["topic"] == "Topic a"]
    assert most == {
        "semester": "autumn", "topic": "Topic a", "average_position": 1.0, "students": 2, "category": "very-high",
    }  # fmt: skip


def test_a_second_run_writes_nothing_whether_or_not_the_same_landed_again(run, query):
    tables = [f"{schema}.{table}" for schema, table in (("core", "ranking_events"), ("core", "rankings"),
              ("stats", "topic_metrics"), ("stats", "topic_distribution"), ("stats", "topic_trends"))]  # fmt: skip

    def stored():
        return [query(f"select to_jsonb(one) from {table} as one order by 1") for table in tables]

    run(TABLES)
    before = stored()
    for again in (run(), run(TABLES)):
        assert {key: facts(again, key)["rows_written"] for key in WRITTEN} == dict.fromkeys(WRITTEN, 0)
        assert (again.success, failed(again), stored()) == (True, set(), before)
        assert facts(again, "rankings")["state"] == "unchanged"


def test_what_a_student_saved_since_moves_only_what_it_concerns(run, query):
    run(TABLES)
    later = run(TABLES | {"preferences": [order("ana", "h", "b", "c", "d", at=START + 1000), *PREFERENCES[1:]]})
    assert failed(later) == set()
    assert {key: facts(later, key)["rows_written"] for key in ("ranking_events", "rankings")} == {
        "ranking_events": 2, "rankings": 2,
    }  # fmt: skip
    said = facts(later, "topic_metrics")
    assert (said["topics_counted"], said["semesters_compared"]) == (2, 1)


def test_a_row_that_somebody_changed_fails_its_check_and_the_check_names_the_place(run, query):
    run(TABLES)
    query("update core.rankings set position = 9 where student_id = 'ben' and topic_id = 'f'")
    again = run()
    assert {
        ("rankings", "replaying_the_log_gives_the_rankings"),
        ("rankings", "every_students_positions_are_without_gaps"),
        ("topic_metrics", "every_number_is_that_of_the_rankings"),
    } <= failed(again)
    (evaluation,) = [
        one for one in again.get_asset_check_evaluations() if one.check_name == "replaying_the_log_gives_the_rankings"
    ]
    (row,) = evaluation.metadata["first"].records
    assert (row.data["semester_id"], row.data["rows"]) == ("autumn", 1)
    assert evaluation.severity is dg.AssetCheckSeverity.ERROR
    assert query("select passed from ops.audits where statement = 'replaying_the_log_gives_the_rankings'"
                 " order by audit_id") == [(True,), (False,)]  # fmt: skip


def test_an_order_that_names_a_topic_twice_warns_and_nothing_more(run):
    result = run(TABLES | {"preferences": [*PREFERENCES, order("dan", "a", "b", "a", "nowhere")]})
    assert failed(result) == {("rankings", "no_order_names_a_topic_that_cannot_be_chosen")}
    (evaluation,) = [one for one in result.get_asset_check_evaluations() if not one.passed]
    assert evaluation.severity is dg.AssetCheckSeverity.WARN
    assert facts(result, "rankings")["quarantined"] == 2


def test_without_any_topic_there_is_nothing_and_that_is_no_mistake(run):
    result = run({"users": []})
    assert result.success
    assert failed(result) == set()
    assert facts(result, "topic_metrics")["dagster/row_count"] == 0


def test_what_somebody_damaged_is_mended_by_a_run_that_makes_everything_anew(run, query):
    assert run(TABLES).success
    sound = query("select semester_id, student_id, topic_id, position from core.rankings order by 1, 2, 3")
    query("delete from core.rankings where student_id = 'ana' and topic_id = 'b'")
    query("update core.rankings set position = 9 where student_id = 'ben' and topic_id = 'a'")
    query("update stats.topic_metrics set n = 7, s2 = 0 where topic_id = 'g'")
    query("delete from core.ranking_events where student_id = 'cid' and topic_id = 'd'")
    assert ("rankings", "replaying_the_log_gives_the_rankings") in failed(run())
    assert failed(run(everything=True)) == set()
    assert query("select semester_id, student_id, topic_id, position from core.rankings order by 1, 2, 3") == sound
