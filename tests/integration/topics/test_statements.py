"""Each statement about rankings and their log: true of sound data, and false where something is damaged."""

from pathlib import Path

import pytest

from assets.topics.statements import ASKED, STATEMENTS, verdict
from tests.integration.topics.conftest import TABLES, change, order

ROOT = Path(__file__).resolve().parents[3]
BY_NAME = {one.name: one for one in STATEMENTS}
RANKING = "insert into core.rankings (semester_id, student_id, topic_id, position, event_id) values"
LOG = "update core.ranking_events set"
ANA = "student_id = 'ana' and semester_id = 'autumn'"
SPRING = "semester_id = 'spring'"
# What each of these says of a topic is that it cannot be chosen.
NOT_CHOOSABLE = ("is_active = false", "deleted_at = now()", "gone_load = 9", "semester_id = 'autumn'")
LEFT_OUT = ("t1", "off", "t1", "t2")


@pytest.fixture
def ask(database):
    """Asks a statement by its name."""
    return lambda name: verdict(database, BY_NAME[name])


@pytest.fixture
def sound(landed, append):
    """The school, its orders and its changes, taken into the log; lands what is given besides."""
    append()
    return landed


@pytest.fixture
def left_out(sound, append):
    """The same, with an order and a change of which not everything can be used."""
    sound(
        {
            "preferences": [*TABLES["preferences"], order("eve", *LEFT_OUT)],
            "rankingEvents": [*TABLES["rankingEvents"], change("odd", "eve", "t1", "shuffled", 1.0)],
        }
    )
    append()


def first(found):
    """The first places that a verdict names, without the numbers that it does not have."""
    return [{name: value for name, value in row.items() if value} for row in found.sample]


@pytest.mark.parametrize("name", BY_NAME)
def test_a_statement_is_true_of_sound_data(sound, ask, name):
    found = ask(name)
    assert (found.passed, found.counts, found.sample) == (True, {"places": 0, "rows_concerned": 0}, [])


@pytest.mark.parametrize("name", BY_NAME)
def test_a_statement_is_true_of_nothing(ask, name):
    assert ask(name).passed


@pytest.mark.parametrize(
    ("name", "damage", "places"),
    [
        *(("replaying_the_log_gives_the_rankings", damage, [{"rows": 1, **place}]) for damage, place in (
            (f"update core.rankings set position = 9 where {SPRING}", {"semester_id": "spring", "other_positions": 1}),
            (f"delete from core.rankings where {SPRING}", {"semester_id": "spring", "not_in_rankings": 1}),
            (f"{RANKING} ('spring', 'dan', 's1', 1, 'e')", {"semester_id": "spring", "not_in_log": 1}),
            (f"{LOG} position = 0, action = 'removed' where {SPRING}", {"semester_id": "spring", "not_in_log": 1}),
            *((f"update core.rankings set {damage} where {SPRING}", {"semester_id": "spring", "other_facts": 1})
              for damage in ("previous_position = 3", "event_id = 'e'", "updated_at = now()", "session_id = 's'")),
            (f"{LOG} position = 4 where topic_id = 't3'", {"semester_id": "autumn", "other_positions": 1}),
        )),
        *(("every_students_positions_are_without_gaps", damage, [{"semester_id": "autumn", "rows": 1}]) for damage in (
            f"update core.rankings set position = 9 where {ANA} and topic_id = 't3'",
            f"update core.rankings set position = 2 where {ANA}",
            f"update core.rankings set position = position + 1 where {ANA}",
            f"update core.rankings set position = position - 1 where {ANA}",
            f"update core.rankings set position = 1 where {ANA} and topic_id = 't2'",
            f"delete from core.rankings where {ANA} and topic_id = 't1'",
        )),
        *(
            (
                "every_ranked_topic_is_an_active_one_of_its_semester",
                f"update landing.topics set {damage} where id = 's1'",
                [{"semester_id": "spring", "topic_id": "s1", "rows": 1}],
            ) for damage in NOT_CHOOSABLE
        ),
        (
            "every_ranked_topic_is_an_active_one_of_its_semester",
            f"{RANKING} ('autumn', 'dan', 'no', 1, 'e'), ('autumn', 'eve', 'no', 1, 'e')",
            [{"semester_id": "autumn", "topic_id": "no", "rows": 2}],
        ),
        *(
            (
                "every_order_of_the_source_is_in_the_rankings",
                damage,
                [{"semester_id": "spring", "rows": 1, **numbers}],
            ) for damage, numbers in (
                (f"delete from core.rankings where {SPRING}", {"not_in_rankings": 1}),
                (f"update landing.preferences set topic_order = array[]::text[] where {SPRING}", {"not_in_orders": 1}),
                (f"update landing.preferences set gone_load = 9 where {SPRING}", {"not_in_orders": 1}),
                (f"update core.rankings set position = 2 where {SPRING}", {"other_positions": 1}),
                (f"{RANKING} ('spring', 'ana', 's2', 2, 'e')", {"not_in_orders": 1}),
                (f"{RANKING} ('spring', 'dan', 's1', 1, 'e')", {"not_in_orders": 1}),
            )
        ),
        (
            "every_event_says_what_it_changed",
            f"{LOG} action = 'shuffled' where {ANA}",
            [{"semester_id": "autumn", "rows": 5}],
        ),
        *(
            (
                "every_event_says_what_it_changed",
                f"{LOG} {damage} where topic_id = 's1'",
                [{"semester_id": "spring", "rows": 1}],
            ) for damage in (
                "action = null", "action = 'removed'", "position = 0", "position = -1", "position = null",
                "previous_position = 0", "previous_position = 7", "student_id = null", "topic_id = null",
            )
        ),
        ("every_event_says_what_it_changed", f"{LOG} semester_id = null where topic_id = 's1'", [{"rows": 1}]),
        *(
            (
                "no_order_names_a_topic_that_cannot_be_chosen",
                f"update landing.preferences set topic_order = array{topics} where {SPRING}",
                [{"semester_id": "spring", "rows": 1, **numbers}],
            ) for topics, numbers in (
                (["s1", "s1", "s1"], {"named_twice": 1}),
                (["s1", "t1"], {"not_to_be_chosen": 1}),
                (["no", "no"], {"named_twice": 1, "not_to_be_chosen": 1}),
            )
        ),
        *(
            (
                "no_order_names_a_topic_that_cannot_be_chosen",
                f"update landing.topics set {damage} where id = 's1'",
                [{"semester_id": "spring", "rows": 1, "not_to_be_chosen": 1}],
            ) for damage in NOT_CHOOSABLE
        ),
    ],
)  # fmt: skip
def test_a_statement_is_false_where_something_is_damaged_and_names_the_place(sound, query, ask, name, damage, places):
    query(damage)
    found = ask(name)
    assert (found.passed, first(found)) == (False, places)
    assert found.counts == {"places": 1, "rows_concerned": places[0]["rows"]}


ACCOUNTED = {
    "every_entry_of_an_order_is_accounted_for": ("core.rankings", "preferences.topicOrder", 2),
    "every_event_of_the_source_is_accounted_for": ("core.ranking_events", "landing.ranking_events", 1),
}


@pytest.mark.parametrize("name", ACCOUNTED)
def test_what_was_left_out_is_accounted_for_also_by_an_append_that_found_nothing_new(left_out, append, ask, name):
    assert ask(name).passed
    assert append().state == "unchanged"
    assert ask(name).passed


@pytest.mark.parametrize("damage", ["read = read + 1", "loaded = loaded - 1", "quarantined = quarantined + 1"])
@pytest.mark.parametrize("name", ACCOUNTED)
def test_an_account_that_does_not_add_up_is_told_with_its_load(left_out, query, ask, name, damage):
    target, _, _ = ACCOUNTED[name]
    ((load,),) = query("select max(load_id) from ops.loads where target = :target", target=target)
    query(f"update ops.loads set {damage} where load_id = :load and target = :target", load=load, target=target)
    found = ask(name)
    assert (found.passed, [row["load_id"] for row in found.sample]) == (False, [load])


@pytest.mark.parametrize("name", ACCOUNTED)
def test_a_quarantine_that_is_not_there_is_told(left_out, query, ask, name):
    _, source, rows = ACCOUNTED[name]
    ((load,),) = query("select max(load_id) from ops.quarantine where source_table = :source", source=source)
    query("delete from ops.quarantine where load_id = :load and source_table = :source", load=load, source=source)
    found = ask(name)
    assert [(row["quarantined"], row["rows_quarantined"]) for row in found.sample] == [(rows, 0)]


@pytest.mark.parametrize("name", ACCOUNTED)
def test_an_account_of_a_load_that_failed_is_none(left_out, query, ask, name):
    target, source, _ = ACCOUNTED[name]
    query(
        "insert into ops.loads (load_id, source_table, target, run_id, state, read, as_of)"
        " values (99, :source, :target, 'r', 'failed', 7, now())",
        source=source, target=target,
    )  # fmt: skip
    assert ask(name).passed


def test_an_order_that_is_odd_is_only_worth_knowing():
    assert [one.name for one in STATEMENTS if not one.is_error] == ["no_order_names_a_topic_that_cannot_be_chosen"]


def test_no_statement_names_a_student(sound, query, database):
    query("update core.rankings set position = position + 3, topic_id = topic_id || '?'")
    query("update core.ranking_events set action = null")
    query("update landing.preferences set topic_order = topic_order || array['no']")
    query("update ops.loads set read = read + 1")
    said = [value for one in STATEMENTS for row in verdict(database, one).sample for value in row.values()]
    assert said
    assert {"ana", "ben", "cleo"} & set(map(str, said)) == set()


def test_the_documentation_has_every_check_with_its_severity():
    lines = (ROOT / "docs" / "topics.md").read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    found = [row[:3] for row in rows if len(row) == 4 and row[2] in {"ERROR", "WARN"}]
    assert found == [[one.asset, one.name, "ERROR" if one.is_error else "WARN"] for one in (*STATEMENTS, *ASKED)]
