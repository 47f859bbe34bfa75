"""The jobs: one for each part of the graph that someone would run on its own."""

import dagster as dg

from assets.landing.assets import GROUP as LANDING

load_snapshot_job = dg.define_asset_job(
    "load_snapshot_job",
    selection=dg.AssetSelection.groups(LANDING),
    description="Land every table of the snapshot, and verify that every document is accounted for.",
    tags={"team": "data"},
)

jobs = [load_snapshot_job]
