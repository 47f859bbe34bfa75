"""Working ahead of who uses the results."""

import pytest

from resources.ahead import mapped


def test_the_results_come_in_order():
    assert list(mapped(lambda one: one * 2, range(50))) == [one * 2 for one in range(50)]


def test_no_more_is_taken_than_a_few_ahead():
    taken = []

    def given():
        for one in range(50):
            taken.append(one)
            yield one

    results = mapped(str, given(), ahead=3)
    assert next(results) == "0"
    assert len(taken) == 4
    results.close()


def test_a_problem_is_raised_where_the_result_would_come():
    results = mapped(lambda one: 1 // one, [1, 0, 1])
    assert next(results) == 1
    with pytest.raises(ZeroDivisionError):
        next(results)
