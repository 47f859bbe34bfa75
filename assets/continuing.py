"""A run that goes on with what another one landed, so that both are one load."""

from collections.abc import Mapping

# On such a run: the number of that load.
LOAD = "cohortline/load"


def continued_load(tags: Mapping[str, str]) -> int | None:
    """The load that a run with these tags goes on with, if it goes on with one."""
    tag = tags.get(LOAD)
    return int(tag) if tag else None
