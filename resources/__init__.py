"""How the outside is touched: the database, the snapshot, files, the network, the clock, the environment.

Belongs here: everything that opens, reads or writes something outside this process.
Does not: what the data means (`assets`), or when anything runs (`pipelines`). Knows neither of them.
"""
