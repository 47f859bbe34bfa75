"""A million answers embedded in exams, from the snapshot to verified v2, against a bare COPY of the same rows.

The bare COPY streams participations and answers that were encoded before into the same keyed tables, on the same warm
server. The load is all that exams need: their landing, keeping the documents, the exams, and the migration; by itself,
and as the steps of `cohortline run`, where Dagster writes its events besides. Peak memory is that of the whole command.
"""

import statistics
import time
from contextlib import closing
from pathlib import Path

import psycopg

from assets.exams.exams import refresh_exams
from assets.exams.keep import keep
from assets.exams.migrate import migrate
from assets.exams.verification.verify import verify
from assets.landing.land import land
from assets.landing.sources import ALIASES, SOURCES
from benchmarks.ground import ROUNDS, Ground, ground, ratio, say
from resources.snapshot.reader import open_snapshot
from resources.warehouse.database import Database
from samples import generate

EXAMS, PARTICIPANTS, ANSWERS = 125, 200, 40
BLOCK = 256 * 1024
# Answers are written in the same step as participations.
LOAD = ("landing/exams", "v1_exams", "exams", "exam_participations")
TABLES = ("core.exam_participations", "core.exam_answers")
EMPTY = (
    "truncate landing.exams, landing.v1_exams, core.exams, core.exam_participations, core.exam_answers, ops.loads,"
    " ops.exam_states, ops.exam_history, ops.quarantine"
)


def measure() -> None:
    """Print the figures."""
    with ground() as here:
        small, large = (_snapshot(here, EXAMS * factor) for factor in (1, 4))
        _load(here, small)
        rows = {table: _encode(here, table) for table in TABLES}
        rounds = []
        for _ in range(ROUNDS):
            # In turn, so that the machine's moods meet both.
            _empty(here)
            first, peak = _load(here, small)
            second, _ = _load(here, small)
            verified = _verified(here)
            _empty(here)
            rounds.append((first, second, verified, peak, _bare_copy(here, rows), _load_alone(here, small)))
        first, _, verified, peak, bare, alone = (statistics.median(column) for column in zip(*rounds, strict=True))
        _empty(here)
        large_peak = _load(here, large)[1]
    say(
        {
            "bare COPY": f"{bare:.2f} s",
            "load, the documents kept": f"{alone:.2f} s",
            "load / bare COPY, rows per second (at least 0.6)": f"{ratio(rounds, 4, 5):.2f}",
            "load as steps of a run": f"{first:.2f} s",
            "load as steps of a run / bare COPY": f"{ratio(rounds, 4, 0):.2f}",
            "second load / first (at most 0.3)": f"{ratio(rounds, 1, 0):.3f}",
            "verification": f"{verified:.2f} s",
            "verification / load as steps of a run (at most 0.5)": f"{ratio(rounds, 2, 0):.2f}",
            "peak memory (at most 300 MB)": f"{peak * 1.048576:.0f} MB",
            "peak memory with four times the exams (at most 1.05)": f"{large_peak / peak:.2f}",
        }
    )


def _snapshot(here: Ground, exams: int) -> str:
    target = here.home / "snapshots" / f"exams-{exams}"
    generate(target, tables={"exams": exams}, participants=PARTICIPANTS, answers=ANSWERS, only="snapshot")
    return str(target / "snapshot.zip")


def _load(here: Ground, snapshot: str) -> tuple[float, float]:
    """Seconds of the load, and the peak memory of the whole command."""
    done = here.command("run", "--snapshot", snapshot, "--as-of", "2026-03-02T12:00:00Z", "--json")
    seconds = {asset["key"]: asset["seconds"] for asset in done.answer["assets"]}
    return sum(seconds[key] for key in LOAD), done.peak_mib


def _load_alone(here: Ground, snapshot: str) -> float:
    """Seconds of the same without Dagster."""
    (source,) = (source for source in SOURCES if source.name == "exams")
    _empty(here)
    with (
        closing(Database(here.server.url())) as database,
        open_snapshot(Path(snapshot), ALIASES) as opened,
    ):
        began = time.perf_counter()
        land(database, opened, source, "benchmark")
        keep(database, opened, "benchmark")
        refresh_exams(database, "benchmark")
        migrate(database, "benchmark")
        return time.perf_counter() - began


def _verified(here: Ground) -> float:
    """Seconds of the comparison that the checks are made of."""
    with closing(Database(here.server.url())) as database:
        began = time.perf_counter()
        report = verify(database)
        seconds = time.perf_counter() - began
    if not report.is_valid:
        message = f"the load does not verify: {report.issues}"
        raise RuntimeError(message)
    return seconds


def _empty(here: Ground) -> None:
    with psycopg.connect(here.server.url()) as connection:
        connection.execute(EMPTY.encode())


def _encode(here: Ground, table: str) -> Path:
    """The rows as PostgreSQL sends them, in a file: held in memory they would count as the next command's."""
    place = here.home / table
    with (
        psycopg.connect(here.server.url()) as connection,
        connection.cursor().copy(f"copy {table} to stdout (format binary)".encode()) as rows,
        place.open("wb") as file,
    ):
        file.writelines(rows)
    return place


def _bare_copy(here: Ground, rows: dict[str, Path]) -> float:
    with psycopg.connect(here.server.url()) as connection:
        connection.execute(f"truncate {', '.join(rows)}".encode())
        connection.commit()
        began = time.perf_counter()
        for table, place in rows.items():
            with (
                place.open("rb") as file,
                connection.cursor().copy(f"copy {table} from stdin (format binary)".encode()) as target,
            ):
                while block := file.read(BLOCK):
                    target.write(block)
        connection.commit()
        return time.perf_counter() - began
