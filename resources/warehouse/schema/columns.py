"""How columns are declared, so that a table reads as a list of names and meanings."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

SCHEMAS = {
    "landing": "Typed rows as the source had them.",
    "core": "The normalized model: exams, activity, rankings, attempts.",
    "stats": "What dashboards read.",
    "ops": "Loads, audits, quarantine, change log, alerts.",
}

metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

# Byte order everywhere: the same order on every server, and the fastest comparison there is.
TEXT = sa.Text(collation="C")
INSTANT = sa.TIMESTAMP(timezone=True)


def text(name: str, comment: str, **more: Any) -> sa.Column[str]:
    """A text column in byte order."""
    return sa.Column(name, TEXT, nullable=more.pop("nullable", True), comment=comment, **more)


def texts(name: str, comment: str, **more: Any) -> sa.Column[Any]:
    """A list of texts."""
    return sa.Column(name, postgresql.ARRAY(TEXT), nullable=more.pop("nullable", False), comment=comment, **more)


def whole(name: str, comment: str, **more: Any) -> sa.Column[int]:
    """A whole number."""
    return sa.Column(name, sa.BigInteger, nullable=more.pop("nullable", True), comment=comment, **more)


def number(name: str, comment: str, **more: Any) -> sa.Column[float]:
    """A number that may have a fraction."""
    return sa.Column(name, sa.Double, nullable=more.pop("nullable", True), comment=comment, **more)


def flag(name: str, comment: str, **more: Any) -> sa.Column[bool]:
    """Yes or no."""
    return sa.Column(name, sa.Boolean, nullable=more.pop("nullable", True), comment=comment, **more)


def instant(name: str, comment: str, **more: Any) -> sa.Column[Any]:
    """A point in time."""
    return sa.Column(name, INSTANT, nullable=more.pop("nullable", True), comment=comment, **more)
