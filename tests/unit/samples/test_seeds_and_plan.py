"""The arithmetic under the demo: draws, orders and relations."""

import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samples.convex import ABSENT, encode
from samples.plan import School, skewed
from samples.seeds import Draw, identifier, shuffled

COUNTS = st.integers(1, 400)


@given(st.integers(0, 2000))
def test_a_shuffled_order_visits_each_place_once(count):
    assert sorted(shuffled(count)) == list(range(count))


def test_a_shuffled_order_is_no_sorted_order():
    assert list(shuffled(100)) != list(range(100))


@given(st.integers(), st.integers())
def test_an_id_is_32_lower_case_characters_and_follows_from_its_seed(seed, index):
    name = identifier(seed, "users", index)
    assert len(name) == 32
    assert name.isalnum()
    assert name == name.lower() == identifier(seed, "users", index) != identifier(seed, "class", index)


def test_a_draw_never_runs_dry():
    draw = Draw(7, "users", 1)
    values = [draw.below(1000) for _ in range(5000)]
    assert len(set(values[-500:])) > 300


@given(COUNTS, COUNTS)
def test_skewed_items_fill_each_owners_places_from_the_first(count, owners):
    places = [skewed(index, count, owners) for index in range(count)]
    for (owner, place), (next_owner, next_place) in itertools.pairwise(places):
        assert (next_owner, next_place) == (owner, place + 1) or (next_owner > owner and next_place == 0)
    assert places[0][1] == 0


schools = st.builds(
    School,
    cohorts=st.integers(1, 40),
    classes=st.integers(1, 80),
    modules=st.integers(1, 120),
    questions=st.integers(1, 500),
    users=st.integers(1, 300),
)


def cohort_of_question(school, question):
    return school.cohort_of_class(school.class_of_module(school.module_of_question(question)))


@given(schools)
def test_a_cohorts_questions_are_those_of_its_classes_modules(school):
    for cohort in range(school.teaching):
        span = school.questions_of_cohort(cohort)
        assert {cohort_of_question(school, question) for question in range(*span)} <= {cohort}
    spans = [range(*school.questions_of_cohort(cohort)) for cohort in range(school.teaching)]
    inside = {question for span in spans for question in span}
    outside = set(range(school.questions)) - inside
    assert all(cohort_of_question(school, question) >= school.teaching for question in outside)


@given(schools)
def test_a_modules_questions_are_those_that_name_it(school):
    for module in range(school.modules):
        assert {school.module_of_question(question) for question in range(*school.questions_of_module(module))} <= {
            module
        }


@given(schools)
def test_every_user_has_a_home_that_exists_and_every_class_a_cohort(school):
    assert all(0 <= school.home(user) < school.cohorts for user in range(school.users))
    assert all(0 <= school.cohort_of_class(index) < school.cohorts for index in range(school.classes))
    assert all(0 <= school.class_of_module(index) < school.classes for index in range(school.modules))


@pytest.mark.parametrize(
    ("value", "text"),
    [(3.0, "3.0"), (-0.0, "-0.0"), (1754035229513.001, "1754035229513.001"), (7, "7"), (1e22, "1e+22"), ("İß", '"İß"')],
)
def test_a_value_is_written_as_an_export_writes_it(value, text):
    assert encode({"value": value}) == f'{{"value":{text}}}'


def test_keys_are_sorted_and_absent_fields_are_absent():
    line = encode({"b": None, "a": ABSENT, "_id": "x", "_creationTime": 1.5})
    assert line == '{"_creationTime":1.5,"_id":"x","b":null}'
    assert list(json.loads(line)) == ["_creationTime", "_id", "b"]
