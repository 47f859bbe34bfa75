"""Progress of 100,000 students with 20 rows each, against SQL by hand, by one run and by many, and as it is read.

Landing is filled by SQL: it is not what is measured here. The same two million rows are dealt to 100, 200 or 1,000
cohorts. SQL by hand computes the same rows without audits in one transaction on tables that stand empty: they are
filled without keys, which are built afterwards. There are two such ways, and in each round the faster one counts: in
one process (`by_hand_user_progress_stats.sql`), or in as many as the server grants (`by_hand_in_parallel.sql`).
Whole runs are those of `refresh_progress_job`, checks included, in this process. What an event costs is a run of the
two assets without checks, less their statements and the opening of the database.
"""

import os
import random
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from unittest import mock

import dagster as dg
import psycopg
import sqlalchemy as sa

from assets.partitions import RANGE_END, RANGE_START
from assets.progress.assets import cohort_stats, user_progress_stats
from assets.progress.refresh import refresh
from benchmarks.ground import ROUNDS, Ground, execute, ground, median, ratio, say, seconds_of, tidy
from pipelines.cli.environment import prepare_warehouse
from pipelines.cohorts import NAME, register
from pipelines.jobs import refresh_progress_job
from pipelines.runs import QUIET, run_job
from resources.settings import Settings
from resources.warehouse.database import Database, Transaction
from resources.warehouse.resource import Warehouse
from samples import AS_OF

PACKAGE = "benchmarks"
STUDENTS, ROWS = 100_000, 20
# A hundred students share two classes, of thirty questions each.
CLASSES = STUDENTS // 50
FEW, SOME, MANY = 100, 200, 1_000
SINGLE_RUNS = 20
READS, COMPUTATIONS = 1_000, 20

STATS = ("user_progress_stats", "cohort_stats")
UNKEYED = (
    "alter table landing.user_progress drop constraint pk_user_progress",
    "alter table landing.user_progress add constraint pk_user_progress primary key (id)",
)
# What is dealt anew for each number of cohorts, and the numbers that its statement asks for.
DEALT = {
    "cohorts": ("cohorts",),
    "classes": ("cohorts", "classes"),
    "modules": ("classes",),
    "questions": ("classes",),
    "users": ("cohorts", "users"),
}
EMPTY = "truncate stats.user_progress_stats, stats.cohort_stats, ops.audits"
BY_HAND_BEFORE = (
    # Room for a hash table of all students; by default the planner would rather sort two million rows on the disk.
    "set local work_mem = '256MB'",
    "truncate stats.user_progress_stats, stats.cohort_stats",
    "alter table stats.user_progress_stats drop constraint pk_user_progress_stats",
    "drop index stats.ix_user_progress_stats_cohort_id",
)
BY_HAND_AFTER = (
    "alter table stats.user_progress_stats add constraint pk_user_progress_stats primary key (user_id)",
    "create index ix_user_progress_stats_cohort_id on stats.user_progress_stats (cohort_id)",
)
DASHBOARD = (
    "select * from stats.cohort_stats where cohort_id = %s",
    "select * from stats.user_progress_stats where cohort_id = %s order by questions_mastered desc, user_id",
)


def measure() -> None:
    """Print the figures."""
    with ground() as here, _prepared(here), closing(Database(here.server.url(), AS_OF)) as database:
        _fill(database)
        _deal(database, SOME)
        say(_statements(database))
        say(_backfills(database))
        say(_reads(here, database))
        say(_many_cohorts(database))


def _statements(database: Database) -> dict[str, str]:
    """The assets' statements over all cohorts, against the same rows by hand."""
    cohorts = _cohorts(database)
    ways = {"in one process": _by_hand, "in parallel": _by_hand_in_parallel}
    rounds = []
    for _ in range(ROUNDS):
        # In turn, so that the machine's moods meet all.
        by_hand, found = [], []
        for way in ways.values():
            _empty(database)
            by_hand.append(seconds_of(lambda way=way: way(database)))  # type: ignore[misc]
            found.append(database.read(PACKAGE, "contents"))
        _empty(database)
        first, again = (_refresh(database, cohorts) for _ in range(2))
        if any(one != database.read(PACKAGE, "contents") for one in found):
            raise RuntimeError("SQL by hand makes other rows than the assets")
        rounds.append((min(by_hand), first, again, *by_hand))
    best, first, again, *by_hand = (statistics.median(column) for column in zip(*rounds, strict=True))
    return {
        **{f"SQL by hand, {name}": f"{seconds:.2f} s" for name, seconds in zip(ways, by_hand, strict=True)},
        "SQL by hand, the faster one": f"{best:.2f} s",
        "both assets' statements, audits included": f"{first:.2f} s",
        "both assets' statements / SQL by hand (at most 1.5)": f"{ratio(rounds, 1, 0):.2f}",
        "the same with nothing changed": f"{again:.2f} s",
        "with nothing changed / first": f"{ratio(rounds, 2, 1):.2f}",
    }


def _backfills(database: Database) -> dict[str, str]:
    """All cohorts as one run, against one run each."""
    keys = _partitions(database)
    together = median(lambda: _whole_run(database, keys[0], keys[-1]))
    single = keys[1 : SINGLE_RUNS + 1]
    _empty(database)
    apart = [_whole_run(database, key, key, empty=False) for key in single]
    extrapolated = statistics.fmean(apart) * len(keys)
    # The reads that follow need every cohort's rows.
    _refresh(database, _cohorts(database))
    return {
        f"a backfill of {len(keys)} partitions as one run": f"{together:.1f} s",
        f"a run of one partition, mean of {len(single)}": f"{statistics.fmean(apart):.2f} s",
        "one run each, extrapolated": f"{extrapolated:.0f} s",
        "one run each / as one run (at least 5)": f"{extrapolated / together:.1f}",
    }


def _reads(here: Ground, database: Database) -> dict[str, str]:
    """A cohort's dashboard from the stats, and computed from landing."""
    tidy(database, "stats.user_progress_stats, stats.cohort_stats")
    choice = random.Random(0)
    cohorts = _cohorts(database)
    with psycopg.connect(here.server.url(), autocommit=True) as connection:
        read = [_read(connection, cohort) for cohort in choice.choices(cohorts, k=READS)]
    computed = [
        seconds_of(lambda cohort=cohort: database.read(PACKAGE, "dashboard_from_landing", cohort=cohort))  # type: ignore[misc]
        for cohort in choice.choices(cohorts, k=COMPUTATIONS)
    ]
    middle = statistics.median(read)
    return {
        f"a dashboard of {STUDENTS // len(cohorts)} students, median": f"{middle * 1000:.2f} ms",
        "a dashboard, 99th percentile (under 20 ms)": f"{statistics.quantiles(read, n=100)[-1] * 1000:.2f} ms",
        "the same computed from landing, median": f"{statistics.median(computed) * 1000:.0f} ms",
        "computed / read (at least 100)": f"{statistics.median(computed) / middle:.0f}",
    }


def _many_cohorts(database: Database) -> dict[str, str]:
    """The same rows dealt to ten times the cohorts: the statements' time, and what Dagster adds for each."""
    rounds = []
    for _ in range(ROUNDS):
        seconds = []
        for count in (FEW, MANY):
            _deal(database, count)
            seconds.append(_refresh(database, _cohorts(database)))
        rounds.append((seconds[0], seconds[1]))
    few, many = (statistics.median(column) for column in zip(*rounds, strict=True))
    keys = _partitions(database)
    event = median(lambda: _event_seconds(keys))
    return {
        f"both assets' statements, {FEW} cohorts": f"{few:.2f} s",
        f"both assets' statements, {MANY} cohorts": f"{many:.2f} s",
        f"{MANY} cohorts / {FEW} cohorts (at most 1.5)": f"{ratio(rounds, 1, 0):.2f}",
        f"events of {len(keys)} partitions, each and asset (at most 15 ms)": f"{event * 1000:.2f} ms",
    }


def _by_hand(database: Database) -> None:
    with _unkeyed(database) as transaction:
        transaction.run(PACKAGE, "by_hand_user_progress_stats", as_of=AS_OF)


def _by_hand_in_parallel(database: Database) -> None:
    with _unkeyed(database) as transaction:
        transaction.run(PACKAGE, "by_hand_in_parallel")
        transaction.run(PACKAGE, "by_hand_insert", as_of=AS_OF)


@contextmanager
def _unkeyed(database: Database) -> Iterator[Transaction]:
    """One transaction in which students' rows go into a table without keys; keys and cohorts' rows come last."""
    with database.transaction() as transaction:
        execute(transaction, *BY_HAND_BEFORE)
        yield transaction
        execute(transaction, *BY_HAND_AFTER)
        transaction.run(PACKAGE, "by_hand_cohort_stats", as_of=AS_OF)


def _refresh(database: Database, cohorts: Sequence[str]) -> float:
    """Seconds of the statements of both assets."""
    return seconds_of(lambda: [refresh(database, table, cohorts, "benchmark") for table in STATS])


def _whole_run(database: Database, first: str, last: str, *, empty: bool = True) -> float:
    """Seconds of a run over a range of cohorts."""
    if empty:
        _empty(database)
    began = time.perf_counter()
    outcome = run_job(refresh_progress_job.name, lambda _: None, (first, last))
    seconds = time.perf_counter() - began
    if not outcome.success or outcome.errors:
        message = f"the run over {first} to {last} failed: {[*outcome.failures, *outcome.errors][:3]}"
        raise RuntimeError(message)
    return seconds


def _event_seconds(keys: Sequence[str]) -> float:
    """What a run of the two assets takes for each key and asset besides their statements and opening the database."""
    definitions = dg.Definitions(
        assets=[user_progress_stats, cohort_stats],
        resources={"warehouse": Warehouse()},
        executor=dg.in_process_executor,
    )
    job = definitions.resolve_implicit_global_asset_job_def()
    tags = {RANGE_START: keys[0], RANGE_END: keys[-1]}
    with dg.DagsterInstance.get() as instance:
        began = time.perf_counter()
        result = job.execute_in_process(run_config=QUIET, instance=instance, tags=tags)
        seconds = time.perf_counter() - began
    # Each partition's event repeats what the asset says of the whole run.
    said = {event.asset_key: event.materialization.metadata for event in result.get_asset_materialization_events()}
    stated = sum(float(str(metadata["seconds"].value)) for metadata in said.values())
    return (seconds - stated - seconds_of(_open)) / (len(keys) * len(said))


def _open() -> None:
    with dg.build_resources({"warehouse": Warehouse()}):
        pass


def _read(connection: "psycopg.Connection[tuple[object, ...]]", cohort: str) -> float:
    """Seconds in which a dashboard has its rows."""
    began = time.perf_counter()
    for statement in DASHBOARD:
        connection.execute(statement.encode(), (cohort,)).fetchall()
    return time.perf_counter() - began


@contextmanager
def _prepared(here: Ground) -> Iterator[None]:
    """The environment of `cohortline progress`; what it was before comes back afterwards."""
    with mock.patch.dict(os.environ, {"COHORTLINE_AS_OF": AS_OF.isoformat()}):
        prepare_warehouse(Settings(here.home, as_of=AS_OF), lambda _: None)
        yield


def _fill(database: Database) -> None:
    """Two million progress rows."""
    unkey, key = UNKEYED
    with database.transaction() as transaction:
        execute(transaction, "truncate landing.user_progress", unkey)
        transaction.run(PACKAGE, "user_progress", users=STUDENTS, rows=ROWS)
        execute(transaction, key)
    tidy(database, "landing.user_progress")


def _deal(database: Database, cohorts: int) -> None:
    """Give students and classes to so many cohorts in equal shares; their stats are yet to be computed."""
    numbers = {"cohorts": cohorts, "classes": CLASSES, "users": STUDENTS}
    tables = ", ".join(f"landing.{name}" for name in DEALT)
    with database.transaction() as transaction:
        execute(transaction, f"truncate {tables}")
        for name, asked in DEALT.items():
            transaction.run(PACKAGE, name, **{number: numbers[number] for number in asked})
    tidy(database, tables)
    _empty(database)


def _partitions(database: Database) -> list[str]:
    """All partitions, after those of new cohorts were made."""
    with dg.DagsterInstance.get() as instance:
        register(instance, database)
        return list(instance.get_dynamic_partitions(NAME))


def _cohorts(database: Database) -> list[str]:
    with database.transaction() as transaction:
        return list(transaction.connection.scalars(sa.text("select id from landing.cohorts order by id")))


def _empty(database: Database) -> None:
    with database.transaction() as transaction:
        execute(transaction, EMPTY)
