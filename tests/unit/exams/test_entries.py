"""What v1 embeds in a document, read entry by entry."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.exams.entries import Answer, answers_in, embedded, raw_entries, user_of
from assets.exams.keep import counts

ENTRY = {"userId": "ann", "score": 50.0, "completedAt": 1000.0, "answers": [{"questionId": "q"}]}


def document(*entries, **fields):
    return json.dumps({"_id": "e", "participants": list(entries)} | fields).encode()


def test_whole_numbers_and_numbers_with_a_dot_are_the_same():
    one, other = (embedded(document(ENTRY | {"score": score})).candidates for score in (50, 50.0))
    assert one == other
    assert one[0].answers == [Answer("q")]


def test_a_document_without_a_list_has_no_entries():
    for text in (b"{}", b'{"participants":null}', b'{"participants":[]}'):
        found = embedded(text)
        assert (found.read, found.candidates, found.rejects) == (0, [], [])


@pytest.mark.parametrize("value", ["lost", 3, {"ann": 1}, True])
def test_participants_that_are_no_list_are_one_unreadable_entry(value):
    found = embedded(document(participants=value))
    assert (found.read, len(found.rejects)) == (1, 1)
    assert json.loads(found.rejects[0][1].raw) == value


def test_the_detail_of_a_reject_names_its_place_and_no_value_of_it():
    found = embedded(document(ENTRY, ENTRY | {"userId": "bob", "score": "secret words"}))
    ((user, reject),) = found.rejects
    assert user == "bob"
    assert "entry 1" in reject.detail
    assert "secret words" not in reject.detail


def test_a_draft_does_not_depend_on_the_order_of_its_keys():
    one, other = (
        embedded(document(ENTRY | {"inProgressAnswers": [draft]})).candidates
        for draft in ({"a": 1, "b": 2.5}, {"b": 2.5, "a": 1})
    )
    assert one == other


def test_unknown_fields_are_passed_over():
    assert embedded(document(ENTRY | {"mood": {"$float": "?"}})).candidates == embedded(document(ENTRY)).candidates


def test_the_text_of_each_entry_is_kept_as_it_was_written():
    text = b'{"participants": [ {"userId":"ann",  "score": 5e1} , "x" ]}'
    assert raw_entries(text) == [b'{"userId":"ann",  "score": 5e1}', b'"x"']


@pytest.mark.parametrize("text", [b'"x"', b"nothing", b"[]", b'{"userId":7,"answers":{}}', b"\xff"])
def test_of_an_entry_that_is_none_there_is_no_user_and_no_answer(text):
    assert (user_of(text), answers_in(text)) == (None, 0)


entries = st.one_of(
    st.fixed_dictionaries(
        {"userId": st.sampled_from(["ann", "bob", "", 3])},
        optional={
            "score": st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False), st.just("x")),
            "status": st.sampled_from(["completed", "lost", None]),
            "completedAt": st.sampled_from([0.0, 5.0, -5.0, None, 1e20]),
            "answers": st.lists(st.sampled_from([{"questionId": "q"}, {"questionId": ""}, {}, 5]), max_size=3),
        },
    ),
    st.sampled_from(["x", None, 4, [], {}]),
)


@given(st.lists(entries, max_size=8))
def test_every_entry_and_answer_ends_somewhere_and_counts_agree(given_entries):
    text = document(*given_entries)
    found = embedded(text)
    assert found.read == len(given_entries) == len(found.candidates) + len(found.rejects)
    held = sum(len(one.answers) for one in found.candidates) + sum(reject.answers for _, reject in found.rejects)
    assert held == found.answers_read
    assert counts(text) == (found.read, found.answers_read, True)


@given(st.lists(entries, max_size=8))
def test_each_user_is_there_once_with_the_first_entry_that_can_be_read(given_entries):
    found = embedded(document(*given_entries))
    alone = [embedded(document(one)).candidates for one in given_entries]
    expected = {}
    for one in alone:
        if one:
            expected.setdefault(one[0].user_id, one[0].fields)
    assert {one.user_id: one.fields for one in found.candidates} == expected
