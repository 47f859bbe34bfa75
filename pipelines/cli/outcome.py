"""What came of runs, for a person and for a program."""

from typing import TYPE_CHECKING

import click

from pipelines.cli.output import print_table
from resources.errors import CohortlineError, UnreadableInput

if TYPE_CHECKING:
    from pipelines.runs import Checked, Outcome

# As many failures as one line can name.
MOST_NAMED = 3


class RunFailed(CohortlineError):
    """A run that ended before everything was made."""


def finish(outcome: "Outcome") -> None:
    """Raise what a run that did not end well ends the command with."""
    if outcome.interrupted:
        click.echo("what was finished stays; a new run goes on from there", err=True)
        raise KeyboardInterrupt
    if outcome.errors or not outcome.success:
        raise _failed(outcome)


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


def runs_as_json(outcome: "Outcome") -> dict[str, object]:
    """What was written, made and checked."""
    failed = [check for check in outcome.checked if not check.passed]
    return {
        "rowsWritten": sum(made.written for made in outcome.made),
        "assets": [{"key": made.key, "rows": made.rows, "seconds": made.seconds} for made in outcome.made],
        "checks": {
            "passed": len(outcome.checked) - len(failed),
            "failed": [
                {"asset": one.asset, "check": one.check, "severity": one.severity, "counts": dict(one.counts)}
                for one in failed
            ],
        },
    }


def print_assets(outcome: "Outcome") -> None:
    """A table of what was made, and a line for each check that says the data is wrong."""
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


def _verdicts(checks: "list[Checked]") -> str:
    passed = sum(check.passed for check in checks)
    return f"{passed}/{len(checks)}" if checks else ""


def _name(check: "Checked") -> str:
    return f"{check.asset}: {check.check}"
