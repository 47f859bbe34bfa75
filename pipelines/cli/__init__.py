"""The command `cohortline`: what a person types.

Belongs here: options, help, tables for people and JSON for programs, exit codes. One module for each group of
commands. Does not: logic that anything else could use. Only commands that run assets import dagster, and only then.
"""
