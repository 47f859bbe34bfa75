"""Progress while long work runs, on stderr: one line that moves for a terminal, one line a step for a log."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

import click


class Progress(Protocol):
    """What long work says of itself."""

    def tell(self, text: str) -> None:
        """Say what is going on."""

    def begin(self, total: int) -> None:
        """Say how many assets there will be."""

    def made(self, key: str) -> None:
        """Say that an asset was made."""


class _Lines:
    """Progress for logs: one line a step, on stderr."""

    def __init__(self) -> None:
        self._total = self._made = 0

    def tell(self, text: str) -> None:
        click.echo(text, err=True)

    def begin(self, total: int) -> None:
        self._total = total

    def made(self, key: str) -> None:
        self._made += 1
        click.echo(f"[{self._made}/{self._total}] {key}", err=True)


class _Bar:
    """Progress for a terminal: one line that moves."""

    def __init__(self) -> None:
        from rich import progress as rich
        from rich.console import Console

        self.progress = rich.Progress(
            rich.SpinnerColumn(),
            rich.TextColumn("{task.description}"),
            rich.BarColumn(),
            rich.MofNCompleteColumn(),
            rich.TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._task = self.progress.add_task("starting", total=None)

    def tell(self, text: str) -> None:
        self.progress.update(self._task, description=text)

    def begin(self, total: int) -> None:
        self.progress.update(self._task, total=total)

    def made(self, key: str) -> None:
        self.progress.update(self._task, advance=1, description=key)


@contextmanager
def showing() -> Iterator[Progress]:
    """The display that fits where stderr goes."""
    if not sys.stderr.isatty():
        yield _Lines()
        return
    bar = _Bar()
    with bar.progress:
        yield bar
