"""Delivery against a real receiver: at least once, in order, again and again until it is accepted."""

import socket
import threading

import pytest

from resources.alerts import delivery
from resources.alerts.delivery import Delivered
from resources.alerts.webhook import Webhook

UI = "http://ui"


@pytest.fixture
def deliver(database, receiver):
    """Delivers what is due; a receiver that says nothing is given up soon."""

    def go(url=None, seconds=5.0, patience=2.0):
        return delivery.deliver(database, Webhook.at(url or receiver.url, patience), UI, seconds=seconds)

    return go


@pytest.fixture
def state(query):
    """Of each message: how often it was sent, why it was not accepted, and whether it was at last."""
    return lambda: query(
        "select attempts, problem, delivered_at is not null from ops.alerts"
        " group by message_id, attempts, problem, delivered_at order by min(alert_id)"
    )


@pytest.fixture
def waits(query):
    """For how many seconds each message still waits."""

    def ask():
        rows = query(
            "select extract(epoch from max(next_attempt_at) - clock_timestamp())::float8 from ops.alerts"
            " group by message_id order by min(alert_id)"
        )
        return [seconds for (seconds,) in rows]

    return ask


def test_a_message_is_sent_once_with_its_key_and_what_it_is_about(judge, deliver, receiver, query, state):
    judge("one", "two")
    assert deliver() == Delivered(accepted=1)
    assert deliver() == Delivered()
    (request,) = receiver.requests
    ((key,),) = query("select distinct message_id from ops.alerts")
    assert request.headers["Idempotency-Key"] == request.body["alert"]["idempotencyKey"] == key
    assert request.headers["Content-Type"] == "application/json; charset=utf-8"
    assert request.path == "/services/secret"
    assert request.body["alert"]["subjects"] == ["one", "two"]
    assert request.body["alert"]["runUrl"] == "http://ui/runs/run"
    assert state() == [(1, None, True)]


def test_a_recovery_is_announced_and_what_stands_is_not_repeated(judge, deliver, receiver):
    for failing in (["one"], ["one"], [], []):
        judge(*failing)
        deliver()
    assert [one.body["alert"]["event"] for one in receiver.accepted] == ["opened", "recovered"]


@pytest.mark.parametrize("status", [301, 302, 307, 400, 404, 429, 500, 503])
def test_whatever_is_no_acceptance_is_tried_again_later(judge, deliver, receiver, state, waits, make_due, status):
    receiver.then((status, {"Location": receiver.url + "/elsewhere"}))
    judge("one")
    assert deliver() == Delivered(problem=f"HTTP {status}")
    assert state() == [(1, f"HTTP {status}", False)]
    assert 2 < waits()[0] <= 5
    assert deliver() == Delivered()
    make_due()
    assert deliver() == Delivered(accepted=1)
    assert [one.path for one in receiver.requests] == ["/services/secret"] * 2
    assert state() == [(2, None, True)]


@pytest.mark.parametrize("status", [201, 202, 204])
def test_every_2xx_is_an_acceptance(judge, deliver, receiver, status):
    receiver.then(status)
    judge("one")
    assert deliver() == Delivered(accepted=1)


def test_each_refusal_makes_the_wait_longer(judge, deliver, receiver, waits, make_due):
    receiver.then(*[500] * 4)
    judge("one")
    seen = []
    for _ in range(4):
        make_due()
        deliver()
        seen += waits()
    assert [low < wait <= 2 * low for wait, low in zip(seen, (2.5, 5, 10, 20), strict=True)] == [True] * 4


def test_a_receiver_that_says_nothing_is_given_up(judge, deliver, receiver, state):
    silence = threading.Event()
    receiver.then(silence)
    judge("one")
    assert deliver(patience=0.3).problem == "TimeoutError"
    silence.set()
    assert state() == [(1, "TimeoutError", False)]


def test_a_receiver_that_drips_is_given_up_too(judge, deliver, state):
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip():
            connection, _ = server.accept()
            with connection:
                while not stop.wait(0.05):
                    connection.sendall(b"H")

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        judge("one")
        problem = deliver(f"http://127.0.0.1:{server.getsockname()[1]}/", patience=0.5).problem
        stop.set()
        thread.join(5)
    assert problem == "TimeoutError"
    assert state()[0][2] is False


def test_a_receiver_that_is_not_there_is_a_refusal_without_its_address(judge, deliver, state):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        judge("one")
        assert deliver(f"http://127.0.0.1:{taken.getsockname()[1]}/secret").problem == "ConnectionRefusedError"
    assert state() == [(1, "ConnectionRefusedError", False)]


def test_no_answer_that_is_http_is_a_refusal(judge, deliver):
    with socket.create_server(("127.0.0.1", 0)) as server:

        def babble():
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b"hello\r\n\r\n")

        thread = threading.Thread(target=babble, daemon=True)
        thread.start()
        judge("one")
        assert deliver(f"http://127.0.0.1:{server.getsockname()[1]}/").problem in {
            "BadStatusLine",
            "ConnectionResetError",
        }
        thread.join(5)


@pytest.mark.parametrize("status", [429, 503])
def test_a_receiver_that_asks_to_be_left_alone_is(judge, deliver, receiver, waits, status):
    receiver.then((status, {"Retry-After": "120"}))
    judge("one", check="first_check")
    judge("one", check="second_check")
    deliver()
    assert [round(wait) for wait in waits()] == [120, 120]
    assert deliver() == Delivered()
    assert len(receiver.requests) == 1


def test_a_receiver_that_asks_for_ever_is_asked_again_within_the_hour(judge, deliver, receiver, waits):
    receiver.then((429, {"Retry-After": "99999999"}))
    judge("one")
    deliver()
    assert 3500 < waits()[0] <= 3600


def test_messages_go_out_in_the_order_in_which_things_happened(judge, deliver, receiver):
    judge("one", check="first_check")
    judge("one", check="second_check")
    judge(check="first_check")
    assert deliver() == Delivered(accepted=3)
    assert [(one.body["alert"]["check"], one.body["alert"]["event"]) for one in receiver.accepted] == [
        ("first_check", "opened"),
        ("second_check", "opened"),
        ("first_check", "recovered"),
    ]


def test_a_recovery_never_overtakes_its_opening_and_other_checks_do_not_wait(judge, deliver, receiver, make_due):
    receiver.then(500)
    judge("one", check="first_check")
    judge(check="first_check")
    judge("one", check="second_check")
    assert deliver() == Delivered(problem="HTTP 500")
    assert deliver() == Delivered(accepted=1)
    make_due()
    assert deliver() == Delivered(accepted=2)
    assert [(one.body["alert"]["check"], one.body["alert"]["event"]) for one in receiver.accepted] == [
        ("second_check", "opened"),
        ("first_check", "opened"),
        ("first_check", "recovered"),
    ]


def test_a_receiver_in_trouble_is_asked_once_a_delivery(judge, deliver, receiver):
    receiver.then(500)
    for number in range(5):
        judge("one", check=f"check_{number}")
    deliver()
    assert len(receiver.requests) == 1


@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_message_that_is_refused_for_what_it_is_keeps_no_other_check_waiting(judge, deliver, receiver, status):
    receiver.then(status)
    judge("one", check="first_check")
    judge(check="first_check")
    judge("one", check="second_check")
    assert deliver() == Delivered(accepted=1, problem=f"HTTP {status}")
    assert [one.body["alert"]["check"] for one in receiver.requests] == ["first_check", "second_check"]


def test_two_deliverers_at_once_send_once(judge, deliver, receiver):
    silence = threading.Event()
    receiver.then(silence)
    judge("one")
    first = threading.Thread(target=deliver, kwargs={"patience": 20.0})
    first.start()
    while not receiver.requests:
        assert first.is_alive()
    assert deliver() == Delivered(is_busy=True)
    silence.set()
    first.join(20)
    assert len(receiver.requests) == 1
    assert deliver().is_busy is False


def test_a_death_between_acceptance_and_mark_sends_again_with_the_same_key(judge, deliver, receiver, monkeypatch):
    def die(*_):
        raise KeyboardInterrupt

    judge("one")
    with monkeypatch.context() as patch:
        patch.setattr(delivery, "_mark", die)
        with pytest.raises(KeyboardInterrupt):
            deliver()
    assert deliver() == Delivered(accepted=1)
    assert deliver() == Delivered()
    keys = [one.headers["Idempotency-Key"] for one in receiver.accepted]
    assert (len(keys), len(set(keys))) == (2, 1)


def test_without_time_nothing_is_begun(judge, deliver, receiver):
    judge("one")
    assert deliver(seconds=0.0) == Delivered()
    assert receiver.requests == []


def test_what_waited_for_a_webhook_is_delivered_when_there_is_one(database, judge, deliver, receiver):
    judge("one")
    judge()
    assert delivery.undelivered(database) == 2
    assert deliver() == Delivered(accepted=2)
    assert delivery.undelivered(database) == 0
