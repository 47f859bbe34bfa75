"""Errors as Dagster records them: a chain, of which the outer ones only say that something failed."""

from collections.abc import Sequence
from typing import Protocol, TypeVar


class Recorded(Protocol):
    """An error as Dagster keeps it."""

    @property
    def cls_name(self) -> str | None:
        """Its class."""

    @property
    def cause(self) -> "Recorded | None":
        """What caused it."""


One = TypeVar("One", bound=Recorded)

INTERRUPTIONS = ("DagsterExecutionInterruptedError", "KeyboardInterrupt")


def class_names(error: Recorded | None) -> list[str]:
    """The classes of an error and of what caused it, without their modules; the innermost last."""
    names = []
    while error:
        names.append((error.cls_name or "").split(".")[-1])
        error = error.cause
    return names


def interruption(names: Sequence[str]) -> str | None:
    """The class that says that somebody stopped it, if one does."""
    return next((name for name in names if name in INTERRUPTIONS), None)
