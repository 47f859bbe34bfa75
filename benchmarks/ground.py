"""What every part stands on: a warm server of its own, snapshots of any size, whole commands timed from outside."""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from resources.postgres import EmbeddedServer
from resources.warehouse.database import Database, Transaction
from samples import generate

ROUNDS = 3
MIB = 1024 * 1024


@dataclass(frozen=True)
class Finished:
    """A command that ended."""

    seconds: float
    peak_mib: float
    answer: Any


@dataclass(frozen=True)
class Ground:
    """A home with a running server, and room for snapshots."""

    home: Path
    server: EmbeddedServer

    def snapshot(self, **tables: int) -> Path:
        """A snapshot with so many documents of these tables; made once."""
        target = self.home / "snapshots" / "-".join(f"{name}-{count}" for name, count in sorted(tables.items()))
        if not target.exists():
            generate(target, tables=tables, only="snapshot")
        return target / "snapshot.zip"

    def command(self, *arguments: str) -> Finished:
        """Run `cohortline` in a process of its own; its answer is read as JSON."""
        environment = os.environ | {"COHORTLINE_HOME": str(self.home)}
        call = [sys.executable, "-c", "from pipelines.cli.main import main; main()", *arguments]
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            began = time.perf_counter()
            process = subprocess.Popen(call, env=environment, stdout=out, stderr=err)
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - began
            process.returncode = os.waitstatus_to_exitcode(status)
            out.seek(0)
            err.seek(0)
            text, said = out.read(), err.read().decode(errors="replace")
        if process.returncode:
            message = f"`cohortline {' '.join(arguments)}` ended with {process.returncode}:\n{said[-2000:]}"
            raise RuntimeError(message)
        return Finished(seconds, usage.ru_maxrss / 1024, json.loads(text) if text.startswith(b"{") else None)


@contextmanager
def ground() -> Iterator[Ground]:
    """A ground that is gone afterwards."""
    home = Path(tempfile.mkdtemp(prefix="cohortline-bench-"))
    server = EmbeddedServer(home)
    try:
        server.start()
        yield Ground(home, server)
    finally:
        server.reset()
        shutil.rmtree(home, ignore_errors=True)


def median(measured: Callable[[], float]) -> float:
    """The median of three."""
    return statistics.median(measured() for _ in range(ROUNDS))


def say(figures: Mapping[str, str]) -> None:
    """Print figures, one a line."""
    for name, figure in figures.items():
        print(f"  {name:<58} {figure}", flush=True)


def seconds_of(call: Callable[[], object]) -> float:
    """How long a call takes."""
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def ratio(rounds: Sequence[Sequence[float]], one: int, other: int) -> float:
    """The median of the ratios of two figures of each round."""
    return statistics.median(figures[one] / figures[other] for figures in rounds)


def tidy(database: Database, tables: str) -> None:
    """What the server does by itself some time after a load, so that it does not do it while a clock runs."""
    with database.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.exec_driver_sql(f"vacuum (analyze) {tables}")


def execute(transaction: Transaction, *statements: str) -> None:
    """Run short statements of a benchmark's own."""
    for statement in statements:
        transaction.connection.exec_driver_sql(statement)
