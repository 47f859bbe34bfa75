"""What the UI shows of every asset: its owners, and its columns with the tables' own comments."""

import dagster as dg
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

OWNERS = ["team:data"]
DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]


def column_schema(table: sa.Table) -> dg.TableSchema:
    """Names, types and meanings of a table's columns."""
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                name=column.name,
                type=column.type.compile(DIALECT).split(" COLLATE ")[0].lower(),
                description=column.comment,
                constraints=dg.TableColumnConstraints(nullable=bool(column.nullable), unique=_is_key(table, column)),
            )
            for column in table.columns
        ]
    )


def table_metadata(table: sa.Table) -> dict[str, object]:
    """What is known of an asset before it is ever made: its columns and where it stands."""
    return {
        "dagster/column_schema": column_schema(table),
        "dagster/table_name": table.fullname,
    }


def _is_key(table: sa.Table, column: sa.Column[object]) -> bool:
    return [key.name for key in table.primary_key.columns] == [column.name]
