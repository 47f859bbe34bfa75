"""Every table of the warehouse, in four schemas: `landing`, `core`, `stats`, `ops`.

Belongs here: columns, keys and comments; a comment is also the column's description in the UI.
Does not: statements. A change here comes with a migration in `resources/warehouse/migrations`.
"""

from resources.warehouse.schema import core, landing, ops, stats
from resources.warehouse.schema.columns import SCHEMAS, metadata

__all__ = ["SCHEMAS", "core", "landing", "metadata", "ops", "stats"]
