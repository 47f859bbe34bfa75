"""Keeping the partitions in step with the cohorts of the source."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import dagster as dg

from assets.landing import cohorts
from assets.partitions import cohort_partitions
from assets.progress.status import needing
from resources.errors import WrongUse
from resources.warehouse.database import Database

NAME = str(cohort_partitions.name)
# Cohorts that a run makes in the time in which another one starts.
BRIDGED = 100


@dataclass(frozen=True)
class Difference:
    """How the partitions differ from the cohorts."""

    new: list[str]
    left: list[str]


def difference(instance: dg.DagsterInstance, database: Database) -> Difference:
    """Cohorts that are no partition yet, and partitions whose cohort left the source."""
    wanted, _ = cohorts.keys(database)
    existing = instance.get_dynamic_partitions(NAME)
    return Difference(
        new=[key for key in wanted if key not in set(existing)],
        left=[key for key in existing if key not in set(wanted)],
    )


def register(instance: dg.DagsterInstance, database: Database) -> Difference:
    """Make a partition of each new cohort; one that left stays until it is retired."""
    found = difference(instance, database)
    if found.new:
        instance.add_dynamic_partitions(NAME, found.new)
    return found


def needing_backfill(instance: dg.DagsterInstance, database: Database) -> list[str]:
    """The partitions whose stats need to be computed; one of a cohort that left is made again where its stats stand."""
    register(instance, database)
    wanted = needing(database)
    existing = set(instance.get_dynamic_partitions(NAME))
    if left := [key for key in wanted if key not in existing]:
        instance.add_dynamic_partitions(NAME, left)
    return wanted


def known(chosen: Sequence[str], existing: Sequence[str]) -> list[str]:
    """The cohorts that somebody chose; one that is no partition is refused."""
    for unknown in (key for key in chosen if key not in existing):
        raise WrongUse(f"there is no cohort '{unknown}'; `cohortline cohorts` lists them")
    return list(dict.fromkeys(chosen))


def ranges(existing: Sequence[str], wanted: Iterable[str], *, bridging: int = 0) -> list[tuple[str, str]]:
    """The fewest contiguous ranges of the existing keys that hold the wanted ones, each for one run.

    They hold no other key; or gaps of so many, where these do no harm and a run of its own would take longer.
    """
    places = sorted(existing.index(key) for key in set(wanted))
    found: list[tuple[int, int]] = []
    for place in places:
        if found and place <= found[-1][1] + 1 + bridging:
            found[-1] = (found[-1][0], place)
        else:
            found.append((place, place))
    return [(existing[first], existing[last]) for first, last in found]
