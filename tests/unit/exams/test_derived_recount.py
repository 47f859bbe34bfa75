"""The second opinion itself: how it rounds, and what it makes of nothing."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.exams import derived_recount


@pytest.mark.parametrize(
    ("scores", "average"),
    [
        ([50.0], 50),
        ([50.0, 51.0], 51),
        ([0.5], 1),
        ([0.4999999999999999], 0),
        # As binary fractions these fall short of a half.
        ([0.3, 0.7], 1),
        ([-0.5], 0),
        ([-1.5], -1),
        ([1e300], 2**63 - 1),
        ([-1e300], -(2**63)),
    ],
)
def test_a_mean_is_rounded_half_up_as_the_scores_are_written(scores, average):
    assert derived_recount.average(scores) == average


@given(st.lists(st.integers(-200, 200), min_size=1))
def test_the_mean_of_whole_numbers_is_rounded_half_up(scores):
    average = derived_recount.average([float(score) for score in scores])
    assert -len(scores) <= 2 * (sum(scores) - average * len(scores)) < len(scores)


def test_where_there_is_nothing_the_recount_finds_nothing():
    exams = pd.DataFrame(columns=["id", "title", "description", "start_date", "end_date", "completion_time",
                                  "is_active", "creation_time", "question_count"])  # fmt: skip
    participations = pd.DataFrame(
        columns=["exam_id", "user_id", "status", "score", "completed_at", "is_known", "is_deleted"]
    )
    v1 = pd.DataFrame(columns=["exam_id", "participants", "is_embedded", "is_kept"])
    users = pd.DataFrame(columns=["id", "deleted_at"])
    listed = pd.DataFrame(columns=["exam_id", "user_id"])
    bank = pd.DataFrame(columns=["is_offered", "questions"])
    assert derived_recount.leaderboard(exams, participations).empty
    assert derived_recount.metadata(exams, participations, v1).empty
    assert derived_recount.dashboard(users, exams, listed, participations, bank).empty
    assert derived_recount.recent(users, exams, listed, participations).empty
