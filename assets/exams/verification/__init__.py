"""The second opinion on exams: what v2 holds against what the sources say, by other code than the migration's.

Belongs here: reading a kept document by its own rules, what should therefore stand in v2, and every way in which what
stands there can differ.
Does not: how the migration reads and writes (`assets.exams`), whose entries and reconciliation this must never use.
"""
