"""A Convex snapshot, a ZIP or the same tree unpacked: opened safely, read as a stream of document lines.

Belongs here: which entries a snapshot holds and which tables they are, reading them with bounded memory, the
way Convex writes values that JSON lacks, and the text that the quarantine keeps of a line.
Does not: what the fields of a document mean, where the rows go, or when any of it runs.

Read `reader.py` first; it is all that a caller needs. Beneath it: `archive.py` (with `member.py`) and `folder.py`
open the two kinds of snapshot behind the interface in `container.py`, `names.py` judges paths, `catalog.py` decides
which tables are read, `lines.py` cuts bytes into lines. `values.py` and `raw.py` stand alone.
"""
