"""The one clock: an instant that stands for now, given from outside or read once."""

from datetime import UTC, datetime

from resources.errors import WrongUse


def now() -> datetime:
    """The present instant, for where nobody named one."""
    return datetime.now(UTC)


def parse(text: str) -> datetime:
    """An instant from ISO 8601; without an offset it is UTC, and a date alone is its midnight."""
    try:
        instant = datetime.fromisoformat(text.strip())
    except ValueError:
        message = f"'{text}' is not an instant; write it like 2026-03-02T12:00:00Z"
        raise WrongUse(message) from None
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
