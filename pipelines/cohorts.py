"""Keeping the partitions in step with the cohorts of the source."""

from dataclasses import dataclass

import dagster as dg

from assets.landing import cohorts
from assets.partitions import cohort_partitions
from resources.warehouse.database import Database

NAME = str(cohort_partitions.name)


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


def ranges(existing: list[str], wanted: list[str]) -> list[tuple[str, str]]:
    """The fewest contiguous ranges of the existing keys that hold just the wanted ones, each for one run."""
    places = sorted(existing.index(key) for key in wanted)
    found: list[tuple[int, int]] = []
    for place in places:
        if found and place == found[-1][1] + 1:
            found[-1] = (found[-1][0], place)
        else:
            found.append((place, place))
    return [(existing[first], existing[last]) for first, last in found]
