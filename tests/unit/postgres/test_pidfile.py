"""A pid file is a claim: read where it can be true, refused where it cannot."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources.postgres import pidfile

WHOLE = "4711\n/home/a b/data\n1767225600\n5432\n/run/x\n\n 12345 67\nready   \n"


def test_a_whole_file_says_who_runs_since_when_and_where():
    claim = pidfile.parse(WHOLE)
    assert claim == pidfile.PidFile(4711, 1767225600.0, 5432, Path("/run/x"), "ready")


def test_a_file_that_is_still_being_written_names_no_state():
    claim = pidfile.parse("4711\n/data\n1767225600\n")
    assert claim == pidfile.PidFile(4711, 1767225600.0)


@pytest.mark.parametrize(
    "text",
    ["", "\n", "4711", "4711\n/data\n", "0\n/data\n1\n", "-5\n/data\n1\n", "1e3\n/data\n1\n", "9999999999\n/data\n1\n",
     "4711\n/data\nnan\n", "4711\n/data\ninf\n", "4711\n/data\n-1\n", "\0" * 40],
)  # fmt: skip
def test_a_claim_that_cannot_be_true_is_none(text):
    assert pidfile.parse(text) is None


@given(st.text() | st.builds("\n".join, st.lists(st.text() | st.integers().map(str), max_size=9)))
def test_no_garbage_breaks_the_reader(text):
    claim = pidfile.parse(text)
    assert claim is None or 0 < claim.pid < pidfile.HIGHEST_PID


@given(st.integers(0, len(WHOLE)))
def test_a_file_cut_off_anywhere_never_names_another_server(length):
    claim = pidfile.parse(WHOLE[:length])
    assert claim is None or claim.pid == 4711
