"""`cohortline exams`: the way from v1 to v2, looked at, verified, backed up, cleared and rolled back."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines.cli.display import Progress, showing
from pipelines.cli.environment import open_warehouse
from pipelines.cli.output import json_option, print_facts, print_json, print_table
from resources.errors import CohortlineError, WrongUse
from resources.settings import Settings
from resources.warehouse.database import Database

if TYPE_CHECKING:
    from assets.exams.backup import Step
    from assets.exams.clearing import Cleared, Kept

# As many as a person reads.
MOST_NAMED = 10
# Of long work, so many lines are said.
MOST_SAID = 20

path_argument = click.argument("path", metavar="PATH", type=click.Path(path_type=Path))


class ExamsDiffer(CohortlineError):
    """What v2 holds is not what its sources say."""


class NotAllCleared(CohortlineError):
    """Documents that were exported could not be cleared."""


@click.group(
    "exams",
    epilog="""\b
Examples:
  cohortline exams status --plan
  cohortline exams verify --json
  cohortline exams export backup
  cohortline exams clear --confirm
  cohortline exams restore backup
  cohortline exams loads
  cohortline exams rollback 12""",
)
def command() -> None:
    """Look after the exams: v1 is what their documents embed, v2 the tables made of it.

    Each load can be rolled back; the documents of v1 are kept until they are exported, verified and cleared.
    """


def _command(name: str, *examples: str) -> Callable[[Callable[..., None]], click.Command]:
    """A command of the group, with examples in its help."""
    return command.command(
        name, epilog="\n".join(["\b", "Examples:", *(f"  cohortline exams {one}" for one in examples)])
    )


@_command("status", "status", "status --plan --json", "status --plan --snapshot export.zip")
@click.option("--plan", "with_plan", is_flag=True, help="Also say what a load would do; nothing is changed.")
@click.option(
    "--snapshot",
    type=click.Path(path_type=Path),
    help="Plan a load of this snapshot; without it, of COHORTLINE_SNAPSHOT, else of what has landed.",
)
@json_option
def status(with_plan: bool, snapshot: Path | None, as_json: bool) -> None:  # noqa: FBT001
    """Say how much v1 and v2 hold, and whether all of v1 is in v2."""
    from assets.exams.status import status

    if snapshot and not with_plan:
        raise WrongUse("--snapshot is for --plan")
    with open_warehouse() as database:
        planned = _planned(database, snapshot) if with_plan else None
        found = status(database)
    if as_json:
        print_json(found.as_json() | ({"plan": planned} if planned else {}))
        return
    print_facts(
        {
            "exams with participants in v1": found.exams_with_participants,
            "participants in v1": found.total_participants,
            "answers in v1": found.total_answers,
            "participations in v2": found.participations,
            "answers in v2": found.answers,
            "migration complete": found.migration_complete,
        }
    )
    if planned:
        print_table(("a load would", "rows"), planned.items())


def _planned(database: Database, given: Path | None) -> dict[str, int]:
    from assets.exams.plan import plan
    from assets.landing.sources import ALIASES
    from resources.snapshot.limits import limits
    from resources.snapshot.reader import open_snapshot

    settings = Settings.from_environment()
    path = given or settings.snapshot
    if path is None:
        return plan(database).as_json()
    with open_snapshot(path, ALIASES, limits(settings)) as snapshot:
        return plan(database, snapshot=snapshot).as_json()


@_command("verify", "verify", "verify --exam ID --json")
@click.option("--exam", "exams", metavar="ID", multiple=True, help="Only this exam; can be given again.")
@json_option
def verify(exams: tuple[str, ...], as_json: bool) -> None:  # noqa: FBT001
    """Compare every field of every participation and answer with its source.

    The next run looks again at every row of the exams that differ.
    """
    from assets.exams.verification.verify import doubt
    from assets.exams.verification.verify import verify as verified

    with open_warehouse() as database:
        _known(database, exams)
        report = verified(database, exams=exams)
        doubt(database, sorted(report.failed_exams))
    if as_json:
        print_json(report.as_json())
    else:
        print_facts(report.totals.as_json() | {"valid": report.is_valid})
        for line in (*report.issues, *(f"warning: {warning}" for warning in report.warnings)):
            click.echo(line)
        if not report.is_valid:
            rows = [(one.exam_id, one.user_id, one.what, ", ".join(one.fields)) for one in report.differences()]
            print_table(("exam", "user", "what", "fields"), rows)
    if not report.is_valid:
        message = f"{'; '.join(report.issues)}; the next `cohortline run` looks at these exams again"
        raise ExamsDiffer(message)


def _known(database: Database, exams: Sequence[str]) -> None:
    if exams:
        known = {row["exam_id"] for row in database.read("assets.exams", "restore_states")}
        for unknown in (exam for exam in exams if exam not in known):
            raise WrongUse(f"there is no exam '{unknown}'")


@_command("export", "export backup", "export backup --json")
@path_argument
@json_option
def export(path: Path, as_json: bool) -> None:  # noqa: FBT001
    """Write every kept v1 document, as received, to the folder PATH; it stands whole or not at all.

    The folder is a snapshot too: `cohortline run --snapshot PATH` reads it. An earlier export at PATH is replaced,
    unless it holds what the new one would not.
    """
    from assets.exams import backup

    with open_warehouse() as database, showing() as progress:
        done = backup.export(database, path, _steps(progress))
    if done.manifest.cleared:
        count = len(done.manifest.cleared)
        click.echo(f"{count:,} exams were cleared before and are not in it: {_some(done.manifest.cleared)}", err=True)
    if as_json:
        print_json(done.as_json())
    else:
        shown = done.as_json()
        print_facts(shown | {"cleared": len(done.manifest.cleared)})


@_command("restore", "restore backup", "restore backup --json")
@path_argument
@json_option
def restore(path: Path, as_json: bool) -> None:  # noqa: FBT001
    """Put the v1 documents of the export at PATH back where none is kept, and prove them byte for byte."""
    from assets.exams import backup

    with open_warehouse() as database, showing() as progress:
        done = backup.restore(database, path, _steps(progress))
    if done.newer:
        click.echo(f"left as they are, for their documents are other ones here: {_some(done.newer)}", err=True)
    if done.unknown:
        click.echo(f"kept as gone, for the source does not have these exams: {_some(done.unknown)}", err=True)
    if as_json:
        print_json(done.as_json())
    else:
        print_facts(done.as_json() | {"newer": len(done.newer), "unknown": len(done.unknown)})


@_command("clear", "clear --confirm", "clear --exam ID --confirm")
@click.option("--confirm", is_flag=True, help="Do it; without this, it is only said what would be cleared.")
@click.option("--exam", "exams", metavar="ID", multiple=True, help="Only this exam; can be given again.")
@json_option
def clear(confirm: bool, exams: tuple[str, ...], as_json: bool) -> None:  # noqa: FBT001
    """Drop the kept v1 documents that an export holds and that verify as equal; the snapshot is never touched."""
    from assets.exams import clearing

    with open_warehouse() as database:
        if not confirm:
            raise WrongUse(_unconfirmed(clearing.candidates(database, exams)))
        done = clearing.clear(database, exams)
    if as_json:
        print_json(done.as_json())
    else:
        _print_cleared(done)
    if not done.is_whole:
        message = (
            f"{len(done.refused):,} exams do not verify as equal and {len(done.not_proved):,} are in no export that is"
            " whole; they keep their documents (`cohortline exams verify` says what differs)"
        )
        raise NotAllCleared(message)


def _unconfirmed(kept: Sequence["Kept"]) -> str:
    from assets.exams.clearing import NO_EXPORT

    backed_up = [one for one in kept if one.backups]
    if not kept:
        return "no v1 document is kept: there is nothing to clear"
    if not backed_up:
        return NO_EXPORT
    participants = sum(one.participants for one in backed_up)
    return (
        f"this would clear the v1 documents of {len(backed_up):,} exams with {participants:,} participants, as far as"
        f" they verify as equal, and leave {len(kept) - len(backed_up):,} that are not exported; say --confirm to do it"
    )


def _print_cleared(done: "Cleared") -> None:
    rows = (
        ("cleared", done.cleared),
        ("refused: v2 is not equal", done.refused),
        ("left: not exported", done.not_exported),
        ("left: export not whole", done.not_proved),
        ("left: changed meanwhile", done.changed),
    )
    print_table(("", "rows", "exams"), [(what, len(exams), _some(exams)) for what, exams in rows if exams])
    for problem in done.problems:
        click.echo(problem)
    click.echo(f"{len(done.cleared):,} documents cleared")


@_command("loads", "loads", "loads --json")
@json_option
def loads(as_json: bool) -> None:  # noqa: FBT001
    """List the loads of the migration, newest first, with what each of them changed."""
    from assets.exams import history

    with open_warehouse() as database:
        found = history.loads(database)
    if as_json:
        print_json([one.as_json() for one in found])
        return
    columns = [
        "load",
        "state",
        "read",
        "loaded",
        "quarantined",
        "duplicates",
        "new",
        "changed",
        "gone",
        "answers",
        "as_of",
    ]
    print_table(
        columns,
        [
            (
                str(one.load_id), one.state, one.read, one.loaded, one.quarantined, one.duplicates, one.inserted,
                one.updated, one.gone, one.answers, one.as_of.isoformat(sep=" ", timespec="seconds"),
            )
            for one in found
        ],
    )  # fmt: skip


@_command("rollback", "loads", "rollback 12")
@click.argument("load", metavar="LOAD", type=int)
@json_option
def rollback(load: int, as_json: bool) -> None:  # noqa: FBT001
    """Return v2 to what it was before LOAD: that load and every later one are undone."""
    from assets.exams import rollback

    with open_warehouse() as database:
        done = rollback.rollback(database, load)
    if as_json:
        print_json(done.as_json())
    elif not done.loads:
        click.echo(f"load {load} is rolled back already; nothing was changed")
    else:
        rows = [(f"core.{table}", done.dropped[table], done.returned[table]) for table in done.dropped]
        print_table(("table", "dropped", "put back"), rows)
        click.echo(f"rolled back: load {', '.join(map(str, done.loads))}; the next `cohortline run` loads again")


def _steps(progress: Progress) -> "Step":
    """Say now and then how far it is."""

    def step(doing: str, done: int, total: int) -> None:
        if done == total or done * MOST_SAID // total > (done - 1) * MOST_SAID // total:
            progress.tell(f"{doing} {done:,} of {total:,} exams")

    return step


def _some(exams: Sequence[str]) -> str:
    shown = ", ".join(exams[:MOST_NAMED])
    return f"{shown} and {len(exams) - MOST_NAMED:,} more" if len(exams) > MOST_NAMED else shown
