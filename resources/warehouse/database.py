"""The one place that opens connections to the warehouse."""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import psycopg
import sqlalchemy as sa
from psycopg.rows import dict_row

from resources import clock
from resources.errors import ServerProblem, WrongUse

if TYPE_CHECKING:
    import pandas as pd

SCHEMES = ("postgresql", "postgres", "postgresql+psycopg", "postgresql+psycopg2")
OLDEST = 15
# A server that restarts, or recovers from a crash, is back within this time.
PATIENCE_SECONDS = 15.0


def address(url: str, driver: str = "psycopg") -> sa.URL:
    """The address of a database for one driver, or a clear refusal."""
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError:
        parsed = None
    if parsed is None or parsed.drivername not in SCHEMES:
        message = "the database address does not begin with postgresql://; it looks like postgresql://user@host/name"
        raise WrongUse(message)
    return parsed.set(drivername=f"postgresql+{driver}")


@cache
def statement(package: str, name: str) -> sa.TextClause:
    """A statement from the `sql` folder beside the code that owns it."""
    return sa.text((files(package) / "sql" / f"{name}.sql").read_text(encoding="utf-8"))


class Database:
    """PostgreSQL through SQLAlchemy, and the instant that stands for now."""

    def __init__(self, url: str, as_of: datetime | None = None) -> None:
        self.url = address(url)
        self.as_of = as_of or clock.now()
        self.engine = sa.create_engine(self.url, pool_pre_ping=True)

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()

    def check(self) -> None:
        """Refuse a server that cannot be reached or is too old, in one line."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                with self.engine.connect() as connection:
                    version = connection.exec_driver_sql("show server_version_num").scalar_one()
                break
            except sa.exc.OperationalError as error:
                # 57P03: starting up or shutting down; everything else is an answer.
                if getattr(error.orig, "sqlstate", None) != "57P03" or time.monotonic() > deadline:
                    raise ServerProblem(self._unreachable(error)) from None
                time.sleep(0.1)
        if int(version) < OLDEST * 10_000:
            message = f"the server at {self} is PostgreSQL {int(version) // 10_000}; {OLDEST} or newer is needed"
            raise ServerProblem(message)

    def _unreachable(self, error: sa.exc.OperationalError) -> str:
        lines = str(error.orig).strip().splitlines() or ["no answer"]
        return f"the database {self} cannot be reached: {lines[-1].strip()}"

    def __str__(self) -> str:
        """The address without its password."""
        return self.url.set(drivername="postgresql").render_as_string(hide_password=True)

    @contextmanager
    def transaction(self) -> Iterator["Transaction"]:
        """One transaction: everything in it is written, or nothing."""
        with self.engine.begin() as connection:
            yield Transaction(connection)

    def frame(self, package: str, name: str, /, **parameters: object) -> "pd.DataFrame":
        """The rows of a named statement as a frame, for a second opinion or a report."""
        import pandas as pd

        with self.engine.connect() as connection:
            return pd.read_sql_query(statement(package, name), connection, params=dict[str, Any](parameters))

    def read(self, package: str, name: str, /, **parameters: object) -> list[dict[str, Any]]:
        """The rows of a named statement."""
        with self.transaction() as transaction:
            return transaction.rows(package, name, **parameters)


class Transaction:
    """An open transaction, and the named statements that run in it."""

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection

    def run(self, package: str, name: str, /, **parameters: object) -> int:
        """Run a named statement; answers how many rows it wrote."""
        return self.connection.execute(statement(package, name), parameters).rowcount

    def rows(self, package: str, name: str, /, **parameters: object) -> list[dict[str, Any]]:
        """The rows that a named statement answers."""
        result = self.connection.execute(statement(package, name), parameters)
        return [dict(row) for row in result.mappings()]

    def binary_rows(self, package: str, name: str, /, **parameters: object) -> list[dict[str, Any]]:
        """The same with bytes sent as they are; spelled out in digits they would take several times as long."""
        raw = self.connection.connection.driver_connection
        assert isinstance(raw, psycopg.Connection)  # noqa: S101
        text = str(statement(package, name).compile(dialect=self.connection.dialect))
        with raw.cursor(binary=True, row_factory=dict_row) as cursor:
            return cursor.execute(text.encode(), parameters).fetchall()

    def lock(self, *name: str) -> None:
        """Wait for the advisory lock of this name; it is held until the transaction ends."""
        self.run("resources.warehouse", "lock", name="/".join(name))

    def make_room(self) -> None:
        """Let large sorts and hash tables of this transaction stay in memory; small ones take no more than before."""
        self.run("resources.warehouse", "room")

    def audit(
        self,
        *,
        run_id: str,
        subject: str,
        statement: str,
        passed: bool,
        severity: str,
        counts: Mapping[str, int],
        as_of: datetime,
    ) -> None:
        """Keep a verdict, or what an operator did, in `ops.audits`."""
        self.run(
            "resources.warehouse",
            "audit",
            run_id=run_id,
            subject=subject,
            statement=statement,
            passed=passed,
            severity=severity,
            counts=json.dumps(dict(counts)),
            as_of=as_of,
        )

    def count_present(self, table: str) -> int:
        """How many rows of a landing table the source still has."""
        rows = sa.table(table, sa.column("gone_load"), schema="landing")
        count = sa.select(sa.func.count()).select_from(rows).where(rows.c.gone_load.is_(None))
        return self.connection.scalar(count) or 0
