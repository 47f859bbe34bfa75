"""`cohortline run`: the main job, from a snapshot to a verified warehouse."""

import os
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines.cli.alerts import deliver_at_the_end
from pipelines.cli.display import Progress, showing
from pipelines.cli.environment import prepare
from pipelines.cli.outcome import finish, print_assets, runs_as_json
from pipelines.cli.output import json_option, print_json
from resources import clock
from resources.settings import Settings

if TYPE_CHECKING:
    from pipelines.runs import Outcome


@click.command(
    "run",
    epilog="""\b
Examples:
  cohortline run
  cohortline run --snapshot export.zip
  cohortline run --snapshot export.zip --as-of 2026-03-02T12:00:00Z --json""",
)
@click.option("--snapshot", type=click.Path(path_type=Path), help="A Convex export: its ZIP, or the folder unpacked.")
@click.option(
    "--cohort", "cohorts", metavar="ID", multiple=True, help="Only this cohort's statistics; can be given again."
)
@click.option("--as-of", metavar="INSTANT", help="What stands for now; the same input and instant give the same rows.")
@json_option
def command(snapshot: Path | None, cohorts: tuple[str, ...], as_of: str | None, as_json: bool) -> None:  # noqa: FBT001
    """Load a snapshot and make everything from it; without one, the demo.

    Safe to repeat at any time: what did not change is left as it is.
    """
    began = time.monotonic()
    settings = _settings(snapshot, as_of)
    with showing() as progress:
        _readable(settings)
        source = prepare(settings, progress.tell)
        progress.tell(f"loading {source}")
        outcome = _run(settings, cohorts, progress)
        deliver_at_the_end(settings)
    if not outcome.interrupted:
        _say(outcome, source, time.monotonic() - began, as_json=as_json)
    finish(outcome)


def _settings(snapshot: Path | None, as_of: str | None) -> Settings:
    settings = Settings.from_environment()
    return replace(
        settings,
        snapshot=snapshot.expanduser().absolute() if snapshot else settings.snapshot,
        as_of=clock.parse(as_of) if as_of else settings.as_of or clock.now(),
    )


def _readable(settings: Settings) -> None:
    """Refuse a snapshot that cannot be read before anything is started for it."""
    from assets.landing.sources import ALIASES
    from resources.snapshot.limits import limits
    from resources.snapshot.reader import open_snapshot

    if settings.snapshot is not None:
        with open_snapshot(settings.snapshot, ALIASES, limits(settings)):
            pass


def _run(settings: Settings, chosen: Sequence[str], progress: Progress) -> "Outcome":
    """The landing first, then what is kept by cohort: one run for each contiguous range of cohorts."""
    from pipelines import runs
    from pipelines.cohorts import known, ranges
    from pipelines.jobs import by_cohort, load_snapshot_job, of_all

    assert settings.as_of is not None  # noqa: S101
    os.environ["COHORTLINE_AS_OF"] = settings.as_of.isoformat()
    progress.begin(sum(runs.steps(job.name) for job in (load_snapshot_job, *by_cohort, *of_all)))
    landed = runs.run_job(load_snapshot_job.name, progress.made)
    if not landed.success or landed.errors:
        return landed
    existing = runs.partitions().existing
    between = ranges(existing, known(chosen, existing) or existing)
    load_id = _load_id(landed)
    outcomes = runs.run_ranges([job.name for job in by_cohort], between, progress.made, load_id)
    for job in of_all:
        if not outcomes[-1].interrupted:
            outcomes.append(runs.run_job(job.name, progress.made, load_id=load_id))
    return runs.together([landed, *outcomes])


def _load_id(outcome: "Outcome") -> int | None:
    loads = [_whole(fact) for made in outcome.made if (fact := made.facts.get("load_id")) is not None]
    return loads[0] if loads else None


def _summary(outcome: "Outcome") -> dict[str, object]:
    quarantined = sum(_whole(made.facts.get("quarantined")) for made in outcome.made)
    return {"loadId": _load_id(outcome), **runs_as_json(outcome), "quarantined": quarantined}


def _say(outcome: "Outcome", source: Path, seconds: float, *, as_json: bool) -> None:
    summary = _summary(outcome)
    if as_json:
        print_json(summary)
        return
    print_assets(outcome)
    if not outcome.success:
        return
    written = summary["rowsWritten"]
    said = f"{written:,} rows written" if written else "Nothing changed: the warehouse already holds this snapshot"
    click.echo(
        f"{said}; {summary['quarantined']:,} documents in quarantine; load {summary['loadId']}; {seconds:.1f} s."
    )
    click.echo(f"Snapshot: {source}")


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0
