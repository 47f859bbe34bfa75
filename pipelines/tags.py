"""What jobs, schedules, sensors and runs are tagged with."""

# Dagster's own `owners` of these are beta, and warn at every load.
TAGS = {"owner": "team-data"}

# Which process of which machine makes a run, for runs that no daemon watches. People see the machine; with this prefix
# the UI keeps the process to itself.
HOST, PROCESS = "cohortline/host", ".dagster/cohortline_process"
