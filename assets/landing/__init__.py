"""Landing: the source's tables as typed rows, and the account of every document.

Belongs here: which source table becomes which landing table, how a line becomes a row or a quarantined document, and
the check that nothing was lost on the way.
Does not: how a snapshot is opened (`resources.snapshot`), or what the rows mean (the parts that read them).
"""
