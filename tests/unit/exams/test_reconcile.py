"""Which of several accounts of a participation counts."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from assets.exams.entries import Answer, Candidate, Fields
from assets.exams.reconcile import settle

EMPTY = Fields(None, None, False, None, None, None, None, None, None, None, None)


def one(user="ann", completed=None, score=1.0, answers=(), source=None, created=0.0):
    moment = None if completed is None else datetime.fromtimestamp(completed, UTC)
    fields = EMPTY._replace(score=score, completed_at=moment)
    return Candidate(user, fields, [Answer(text) for text in answers], source_id=source, created=created)


def test_without_rows_every_entry_wins():
    entries = [one("ann"), one("bob")]
    found = settle(entries, [])
    assert (found.winners, found.duplicates, found.conflicts) == (entries, [], [])


def test_the_later_completion_wins_and_none_is_the_earliest():
    late, early, never = one(completed=9, source="p"), one(completed=5), one(source="q")
    found = settle([early], [never, late])
    assert (found.winners, found.conflicts) == ([late], [early, never])


def test_a_difference_of_a_microsecond_decides():
    early, late = one(completed=1.7e9), one(completed=1.7e9 + 0.000001, source="p")
    assert settle([early], [late]).winners == [late]


def test_answers_missing_is_no_difference_where_there_are_none():
    entry = Candidate("ann", EMPTY, (), answers_missing=True)
    found = settle([entry], [Candidate("ann", EMPTY, [], source_id="p")])
    assert (found.winners, len(found.duplicates)) == ([entry], 1)


def test_two_equal_losers_of_a_conflict_are_both_kept():
    found = settle([one(score=1.0)], [one(score=2.0, source="p"), one(score=2.0, source="q")])
    assert [loser.source_id for loser in found.conflicts] == ["p", "q"]


candidates = st.builds(
    one,
    user=st.sampled_from(["ann", "bob"]),
    completed=st.sampled_from([None, 1, 2]),
    score=st.sampled_from([1.0, 2.0]),
    answers=st.sampled_from([(), ("q",)]),
    created=st.sampled_from([0.0, 1.0]),
)


@given(st.lists(candidates, max_size=6), st.permutations(range(6)), st.booleans())
def test_the_outcome_does_not_depend_on_the_order_and_nothing_is_lost(rows, order, embedded):
    rows = [Candidate(r.user_id, r.fields, r.answers, source_id=f"p{n}", created=r.created) for n, r in enumerate(rows)]
    entries = [one("ann", 1)] if embedded else []
    found = settle(entries, rows)
    shuffled = settle(entries, [rows[place] for place in order if place < len(rows)])
    assert {w.user_id: w for w in found.winners} == {w.user_id: w for w in shuffled.winners}
    assert len(found.winners) + len(found.duplicates) + len(found.conflicts) == len(rows) + len(entries)
    assert len(found.winners) == len({w.user_id for w in [*rows, *entries]})
    for winner in found.winners:
        same = [r for r in [*entries, *rows] if r.user_id == winner.user_id]
        assert winner.fields.completed_at == max(
            (r.fields.completed_at for r in same if r.fields.completed_at), default=None
        )
