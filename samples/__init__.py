"""The demo's data: an invented deployment's snapshot, its legacy files and watch histories, made from a seed.

Belongs here: everything that a fresh machine needs to see the warehouse at work, with every quirk that the sources are
known for (`quirks` lists them). Does not: reading any of it. Imports nothing of the project: a generator that shared
code with the readers would share their mistakes.
"""

from samples.demo import AS_OF, Made, generate

__all__ = ["AS_OF", "Made", "generate"]
