"""`cohortline topics`, typed as a user types it."""

import pytest

from assets.landing.land import land
from assets.landing.sources import ALIASES, SOURCES
from assets.topics.log import append
from assets.topics.metrics import refresh_metrics
from assets.topics.statements import ASKED, STATEMENTS
from assets.topics.trends import refresh_trends
from resources.snapshot.reader import open_snapshot
from resources.warehouse.database import Database
from tests.conftest import AS_OF, url_of, write_snapshot

START = 1_760_000_000_000.0
# Half an hour after everything was computed.
NOW = "2026-03-02T12:30:00Z"


def order(student, *topics, semester="autumn", at=START):
    return {
        "_id": f"{student} {semester}", "studentId": student, "semesterId": semester, "topicOrder": list(topics),
        "lastUpdated": at,
    }  # fmt: skip


FIRST = {
    "topics": [
        *({"_id": name, "title": f"Topic {name}", "semesterId": "autumn", "isActive": True} for name in "abcde"),
        {"_id": "s", "title": "Topic s", "semesterId": "spring", "isActive": True},
        {"_id": "off", "title": "Off", "semesterId": "autumn", "isActive": False},
    ],
    "preferences": [order("ana", "a", "b"), order("ben", "b", "a", "c"), order("ana", "s", semester="spring")],
}
SECOND = {"preferences": [order("ana", "c", "a", at=START + 1000), *FIRST["preferences"][1:]]}
NUMBERS = {
    "semesterId": "autumn", "topicId": "b", "title": "Topic b", "studentCount": 1, "sumOfPositions": 1,
    "sumOfSquaredPositions": 1, "activeTopics": 5, "averagePosition": 1.0, "standardDeviation": 0.0,
    "competitionCategory": "very-high", "percentile": pytest.approx(250 / 3), "updatedAt": "2026-03-02T12:00:00+00:00",
    "isStale": False,
}  # fmt: skip


@pytest.fixture(scope="module")
def computed(server, make_database, template, dagster_template, tmp_path_factory):
    """The databases of topics whose orders were taken in twice, to be copied."""
    warehouse, dagster = make_database(template), make_database(dagster_template)
    database = Database(url_of(server, warehouse), AS_OF)
    for number, tables in enumerate((FIRST, SECOND)):
        folder = write_snapshot(tmp_path_factory.mktemp("snapshot"), tables)
        with open_snapshot(folder, ALIASES) as snapshot:
            for source in SOURCES:
                if source.name in snapshot.tables:
                    land(database, snapshot, source, f"load {number}")
        append(database, f"append {number}")
    refresh_metrics(database, "compute")
    refresh_trends(database)
    database.close()
    return warehouse, dagster


@pytest.fixture
def environment(computed, server, make_database, tmp_path):
    """Topics of one's own."""
    warehouse, dagster = map(make_database, computed)
    return {
        "COHORTLINE_HOME": str(tmp_path / "home"),
        "COHORTLINE_DATABASE_URL": url_of(server, warehouse),
        "COHORTLINE_DAGSTER_DATABASE_URL": url_of(server, dagster),
        "COHORTLINE_AS_OF": NOW,
    }


@pytest.fixture
def batches(ask):
    """The batches of a student in autumn, oldest first."""

    def go(student):
        rows = ask(
            f"select batch_id from core.ranking_events where student_id = '{student}' and semester_id = 'autumn'"
            " group by 1 order by min(sequence)"
        )
        return [batch for (batch,) in rows]

    return go


def test_topics_are_shown_the_most_wanted_first_and_those_that_nobody_ranks_last(cohortline, ask):
    shown = cohortline("topics", "show", "--json").json
    assert [one["topicId"] for one in shown] == ["b", "s", "a", "c", "d", "e"]
    assert shown[0] == NUMBERS
    nobody = {"averagePosition": None, "standardDeviation": None, "competitionCategory": None, "percentile": None}
    assert {name: shown[4][name] for name in nobody} == nobody
    ask("update core.rankings set position = 7 where topic_id = 'c' and student_id = 'ben'")
    table = cohortline("topics", "show", "--semester", "autumn").out.splitlines()
    assert [name for line in table for name in ("Topic a", "Topic b", "Topic c", "Topic s") if name in line] == [
        "Topic b", "Topic a", "Topic c",
    ]  # fmt: skip
    # The rankings say something else by now.
    assert ["stale" in line for line in table if "Topic" in line] == [False, False, True, False, False]


def test_a_topics_hours_are_those_of_the_time_before_now(cohortline):
    assert cohortline("topics", "trends", "a", "--json").json == [
        {"semesterId": "autumn", "topicId": "a", "hour": "2026-03-02T12:00:00+00:00", "averagePosition": 2.0,
         "events": 1}
    ]  # fmt: skip
    assert "2026-03-02T12:00" in cohortline("topics", "trends", "a", "--hours", "1").out
    said = cohortline("topics", "trends", "a", COHORTLINE_AS_OF="2026-03-04T12:30:00Z")
    assert (said.status, said.out) == (0, "Nothing was calculated for this topic in the last 24 hours.\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["show", "--semester", "winter"], "there is no active topic of a semester 'winter'"),
        (["trends", "nowhere"], "there is no topic 'nowhere'"),
        (["undo", "0123456789abcdef0123456789abcdef"], "the log has no batch 0123456789abcdef0123456789abcdef"),
        (["undo", "nowhere"], "'nowhere' is no batch"),
    ],
)
def test_a_mistake_is_told_in_one_line_with_the_next_step(cohortline, arguments, said):
    done = cohortline("topics", *arguments)
    assert (done.status, said in done.err, done.out, done.err.count("\n")) == (2, True, "", 1)


def test_a_window_of_no_hours_is_no_window(cohortline):
    done = cohortline("topics", "trends", "a", "--hours", "0")
    assert (done.status, "0 is not in the range" in done.err, done.out) == (2, True, "")


def test_everything_is_verified_and_what_is_not_true_fails_the_command(cohortline, ask):
    sound = cohortline("topics", "verify", "--json")
    assert (sound.status, sound.json["isValid"]) == (0, True)
    assert [(one["asset"], one["statement"], one["severity"], one["passed"]) for one in sound.json["statements"]] == [
        (one.asset, one.name, "ERROR" if one.is_error else "WARN", True) for one in (*STATEMENTS, *ASKED)
    ]
    ask("update stats.topic_metrics set percentile = 1 where topic_id = 'a'")
    damaged = cohortline("topics", "verify")
    assert damaged.status == 1
    assert damaged.err == "cohortline: topic_metrics: a_recount_agrees is not true\n"
    assert "NO: " in damaged.out
    ask("update core.rankings set position = 9 where student_id = 'ben'")
    found = cohortline("topics", "verify", "--json")
    wrong = {one["statement"]: one for one in found.json["statements"] if not one["passed"]}
    assert (found.status, found.json["isValid"]) == (1, False)
    assert {"replaying_the_log_gives_the_rankings", "every_number_is_that_of_the_rankings"} <= wrong.keys()
    assert wrong["replaying_the_log_gives_the_rankings"]["first"] == [
        {
            "semester_id": "autumn",
            "rows": 3,
            "not_in_rankings": 0,
            "not_in_log": 0,
            "other_positions": 3,
            "other_facts": 0,
        }
    ]
    assert "are not true" in found.err


def test_what_is_only_worth_knowing_does_not_fail_the_command(cohortline, ask):
    ask("update landing.preferences set topic_order = topic_order || topic_order")
    done = cohortline("topics", "verify")
    assert (done.status, "not quite: " in done.out, done.err) == (0, True, "")


def test_a_change_is_taken_back_once_and_everything_follows(cohortline, ask, batches):
    newest = batches("ana")[-1]
    done = cohortline("topics", "undo", newest, "--json")
    (undone_by,) = batches("ana")[2:]
    assert (done.status, done.json) == (
        0, {"batchId": newest, "undoneBy": undone_by, "isRepeated": False, "events": 3, "rankings": 3},
    )  # fmt: skip
    assert ask("select topic_id from core.rankings where student_id = 'ana' and semester_id = 'autumn'"
               " order by position") == [("a",), ("b",)]  # fmt: skip
    shown = {one["topicId"]: one for one in cohortline("topics", "show", "--json").json}
    assert [(shown[name]["sumOfPositions"], shown[name]["isStale"]) for name in "abc"] == [
        (3, False), (3, False), (3, False),
    ]  # fmt: skip
    assert cohortline("topics", "verify").status == 0
    again = cohortline("topics", "undo", newest)
    assert (again.status, again.out) == (0, f"Batch {newest} was taken back already, by batch {undone_by}.\n")
    assert cohortline("topics", "undo", newest, "--json").json["isRepeated"] is True
    back = cohortline("topics", "undo", undone_by)
    assert (back.status, "taken back" in back.out) == (0, True)


def test_a_change_that_another_followed_is_not_taken_back(cohortline, ask, batches):
    before = ask("select count(*) from core.ranking_events")
    refused = cohortline("topics", "undo", batches("ana")[0])
    assert (refused.status, refused.out, refused.err.count("\n")) == (1, "", 1)
    assert "topic a of student ana stands at 2, not 1" in refused.err
    assert "take those back first" in refused.err
    assert ask("select count(*) from core.ranking_events") == before


def test_before_anything_was_loaded_there_is_nothing_and_that_is_no_mistake(
    cohortline, server, make_database, template
):
    empty = {"COHORTLINE_DATABASE_URL": url_of(server, make_database(template))}
    assert cohortline("topics", "show", "--json", **empty).json == []
    assert cohortline("topics", "verify", "--json", **empty).json["isValid"] is True
