"""What a verdict writes: once when something is wrong, once when it no longer is."""

import pytest

from assets.checks import _concern
from assets.verdict import Verdict
from resources.alerts import events as listed
from resources.warehouse.database import Transaction


def test_an_alert_opens_once_however_often_it_is_found_and_recovers_once(judge, events):
    assert judge("one", "two") == (2, 0)
    assert judge("two", "one") == (0, 0)
    assert judge("two") == (0, 1)
    assert judge() == (0, 1)
    assert judge() == (0, 0)
    assert judge("one") == (1, 0)
    assert events() == [
        ("opened", "one"),
        ("opened", "two"),
        ("recovered", "one"),
        ("recovered", "two"),
        ("opened", "one"),
    ]


def test_what_a_verdict_opens_is_one_message_and_what_it_recovers_another(judge, query):
    judge("one", "two")
    judge("three", "four")
    found = query(
        "select event, array_agg(subject order by subject) from ops.alerts"
        " group by message_id, event order by event, min(alert_id)"
    )
    assert found == [
        ("opened", ["one", "two"]),
        ("opened", ["four", "three"]),
        ("recovered", ["one", "two"]),
    ]


def test_a_verdict_recovers_only_what_it_looked_at(judge, events):
    judge("one", "two")
    assert judge(judged=["two", "three"]) == (0, 1)
    assert judge("four", judged=["four"]) == (1, 0)
    assert judge("five", judged=[]) == (1, 0)
    assert judge("one", judged=["one"]) == (0, 0)
    assert events()[2:] == [("recovered", "two"), ("opened", "four"), ("opened", "five")]


def test_one_check_says_nothing_about_another(judge):
    judge("one", check="a_check")
    assert judge("one", check="another_check") == (1, 0)
    assert judge(check="another_check") == (0, 1)
    assert judge("one", check="a_check") == (0, 0)


def test_a_verdict_on_everything_recovers_alerts_of_every_kind(judge, query):
    judge("exams", kind="asset")
    judge("autumn", kind="cohort", judged=[])
    assert judge("one", judged=["one"], kind="exam") == (1, 0)
    assert judge(kind="exam") == (0, 3)
    # Of one kind each, as a message names it.
    assert query("select count(distinct message_id) from ops.alerts where event = 'recovered'") == [(3,)]


def test_a_standing_warning_that_becomes_an_error_is_told_again_and_the_way_back_is_not(judge, query):
    assert judge("one", severity="WARN") == (1, 0)
    assert judge("one", severity="ERROR") == (1, 0)
    assert judge("one", severity="WARN") == (0, 0)
    assert judge("one", severity="ERROR") == (0, 0)
    assert judge() == (0, 1)
    assert query("select event, severity from ops.alerts order by alert_id") == [
        ("opened", "WARN"),
        ("opened", "ERROR"),
        ("recovered", "ERROR"),
    ]


def test_a_verdict_that_is_rolled_back_has_said_nothing(database, judge, events, monkeypatch):
    run = Transaction.run

    def fail_to_recover(self, package, name, /, **parameters):
        if parameters.get("event") == "recovered":
            raise RuntimeError
        return run(self, package, name, **parameters)

    judge("one")
    monkeypatch.setattr(Transaction, "run", fail_to_recover)
    with pytest.raises(RuntimeError):
        # The recovery cannot be written, so neither is the opening before it.
        judge("two")
    assert events() == [("opened", "one")]


def test_what_stands_and_everything_that_ever_happened(database, judge):
    judge("one", "two", "three", counts={"wrong": 7})
    judge("two", "four")
    stands = listed.standing(database)
    assert [(one.event, list(one.subjects), one.counts) for one in stands] == [
        ("opened", ["two"], {"wrong": 7}),
        ("opened", ["four"], {"wrong": 2}),
    ]
    assert [(one.event, list(one.subjects)) for one in listed.everything(database)] == [
        ("opened", ["one", "three", "two"]),
        ("opened", ["four"]),
        ("recovered", ["one", "three"]),
    ]


@pytest.mark.parametrize(
    ("verdict", "concern"),
    [
        (Verdict(True), ("asset", (), None)),
        (Verdict(False), ("asset", ("exams",), None)),
        (Verdict(False, judged=()), ("asset", ("exams",), ())),
        (Verdict(False, kind="cohort", concerned=["a"], judged=["a", "b"]), ("cohort", ["a"], ["a", "b"])),
        (Verdict(True, kind="cohort", judged=["a", "b"]), ("cohort", (), ["a", "b"])),
        (Verdict(False, kind="cohort", judged=["a"]), ("asset", ("exams",), ())),
    ],
    ids=["right", "wrong", "a sample", "some are wrong", "some are right", "wrong, naming nothing"],
)
def test_a_verdict_is_about_what_it_names_or_else_about_the_asset(verdict, concern):
    assert _concern("exams", verdict) == concern
