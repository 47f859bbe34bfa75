"""Exams: v1 documents with embedded participants become verified v2 tables, and what is read from these.

Belongs here: how an entry of a v1 document becomes a participation with its answers, how v1 and v2 are reconciled, how
a load is verified, backed up, cleared and rolled back, and the tables that the exam pages read.
Does not: how the source's tables land (`assets.landing`), or when this runs (`pipelines`).
"""
