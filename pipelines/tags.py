"""What every job, schedule and sensor is tagged with."""

# Dagster's own `owners` of these are beta, and warn at every load.
TAGS = {"owner": "team-data"}
