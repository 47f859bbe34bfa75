"""`cohortline alerts`: what is wrong now, and whether a person hears of it."""

from collections.abc import Sequence
from contextlib import closing
from uuid import uuid4

import click
import sqlalchemy as sa

from pipelines.cli.environment import open_warehouse
from pipelines.cli.output import json_option, print_json, print_table
from resources import clock
from resources.alerts import delivery, events, message
from resources.alerts.events import Event
from resources.alerts.webhook import VARIABLE, Webhook
from resources.errors import CohortlineError, WrongUse
from resources.settings import Settings
from resources.warehouse.database import Database
from resources.warehouse.locate import warehouse_url

# As many as a person reads in a cell.
MOST_NAMED = 3
# What a command takes at most to tell of the alerts that its runs wrote.
SECONDS_AT_THE_END = 10.0


class NotAccepted(CohortlineError):
    """The webhook was asked, and did not accept."""


@click.group(
    "alerts",
    epilog="""\b
Examples:
  cohortline alerts list
  cohortline alerts list --all --json
  cohortline alerts test""",
)
def command() -> None:
    """See what is wrong now, and try whether alerts arrive.

    An alert opens when a check, a run, or a tick of a schedule or sensor fails, and recovers when it no longer does.
    Each is sent once to the webhook that COHORTLINE_ALERT_WEBHOOK names.
    """


@command.command(
    "list",
    epilog="""\b
Examples:
  cohortline alerts list
  cohortline alerts list --all --json""",
)
@click.option("--all", "everything", is_flag=True, help="Every opening and every recovery, not only what stands.")
@json_option
def list_alerts(everything: bool, as_json: bool) -> None:  # noqa: FBT001
    """List what is wrong now, since when, and whether it was delivered."""
    settings = Settings.from_environment()
    with open_warehouse() as database:
        found = (events.everything if everything else events.standing)(database)
    if as_json:
        print_json([_as_json(one, settings.ui_url) for one in found])
    elif not found:
        click.echo("nothing has ever gone wrong" if everything else "nothing is wrong")
    else:
        print_table(
            ("", "asset", "check", "severity", "about", "since" if not everything else "at", "delivered"),
            [
                (
                    one.event if everything else "",
                    one.asset,
                    one.statement,
                    one.severity,
                    _some(one.subjects),
                    one.recorded_at.isoformat(sep=" ", timespec="seconds"),
                    _delivered(one, settings),
                )
                for one in found
            ],
        )


@command.command(
    "test",
    epilog="""\b
Examples:
  cohortline alerts test
  COHORTLINE_ALERT_WEBHOOK=https://hooks.slack.com/services/... cohortline alerts test --json""",
)
@json_option
def test(as_json: bool) -> None:  # noqa: FBT001
    """Send a message now; exit 1 if it is not accepted, 2 if no webhook is set."""
    settings = Settings.from_environment()
    webhook = Webhook.at(settings.alert_webhook)
    key = str(uuid4())
    answer = webhook.post(message.body(message.trial(key, settings.as_of or clock.now()), settings.ui_url), key)
    if as_json:
        print_json({"accepted": answer.problem is None, "problem": answer.problem, "idempotencyKey": key})
    elif answer.problem is None:
        click.echo("accepted")
    if answer.problem:
        problem = f"the webhook did not accept the message: {answer.problem}; see that {VARIABLE} is right"
        raise NotAccepted(problem)


def deliver_at_the_end(settings: Settings) -> None:
    """Deliver what a command's runs wrote, without a daemon; a line on stderr where it cannot be done."""
    if settings.alert_webhook is None:
        return
    problem = None
    try:
        webhook = Webhook.at(settings.alert_webhook)
        with closing(Database(warehouse_url(settings))) as database:
            problem = delivery.deliver(database, webhook, settings.ui_url, seconds=SECONDS_AT_THE_END).problem
    except (CohortlineError, sa.exc.OperationalError) as error:
        problem = str(error) if isinstance(error, WrongUse) else type(error).__name__
    if problem:
        click.echo(f"alerts wait to be delivered: {problem} (`cohortline alerts list`)", err=True)


def _delivered(one: Event, settings: Settings) -> str:
    if one.delivered_at is not None:
        return one.delivered_at.isoformat(sep=" ", timespec="seconds")
    if one.problem:
        return f"no: {one.problem}, tried {one.attempts} times"
    return "not yet" if settings.alert_webhook else f"no: {VARIABLE} is not set"


def _as_json(one: Event, ui_url: str) -> dict[str, object]:
    return {
        "event": one.event,
        "asset": one.asset,
        "check": one.statement,
        "severity": one.severity,
        "kind": one.kind,
        "subjects": list(one.subjects),
        "counts": dict(one.counts),
        "detail": one.detail,
        "runUrl": message.run_url(ui_url, one.run_id),
        "asOf": one.as_of.isoformat(),
        "recordedAt": one.recorded_at.isoformat(),
        "deliveredAt": one.delivered_at.isoformat() if one.delivered_at else None,
        "attempts": one.attempts,
        "problem": one.problem,
        "idempotencyKey": one.message_id,
    }


def _some(subjects: Sequence[str]) -> str:
    shown = ", ".join(subjects[:MOST_NAMED])
    return f"{shown} and {len(subjects) - MOST_NAMED:,} more" if len(subjects) > MOST_NAMED else shown
