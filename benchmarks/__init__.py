"""What is measured: ratios within one run, medians of three. `make bench` runs all parts, `make bench PART=x` one.

Belongs here: one module a part, each with a docstring that says what its figures mean. Does not: tests; a figure here
fails nothing.
"""
