"""Delivery: sends what is due, oldest first, until it is accepted: at least once, and with a key that tells twice."""

import random
import time
from dataclasses import dataclass

from resources.alerts.message import Message, body
from resources.alerts.outbox import PACKAGE
from resources.alerts.webhook import Answer, Webhook
from resources.warehouse.database import Database

# For so long a delivery begins to send; with what the last message may take it stays below a sensor's minute.
SECONDS = 20.0
FIRST_WAIT, LONGEST_WAIT = 5.0, 3600.0


@dataclass(frozen=True)
class Delivered:
    """What came of a delivery."""

    accepted: int = 0
    # Why a message was not accepted; it waits for a later delivery.
    problem: str | None = None
    # Whether another process delivers just now.
    is_busy: bool = False


def deliver(database: Database, webhook: Webhook, ui_url: str, *, seconds: float = SECONDS) -> Delivered:
    """Send what is due; whoever comes while another process does leaves it to that one.

    It ends at the first sign that the receiver is in trouble; a message that it refuses for its content keeps back only
    what would be told of the same check.
    """
    accepted, until, refused = 0, time.monotonic() + seconds, None
    with database.transaction() as held:
        (lock,) = held.rows(PACKAGE, "deliverer")
        if not lock["is_alone"]:
            return Delivered(is_busy=True)
        while time.monotonic() < until and (due := _due(database)):
            message, attempts = due
            answer = webhook.post(body(message, ui_url), message.message_id)
            _mark(database, message, answer, attempts + 1)
            if answer.problem is None:
                accepted += 1
                continue
            refused = answer.problem
            if not answer.is_about_message:
                break
    return Delivered(accepted, refused)


def undelivered(database: Database) -> int:
    """How many messages wait to be delivered."""
    (found,) = database.read(PACKAGE, "undelivered")
    return int(found["messages"])


def wait_before(attempt: int, luck: float) -> float:
    """For how many seconds to wait after so many attempts; `luck`, from 0 to 1, keeps many from coming at once."""
    longest = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(attempt - 1, 20))
    return longest * (0.75 + luck / 4)


def _due(database: Database) -> tuple[Message, int] | None:
    rows = database.read(PACKAGE, "due")
    if not rows:
        return None
    (row,) = rows
    attempts = int(row.pop("attempts"))
    return Message(**row), attempts


def _mark(database: Database, message: Message, answer: Answer, attempts: int) -> None:
    with database.transaction() as transaction:
        if answer.problem is None:
            transaction.run(PACKAGE, "accepted", message_id=message.message_id)
            return
        asked = min(answer.leave_alone, LONGEST_WAIT)
        wait = max(wait_before(attempts, random.random()), asked)  # noqa: S311
        transaction.run(PACKAGE, "refused", message_id=message.message_id, problem=answer.problem, seconds=wait)
        if asked:
            transaction.run(PACKAGE, "postponed", seconds=asked)
