"""`cohortline progress`: the stats of students and cohorts, computed anew where that is needed."""

import os
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from pipelines.cli.alerts import deliver_at_the_end
from pipelines.cli.display import Progress, showing
from pipelines.cli.environment import prepare_warehouse
from pipelines.cli.outcome import finish, print_assets, runs_as_json
from pipelines.cli.output import json_option, print_json
from resources import clock
from resources.errors import WrongUse
from resources.settings import Settings

if TYPE_CHECKING:
    from pipelines.runs import Outcome


@click.group(
    "progress",
    epilog="""\b
Examples:
  cohortline progress backfill
  cohortline progress backfill --all
  cohortline progress backfill --cohort kb2jn7s63g18nsdt3k0aqmt26b557r6p""",
)
def command() -> None:
    """Compute the stats of students and cohorts anew from what has landed."""


@command.command(
    "backfill",
    epilog="""\b
Examples:
  cohortline progress backfill
  cohortline progress backfill --all --json
  cohortline progress backfill --cohort kb2jn7s63g18nsdt3k0aqmt26b557r6p""",
)
@click.option("--cohort", "cohorts", metavar="ID", multiple=True, help="This cohort; can be given again.")
@click.option("--stale", is_flag=True, help="The cohorts that need it, as `cohorts status` says. The default.")
@click.option("--all", "everything", is_flag=True, help="Every cohort, in one run.")
@json_option
def backfill(cohorts: tuple[str, ...], stale: bool, everything: bool, as_json: bool) -> None:  # noqa: FBT001
    """Compute the stats of some cohorts, or of those that need it, and verify them.

    Safe to repeat at any time: only rows that changed are rewritten, and what was finished before a stop stays.
    """
    if bool(cohorts) + stale + everything > 1:
        raise WrongUse("--cohort, --stale and --all exclude each other")
    began = time.monotonic()
    settings = Settings.from_environment()
    settings = replace(settings, as_of=settings.as_of or clock.now())
    os.environ["COHORTLINE_AS_OF"] = str(settings.as_of)
    with showing() as progress:
        prepare_warehouse(settings, progress.tell)
        chosen, outcome = _backfilled(cohorts, progress, everything=everything)
        deliver_at_the_end(settings)
    if outcome is None or not outcome.interrupted:
        _say(chosen, outcome, time.monotonic() - began, as_json=as_json)
    if outcome:
        finish(outcome)


def _backfilled(given: Sequence[str], progress: Progress, *, everything: bool) -> "tuple[list[str], Outcome | None]":
    """The cohorts that were computed, and what came of it; nothing where nothing needed it."""
    from pipelines import runs
    from pipelines.cohorts import BRIDGED, known, ranges
    from pipelines.jobs import refresh_progress_job

    wants_stale = not (given or everything)
    found = runs.partitions(with_needing=wants_stale)
    chosen = found.needing if wants_stale else known(given, found.existing) or found.existing
    between = ranges(found.existing, chosen, bridging=BRIDGED if wants_stale else 0)
    if not chosen:
        return [], None
    job = refresh_progress_job.name
    progress.begin(runs.steps(job) * len(between))
    progress.tell(f"computing {len(chosen)} of {len(found.existing)} cohorts")
    return chosen, runs.together(runs.run_ranges([job], between, progress.made))


def _say(cohorts: Sequence[str], outcome: "Outcome | None", seconds: float, *, as_json: bool) -> None:
    if as_json:
        nothing = {"rowsWritten": 0, "assets": [], "checks": {"passed": 0, "failed": []}}
        print_json({"cohorts": list(cohorts), **(runs_as_json(outcome) if outcome else nothing)})
    elif outcome is None:
        click.echo("Every cohort's stats are up to date.")
    else:
        print_assets(outcome)
        written = sum(made.written for made in outcome.made)
        computed = f"{len(cohorts):,} cohort{'' if len(cohorts) == 1 else 's'} computed"
        click.echo(f"{computed}; {written:,} rows written; {seconds:.1f} s.")
