"""`cohortline cohorts`: the cohorts, which are the partitions."""

from typing import TYPE_CHECKING

import click

from pipelines.cli.environment import open_warehouse, prepare_dagster
from pipelines.cli.output import json_option, print_json, print_table
from resources.errors import WrongUse
from resources.settings import Settings
from resources.warehouse.database import Database

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assets.progress.status import CohortStatus


class _ListByDefault(click.Group):
    """A group whose bare name lists."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Take options without a command for options of `list`."""
        if args and args[0].startswith("-"):
            args = ["list", *args]
        return super().resolve_command(ctx, args)


@click.group(
    "cohorts",
    invoke_without_command=True,
    epilog="""\b
Examples:
  cohortline cohorts
  cohortline cohorts status
  cohortline cohorts next --json
  cohortline cohorts find "class of"
  cohortline cohorts retire kb2jn7s63g18nsdt3k0aqmt26b557r6p""",
)
@click.pass_context
def command(context: click.Context) -> None:
    """List the cohorts, say whose stats need a backfill, or retire one that left the source."""
    if context.invoked_subcommand is None:
        context.invoke(list_cohorts)


@command.command("list")
@json_option
def list_cohorts(as_json: bool = False) -> None:  # noqa: FBT001, FBT002
    """Every cohort by name, with its school, its students, and whether it left the source."""
    from assets.landing import cohorts

    with open_warehouse() as database:
        found = cohorts.known(database)
    if as_json:
        print_json(
            [
                {
                    "cohortId": one.cohort_id,
                    "cohortName": one.cohort_name,
                    "schoolName": one.school_name,
                    "students": one.students,
                    "left": one.left,
                }
                for one in found
            ]
        )
    else:
        print_table(
            ("cohort", "name", "school", "students", ""),
            [(c.cohort_id, c.cohort_name, c.school_name, c.students, "left" if c.left else "") for c in found],
        )


@command.command("status")
@json_option
def status(as_json: bool) -> None:  # noqa: FBT001
    """Every cohort by name: how many of its students have stats, and whether it needs a backfill."""
    from assets.progress.status import statuses

    with open_warehouse() as database:
        found = statuses(database)
    _say(found, as_json=as_json)


@command.command("next")
@json_option
def next_cohort(as_json: bool) -> None:  # noqa: FBT001
    """The first cohort by name that needs a backfill; `cohortline progress backfill` sees to all of them."""
    from assets.progress.status import statuses

    with open_warehouse() as database:
        found = next((one for one in statuses(database) if one.needs_backfill), None)
    if as_json:
        print_json(found.as_json() if found else None)
    elif found:
        _say([found], as_json=False)
    else:
        click.echo("No cohort needs a backfill.")


@command.command("find")
@click.argument("text", default="")
@json_option
def find(text: str, as_json: bool) -> None:  # noqa: FBT001
    """The cohorts with TEXT in their name or their school's, in whatever case; without TEXT, all."""
    from assets.progress.status import statuses

    with open_warehouse() as database:
        found = [one for one in statuses(database) if one.matches(text)]
    _say(found, as_json=as_json)


def _say(found: "Sequence[CohortStatus]", *, as_json: bool) -> None:
    if as_json:
        print_json([one.as_json() for one in found])
        return
    print_table(
        ("cohort", "name", "school", "stats", "students", "with stats", "classes", "backfill"),
        [
            (
                one.cohort_id,
                one.cohort_name,
                one.school_name,
                one.has_cohort_stats,
                one.total_students,
                one.students_with_progress_stats,
                one.total_classes,
                "needed" if one.needs_backfill else "",
            )
            for one in found
        ],
    )


@command.command("retire")
@click.argument("cohort_id", metavar="ID")
@json_option
def retire(cohort_id: str, as_json: bool) -> None:  # noqa: FBT001
    """Remove a cohort that left the source: its rows, its partition; what was removed is kept in ops.audits."""
    settings = Settings.from_environment()
    with open_warehouse() as database:
        prepare_dagster(settings)
        removed = _retired(database, cohort_id)
    if as_json:
        print_json({"cohortId": cohort_id, "removed": removed})
    else:
        print_table(("table", "rows"), removed.items(), title=f"retired {cohort_id}")


def _retired(database: Database, cohort_id: str) -> dict[str, int]:
    import dagster as dg

    from assets.landing import cohorts
    from pipelines.cohorts import NAME

    with dg.DagsterInstance.get() as instance:
        is_partition = instance.has_dynamic_partition(NAME, cohort_id)
        if not is_partition and cohort_id not in {one.cohort_id for one in cohorts.known(database)}:
            raise WrongUse(f"there is no cohort '{cohort_id}'; `cohortline cohorts` lists them")
        removed = cohorts.retire(database, cohort_id, run_id="cohorts retire")
        if is_partition:
            instance.delete_dynamic_partition(NAME, cohort_id)
    return dict(removed)
