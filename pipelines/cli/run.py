"""`cohortline run`: the main job, from a snapshot to a verified warehouse."""

import os
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines.cli.alerts import deliver_at_the_end
from pipelines.cli.environment import prepare
from pipelines.cli.output import json_option, print_json, print_table
from pipelines.cli.progress import Progress, showing
from resources import clock
from resources.errors import CohortlineError, UnreadableInput, WrongUse
from resources.settings import Settings

if TYPE_CHECKING:
    from pipelines.runs import Checked, Outcome


# As many failures as one line can name.
MOST_NAMED = 3


class RunFailed(CohortlineError):
    """A run that ended before everything was made."""


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
    if any(failure.interruption for failure in outcome.failures):
        click.echo("what was finished stays; a new run goes on from there", err=True)
        raise KeyboardInterrupt
    summary = _summary(outcome)
    if as_json:
        print_json(summary)
    else:
        _print(outcome, summary, source, time.monotonic() - began)
    if outcome.errors or not outcome.success:
        raise _failed(outcome)


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
    from pipelines.cohorts import ranges
    from pipelines.jobs import by_cohort, load_snapshot_job

    assert settings.as_of is not None  # noqa: S101
    os.environ["COHORTLINE_AS_OF"] = settings.as_of.isoformat()
    progress.begin(sum(runs.steps(job.name) for job in (load_snapshot_job, *by_cohort)))
    outcomes = [runs.run_job(load_snapshot_job.name, progress.made)]
    if not outcomes[0].success or outcomes[0].errors:
        return outcomes[0]
    load_id = _load_id(outcomes[0])
    existing = runs.register_cohorts()
    for unknown in (key for key in chosen if key not in existing):
        raise WrongUse(f"there is no cohort '{unknown}'; `cohortline cohorts` lists them")
    wanted = ranges(existing, list(chosen) or existing)
    outcomes += [runs.run_job(job.name, progress.made, between, load_id) for between in wanted for job in by_cohort]
    return runs.together(outcomes)


def _load_id(outcome: "Outcome") -> int | None:
    loads = [_whole(fact) for made in outcome.made if (fact := made.facts.get("load_id")) is not None]
    return loads[0] if loads else None


def _failed(outcome: "Outcome") -> CohortlineError:
    lines = [f"{_name(check)} failed" for check in outcome.errors]
    lines += [f"{failure.step}: {failure.message}" for failure in outcome.failures if not outcome.errors]
    message = "; ".join(lines[:MOST_NAMED]) or "the run did not end well"
    if len(lines) > MOST_NAMED:
        message += f"; and {len(lines) - MOST_NAMED} more"
    mistake = not outcome.errors and bool(outcome.failures) and all(one.input_mistake for one in outcome.failures)
    if mistake:
        return UnreadableInput(message)
    return RunFailed(f"{message}; run {outcome.run_id} has the details (`cohortline dev` shows it)")


def _summary(outcome: "Outcome") -> dict[str, object]:
    failed = [check for check in outcome.checked if not check.passed]
    return {
        "loadId": _load_id(outcome),
        "rowsWritten": sum(made.written for made in outcome.made),
        "assets": [{"key": made.key, "rows": made.rows, "seconds": made.seconds} for made in outcome.made],
        "checks": {
            "passed": len(outcome.checked) - len(failed),
            "failed": [
                {"asset": one.asset, "check": one.check, "severity": one.severity, "counts": dict(one.counts)}
                for one in failed
            ],
        },
        "quarantined": sum(_whole(made.facts.get("quarantined")) for made in outcome.made),
    }


def _print(outcome: "Outcome", summary: dict[str, object], source: Path, seconds: float) -> None:
    checks: dict[str, list[Checked]] = {}
    for check in outcome.checked:
        checks.setdefault(check.asset, []).append(check)
    print_table(
        ("asset", "rows", "written", "quarantined", "duplicates", "seconds", "checks"),
        [
            (
                made.key,
                made.rows if "dagster/row_count" in made.facts else None,
                made.written if "rows_written" in made.facts else None,
                made.facts.get("quarantined"),
                made.facts.get("duplicates"),
                made.seconds,
                _verdicts(checks.get(made.key, [])),
            )
            for made in outcome.made
        ],
    )
    for check in outcome.errors:
        click.echo(f"FAILED {_name(check)} {dict(check.counts)}")
    if not outcome.success:
        return
    written = summary["rowsWritten"]
    said = f"{written:,} rows written" if written else "Nothing changed: the warehouse already holds this snapshot"
    click.echo(
        f"{said}; {summary['quarantined']:,} documents in quarantine; load {summary['loadId']}; {seconds:.1f} s."
    )
    click.echo(f"Snapshot: {source}")


def _verdicts(checks: "list[Checked]") -> str:
    passed = sum(check.passed for check in checks)
    return f"{passed}/{len(checks)}" if checks else ""


def _name(check: "Checked") -> str:
    return f"{check.asset}: {check.check}"


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0
