"""Alerts about the orchestrator itself: which of its runs and ticks failed, and which of these have recovered.

Belongs here: reading Dagster's records. Does not: the outbox and the delivery, which know no Dagster.
"""
