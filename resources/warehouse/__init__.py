"""The warehouse: which tables there are, how they change, how rows get in, and who may read.

Belongs here: connections (`database.py`), tables (`schema/`), their history (`migrations/`), bulk writing (`bulk.py`),
the account of every load (`loads.py`), and the thin dagster resource around them (`resource.py`).
Does not: what a number means; those statements stand beside the asset that owns them.
"""
