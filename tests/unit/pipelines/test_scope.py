"""What a run was over, in an alert's subject, and which later run proves it right."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.partitions import PARTITION, RANGE_END, RANGE_START
from pipelines.alerts.scope import Scope, parse, scope_of

KEYS = ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("tags", "selected", "subject"),
    [
        ({}, None, "job"),
        ({PARTITION: "b"}, None, "job over b"),
        ({RANGE_START: "b", RANGE_END: "c"}, None, "job over b...c"),
        ({RANGE_START: "a", RANGE_END: "d"}, None, "job"),
        ({RANGE_START: "a", RANGE_END: "left"}, None, "job over a...left"),
        ({}, {"y", "x"}, "job of x, y"),
        ({PARTITION: "b"}, {"x:check"}, "job of x:check over b"),
    ],
)
def test_a_subject_names_what_was_run(tags, selected, subject):
    scope = scope_of(tags, selected, KEYS)
    assert scope.subject("job") == subject
    assert parse(subject, "job") == scope


names = st.frozensets(st.text("xyz/_:", min_size=1), min_size=1, max_size=3)
# A cohort's id holds no comma, no dots in a row and no white space at an end; elsewhere it may be anything.
keys = st.from_regex(r"[a-z]([a-z .]*[a-z])?", fullmatch=True).filter(lambda key: "..." not in key)


@given(selected=st.none() | names, between=st.none() | st.tuples(keys, keys))
def test_every_subject_can_be_read_back(selected, between):
    scope = Scope(selected, between)
    assert parse(scope.subject("job"), "job") == scope


A_TO_C, B, ALL = Scope(between=("a", "c")), Scope(between=("b", "b")), Scope()


@pytest.mark.parametrize(
    ("later", "failed", "covers"),
    [
        (B, B, True),
        (A_TO_C, B, True),
        (ALL, B, True),
        (B, A_TO_C, False),
        (A_TO_C, ALL, False),
        (B, Scope(between=("left", "left")), True),
        (ALL, Scope(frozenset("x")), True),
        (Scope(frozenset("x")), ALL, False),
        (Scope(frozenset("xy")), Scope(frozenset("x")), True),
        (Scope(frozenset("x")), Scope(frozenset("xy")), False),
        (Scope(frozenset("xy"), ("b", "b")), Scope(frozenset("x"), ("a", "c")), False),
    ],
)
def test_a_later_run_covers_what_it_ran_too(later, failed, covers):
    assert later.covers(failed, KEYS) == covers
