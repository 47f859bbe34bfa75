"""The outbox: what opens and what recovers is written once, in the transaction of the verdict that says so."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import uuid4

from resources.warehouse.database import Database, Transaction

PACKAGE = "resources.alerts"
# From bad to worse.
SEVERITIES = ("WARN", "ERROR")


@dataclass(frozen=True)
class Judged:
    """How many alerts a verdict opened, and how many recovered."""

    opened: int = 0
    recovered: int = 0

    def __add__(self, other: "Judged") -> "Judged":
        """Both together."""
        return Judged(self.opened + other.opened, self.recovered + other.recovered)

    def __str__(self) -> str:
        """In words."""
        return f"{self.opened} opened, {self.recovered} recovered"


class Subject(NamedTuple):
    """What an alert is about."""

    kind: str
    id: str


def judge(
    transaction: Transaction,
    *,
    asset: str,
    statement: str,
    severity: str,
    counts: Mapping[str, int],
    run_id: str | None,
    as_of: datetime,
    kind: str,
    failing: Iterable[str],
    judged: Sequence[str] | None,
    detail: str | None = None,
) -> Judged:
    """Open alerts about what fails and does not stand yet, and recover those about what was looked at and is right.

    `judged` names what was looked at, of this kind; None means all that an alert of this check can be about. An alert
    that stands is opened again only if it has become worse: a warning that is an error now.
    """
    standing = standing_subjects(transaction, asset, statement)
    wrong = dict.fromkeys(Subject(kind, one) for one in failing)
    opened = {one: severity for one in wrong if one not in standing or _is_worse(severity, than=standing[one])}
    looked_at = standing if judged is None else [Subject(kind, one) for one in dict.fromkeys(judged)]
    recovered = {one: standing[one] for one in looked_at if one in standing and one not in wrong}
    for event, subjects in (("opened", opened), ("recovered", recovered)):
        for kind_of, part in _by_kind(subjects).items():
            transaction.run(
                PACKAGE,
                "write",
                event=event,
                asset=asset,
                statement=statement,
                kind=kind_of,
                subjects=list(part),
                severities=list(part.values()),
                counts=json.dumps(dict(counts)),
                run_id=run_id,
                detail=detail,
                as_of=as_of,
                message_id=str(uuid4()),
            )
    return Judged(len(opened), len(recovered))


def standing_subjects(transaction: Transaction, asset: str, statement: str) -> dict[Subject, str]:
    """What alerts of a check stand about, and how severe they are; holds the check's lock until the transaction ends.

    Whoever judges waits here: two verdicts on one check are written one after the other.
    """
    transaction.lock("ops.alerts", asset, statement)
    rows = transaction.rows(PACKAGE, "standing", asset=asset, statement=statement)
    return {Subject(row["kind"], row["subject"]): row["severity"] for row in rows}


def forget(transaction: Transaction, kind: str, subject: str, *, why: str, as_of: datetime) -> int:
    """Recover every alert that stands about something that is no longer there; answers how many those were."""
    checks = transaction.rows(PACKAGE, "standing_checks", kind=kind, subject=subject)
    for check in checks:
        judge(
            transaction,
            **check,
            counts={},
            run_id=None,
            as_of=as_of,
            kind=kind,
            failing=(),
            judged=[subject],
            detail=why,
        )
    return len(checks)


def alerted(database: Database, asset: str, statement: str) -> set[Subject]:
    """What alerts of a check stand about just now."""
    rows = database.read(PACKAGE, "standing", asset=asset, statement=statement)
    return {Subject(row["kind"], row["subject"]) for row in rows}


def _is_worse(severity: str, *, than: str) -> bool:
    return SEVERITIES.index(severity) > SEVERITIES.index(than)


def _by_kind(subjects: Mapping[Subject, str]) -> dict[str, dict[str, str]]:
    """A message is about things of one kind."""
    parts: dict[str, dict[str, str]] = {}
    for one, severity in subjects.items():
        parts.setdefault(one.kind, {})[one.id] = severity
    return parts
