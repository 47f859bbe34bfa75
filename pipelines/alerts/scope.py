"""What a run was over, as an alert's subject says it: a later run over the same, or more, proves it right. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from assets.partitions import PARTITION, RANGE_END, RANGE_START

SUBJECT = re.compile(r"(?: of (?P<selected>.*?))?(?: over (?P<first>.*?)(?:\.\.\.(?P<last>.*))?)?", re.DOTALL)


@dataclass(frozen=True)
class Scope:
    """What of a job was run: some assets and checks or all that it has, for some cohorts or all that there are."""

    selected: frozenset[str] | None = None
    # The first and the last cohort of the range.
    between: tuple[str, str] | None = None

    def subject(self, job: str) -> str:
        """How an alert names it."""
        of = f" of {', '.join(sorted(self.selected))}" if self.selected is not None else ""
        if self.between is None:
            return f"{job}{of}"
        first, last = self.between
        return f"{job}{of} over {first}" + (f"...{last}" if last != first else "")

    def of_assets(self) -> "Scope":
        """The same with the asset of each check in the check's place."""
        if self.selected is None:
            return self
        return Scope(frozenset(name.partition(":")[0] for name in self.selected), self.between)

    def covers(self, other: "Scope", existing: Sequence[str]) -> bool:
        """Whether everything of the other one was run here too; cohorts that exist no longer are not missed."""
        if self.selected is not None and (other.selected is None or not other.selected <= self.selected):
            return False
        if self.between is None:
            return True
        return other.between is not None and _keys(other.between, existing) <= _keys(self.between, existing)


def scope_of(tags: Mapping[str, str], selected: Iterable[str] | None, existing: Sequence[str]) -> Scope:
    """The scope that a run's tags and selection say; a range over every cohort that exists is all of them."""
    first = tags.get(PARTITION) or tags.get(RANGE_START)
    between = (first, tags.get(RANGE_END, first)) if first else None
    if between and _keys(between, existing) == frozenset(existing):
        between = None
    return Scope(frozenset(selected) if selected is not None else None, between)


def parse(subject: str, job: str) -> Scope:
    """The scope that a subject names."""
    found = SUBJECT.fullmatch(subject.removeprefix(job))
    if found is None:
        return Scope()
    selected, first, last = found["selected"], found["first"], found["last"]
    return Scope(frozenset(selected.split(", ")) if selected else None, (first, last or first) if first else None)


def _keys(between: tuple[str, str], existing: Sequence[str]) -> frozenset[str]:
    """The cohorts of a range, as they are ordered now."""
    if not set(between) <= set(existing):
        return frozenset(between) & frozenset(existing)
    first, last = (existing.index(key) for key in between)
    return frozenset(existing[first : last + 1])
