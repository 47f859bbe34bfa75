"""What a check answers: a pure verdict, before anything makes it a check result of the orchestrator."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

SHOWN = 20
# What the check of a second opinion is called, on whatever asset.
RECOUNT = "a_recount_agrees"


@dataclass(frozen=True)
class Verdict:
    """Whether a statement is true, the numbers behind it, and the first things for which it is not."""

    passed: bool
    counts: Mapping[str, int] = field(default_factory=dict)
    # Keys and numbers of what is wrong, never names of people or what they wrote.
    sample: Sequence[Mapping[str, object]] = ()
    # What else a reader should know, such as which part was looked at.
    notes: Mapping[str, str] = field(default_factory=dict)
    # What it is about: "cohort", "exam", or the "asset" as a whole.
    kind: str = "asset"
    # The ids of all cohorts or exams for which it is false.
    concerned: Sequence[str] = ()
    # Those that were looked at; none given means all that there are.
    judged: Sequence[str] | None = None
