"""Verdicts as a test gives them, and what the outbox holds afterwards."""

import pytest

from resources.alerts import outbox


@pytest.fixture
def judge(database):
    """Gives a verdict on a check about exams; answers how many alerts it opened and recovered."""

    def go(*failing, judged=None, check="a_check", severity="ERROR", kind="exam", counts=None):
        with database.transaction() as transaction:
            done = outbox.judge(
                transaction,
                asset="exams",
                statement=check,
                severity=severity,
                counts=counts or {"wrong": len(failing)},
                run_id="run",
                as_of=database.as_of,
                kind=kind,
                failing=failing,
                judged=judged,
            )
        return done.opened, done.recovered

    return go


@pytest.fixture
def events(query):
    """Every event so far: what happened, to what."""
    return lambda: query("select event, subject from ops.alerts order by alert_id")


@pytest.fixture
def make_due(query):
    """Has every message due, as if its wait were over."""
    return lambda: query("update ops.alerts set next_attempt_at = now() where delivered_at is null")
