"""The second opinion on the metrics of topics: the same numbers by another way, in pandas. Pure: frames in, frames out.

Averages are compared as fractions, and students counted one by one.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from fractions import Fraction

import pandas as pd

TOPIC = ["semester_id", "topic_id"]
SUMS = ["n", "s1", "s2", "t"]
METRICS = [*SUMS, "average_position", "standard_deviation", "competition_category", "percentile"]
# Up to so many fifths of all topics, the average position is that of such a topic; beyond, of a "low" one.
CATEGORIES = {1: "very-high", 2: "high", 3: "medium"}
# How far two ways of computing a fraction may lie apart.
TOLERANCE = 1e-9


def metrics(topics: pd.DataFrame, rankings: pd.DataFrame, others: pd.DataFrame) -> pd.DataFrame:
    """The metrics of each topic, indexed by semester and topic.

    `topics` has each topic with t; `rankings` the positions given to them; `others` n and s1 of the other topics of
    their semesters, with which they are compared.
    """
    given = rankings.assign(square=rankings.position**2).groupby(TOPIC)
    counted = given.agg(n=("position", "size"), s1=("position", "sum"), s2=("square", "sum"))
    found = topics.set_index(TOPIC)[["t"]].join(counted).fillna({"n": 0, "s1": 0, "s2": 0}).astype("int64")
    averages = _averages(found)
    rest = _averages(others.set_index(TOPIC))
    return found.assign(
        average_position=averages.map(float).astype("float64"),
        standard_deviation=given.position.std(ddof=0).reindex(found.index),
        competition_category=_categories(averages, found.t),
        percentile=_percentiles(averages, rest),
    )[METRICS]


def distribution(topics: pd.DataFrame, rankings: pd.DataFrame) -> pd.DataFrame:
    """How many students rank each topic where, indexed by semester, topic and position."""
    largest = rankings.groupby(TOPIC).position.max()
    last = topics.set_index(TOPIC).join(largest.rename("largest")).max(axis=1).astype("int64").reset_index(name="last")
    places = last.assign(position=last["last"].map(lambda most: list(range(1, most + 1)))).explode("position")
    index = pd.MultiIndex.from_frame(places[[*TOPIC, "position"]].astype({"position": "int64"}))
    counted = rankings.groupby([*TOPIC, "position"]).size()
    return pd.DataFrame({"count": counted.reindex(index, fill_value=0).astype("int64")}, index=index)


def trends(calculated: pd.DataFrame) -> pd.DataFrame:
    """The mean of each topic's calculated averages hour by hour, indexed by semester, topic and hour in UTC."""
    hour = pd.to_datetime(calculated["at"], utc=True).dt.floor("h")
    hours = calculated.assign(hour=hour).groupby([*TOPIC, "hour"]).average_position
    return pd.DataFrame({"average_position": hours.mean().astype("float64"), "events": hours.size().astype("int64")})


def within(stored: pd.DataFrame, recounted: pd.DataFrame) -> pd.DataFrame:
    """The recounted rows, in which a fraction that all but equals the stored one is taken for equal."""
    found = recounted.copy()
    for name in recounted.columns:
        if pd.api.types.is_float_dtype(recounted[name]):
            beside = pd.to_numeric(stored[name]).reindex(found.index)
            found[name] = found[name].where(~((found[name] - beside).abs() <= TOLERANCE), beside)
    return found


def _averages(sums: pd.DataFrame) -> pd.Series:
    """The average position of each topic that somebody ranks."""
    ranked = sums[sums.n > 0]
    values = [Fraction(int(s1), int(n)) for n, s1 in zip(ranked.n, ranked.s1, strict=True)]
    return pd.Series(values, index=ranked.index, dtype=object)


def _categories(averages: pd.Series, t: pd.Series) -> pd.Series:
    found = [category(average, int(topics)) for average, topics in zip(averages, t[averages.index], strict=True)]
    return pd.Series(found, index=averages.index, dtype=object)


def category(average: Fraction, topics: int) -> str:
    """How much competition there is about a topic, by its average position among so many topics."""
    return next((name for fifths, name in CATEGORIES.items() if average <= Fraction(fifths * topics, 5)), "low")


def _percentiles(averages: pd.Series, others: pd.Series) -> pd.Series:
    semesters = averages.index.get_level_values("semester_id")
    found = []
    for semester, own in averages.groupby(semesters):
        beside = others[others.index.get_level_values("semester_id") == semester]
        everybody = sorted([*own, *beside])
        found.append(pd.Series([percentile(one, everybody) for one in own], index=own.index, dtype="float64"))
    return pd.concat(found) if found else pd.Series(index=averages.index, dtype="float64")


def percentile(average: Fraction, averages: Sequence[Fraction]) -> float:
    """How many percent of sorted averages are less wanted than one of them; those as wanted, it too, count half."""
    before, up_to = bisect_left(averages, average), bisect_right(averages, average)
    less, tied = len(averages) - up_to, up_to - before
    return float(Fraction(100 * (2 * less + tied), 2 * len(averages)))
