"""Bulk writing: what is in the table afterwards is what came in, and only what changed was rewritten."""

import datetime as dt

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resources.warehouse.bulk import Change, Replacement, copy
from resources.warehouse.schema.columns import flag, instant, number, text, texts, whole

META = sa.MetaData()
ITEMS = sa.Table(
    "items",
    META,
    text("id", "key", nullable=False),
    text("name", ""),
    whole("n", ""),
    number("x", ""),
    flag("yes", ""),
    instant("at", ""),
    texts("tags", "", nullable=True),
    whole("load_id", "", nullable=False),
    whole("gone_load", ""),
    sa.PrimaryKeyConstraint("id", name="pk_items"),
    sa.Index("ix_items_n", "n"),
)
COLUMNS = [column.name for column in ITEMS.columns][:-2]
NOW = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)


def item(key, **values):
    return (key, *({"name": None, "n": None, "x": None, "yes": None, "at": None, "tags": None} | values).values())


@pytest.fixture
def items(database):
    META.create_all(database.engine)
    return database


def replace(database, rows, load_id):
    with database.transaction() as transaction:
        replacement = Replacement(transaction.connection, ITEMS, COLUMNS, load_id)
        replacement.add(rows)
        return replacement.apply()


def stored(database):
    with database.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.select(ITEMS).order_by(ITEMS.c.id))]


def test_every_type_arrives_as_it_was(items):
    row = item("a", name="é\u2028\t\\N", n=2**63 - 1, x=-0.0, yes=False, at=NOW, tags=["", "b,{}"])
    assert replace(items, [row], 1) == Change(inserted=1)
    assert stored(items) == [(*row, 1, None)]


def test_only_rows_that_changed_are_rewritten(items):
    replace(items, [item("a", n=1), item("b", n=2), item("c", n=3)], 1)
    change = replace(items, [item("a", n=1), item("b", n=9), item("d", n=4)], 2)
    assert change == Change(inserted=1, updated=1, gone=1)
    assert [(row[0], row[2], row[-2], row[-1]) for row in stored(items)] == [
        ("a", 1, 1, None),
        ("b", 9, 2, None),
        ("c", 3, 1, 2),
        ("d", 4, 2, None),
    ]


def test_a_row_that_comes_back_is_there_again(items):
    replace(items, [item("a"), item("b")], 1)
    replace(items, [item("a")], 2)
    assert replace(items, [item("a"), item("b")], 3) == Change(updated=1)
    assert [row[-1] for row in stored(items)] == [None, None]


def test_a_table_that_the_source_emptied_has_only_gone_rows(items):
    replace(items, [item("a")], 1)
    assert replace(items, [], 2) == Change(gone=1)
    assert replace(items, [], 3) == Change()


def test_the_keys_are_there_again_after_the_first_load(items):
    replace(items, [item("a")], 1)
    with items.engine.connect() as connection:
        inspector = sa.inspect(connection)
        assert inspector.get_pk_constraint("items")["name"] == "pk_items"
        assert [index["name"] for index in inspector.get_indexes("items")] == ["ix_items_n"]


@pytest.mark.parametrize("before", [[], [item("z")]], ids=["an empty table", "a filled table"])
def test_repeated_keys_are_found_and_can_be_settled(items, before):
    replace(items, before, 1)
    with items.transaction() as transaction:
        replacement = Replacement(transaction.connection, ITEMS, COLUMNS, 2)
        replacement.add([item("a", n=1), item("b"), item("a", n=2)])
        assert replacement.repeated() == {"a": 2}
        replacement.remove(["a"])
        replacement.add([item("a", n=1)])
        replacement.apply()
    assert [(row[0], row[2]) for row in stored(items) if row[-1] is None] == [("a", 1), ("b", None)]


def test_a_load_that_fails_half_way_leaves_everything_as_it_was(items):
    replace(items, [item("a", n=1)], 1)
    before = stored(items)

    def rows():
        yield item("a", n=2)
        raise RuntimeError("the source broke off")

    with pytest.raises(RuntimeError):
        replace(items, rows(), 2)
    assert stored(items) == before


def test_a_first_load_that_fails_leaves_an_empty_table_with_its_keys(items):
    with pytest.raises(sa.exc.IntegrityError):
        replace(items, [item("a"), item("a")], 1)
    assert stored(items) == []
    with items.engine.connect() as connection:
        assert sa.inspect(connection).get_pk_constraint("items")["constrained_columns"] == ["id"]


def test_rows_stream_through_copy_without_being_gathered(items):
    taken = 0

    def rows():
        nonlocal taken
        for key in range(50_000):
            taken += 1
            yield (str(key), key, 1)

    with items.engine.begin() as connection:
        assert copy(connection, ITEMS, ["id", "n", "load_id"], rows()) == 50_000
    assert taken == 50_000


values = st.tuples(
    st.sampled_from([None, "", "a", "b"]),
    st.sampled_from([None, 0, 1]),
    st.sampled_from([None, 0.0, 0.1]),
    st.sampled_from([None, True]),
    st.sampled_from([None, NOW]),
    st.sampled_from([None, [], ["a"], ["a", "b"]]),
)
tables = st.dictionaries(st.sampled_from("abcdef"), values, max_size=6)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=st.lists(tables, min_size=1, max_size=4))
def test_after_any_history_the_table_is_the_last_source_and_a_repeat_changes_nothing(items, history):
    with items.engine.begin() as connection:
        connection.execute(sa.delete(ITEMS))
    before: dict = {}
    for load_id, table in enumerate(history, start=1):
        change = replace(items, [(key, *row) for key, row in table.items()], load_id)
        changed = [key for key in table.keys() & before.keys() if table[key] != before[key]]
        assert change.gone == len(before.keys() - table.keys())
        assert change.inserted + change.updated == len(table.keys() - before.keys()) + len(changed)
        before = table
    present = {row[0]: row[1:-2] for row in stored(items) if row[-1] is None}
    assert present == before
    assert replace(items, [(key, *row) for key, row in before.items()], 99) == Change()
