"""How much of everything, and what belongs to what: the arithmetic that stands in for remembered tables.

Belongs here: counts, and the relations between entities as functions of their indexes. Does not: how a document
looks (the modules named after the parts).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import isqrt
from typing import NamedTuple

from samples.seeds import Draw, coprime_step, identifier

SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

# From so many cohorts on, the last three are the odd ones: no class, no questions, no students.
COHORTS_FOR_ODD_ONES = 6
ODD_COHORTS = 3

# Fractions of a millisecond that a 64-bit float of today's epoch still writes with at most three decimals.
FRACTIONS = (0.0, 0.0, 0.0, 0.0, 0.0, 0.001, 0.25, 0.5)


class Span(NamedTuple):
    """Indexes first..end-1 of a table."""

    first: int
    end: int

    @property
    def size(self) -> int:
        """How many there are."""
        return self.end - self.first


def ceiling(numerator: int, denominator: int) -> int:
    """Integer division, rounded up."""
    return -(-numerator // denominator)


def share(index: int, parts: int, count: int) -> Span:
    """Which of `count` children the parent at `index` of `parts` has, in equal blocks."""
    return Span(ceiling(index * count, parts), ceiling((index + 1) * count, parts))


def skewed(index: int, count: int, owners: int) -> tuple[int, int]:
    """Which owner item `index` of `count` belongs to, and its place there: later owners have more."""
    owner = min(isqrt(index * owners * owners // count), owners - 1)
    return owner, index - ceiling(owner * owner * count, owners * owners)


@dataclass(frozen=True)
class Plan:
    """One snapshot to be: its seed, its instant, and how many documents each table gets."""

    seed: int
    as_of: int
    counts: Mapping[str, int]
    regular: Mapping[str, int]
    participants: int | None = None
    answers: int | None = None

    def id(self, table: str, index: int) -> str:
        """The id of the document at `index`."""
        return identifier(self.seed, table, index)

    def draw(self, table: str, index: int) -> Draw:
        """The decisions about the document at `index`."""
        return Draw(self.seed, table, index)

    def odd(self, table: str) -> bool:
        """Whether the table is big enough to hold its quirks."""
        return self.regular[table] < self.counts[table]

    def created(self, draw: Draw, oldest_days: int, newest_days: int = 1) -> float:
        """A creation time so many days before the instant, sometimes with a fraction of a millisecond."""
        return self.as_of - draw.between(newest_days * DAY, oldest_days * DAY) + draw.pick(FRACTIONS)

    @cached_property
    def school(self) -> "School":
        """What belongs to what in the school part."""
        size = self.regular
        return School(size["cohort"], size["class"], size["module"], size["question"], size["users"])


@dataclass(frozen=True)
class School:
    """Cohorts, classes, modules, questions and users as blocks of indexes."""

    cohorts: int
    classes: int
    modules: int
    questions: int
    users: int

    @property
    def has_odd_cohorts(self) -> bool:
        """Whether there is room for cohorts without class, questions or students."""
        return self.cohorts >= COHORTS_FOR_ODD_ONES and self.classes >= self.cohorts

    @property
    def teaching(self) -> int:
        """How many cohorts have everything; they come first."""
        return self.cohorts - ODD_COHORTS if self.has_odd_cohorts else self.cohorts

    @property
    def taught(self) -> int:
        """How many classes the teaching cohorts share; the rest belongs to the odd ones."""
        return self.classes - ODD_COHORTS if self.has_odd_cohorts else self.classes

    @property
    def stocked(self) -> tuple[int, int]:
        """How many classes and modules hold questions: all but the last of each where there are odd cohorts."""
        odd = int(self.has_odd_cohorts)
        return max(1, self.classes - odd), max(1, self.modules - odd)

    def cohort_of_class(self, index: int) -> int:
        """Two of the last three classes are of the cohort without students, the last of the one without questions."""
        if index >= self.taught:
            return self.cohorts - 2 if index == self.classes - 1 else self.cohorts - 1
        return index * self.teaching // self.taught

    def class_of_module(self, index: int) -> int:
        """The class that a module belongs to."""
        classes, modules = self.stocked
        return min(index * classes // modules, self.classes - 1)

    def module_of_question(self, index: int) -> int:
        """The module that a question belongs to."""
        return index * self.stocked[1] // self.questions

    def questions_of_module(self, index: int) -> Span:
        """The questions that really stand in a module."""
        modules = self.stocked[1]
        return share(index, modules, self.questions) if index < modules else Span(self.questions, self.questions)

    def questions_of_cohort(self, index: int) -> Span:
        """The questions in all classes of a teaching cohort; empty for any other."""
        if index >= self.teaching:
            return Span(0, 0)
        classes, modules = self.stocked
        of_class = share(index, self.teaching, self.taught)
        first, end = (ceiling(edge * modules, classes) for edge in of_class)
        return Span(ceiling(first * self.questions, modules), ceiling(end * self.questions, modules))

    def home(self, user: int) -> int:
        """The cohort whose classes a user works in; early cohorts are the larger ones."""
        cohorts = self.cohorts - 1 if self.has_odd_cohorts else self.cohorts
        return cohorts * user * user // (self.users * self.users)

    def worker(self, index: int, count: int) -> tuple[int, int]:
        """Whose progress row `index` of `count` is, and which of theirs; all cohorts hold busy and idle users."""
        owner, place = skewed(index, count, self.users)
        return owner * self.step % self.users, place

    @cached_property
    def step(self) -> int:
        """Keeps the busy users apart."""
        return coprime_step(self.users)
