"""The whole demo: a snapshot, a folder of legacy files and one of watch histories, made at once or not at all."""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from samples import convex, legacy, takeout
from samples.plan import Plan
from samples.practice import EPOCH
from samples.tables import BTREE, NAMES, TABLES, Table, grown

AS_OF = datetime(2026, 3, 2, 12, tzinfo=UTC)
SNAPSHOT, LEGACY, WATCH = "snapshot.zip", "legacy_progress", "watch_history"
FIRST_TABLE_NUMBER = 10_001

Part = Literal["snapshot", "legacy", "watch"]
Report = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Made:
    """What was made: where, and how many documents of each table and files of each folder."""

    target: Path
    snapshot: Path | None
    legacy_progress: Path | None
    watch_history: Path | None
    documents: Mapping[str, int]
    files: Mapping[str, int]


def silent(name: str, done: int, total: int) -> None:
    """Report to nobody."""


def generate(
    target: Path,
    *,
    seed: int = 7,
    scale: float = 1.0,
    as_of: datetime = AS_OF,
    tables: Mapping[str, int] | None = None,
    participants: int | None = None,
    answers: int | None = None,
    only: Part | None = None,
    report: Report = silent,
) -> Made:
    """Make the demo under `target`, which appears whole or not at all; the same arguments make the same bytes.

    `tables` sets the number of documents of the tables it names; `participants` and `answers` set the size of every
    exam; `only` leaves the other parts out. `report` hears the table, the documents done and their total.
    """
    plan = planned(tables or {}, seed=seed, scale=scale, as_of=as_of, participants=participants, answers=answers)
    with replaced(target) as folder:
        if only in (None, "snapshot"):
            write_snapshot(plan, folder / SNAPSHOT, report)
        files = {}
        if only in (None, "legacy"):
            files[LEGACY] = legacy.write(plan, folder / LEGACY, scale)
        if only in (None, "watch"):
            files[WATCH] = takeout.write(plan, folder / WATCH, scale)
    return Made(
        target=target,
        snapshot=target / SNAPSHOT if only in (None, "snapshot") else None,
        legacy_progress=target / LEGACY if LEGACY in files else None,
        watch_history=target / WATCH if WATCH in files else None,
        documents=dict(plan.counts) if only in (None, "snapshot") else {},
        files=files,
    )


def planned(
    named: Mapping[str, int], *, seed: int, scale: float, as_of: datetime, participants: int | None, answers: int | None
) -> Plan:
    """The plan for these wishes, or a `ValueError` that says which of them cannot be met."""
    if as_of.tzinfo is None:
        raise ValueError(f"as_of {as_of.isoformat()} has no time zone: add one, such as +00:00")
    if scale <= 0:
        raise ValueError(f"scale {scale} makes nothing: give a number above 0")
    if unknown := sorted(set(named) - set(NAMES)):
        raise ValueError(f"no table {unknown[0]}: the tables are {', '.join(NAMES)}")
    wishes = {**named, "--participants": participants or 1, "--answers": answers or 1}
    if few := [name for name, count in wishes.items() if count < 1]:
        raise ValueError(f"{few[0]}={wishes[few[0]]} makes nothing: give a whole number of 1 or more")
    counts = {table.name: named.get(table.name, max(1, round(table.base * scale))) for table in TABLES}
    counts = grown(counts, named, participants or 0)
    regular = {table.name: regular_documents(table, counts[table.name]) for table in TABLES}
    instant = (as_of - EPOCH) // timedelta(milliseconds=1)
    return Plan(seed, instant, counts, regular, participants, answers)


def regular_documents(table: Table, count: int) -> int:
    """How many of a table's documents are regular."""
    return count - len(table.oddities) if count >= table.least else count


def write_snapshot(plan: Plan, path: Path, report: Report) -> None:
    """Write the export: the list of tables first, then the tables from small to large."""
    size = {table.name: plan.counts[table.name] * table.width for table in TABLES}
    size["exams"] = plan.counts["exams"] * (plan.participants or 40) * (200 + 97 * (plan.answers or 26))
    with convex.Export(path) as export:
        export.add("README.md", [convex.README.encode()])
        for folder, listed in (
            ("", [name for name in NAMES if name != BTREE]),
            (BTREE.removesuffix("btree"), ["btree"]),
        ):
            lines = [
                convex.encode({"name": name, "id": FIRST_TABLE_NUMBER + place}) for place, name in enumerate(listed)
            ]
            export.add(f"{folder}_tables/documents.jsonl", [convex.packed(lines)])
        for table in sorted(TABLES, key=lambda table: (size[table.name], table.name)):
            write_table(plan, table, export, size[table.name], report)


def write_table(plan: Plan, table: Table, export: convex.Export, size: int, report: Report) -> None:
    """Stream one table's documents, and the line that says they need no other shape."""
    written = 0

    def done(lines: int) -> None:
        nonlocal written
        written += lines
        report(table.name, written, plan.counts[table.name])

    export.add(f"{table.name}/documents.jsonl", convex.chunks(table.lines(plan), done), expected=size)
    export.add(f"{table.name}/generated_schema.jsonl", [convex.SCHEMA])


@contextmanager
def replaced(target: Path) -> Iterator[Path]:
    """A folder to fill, which takes the target's place at the end; nothing half-made ever bears the target's name."""
    if target.exists() and not is_ours(target):
        raise ValueError(f"{target} holds something else: name a new or an empty folder")
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh, old = (target.parent / f".{target.name}.{os.getpid()}.{state}" for state in ("part", "old"))
    for leftover in (fresh, old):
        shutil.rmtree(leftover, ignore_errors=True)
    fresh.mkdir()
    try:
        yield fresh
        if target.exists():
            target.rename(old)
        fresh.rename(target)
    finally:
        for leftover in (fresh, old):
            shutil.rmtree(leftover, ignore_errors=True)


def is_ours(target: Path) -> bool:
    """Whether the target is a folder that holds nothing but what this package makes."""
    return target.is_dir() and {path.name for path in target.iterdir()} <= {SNAPSHOT, LEGACY, WATCH}
