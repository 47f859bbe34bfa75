"""The one place that reads the environment; everything else is told."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from resources import clock
from resources.errors import WrongUse

PROJECT = Path(__file__).resolve().parents[1]
# Where `cohortline dev` serves the UI.
UI_URL = "http://127.0.0.1:3000"


def _path(environment: Mapping[str, str], name: str) -> Path | None:
    value = environment.get(name)
    return Path(value).expanduser().absolute() if value else None


def _whole(environment: Mapping[str, str], name: str) -> int | None:
    value = environment.get(name)
    if not value:
        return None
    if not value.isdecimal() or int(value) == 0:
        message = f"{name}='{value}' is not a whole number above zero"
        raise WrongUse(message)
    return int(value)


@dataclass(frozen=True)
class Settings:
    """What the environment asks for; each field is the variable of the same name after `COHORTLINE_`."""

    home: Path
    # Addresses carry passwords: they are kept out of every printed form.
    database_url: str | None = field(default=None, repr=False)
    dagster_database_url: str | None = field(default=None, repr=False)
    snapshot: Path | None = None
    as_of: datetime | None = None
    snapshot_max_line_bytes: int | None = None
    snapshot_max_ratio: int | None = None
    snapshot_max_total_bytes: int | None = None
    # Whoever knows it can write to the channel.
    alert_webhook: str | None = field(default=None, repr=False)
    ui_url: str = UI_URL

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        """Read the variables, and refuse what cannot be meant."""
        given = os.environ if environment is None else environment
        as_of = given.get("COHORTLINE_AS_OF")
        return cls(
            home=_path(given, "COHORTLINE_HOME") or PROJECT / ".cohortline",
            database_url=given.get("COHORTLINE_DATABASE_URL") or None,
            dagster_database_url=given.get("COHORTLINE_DAGSTER_DATABASE_URL") or None,
            snapshot=_path(given, "COHORTLINE_SNAPSHOT"),
            as_of=clock.parse(as_of) if as_of else None,
            snapshot_max_line_bytes=_whole(given, "COHORTLINE_SNAPSHOT_MAX_LINE_BYTES"),
            snapshot_max_ratio=_whole(given, "COHORTLINE_SNAPSHOT_MAX_RATIO"),
            snapshot_max_total_bytes=_whole(given, "COHORTLINE_SNAPSHOT_MAX_TOTAL_BYTES"),
            alert_webhook=given.get("COHORTLINE_ALERT_WEBHOOK") or None,
            ui_url=given.get("COHORTLINE_UI_URL") or UI_URL,
        )
