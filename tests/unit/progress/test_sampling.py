"""What is recounted on which day: everything within as many days as there are, and no day too much."""

from hypothesis import given
from hypothesis import strategies as st

from assets.progress.sampling import choose

SIZES = st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.integers(0, 50), max_size=8)


@given(SIZES, st.integers(1, 20), st.integers(0, 100))
def test_every_cohort_and_every_part_has_its_day_and_no_day_is_too_long(sizes, most, first):
    days = choose(sizes, (), most=most, today=first).days
    seen, expected = set(), set()
    for today in range(first, first + days):
        chosen = choose(sizes, (), most=most, today=today)
        seen |= {(cohort, 0, 1) for cohort in chosen.together}
        seen |= {(one.cohort, one.part, one.parts) for one in chosen.parts}
        rows = sum(sizes[cohort] for cohort in chosen.together)
        rows += sum(-(-sizes[one.cohort] // one.parts) for one in chosen.parts)
        assert rows <= 2 * most
    for cohort, size in sizes.items():
        parts = -(-max(size, 1) // most)
        expected |= {(cohort, part, parts) for part in range(parts)}
    assert seen == expected


@given(SIZES, st.integers(1, 20), st.integers(0, 100), st.data())
def test_what_an_alert_stands_about_is_whole_every_day(sizes, most, today, data):
    alerted = data.draw(st.sets(st.sampled_from(sorted(sizes)))) if sizes else set()
    assert alerted <= set(choose(sizes, alerted, most=most, today=today).whole)


def test_what_is_looked_at_is_said():
    everything = choose({"a": 3, "b": 4}, (), most=10, today=0)
    assert (everything.note, everything.judged(all_known=True)) == ("every student of the run's cohorts", None)
    notes = {choose({"a": 3, "b": 25}, (), most=10, today=today).note for today in range(3)}
    assert notes == {
        "1 of 2 cohorts, day 1 of 3: a, part 1 of 3 of b",
        "0 of 2 cohorts, day 2 of 3: part 2 of 3 of b",
        "0 of 2 cohorts, day 3 of 3: part 3 of 3 of b",
    }
