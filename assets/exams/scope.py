"""Which participants a run is about: those of its cohorts. Pure, but for the two reads that say who is where."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from hashlib import sha256

from assets.landing import cohorts as known_cohorts
from assets.partition_keys import UNASSIGNED
from resources.warehouse.database import Database

PACKAGE = "assets.exams"


@dataclass(frozen=True)
class Scope:
    """Some cohorts, or all of them; who has none of a cohort that the source knows is in `unassigned`."""

    cohorts: tuple[str, ...]
    everything: bool
    # Users of these cohorts; or, where `unassigned` is one of them, users of all the others.
    named: Collection[str] = frozenset()

    def holds(self, user_id: str | None) -> bool:
        """Whether a participant belongs to it; an entry without a user is in `unassigned`."""
        if self.everything:
            return True
        if UNASSIGNED in self.cohorts:
            return user_id not in self.named
        return user_id in self.named

    @property
    def members(self) -> str:
        """What tells who is in it from who was."""
        return "" if self.everything else sha256("\n".join(sorted(self.named)).encode()).hexdigest()

    @property
    def key(self) -> str:
        """What its progress is kept under."""
        return "" if self.everything else sha256("\n".join(self.cohorts).encode()).hexdigest()


def scope_of(database: Database, cohorts: Sequence[str] | None) -> Scope:
    """The scope of a run over these partitions; none stands for everything."""
    present, _ = known_cohorts.keys(database)
    chosen = tuple(sorted(cohorts if cohorts is not None else present))
    if set(chosen) >= set(present):
        return Scope(chosen, everything=True)
    wanted = [key for key in present if key not in chosen] if UNASSIGNED in chosen else list(chosen)
    named = frozenset(row["id"] for row in database.read(PACKAGE, "users_of_cohorts", cohorts=wanted))
    return Scope(chosen, everything=False, named=named)
