"""Landing a million userProgress documents, against a bare COPY of the same rows into the same table.

The bare COPY streams rows that were encoded before into the keyed table, on the same warm server. Landing is the
whole asset within `cohortline run`: digest, unpacking, decoding, COPY, repeated ids, keys, account. Peak memory is
that of the whole process.
"""

import statistics
import time
from pathlib import Path

import psycopg

from benchmarks.ground import ROUNDS, Ground, ground, median, say

DOCUMENTS = 1_000_000
BLOCK = 256 * 1024
ASSET = "landing/user_progress"


def measure() -> None:
    """Print the figures."""
    with ground() as here:
        small = here.snapshot(userProgress=DOCUMENTS)
        large = here.snapshot(userProgress=4 * DOCUMENTS)
        _land(here, str(small))
        rows = _encode(here)
        # In turn, so that the machine's moods meet both.
        rounds = [(_land_anew(here, str(small)), _bare_copy(here, rows)) for _ in range(ROUNDS)]
        ratio = statistics.median(bare / landing for (landing, _), bare in rounds)
        landing, peak = statistics.median(one[0][0] for one in rounds), statistics.median(one[0][1] for one in rounds)
        bare = statistics.median(one[1] for one in rounds)
        unchanged = median(lambda: _land(here, str(small))[0])
        _forget(here)
        compared = median(lambda: _compare(here, str(small)))
        _empty(here)
        _, large_peak = _land(here, str(large))
    say(
        {
            "bare COPY": f"{bare:.2f} s",
            "landing into the empty table": f"{landing:.2f} s",
            "landing / bare COPY, rows per second (at least 0.5)": f"{ratio:.2f}",
            "landing again, compared row by row": f"{compared:.2f} s",
            "landing again, skipped by digest": f"{unchanged:.2f} s",
            "peak memory (at most 300 MiB)": f"{peak:.0f} MiB",
            "peak memory with four times the documents (at most 1.1)": f"{large_peak / peak:.2f}",
        }
    )


def _land(here: Ground, snapshot: str) -> tuple[float, float]:
    done = here.command("run", "--snapshot", snapshot, "--as-of", "2026-03-02T12:00:00Z", "--json")
    (seconds,) = [asset["seconds"] for asset in done.answer["assets"] if asset["key"] == ASSET]
    return seconds, done.peak_mib


def _land_anew(here: Ground, snapshot: str) -> tuple[float, float]:
    _empty(here)
    return _land(here, snapshot)


def _compare(here: Ground, snapshot: str) -> float:
    _forget(here)
    return _land(here, snapshot)[0]


def _forget(here: Ground) -> None:
    """Have the next landing compare every row, as if the file were another."""
    _execute(here, "update ops.loads set digest = ''")


def _empty(here: Ground) -> None:
    here.command("db", "status", "--json")
    _execute(here, "truncate landing.user_progress")


def _execute(here: Ground, statement: str) -> None:
    with psycopg.connect(here.server.url()) as connection:
        if connection.execute("select to_regclass('landing.user_progress')").fetchone() != (None,):
            connection.execute(statement.encode())


def _encode(here: Ground) -> Path:
    """The rows as PostgreSQL sends them, in a file: held in memory they would count as the next command's."""
    place = here.home / "rows"
    statement = "copy landing.user_progress to stdout (format binary)"
    with (
        psycopg.connect(here.server.url()) as connection,
        connection.cursor().copy(statement) as rows,
        place.open("wb") as file,
    ):
        file.writelines(rows)
    return place


def _bare_copy(here: Ground, rows: Path) -> float:
    with psycopg.connect(here.server.url()) as connection, rows.open("rb") as file:
        connection.execute("truncate landing.user_progress")
        connection.commit()
        began = time.perf_counter()
        with connection.cursor().copy("copy landing.user_progress from stdin (format binary)") as target:
            while block := file.read(BLOCK):
                target.write(block)
        connection.commit()
        return time.perf_counter() - began
