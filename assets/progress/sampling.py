"""Which cohorts are recounted today, where there are too many for one day. Pure.

All work is dealt into as many days as it needs, in an order that a hash shuffles: every cohort, and every part of one
that is too large for a day, has its turn within that many days. What an alert stands about has its turn every day, so
that it is told when it is right again.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from assets.verdict import SHOWN


@dataclass(frozen=True)
class Part:
    """A part of the students of one cohort, or all of them."""

    cohort: str
    part: int = 0
    parts: int = 1


@dataclass(frozen=True)
class Sample:
    """What is recounted today."""

    # Cohorts that are looked at together, and parts that are looked at one by one.
    together: Sequence[str]
    parts: Sequence[Part]
    asked: int
    # The day's number among the days that all of it takes.
    day: int
    days: int

    @property
    def whole(self) -> list[str]:
        """The cohorts of which every student is looked at."""
        seen: dict[str, int] = {}
        for one in self.parts:
            seen[one.cohort] = seen.get(one.cohort, 0) + 1
        complete = [one.cohort for one in self.parts if seen[one.cohort] == one.parts]
        return sorted({*self.together, *complete})

    def judged(self, *, all_known: bool) -> Sequence[str] | None:
        """The cohorts that a verdict vouches for; none given means all that there are."""
        whole = self.whole
        return None if all_known and len(whole) == self.asked else whole

    @property
    def note(self) -> str:
        """What is looked at, in words."""
        if len(self.whole) == self.asked:
            return "every student of the run's cohorts"
        whole = self.whole
        some = [f"part {one.part + 1} of {one.parts} of {one.cohort}" for one in self.parts if one.cohort not in whole]
        names = [*whole, *some]
        shown = ", ".join(names[:SHOWN]) + (", ..." if len(names) > SHOWN else "")
        return f"{len(whole)} of {self.asked} cohorts, day {self.day + 1} of {self.days}: {shown}"


def choose(sizes: Mapping[str, int], alerted: Collection[str], *, most: int, today: int) -> Sample:
    """What of these cohorts, by their size in rows, is looked at today, some `most` rows a day."""
    dealt: list[tuple[Part, int]] = []
    rows = 0
    for cohort in sorted(sizes, key=_shuffled):
        parts = -(-max(sizes[cohort], 1) // most)
        for part in range(parts):
            dealt.append((Part(cohort, part, parts), rows // most))
            rows += -(-sizes[cohort] // parts)
    days = dealt[-1][1] + 1 if dealt else 1
    chosen = [one for one, day in dealt if day == today % days or one.cohort in alerted]
    return Sample(
        together=sorted(one.cohort for one in chosen if one.parts == 1),
        parts=[one for one in chosen if one.parts > 1],
        asked=len(sizes),
        day=today % days,
        days=days,
    )


def _shuffled(cohort: str) -> bytes:
    return blake2b(cohort.encode(), digest_size=8).digest()
