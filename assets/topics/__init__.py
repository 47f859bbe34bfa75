"""Topics: which topics each student wants, the log of events that says so, and what is computed from both.

Belongs here: the log and its door, rankings and the undoing of a change, metrics, and the checks that vouch for them.
Does not: how rows reach the warehouse (`assets.landing`), or when this runs (`pipelines`).
"""
