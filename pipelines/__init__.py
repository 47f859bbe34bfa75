"""When things run: definitions, jobs, schedules, sensors, and the command line. Knows assets and resources.

Belongs here: what is assembled, triggered or typed by a person. Does not: what a number means or how it is stored.
"""
