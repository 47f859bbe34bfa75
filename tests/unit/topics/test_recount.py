"""The second opinion itself: how it compares averages, and what it makes of nothing."""

from fractions import Fraction

import pandas as pd
import pytest

from assets.topics import recount

TOPIC = ["semester_id", "topic_id"]


def topics(*names, semester="autumn", t=None):
    return pd.DataFrame([(semester, name, t or len(names)) for name in names], columns=[*TOPIC, "t"])


def rankings(**positions):
    rows = [("autumn", topic, position) for topic, given in positions.items() for position in given]
    return pd.DataFrame(rows, columns=[*TOPIC, "position"]).astype({"position": "int64"})


def others(**sums):
    return pd.DataFrame([("autumn", name, *one) for name, one in sums.items()], columns=[*TOPIC, "n", "s1"])


@pytest.mark.parametrize(
    ("average", "of", "category"),
    [
        (Fraction(1), 5, "very-high"),
        (Fraction(101, 100), 5, "high"),
        (Fraction(2), 5, "high"),
        (Fraction(3), 5, "medium"),
        (Fraction(3_000_001, 1_000_000), 5, "low"),
        (Fraction(1), 1, "low"),
    ],
)
def test_a_category_reaches_up_to_its_fifth_and_no_further(average, of, category):
    assert recount.category(average, of) == category


@pytest.mark.parametrize(
    ("averages", "percentiles"),
    [([2], [50]), ([1, 2], [75, 25]), ([1, 1], [50, 50]), ([1, 2, 2, 3], [87.5, 50, 50, 12.5])],
)
def test_the_tied_share_a_percentile_and_the_most_wanted_has_the_highest(averages, percentiles):
    averages = [Fraction(one) for one in averages]
    assert [recount.percentile(one, averages) for one in averages] == percentiles


def test_metrics_of_three_topics():
    found = recount.metrics(topics("a", "b", "c"), rankings(a=[1, 1, 4], b=[2]), others())
    assert found.loc[("autumn", "a")].to_list() == [3, 6, 18, 3, 2.0, pytest.approx(2**0.5), "low", 50.0]
    assert found.loc[("autumn", "b")].to_list() == [1, 2, 4, 3, 2.0, 0.0, "low", 50.0]
    assert found.loc[("autumn", "c")].to_list()[:4] == [0, 0, 0, 3]
    assert found.loc[("autumn", "c")].isna().to_list() == [False] * 4 + [True] * 4


def test_a_part_of_the_topics_is_compared_with_the_others_that_somebody_ranks():
    found = recount.metrics(topics("a", t=4), rankings(a=[2]), others(b=(3, 3), c=(2, 6), d=(0, 0)))
    assert found.percentile.to_list() == [50.0]


def test_averages_that_a_float_cannot_tell_apart_are_told_apart():
    large = 2**60
    found = recount.metrics(topics("a"), rankings(a=[1]), others(b=(large, large + 1)))
    assert found.percentile.to_list() == [75.0]


def test_a_distribution_reaches_to_the_number_of_topics_or_the_largest_position():
    found = recount.distribution(topics("a", "b"), rankings(a=[1, 1, 4]))
    assert found["count"].to_dict() == {
        ("autumn", "a", 1): 2, ("autumn", "a", 2): 0, ("autumn", "a", 3): 0, ("autumn", "a", 4): 1,
        ("autumn", "b", 1): 0, ("autumn", "b", 2): 0,
    }  # fmt: skip


def test_an_hour_begins_where_it_does_in_utc():
    at = pd.to_datetime(
        ["2026-01-01T00:00:00+05:30", "2025-12-31T18:59:59.999999Z", "2025-12-31T19:00:00Z"], format="ISO8601", utc=True
    )
    found = recount.trends(
        pd.DataFrame({"semester_id": "autumn", "topic_id": "a", "at": at, "average_position": [1.0, 2.0, 4.0]})
    )
    assert found.average_position.to_list() == [1.5, 4.0]
    assert found.events.to_list() == [2, 1]
    assert [str(key[2]) for key in found.index] == ["2025-12-31 18:00:00+00:00", "2025-12-31 19:00:00+00:00"]


def test_only_what_lies_within_the_tolerance_is_taken_for_equal():
    stored = pd.DataFrame({"value": [1.0, 2.0, None]}, index=["a", "b", "c"])
    found = pd.DataFrame({"value": [1.0 + 1e-12, 2.00001, 3.0]}, index=["a", "b", "c"])
    assert recount.within(stored, found).value.to_list() == [1.0, 2.00001, 3.0]


def test_where_there_is_nothing_the_recount_finds_nothing():
    calculated = pd.DataFrame(columns=[*TOPIC, "at", "average_position"])
    assert recount.metrics(topics(), rankings(), others()).empty
    assert recount.distribution(topics(), rankings()).empty
    assert recount.trends(calculated).empty
    # As a query without rows comes.
    assert recount.metrics(topics(), pd.DataFrame(columns=[*TOPIC, "position"]), others()).empty
    assert recount.distribution(topics("a"), pd.DataFrame(columns=[*TOPIC, "position"])).index.to_list() == [
        ("autumn", "a", 1)
    ]
    assert recount.metrics(topics("a"), pd.DataFrame(columns=[*TOPIC, "position"]), others()).n.to_list() == [0]
