"""Landing against a real warehouse: nothing is lost, nothing doubled, and a repeat changes nothing."""

import json
import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets.landing.land import land
from assets.landing.sources import ALIASES, SOURCES
from resources.errors import UnreadableInput
from resources.snapshot.reader import open_snapshot
from resources.warehouse import loads
from resources.warehouse.bulk import Change
from resources.warehouse.loads import Account, Superseded

BY_NAME = {source.name: source for source in SOURCES}
RUNS = iter(range(1, 10**9))


@pytest.fixture
def landed(database):
    def go(path, name="users", run_id=None):
        with open_snapshot(path, ALIASES) as snapshot:
            return land(database, snapshot, BY_NAME[name], run_id or f"run-{next(RUNS)}")

    return go


def user(key, **fields):
    return {"_id": key, **fields}


def test_documents_become_rows_and_a_repeat_is_skipped(landed, make_snapshot, query):
    path = make_snapshot({"users": [user("a", name="Ana"), user("b")]})
    first, second = landed(path), landed(path)
    assert (first.state, first.account, first.change) == ("loaded", Account(2, 2), Change(inserted=2))
    assert (second.state, second.account, second.change) == ("unchanged", Account(2, 2), Change())
    assert query("select id, name, load_id from landing.users order by id") == [
        ("a", "Ana", first.load.load_id),
        ("b", None, first.load.load_id),
    ]


def test_a_changed_document_a_new_one_and_one_that_left(landed, make_snapshot, query):
    landed(make_snapshot({"users": [user("a", name="Ana"), user("b"), user("c")]}))
    path = make_snapshot({"users": [user("c", _creationTime=1), user("a", name="Anna"), user("d")]}, "later")
    change = landed(path).change
    assert (change.inserted, change.gone) == (1, 1)
    assert query("select id, name, gone_load is null from landing.users order by id") == [
        ("a", "Anna", True),
        ("b", None, False),
        ("c", None, True),
        ("d", None, True),
    ]


def test_an_absent_table_changes_nothing_and_is_reported(landed, make_snapshot, query):
    landed(make_snapshot({"users": [user("a")]}))
    later = landed(make_snapshot({"exams": []}, "later"))
    assert (later.state, later.change) == ("absent", Change())
    assert query("select count(*) from landing.users where gone_load is null") == [(1,)]
    assert query("select state from ops.loads where source_table = 'users' order by load_id") == [
        ("loaded",),
        ("absent",),
    ]


def test_after_an_absence_the_same_table_is_still_known(landed, make_snapshot):
    path = make_snapshot({"users": [user("a")]})
    landed(path)
    landed(make_snapshot({"exams": []}, "later"))
    assert landed(path).state == "unchanged"


def test_a_table_present_and_empty_takes_every_row_away(landed, make_snapshot):
    landed(make_snapshot({"users": [user("a")]}))
    assert landed(make_snapshot({"users": []}, "later")).change == Change(gone=1)


def test_repeated_ids_the_first_stays_copies_count_others_are_kept(landed, make_snapshot, query):
    twice = user("a", name="first", _creationTime=1.0)
    reordered = dict(reversed(twice.items()))
    path = make_snapshot({"users": [twice, user("b"), reordered, twice, user("a", name="second"), user("a", n=1)]})
    found = landed(path)
    assert found.account == Account(read=6, loaded=2, quarantined=2, duplicates=2)
    assert query("select name from landing.users where id = 'a'") == [("first",)]
    assert query("select reason, document_id from ops.quarantine") == [("repeated_id", "a")] * 2
    assert landed(path).state == "unchanged"


def test_an_unreadable_copy_does_not_take_the_place_of_a_readable_one(landed, make_snapshot, query):
    path = make_snapshot({"users": [user("a", name=7), user("a", name="good"), user("a", name="other")]})
    assert landed(path).account == Account(read=3, loaded=1, quarantined=2)
    assert query("select name from landing.users") == [("good",)]


def test_what_cannot_be_used_is_kept_as_it_came(landed, make_snapshot, query):
    lines = [b'{"_id": "x\xff"', '{"_id":"y","_creationTime":"soon"}', "[]"]
    assert landed(make_snapshot({"users": [user("a"), *lines]})).account == Account(read=4, loaded=1, quarantined=3)
    assert query("select source_table, document_id, reason, raw from ops.quarantine order by quarantine_id") == [
        ("users", None, "not_json", '{"_id": "x\\xff"'),
        ("users", "y", "wrong_type", lines[1]),
        ("users", None, "wrong_type", "[]"),
    ]


def test_both_names_of_a_table_are_read(landed, make_snapshot, query):
    path = make_snapshot({"cohort": [user("a")], "cohorts": [user("b")]})
    assert landed(path, "cohorts").account == Account(2, 2)


def test_a_table_is_named_as_the_source_names_it(landed, make_snapshot, query):
    landed(make_snapshot({"cohort": [user("a")]}), "cohorts")
    assert query("select source_table, target from ops.loads") == [("cohort", "landing.cohorts")]


def test_all_tables_of_a_run_share_one_load_and_one_instant(landed, make_snapshot, query):
    path = make_snapshot({"users": [user("a")], "schools": [user("s")]})
    landed(path, "users", "run-x")
    landed(path, "schools", "run-x")
    assert query("select count(*), count(distinct load_id), count(distinct as_of) from ops.loads") == [(2, 1, 1)]


def test_rows_that_somebody_deleted_come_back(landed, make_snapshot, query):
    path = make_snapshot({"users": [user("a"), user("b")]})
    landed(path)
    query("delete from landing.users where id = 'a'")
    assert landed(path).change == Change(inserted=1)


def test_a_source_that_changes_while_it_is_read_is_refused_and_nothing_is_written(
    database, make_snapshot, query, landed
):
    path = make_snapshot({"users": [user("a")]})
    with open_snapshot(path, ALIASES) as snapshot:
        (path / "users" / "documents.jsonl").write_text('{"_id":"b","_creationTime":1}\n' * 3)
        with pytest.raises(UnreadableInput):
            land(database, snapshot, BY_NAME["users"], "run-y")
    assert query("select count(*) from landing.users") == [(0,)]
    assert query("select state, finished_at is not null from ops.loads") == [("failed", True)]
    assert landed(path).state == "loaded"


def test_a_load_overtaken_by_a_newer_one_writes_nothing(database, make_snapshot, landed, query):
    path = make_snapshot({"users": [user("old")]})
    newer = make_snapshot({"users": [user("new")]}, "newer")
    old = loads.begin(database, "old-run", source_table="users", target="landing.users", source="")
    landed(newer)
    with database.transaction() as transaction, pytest.raises(Superseded):
        loads.hold(transaction, old)
    with pytest.raises(Superseded):
        landed(path, run_id="old-run")
    assert query("select id from landing.users where gone_load is null") == [("new",)]


def test_a_load_whose_run_died_is_closed_by_the_next(database, make_snapshot, landed, query):
    loads.begin(database, "died", source_table="users", target="landing.users", source="")
    landed(make_snapshot({"users": [user("a")]}))
    assert query("select state from ops.loads order by load_id") == [("superseded",), ("loaded",)]


def test_two_runs_over_one_table_take_turns(database, make_snapshot, query):
    paths = [make_snapshot({"users": [user(f"{n}-{i}") for i in range(300)]}, f"s{n}") for n in range(4)]
    problems = []

    def go(path):
        try:
            with open_snapshot(path, ALIASES) as snapshot:
                land(database, snapshot, BY_NAME["users"], path.name)
        except Superseded as problem:
            problems.append(problem)

    threads = [threading.Thread(target=go, args=(path,)) for path in paths]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    present = query("select distinct left(id, 1), count(*) from landing.users where gone_load is null group by 1")
    assert len(present) == 1
    assert present[0][1] == 300
    done = query("select count(*) from ops.loads where state = 'loaded'")[0][0]
    assert done + len(problems) == 4


keys = st.sampled_from("abc")
documents = st.one_of(
    st.builds(lambda key, name: {"_id": key, "_creationTime": 1.0, "name": name}, keys, st.sampled_from(["x", "y"])),
    st.builds(lambda key: {"_id": key, "_creationTime": 1.0, "name": 5}, keys),
    st.sampled_from([{"_creationTime": 1.0}, [], "not a document"]),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(contents=st.lists(documents, max_size=12), number=st.integers(0, 10**9))
def test_whatever_comes_every_document_is_accounted_for(landed, make_snapshot, query, contents, number):
    path = make_snapshot({"users": [json.dumps(one) for one in contents], "x": [str(number)]}, f"s{next(RUNS)}")
    account = landed(path).account
    assert account.read == len(contents)
    assert account.balanced
    good = [one for one in contents if isinstance(one, dict) and "_id" in one and isinstance(one["name"], str)]
    first = {one["_id"]: one["name"] for one in reversed(good)}
    assert dict(query("select id, name from landing.users where gone_load is null")) == first
    assert account.duplicates == sum(one["name"] == first[one["_id"]] for one in good) - len(first)
    assert landed(path).change == Change()
