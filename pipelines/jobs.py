"""The jobs: one for each part of the graph that someone would run on its own."""

import dagster as dg

from assets.landing.assets import GROUP as LANDING
from assets.progress.assets import GROUP as PROGRESS

# Dagster's own `owners` of jobs are beta, and warn at every load.
TAGS = {"owner": "team-data"}

load_snapshot_job = dg.define_asset_job(
    "load_snapshot_job",
    selection=dg.AssetSelection.groups(LANDING),
    description="Land every table of the snapshot, and verify that every document is accounted for.",
    tags=TAGS,
)

refresh_progress_job = dg.define_asset_job(
    "refresh_progress_job",
    selection=dg.AssetSelection.groups(PROGRESS),
    description="Recompute what students and cohorts have achieved, for the cohorts chosen, and verify it.",
    tags=TAGS,
)

jobs = [load_snapshot_job, refresh_progress_job]
