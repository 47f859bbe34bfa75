"""The address of the webhook, and how long to wait before it is asked again."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources import clock
from resources.alerts.delivery import FIRST_WAIT, LONGEST_WAIT, wait_before
from resources.alerts.webhook import Webhook, _seconds
from resources.errors import WrongUse
from resources.settings import Settings


@pytest.mark.parametrize("url", ["https://hooks.slack.com/services/T/B/x", "http://127.0.0.1:8080/x"])
def test_http_and_https_are_addresses(url):
    assert Webhook.at(url).url == url


@pytest.mark.parametrize(
    "url", ["ftp://host/secret", "file:///etc/passwd", "secret", "http://", "http://a b/secret", "http://host:99999/"]
)
def test_anything_else_is_refused_without_repeating_it(url):
    with pytest.raises(WrongUse) as refused:
        Webhook.at(url)
    assert "COHORTLINE_ALERT_WEBHOOK" in str(refused.value)
    assert not any(word in str(refused.value) for word in ("secret", "passwd", "host:", "ftp"))


@pytest.mark.parametrize("url", [None, ""])
def test_none_at_all_is_told_apart(url):
    with pytest.raises(WrongUse, match="is not set"):
        Webhook.at(url)


def test_the_address_is_in_no_printed_form():
    settings = Settings.from_environment({"COHORTLINE_ALERT_WEBHOOK": "https://host/secret"})
    assert "secret" not in repr(settings) + repr(Webhook.at(settings.alert_webhook))


def test_the_ui_is_where_dev_serves_it_unless_said_otherwise():
    assert Settings.from_environment({}).ui_url == "http://127.0.0.1:3000"
    assert Settings.from_environment({"COHORTLINE_UI_URL": "https://ui"}).ui_url == "https://ui"


def test_the_wait_doubles_from_five_seconds_up_to_an_hour():
    assert [wait_before(attempt, 1.0) for attempt in (1, 2, 3, 4, 11, 500)] == [5, 10, 20, 40, 3600, 3600]


@given(attempt=st.integers(1, 10_000), luck=st.floats(0, 1))
def test_luck_takes_a_quarter_off_the_wait_at_most(attempt, luck):
    wait = wait_before(attempt, luck)
    assert 0.75 * FIRST_WAIT <= wait <= LONGEST_WAIT
    assert 0.75 * wait_before(attempt, 1.0) <= wait <= wait_before(attempt, 1.0)


def test_retry_after_is_seconds_or_an_instant():
    now = datetime(2026, 3, 2, tzinfo=UTC)
    with mock.patch.object(clock, "now", return_value=now):
        assert _seconds(format_datetime(now + timedelta(seconds=90), usegmt=True)) == 90
        assert _seconds(format_datetime(now - timedelta(seconds=90), usegmt=True)) == 0
    assert [_seconds(text) for text in ("120", " 7 ", "-1", "soon", "", None)] == [120, 7, 0, 0, 0, 0]
