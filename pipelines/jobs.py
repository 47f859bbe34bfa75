"""The jobs: one for each part of the graph that someone would run on its own."""

from typing import Any

import dagster as dg

from assets.exams.assets import GROUP as EXAMS
from assets.landing.assets import GROUP as LANDING
from assets.progress.assets import GROUP as PROGRESS
from assets.topics.assets import GROUP as TOPICS
from pipelines.rollback import rollback_exams_load_job
from pipelines.tags import TAGS

# What reads the snapshot; everything else is made from what has landed.
KEPT = dg.AssetSelection.assets("v1_exams")
# One step verifies all of these together.
VERIFIED = dg.AssetSelection.checks_for_assets("v1_exams", "exams", "exam_participations", "exam_answers")

load_snapshot_job = dg.define_asset_job(
    "load_snapshot_job",
    selection=dg.AssetSelection.groups(LANDING) | KEPT.without_checks(),
    description="Land every table of the snapshot, keep the exams' documents, and verify that all is accounted for.",
    tags=TAGS,
)

migrate_exams_job = dg.define_asset_job(
    "migrate_exams_job",
    selection=(dg.AssetSelection.groups(EXAMS) - KEPT) | VERIFIED,
    description=(
        "Bring the exams' v2 tables in line with what has landed, for the cohorts chosen, verify them against the"
        " source by other code, and refresh what the exam pages read. Safe at any time: what did not change is left"
        " as it is, and a load that was killed goes on where it was."
    ),
    tags=TAGS,
)

verify_exams_job = dg.define_asset_job(
    "verify_exams_job",
    selection=VERIFIED,
    description=(
        "Compare every exam with its source, field by field and answer by answer, without changing anything. An exam"
        " that is found wrong is compared row by row, and mended, by the next migration."
    ),
    tags=TAGS,
)

refresh_progress_job = dg.define_asset_job(
    "refresh_progress_job",
    selection=dg.AssetSelection.groups(PROGRESS),
    description="Recompute what students and cohorts have achieved, for the cohorts chosen, and verify it.",
    tags=TAGS,
)

refresh_topics_job = dg.define_asset_job(
    "refresh_topics_job",
    selection=dg.AssetSelection.groups(TOPICS),
    description=(
        "Append what the newest load means to the log of rankings, count anew the topics that moved, and verify both."
    ),
    tags=TAGS,
)

# What `cohortline run` makes after the landing, in this order.
by_cohort = (migrate_exams_job, refresh_progress_job)
of_all = (refresh_topics_job,)

jobs: list[Any] = [
    load_snapshot_job,
    migrate_exams_job,
    verify_exams_job,
    rollback_exams_load_job,
    refresh_progress_job,
    refresh_topics_job,
]
