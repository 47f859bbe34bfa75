"""Metrics of 2,000 topics that a million rankings are of, against SQL by hand; and a million events replayed.

Landing, rankings and log are filled by SQL: they are not what is measured here. SQL by hand is one statement that makes
the same rows of metrics and distribution in tables that stand empty, their keys in place; it keeps no audit, appends no
event and compares nothing. A COPY is of the same events, as text, into the log with its keys in place.
"""

import statistics
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import psycopg

from assets.topics.metrics import refresh_metrics
from benchmarks.ground import ROUNDS, execute, ground, ratio, say, seconds_of, tidy
from resources.warehouse import migrations
from resources.warehouse.database import Database
from samples import AS_OF

PACKAGE = "benchmarks"
STUDENTS, PLACES = 100_000, 10
SEMESTERS, TOPICS = 10, 2_000
CHANGED = 10

EMPTY = "truncate stats.topic_metrics, stats.topic_distribution, ops.audits"
STATS = "stats.topic_metrics, stats.topic_distribution"
LOG = (
    "event_id, batch_id, event_type, origin, actor_id, actor_type, session_id, at, semester_id, student_id, topic_id,"
    " action, position, previous_position, payload, undoes, load_id"
)


def measure() -> None:
    """Print the figures."""
    with ground() as here, closing(Database(here.server.url(), AS_OF)) as database:
        migrations.ensure(database)
        _fill(database)
        say(_metrics(database))
        say(_changes(database))
        say(_replay(here.server.url(), database, here.home / "events.copy"))


def _metrics(database: Database) -> dict[str, str]:
    """Everything computed into empty tables, against the same rows by hand."""
    rounds = []
    for _ in range(ROUNDS):
        # In turn, so that the machine's moods meet all.
        _empty(database)
        by_hand = seconds_of(lambda: _run(database, "topic_by_hand", as_of=AS_OF))
        found = database.read(PACKAGE, "topic_contents")
        _empty(database)
        first = seconds_of(lambda: refresh_metrics(database, "benchmark", everything=True))
        if found != database.read(PACKAGE, "topic_contents"):
            raise RuntimeError("SQL by hand makes other rows than the refresh")
        again = seconds_of(lambda: refresh_metrics(database, "benchmark", everything=True))
        rounds.append((by_hand, first, again))
    by_hand, first, again = (statistics.median(column) for column in zip(*rounds, strict=True))
    return {
        "SQL by hand, in one statement": f"{by_hand:.2f} s",
        "metrics, distribution and percentiles, events included": f"{first:.2f} s",
        "the refresh / SQL by hand (at most 1.3)": f"{ratio(rounds, 1, 0):.2f}",
        "everything computed again with nothing changed": f"{again:.2f} s",
    }


def _changes(database: Database) -> dict[str, str]:
    """Few topics that moved, against everything."""
    rounds = []
    for number in range(1, ROUNDS + 1):
        _empty(database)
        full = seconds_of(lambda: refresh_metrics(database, "benchmark"))
        tidy(database, STATS)
        # The instant stands in what is appended.
        database.as_of = AS_OF + timedelta(minutes=number)
        _run(database, "topic_changes", topics=CHANGED, as_of=database.as_of)
        began = time.perf_counter()
        done = refresh_metrics(database, "benchmark")
        rounds.append((full, time.perf_counter() - began))
        if done.topics != CHANGED:
            message = f"{done.topics} topics were counted anew, not {CHANGED}"
            raise RuntimeError(message)
    full, few = (statistics.median(column) for column in zip(*rounds, strict=True))
    return {
        f"{CHANGED} topics changed": f"{few * 1000:.0f} ms",
        f"{CHANGED} topics changed / everything (at most 0.05)": f"{ratio(rounds, 1, 0):.3f}",
    }


def _replay(url: str, database: Database, file: Path) -> dict[str, str]:
    """The log replayed, against a bare copy of it."""
    from assets.topics.replay import rebuild

    events = STUDENTS * PLACES
    _fill_log(database)
    with psycopg.connect(url, autocommit=True) as connection:
        _copy_out(connection, file)
        rounds = []
        for _ in range(ROUNDS):
            connection.execute("truncate core.ranking_events restart identity")
            copied = seconds_of(lambda: _copy(connection, file))
            tidy(database, "core.ranking_events")
            connection.execute("truncate core.rankings")
            replayed = seconds_of(lambda: rebuild(database))
            rounds.append((copied, replayed))
            (held,) = connection.execute("select count(*) from core.rankings").fetchone() or (0,)
            if held != events:
                message = f"{held} rankings after the replay, not {events}"
                raise RuntimeError(message)
    copied, replayed = (statistics.median(column) for column in zip(*rounds, strict=True))
    return {
        f"COPY of {events} events": f"{events / copied:,.0f} a second",
        f"replay of {events} events": f"{events / replayed:,.0f} a second",
        "replay / COPY (at least 0.5)": f"{ratio(rounds, 0, 1):.2f}",
    }


def _copy_out(connection: "psycopg.Connection[tuple[object, ...]]", file: Path) -> None:
    statement = f"copy (select {LOG} from core.ranking_events order by sequence) to stdout"
    with file.open("wb") as target, connection.cursor() as cursor, cursor.copy(statement.encode()) as rows:
        for block in rows:
            target.write(block)


def _copy(connection: "psycopg.Connection[tuple[object, ...]]", file: Path) -> None:
    statement = f"copy core.ranking_events ({LOG}) from stdin"
    with file.open("rb") as source, connection.cursor() as cursor, cursor.copy(statement.encode()) as rows:
        while block := source.read(1 << 20):
            rows.write(block)


def _fill(database: Database) -> None:
    """A million rankings, without a log."""
    numbers = {"semesters": SEMESTERS, "topics": TOPICS}
    with database.transaction() as transaction:
        transaction.run(PACKAGE, "topic_topics", **numbers)
        transaction.run(PACKAGE, "topic_rankings", **numbers, students=STUDENTS, places=PLACES)
    tidy(database, "landing.topics, core.rankings")


def _fill_log(database: Database) -> None:
    """The rankings' own events alone."""
    with database.transaction() as transaction:
        execute(transaction, "truncate core.ranking_events restart identity")
        transaction.run(PACKAGE, "topic_events")


def _empty(database: Database) -> None:
    with database.transaction() as transaction:
        execute(transaction, EMPTY, "delete from core.ranking_events where event_type = 'METRICS_CALCULATED'")
    tidy(database, "core.ranking_events")


def _run(database: Database, name: str, **parameters: object) -> None:
    with database.transaction() as transaction:
        transaction.make_room()
        transaction.run(PACKAGE, name, **parameters)
