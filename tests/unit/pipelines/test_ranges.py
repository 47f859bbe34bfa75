"""The fewest ranges that hold just the wanted partitions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.cohorts import ranges


@pytest.mark.parametrize(
    ("wanted", "found"),
    [("abcd", [("a", "d")]), ("b", [("b", "b")]), ("dab", [("a", "b"), ("d", "d")]), ("", [])],
)
def test_neighbours_share_a_range(wanted, found):
    assert ranges(list("abcd"), list(wanted)) == found


@given(st.lists(st.integers(0, 99), unique=True, max_size=40), st.data())
def test_the_ranges_hold_the_wanted_and_nothing_else(keys, data):
    existing = [str(key) for key in keys]
    wanted = data.draw(st.lists(st.sampled_from(existing), unique=True)) if existing else []
    found = ranges(existing, wanted)
    held = [key for first, last in found for key in existing[existing.index(first) : existing.index(last) + 1]]
    assert sorted(held) == sorted(wanted)


@pytest.mark.parametrize(
    ("wanted", "bridging", "found"),
    [("ad", 1, [("a", "a"), ("d", "d")]), ("ad", 2, [("a", "d")]), ("acf", 1, [("a", "c"), ("f", "f")])],
)
def test_small_gaps_are_bridged_where_that_is_wanted(wanted, bridging, found):
    assert ranges(list("abcdef"), list(wanted), bridging=bridging) == found
