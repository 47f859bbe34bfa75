"""A run that goes on with what another one landed: both share one load."""

import dagster as dg

# On a run that goes on with what another one landed: that load's number, so that both are one load.
LOAD = "cohortline/load"


def continued_load(context: dg.AssetExecutionContext) -> int | None:
    """The load that the run goes on with, if it goes on with one."""
    tag = context.run.tags.get(LOAD)
    return int(tag) if tag else None
