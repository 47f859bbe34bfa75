"""What exists: the lineage graph, one folder for each part of it. Knows resources, never pipelines.

Belongs here: assets and their checks as thin shells, the pure modules that compute, the statements that they run.
Does not: connections, files and clocks (`resources`), or when anything runs (`pipelines`).
"""
