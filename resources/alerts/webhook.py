"""The webhook: one POST, and whether it was accepted. Its address is a secret and never leaves here."""

import json
import queue
import threading
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from http.client import HTTPException
from urllib.parse import urlsplit

from resources import clock
from resources.errors import WrongUse

VARIABLE = "COHORTLINE_ALERT_WEBHOOK"
# What a receiver may take to answer.
SECONDS = 10.0
# Too large, not understood: the next message may be neither.
ABOUT_MESSAGE = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.CONFLICT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
)
LEFT_ALONE = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)


@dataclass(frozen=True)
class Answer:
    """What came of a POST: why it was not accepted, if so, and for how many seconds the receiver wants none."""

    problem: str | None = None
    leave_alone: float = 0.0
    # Whether this message was refused, and another one need not be.
    is_about_message: bool = False


@dataclass(frozen=True)
class Webhook:
    """Where messages are posted to."""

    url: str = field(repr=False)
    seconds: float = SECONDS

    @classmethod
    def at(cls, url: str | None, seconds: float = SECONDS) -> "Webhook":
        """The webhook at an address, or a refusal that does not repeat it."""
        if not url:
            message = f"{VARIABLE} is not set; give it the address of a webhook, such as one of Slack's"
            raise WrongUse(message)
        try:
            parts = urlsplit(url)
            is_http = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
        except ValueError:
            is_http = False
        if not is_http or any(character.isspace() for character in url):
            message = f"{VARIABLE} is no address that begins with http:// or https://"
            raise WrongUse(message)
        return cls(url, seconds)

    def post(self, body: Mapping[str, object], key: str) -> Answer:
        """Post a message once; whatever the receiver does, the answer is there in time."""
        request = urllib.request.Request(  # noqa: S310
            self.url,
            json.dumps(body, ensure_ascii=False).encode(),
            {
                "Content-Type": "application/json; charset=utf-8",
                "User-Agent": "cohortline",
                "Idempotency-Key": key,
            },
        )
        # A socket's timeout starts anew with every byte, and looking up a name has none.
        answers: queue.SimpleQueue[Answer] = queue.SimpleQueue()
        threading.Thread(target=lambda: answers.put(self._ask(request)), daemon=True).start()
        try:
            return answers.get(timeout=self.seconds)
        except queue.Empty:
            return Answer(TimeoutError.__name__)

    def _ask(self, request: urllib.request.Request) -> Answer:
        try:
            with _opener().open(request, timeout=self.seconds) as response:
                status, headers = response.status, response.headers
        except (OSError, HTTPException, ValueError) as error:
            reason = getattr(error, "reason", None)
            return Answer(type(reason if isinstance(reason, Exception) else error).__name__)
        if HTTPStatus(HTTPStatus.OK) <= status < HTTPStatus.MULTIPLE_CHOICES:
            return Answer()
        leave_alone = _seconds(headers.get("Retry-After")) if status in LEFT_ALONE else 0.0
        return Answer(f"HTTP {status}", leave_alone, is_about_message=status in ABOUT_MESSAGE)


def _opener() -> urllib.request.OpenerDirector:
    """Opens http and https alone, by the proxies of the environment, and follows no redirect."""
    opener = urllib.request.OpenerDirector()
    for handler in (urllib.request.ProxyHandler(), urllib.request.HTTPHandler(), urllib.request.HTTPSHandler()):
        opener.add_handler(handler)
    return opener


def _seconds(retry_after: str | None) -> float:
    """What a `Retry-After` asks for: seconds, or an instant."""
    if not retry_after:
        return 0.0
    if retry_after.strip().isdecimal():
        return float(retry_after)
    try:
        instant = parsedate_to_datetime(retry_after)
    except ValueError:
        return 0.0
    instant = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
    return max(0.0, (instant - clock.now()).total_seconds())
