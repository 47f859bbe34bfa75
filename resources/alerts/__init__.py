"""Alerts: what went wrong and what recovered is written to `ops.alerts`, and told to a webhook until it accepts.

Belongs here: the outbox, the message, its delivery. Does not: what is wrong, which checks, runs and ticks find out.
"""
