"""`cohortline alerts`, typed as a user types it, and what `cohortline run` tells without a daemon."""

import socket

import pytest

TABLES = {"users": [{"_id": "a"}, {"_id": "b"}]}
LOSE = (
    "create function lose() returns trigger language plpgsql as 'begin return null; end'",
    "create trigger lose before insert on landing.users for each row when (new.id = 'a') execute function lose()",
)
BREAK = (
    "create function break() returns trigger language plpgsql as 'begin raise exception ''Ana''; end'",
    "create trigger break before insert on landing.users for each row execute function break()",
)
ACCOUNTED = "every_document_read_is_accounted_for"


@pytest.fixture
def run(cohortline, make_snapshot, receiver):
    """Loads a small snapshot, the webhook being the test's receiver."""
    path = make_snapshot(TABLES)

    def go(webhook=None):
        return cohortline("run", "--snapshot", path, COHORTLINE_ALERT_WEBHOOK=webhook or receiver.url)

    return go


def test_nothing_is_wrong_at_first(cohortline):
    done = cohortline("alerts", "list")
    assert (done.status, done.out) == (0, "nothing is wrong\n")
    assert cohortline("alerts", "list", "--all", "--json").json == []


def test_a_failed_check_reaches_the_webhook_once_and_so_does_its_recovery(run, cohortline, receiver, ask):
    for statement in LOSE:
        ask(statement)
    assert run().status == 1
    (message,) = receiver.accepted
    assert message.body["text"] == f"ERROR: landing/users: {ACCOUNTED} is false"
    (alert,) = cohortline("alerts", "list", "--json").json
    assert (alert["asset"], alert["check"], alert["severity"]) == ("landing/users", ACCOUNTED, "ERROR")
    assert (alert["kind"], alert["subjects"], alert["attempts"]) == ("asset", ["landing/users"], 1)
    assert alert["runUrl"].startswith("http://127.0.0.1:3000/runs/")
    assert alert["deliveredAt"]
    assert alert["counts"]["read"] == 2

    run()
    assert len(receiver.accepted) == 1
    ask("drop trigger lose on landing.users")
    ask("truncate landing.users, ops.loads")
    assert run().status == 0
    assert receiver.texts[1:] == [f"RECOVERED: landing/users: {ACCOUNTED} is true again"]
    assert cohortline("alerts", "list").out == "nothing is wrong\n"
    events = cohortline("alerts", "list", "--all", "--json").json
    assert [one["event"] for one in events] == ["opened", "recovered"]
    assert "recovered" in cohortline("alerts", "list", "--all").out


def test_a_run_that_fails_is_told_without_what_the_error_says_and_recovers_with_the_next(run, receiver, ask):
    for statement in BREAK:
        ask(statement)
    assert run().status == 1
    (message,) = receiver.accepted
    assert message.body["text"] == ("ERROR: a run of load_snapshot_job failed (landing__users: RaiseException)")
    assert "Ana" not in str(message.body)
    assert message.body["alert"]["kind"] == "job"
    assert run().status == 1
    assert len(receiver.accepted) == 1
    ask("drop trigger break on landing.users")
    assert run().status == 0
    assert receiver.texts[1:] == ["RECOVERED: a run of load_snapshot_job succeeded again"]


def test_a_run_whose_process_was_killed_is_told_by_the_next(begin, run, make_snapshot, ask, receiver):
    ask("create function wait() returns trigger language plpgsql as 'begin perform pg_sleep(60); return new; end'")
    ask("create trigger wait before insert on landing.users for each row execute function wait()")
    process = begin("run", "--snapshot", make_snapshot(TABLES))
    while not ask("select 1 from ops.loads where source_table = 'users'"):
        assert process.poll() is None
    process.kill()
    process.wait()
    ask(
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where wait_event = 'PgSleep' and datname = current_database()"
    )
    ask("drop trigger wait on landing.users")
    assert run().status == 0
    assert receiver.texts == [
        "ERROR: a run of load_snapshot_job failed (its process ended)",
        "RECOVERED: a run of load_snapshot_job succeeded again",
    ]


@pytest.mark.parametrize("status", [0, 1], ids=["a run that is fine", "a run that is not"])
def test_what_is_not_accepted_is_one_line_and_the_status_of_the_run_stays(run, receiver, ask, cohortline, status):
    for statement in LOSE if status else ():
        ask(statement)
    if not status:
        ask(
            "insert into ops.alerts (event, asset, statement, kind, subject, severity, counts, as_of, message_id)"
            " values ('opened', 'x', 'a_check', 'asset', 'x', 'WARN', '{}', now(), 'key')"
        )
    receiver.then(500)
    done = run()
    assert done.status == status
    lines = [line for line in done.err.splitlines() if line.startswith("alerts")]
    assert lines == ["alerts wait to be delivered: HTTP 500 (`cohortline alerts list`)"]
    assert "secret" not in done.err
    assert "HTTP 500, tried 1 times" in cohortline("alerts", "list").out


def test_without_a_webhook_alerts_wait_and_the_list_says_why(cohortline, make_snapshot, ask):
    for statement in LOSE:
        ask(statement)
    done = cohortline("run", "--snapshot", make_snapshot(TABLES))
    assert (done.status, "alerts wait" in done.err) == (1, False)
    assert "no: COHORTLINE_ALERT_WEBHOOK is not set" in cohortline("alerts", "list").out


def test_a_test_message_is_sent_now_and_kept_nowhere(cohortline, receiver):
    done = cohortline("alerts", "test", COHORTLINE_ALERT_WEBHOOK=receiver.url, COHORTLINE_UI_URL="https://ui.example")
    assert (done.status, done.out, done.err) == (0, "accepted\n", "")
    (message,) = receiver.accepted
    assert message.body["alert"]["event"] == "test"
    assert cohortline("alerts", "list", "--all", "--json").json == []
    answer = cohortline("alerts", "test", "--json", COHORTLINE_ALERT_WEBHOOK=receiver.url).json
    assert (answer["accepted"], answer["problem"]) == (True, None)
    assert answer["idempotencyKey"] == receiver.accepted[1].headers["Idempotency-Key"]


def test_a_test_message_that_is_not_accepted_says_why_and_keeps_the_secret(cohortline, receiver):
    receiver.then(404)
    done = cohortline("alerts", "test", COHORTLINE_ALERT_WEBHOOK=receiver.url)
    assert (done.status, done.out) == (1, "")
    assert done.err.startswith("cohortline: the webhook did not accept the message: HTTP 404;")
    assert "secret" not in done.err
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/secret"
        done = cohortline("alerts", "test", "--json", COHORTLINE_ALERT_WEBHOOK=url)
    assert (done.status, done.json["accepted"], done.json["problem"]) == (1, False, "ConnectionRefusedError")
    assert "secret" not in done.err + done.out


@pytest.mark.parametrize("url", ["", "ftp://host/secret", "hooks.slack.com/secret"])
def test_without_a_webhook_there_is_nothing_to_test(cohortline, url):
    done = cohortline("alerts", "test", COHORTLINE_ALERT_WEBHOOK=url)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("cohortline: COHORTLINE_ALERT_WEBHOOK is ")
    assert "secret" not in done.err
    assert done.err.count("\n") == 1


def test_help_shows_examples(cohortline):
    for command in ((), ("list",), ("test",)):
        done = cohortline("alerts", *command, "--help")
        assert (done.status, "Examples:" in done.out) == (0, True)
