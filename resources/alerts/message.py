"""The message: what a person reads in Slack, and the same facts for any other receiver. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

# As many subjects as a message names.
SHOWN = 20
# Slack refuses a text longer than this.
MOST_CHARACTERS = 3000
# What one id or number may take of it: escaped, a character becomes five at most.
MOST_OF_ONE = 100
MOST_OF_HEADLINE = 300
# Room for "and n more".
REST = 40

SIGNS = {"ERROR": ":red_circle:", "WARN": ":large_yellow_circle:"}
WHOLE = {"asset"}


@dataclass(frozen=True)
class Message:
    """What is to be told: one event of one check, and all that it is about."""

    message_id: str
    event: str
    asset: str
    statement: str
    severity: str
    kind: str
    subjects: Sequence[str]
    subject_count: int
    as_of: datetime
    counts: Mapping[str, int] = field(default_factory=dict)
    run_id: str | None = None
    detail: str | None = None


def trial(message_id: str, as_of: datetime) -> Message:
    """A message that says only that messages arrive."""
    return Message(message_id, "test", "cohortline", "alerts_reach_a_person", "WARN", "asset", ["cohortline"], 1, as_of)


def body(message: Message, ui_url: str) -> dict[str, object]:
    """The JSON document that is posted: `text` and `blocks` for Slack, `alert` for programs."""
    link = run_url(ui_url, message.run_id)
    headline = _headline(message)
    sign = SIGNS[message.severity] if message.event == "opened" else ":large_green_circle:"
    texts = [f"{sign} *{_plain(headline, MOST_OF_HEADLINE)}*", _subjects(message), _counts(message)]
    return {
        "text": _plain(headline, MOST_OF_HEADLINE),
        "blocks": [
            *({"type": "section", "text": _mrkdwn(text)} for text in texts if text),
            {"type": "context", "elements": [_mrkdwn(_origin(message, link))]},
        ],
        "alert": {
            "event": message.event,
            "asset": message.asset,
            "check": message.statement,
            "severity": message.severity,
            "kind": message.kind,
            "subjects": list(message.subjects[:SHOWN]),
            "subjectCount": message.subject_count,
            "counts": dict(message.counts),
            "detail": message.detail,
            "runUrl": link,
            "asOf": _instant(message.as_of),
            "idempotencyKey": message.message_id,
        },
    }


def run_url(ui_url: str, run_id: str | None) -> str | None:
    """Where the UI shows a run."""
    return f"{ui_url.rstrip('/')}/runs/{run_id}" if run_id else None


def _headline(message: Message) -> str:
    """One line that says it all."""
    if message.event == "test":
        return "Test: alerts of Cohortline reach this channel"
    is_open = message.event == "opened"
    if message.kind == "job":
        # What somebody chose in the UI has no job of its own; the lines below name the assets.
        job = "chosen assets" if message.asset.startswith("__") else message.asset
        what = f"a run of {job} {'failed' if is_open else 'succeeded again'}"
    elif message.kind in {"schedule", "sensor"}:
        what = f"the {message.kind} {message.asset} {'failed' if is_open else 'works again'}"
    else:
        about = "" if message.kind in WHOLE else f" for {_number(message.subject_count, message.kind)}"
        what = f"{message.asset}: {message.statement} {'is false' if is_open else 'is true again'}{about}"
    detail = f" ({message.detail})" if message.detail and is_open else ""
    return f"{message.severity if is_open else 'RECOVERED'}: {what}{detail}"


def _subjects(message: Message) -> str:
    if message.kind in WHOLE | {"schedule", "sensor"}:
        return ""
    ids = [f"• `{_plain(one).replace('`', chr(39))}`" for one in message.subjects[:SHOWN]]
    return _lines(ids, message.subject_count)


def _counts(message: Message) -> str:
    lines = [f"{_plain(name.replace('_', ' '))}: {count:,}" for name, count in message.counts.items()]
    return _lines(lines, len(lines))


def _lines(lines: Iterable[str], total: int) -> str:
    """As many lines as fit, and how many more there are."""
    shown: list[str] = []
    room = MOST_CHARACTERS - REST
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            break
        shown.append(line)
    if total > len(shown):
        shown.append(f"and {total - len(shown):,} more")
    return "\n".join(shown)


def _origin(message: Message, link: str | None) -> str:
    return f"{f'<{_escaped(link)}|The run> · ' if link else ''}as of {_instant(message.as_of)}"


def _mrkdwn(text: str) -> dict[str, object]:
    return {"type": "mrkdwn", "text": text}


def _number(count: int, kind: str) -> str:
    return f"{count:,} {kind}{'' if count == 1 else 's'}"


def _instant(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _plain(text: str, most: int = MOST_OF_ONE) -> str:
    """A text in one line, short enough, and without anything that Slack would take for more than text."""
    line = re.sub(r"\s+", " ", text)
    return _escaped(line if len(line) <= most else f"{line[: most - 1]}…")


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
