"""`cohortline topics`: how wanted topics are, how that went, whether it is right, and taking a change back."""

import re
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from pipelines.cli.environment import open_warehouse
from pipelines.cli.output import json_option, print_facts, print_json, print_table
from resources.errors import CohortlineError, WrongUse

if TYPE_CHECKING:
    from assets.verdict import Verdict
    from resources.warehouse.database import Database

# A hundred years.
MOST_HOURS = 876_600
# Whose doing a change from the command line is.
BY_HAND = "topics undo"


class TopicsDiffer(CohortlineError):
    """Rankings, their log or their metrics are not what they should be."""


@click.group(
    "topics",
    epilog="""\b
Examples:
  cohortline topics show --semester 2026-spring
  cohortline topics trends ks7d4e2 --hours 48
  cohortline topics verify
  cohortline topics undo 25439a2627d4d23fb094776f219d3591""",
)
def command() -> None:
    """Look after the topics: how students rank them, and what follows from that."""


@command.command(
    "show",
    epilog="""\b
Examples:
  cohortline topics show
  cohortline topics show --semester 2026-spring --json""",
)
@click.option("--semester", metavar="ID", help="This semester's topics alone.")
@json_option
def show(semester: str | None, as_json: bool) -> None:  # noqa: FBT001
    """Every active topic, the most wanted first: who ranks it, where on average, and how that compares."""
    from assets.topics.metrics import show

    with open_warehouse() as database:
        found = show(database, semester)
    if semester is not None and not found:
        raise WrongUse(f"there is no active topic of a semester '{semester}'; `cohortline topics show` lists all")
    if as_json:
        print_json([one.as_json() for one in found])
        return
    print_table(
        ("semester", "topic", "title", "students", "average", "deviation", "competition", "percentile", ""),
        [
            (
                one.semester_id,
                one.topic_id,
                one.title,
                one.n,
                _rounded(one.average_position),
                _rounded(one.standard_deviation),
                one.competition_category,
                _rounded(one.percentile),
                "stale" if one.is_stale else "",
            )
            for one in found
        ],
    )


@command.command(
    "trends",
    epilog="""\b
Examples:
  cohortline topics trends ks7d4e2
  cohortline topics trends ks7d4e2 --hours 168 --json""",
)
@click.argument("topic", metavar="TOPIC")
@click.option(
    "--hours", type=click.IntRange(1, MOST_HOURS), default=24, show_default=True, help="How far to look back."
)
@json_option
def trends(topic: str, hours: int, as_json: bool) -> None:  # noqa: FBT001
    """How a topic's average position went, hour by hour (UTC)."""
    from assets.topics.trends import trend

    with open_warehouse() as database:
        if not database.read("assets.topics", "topic_known", topic=topic)[0]["is_known"]:
            raise WrongUse(f"there is no topic '{topic}'; `cohortline topics show` lists them")
        found = trend(database, topic, hours, database.as_of)
    if as_json:
        print_json([one.as_json() for one in found])
    elif not found:
        click.echo(f"Nothing was calculated for this topic in the last {hours} hours.")
    else:
        print_table(
            ("hour", "average", "events"),
            [(one.hour.isoformat(timespec="minutes"), _rounded(one.average_position), one.events) for one in found],
        )


@command.command("verify")
@json_option
def verify(as_json: bool) -> None:  # noqa: FBT001
    """Ask everything that must be true of rankings, log and metrics; nothing is changed. Exit 1 if something is not."""
    with open_warehouse() as database:
        found = _verdicts(database)
    if as_json:
        print_json(
            {
                "isValid": all(verdict.passed for _, _, is_error, verdict in found if is_error),
                "statements": [
                    {
                        "asset": asset,
                        "statement": name,
                        "severity": "ERROR" if is_error else "WARN",
                        "passed": verdict.passed,
                        "counts": dict(verdict.counts),
                        "first": list(verdict.sample),
                    }
                    for asset, name, is_error, verdict in found
                ],
            }
        )
    else:
        print_table(
            ("asset", "statement", "holds"),
            [(asset, name, _said(verdict, is_error=is_error)) for asset, name, is_error, verdict in found],
        )
    wrong = [f"{asset}: {name}" for asset, name, is_error, verdict in found if is_error and not verdict.passed]
    if wrong:
        raise TopicsDiffer(f"{'; '.join(wrong)} {'is' if len(wrong) == 1 else 'are'} not true")


def _verdicts(database: "Database") -> "list[tuple[str, str, bool, Verdict]]":
    from assets.topics import statements, verify

    stated = [(one.asset, one.name, one.is_error, statements.verdict(database, one)) for one in statements.STATEMENTS]
    return [
        *stated,
        *((one.asset, one.name, one.is_error, getattr(verify, one.ask)(database)) for one in statements.ASKED),
    ]


def _said(verdict: "Verdict", *, is_error: bool) -> str:
    if verdict.passed:
        return "yes"
    counts = ", ".join(f"{name} {count:,}" for name, count in verdict.counts.items() if count)
    return f"{'NO' if is_error else 'not quite'}: {counts}"


@command.command(
    "undo",
    epilog="""\b
Examples:
  cohortline topics undo 25439a2627d4d23fb094776f219d3591
  cohortline topics undo 25439a2627d4d23fb094776f219d3591 --json""",
)
@click.argument("batch", metavar="BATCH")
@json_option
def undo(batch: str, as_json: bool) -> None:  # noqa: FBT001
    """Take a batch of changes back, as core.ranking_events names it; refused where its topics were changed since.

    The log keeps both: a batch that says the opposite is appended. A second time nothing is done.
    """
    from assets.topics.metrics import refresh_metrics
    from assets.topics.trends import refresh_trends
    from assets.topics.undo import undo

    if not re.fullmatch("[0-9a-f]{32}", batch):
        raise WrongUse(f"'{ascii(batch)[1:-1]}' is no batch; core.ranking_events lists each as batch_id")
    with open_warehouse() as database:
        done = undo(database, batch, BY_HAND)
        if not done.is_repeated:
            refresh_metrics(database, BY_HAND)
            refresh_trends(database)
    if as_json:
        names = {"batch_id": "batchId", "undone_by": "undoneBy", "is_repeated": "isRepeated"}
        print_json({names.get(name, name): value for name, value in asdict(done).items()})
    elif done.is_repeated:
        click.echo(f"Batch {batch} was taken back already, by batch {done.undone_by}.")
    else:
        print_facts({"taken back": batch, "by batch": done.undone_by, "events": done.events, "rankings": done.rankings})


def _rounded(value: float | None) -> str | None:
    return None if value is None else f"{value:.2f}"
