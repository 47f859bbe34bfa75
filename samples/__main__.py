"""The command `python -m samples`."""

import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import cast, get_args

import click

from samples.demo import AS_OF, Made, Part, generate
from samples.tables import NAMES

EPILOG = f"""\b
Examples:
  python -m samples demo
  python -m samples demo --seed 11 --scale 10
  python -m samples big --only snapshot --table userProgress=1000000
  python -m samples exams --only snapshot --table exams=5000 --participants 200 --answers 20
  python -m samples many --only snapshot --table cohort=1000

Tables: {", ".join(NAMES)}.

A table that is not named grows where the named ones need it: users with userProgress, classes and users with cohort.
"""
BETWEEN_REPORTS = 1.0


def instant(_context: click.Context, _parameter: click.Parameter, text: str) -> datetime:
    """An instant, in UTC where no zone is given."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter(f"{text} is not an instant such as {AS_OF.isoformat()}") from error
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def table_counts(_context: click.Context, _parameter: click.Parameter, wishes: tuple[str, ...]) -> dict[str, int]:
    """Tables and their numbers of documents."""
    counts = {}
    for wish in wishes:
        name, sign, count = wish.partition("=")
        if not sign or not count.isdecimal():
            raise click.BadParameter(f"{wish} is not NAME=COUNT, such as userProgress=1000000")
        counts[name] = int(count)
    return counts


class Progress:
    """Says on stderr how far a large table is, once a second at most."""

    def __init__(self) -> None:
        self.last = time.monotonic()

    def __call__(self, table: str, done: int, total: int) -> None:
        """Hear how many documents are done."""
        now = time.monotonic()
        if now - self.last >= BETWEEN_REPORTS:
            self.last = now
            click.echo(f"{table}: {done:,} of {total:,} documents", err=True)


def summary(made: Made) -> str:
    """What was made, one line each."""
    counts = [f"  {name}: {count:,}" for name, count in made.documents.items()]
    folders = [f"  {name}: {count:,} files" for name, count in made.files.items()]
    return "\n".join([f"{made.target}:", *counts, *folders])


@click.command(epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--seed", default=7, show_default=True, help="Another seed makes another demo.")
@click.option("--scale", default=1.0, show_default=True, help="How many times the usual number of documents.")
@click.option("--as-of", default=AS_OF.isoformat(), show_default=True, callback=instant, help="The snapshot's instant.")
@click.option("--only", type=click.Choice(get_args(Part)), help="Make this part alone.")
@click.option(
    "--table", "tables", multiple=True, metavar="NAME=COUNT", callback=table_counts, help="Documents of a table."
)
@click.option("--participants", type=click.IntRange(1), help="Entries in every exam; 10 to 80 otherwise.")
@click.option("--answers", type=click.IntRange(1), help="Answers in every entry; 10 to 40 otherwise.")
def main(
    target: Path,
    *,
    seed: int,
    scale: float,
    as_of: datetime,
    only: str | None,
    tables: dict[str, int],
    participants: int | None,
    answers: int | None,
) -> None:
    """Make the demo's snapshot, legacy files and watch histories in the folder TARGET.

    The same options make the same data on every machine. TARGET appears whole or not at all, and replaces an earlier
    demo of that name.
    """
    try:
        made = generate(
            target,
            seed=seed,
            scale=scale,
            as_of=as_of,
            tables=tables,
            participants=participants,
            answers=answers,
            only=cast("Part | None", only),
            report=Progress(),
        )
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    click.echo(summary(made), err=True)


def stop(_signal: int, _frame: FrameType | None) -> None:
    """End as an exception does, so that what is half-made is cleared away."""
    sys.exit(1)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, stop)
    main(prog_name="python -m samples")
