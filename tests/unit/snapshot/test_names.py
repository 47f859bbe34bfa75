"""Paths judged without a file: what is safe, what is a table, and how it is shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources.snapshot.names import Place, is_entry, listed, place_of, safe_parts, shown


@given(st.text(st.sampled_from("./\\ab:\0"), max_size=12))
def test_a_name_that_passes_can_only_lead_inside(name):
    try:
        parts = safe_parts(name, 8)
    except ValueError:
        return
    assert not set(parts) & {"", ".", ".."}
    assert not any(character in part for part in parts for character in "/\\\0")
    assert len(parts) <= 8


@pytest.mark.parametrize(
    ("path", "component", "table", "label"),
    [
        ("users/documents.jsonl", "", "users", "users"),
        ("a/b/users/documents.jsonl", "", "users", "users"),
        ("a/_components/x/users/documents.jsonl", "x", "users", "_components/x/users"),
        ("_components/x/b/users/documents.jsonl", "x", "users", "_components/x/users"),
        ("_components/x/_components/y/users/documents.jsonl", "x/y", "users", "_components/x/_components/y/users"),
        ("_components/users/documents.jsonl", "?", "users", "_components/?/users"),
        ("documents.jsonl", "", "documents.jsonl", "documents.jsonl"),
    ],
)
def test_a_table_is_found_by_the_tail_of_its_path(path, component, table, label):
    assert place_of(path) == Place(component, table)
    assert place_of(path).label == label


@pytest.mark.parametrize(
    "path", ["users/documents.json", "users/Documents.jsonl", "users/._documents.jsonl", "README.md"]
)
def test_other_files_are_no_entries(path):
    assert not is_entry(path.split("/"))


@given(st.text(), st.integers(2, 50))
def test_a_shown_name_fits_one_line(name, most):
    assert shown(name, most).isprintable()
    assert len(shown(name, most)) <= 10 * most


def test_a_list_is_cut_with_a_count():
    assert listed(["a", "b", "c"], 2) == "a, b and 1 more"
    assert listed(["a", "b"], 2) == "a, b"
