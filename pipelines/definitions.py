"""Everything that Dagster loads, assembled in one place."""

from collections.abc import Mapping

import dagster as dg

from assets.exams.assets import exam_assets
from assets.exams.checks import exam_checks
from assets.exams.derived_assets import derived_assets
from assets.exams.derived_checks import derived_checks
from assets.landing.assets import landing_assets
from assets.landing.checks import landing_checks
from assets.progress.assets import progress_assets
from assets.progress.checks import progress_checks
from assets.topics.assets import topic_assets
from assets.topics.checks import topic_checks
from pipelines.jobs import jobs
from pipelines.schedules import schedules
from pipelines.sensors import sensors
from resources.snapshot.resource import SnapshotSource
from resources.warehouse.resource import Warehouse


def build_definitions(resources: Mapping[str, object] | None = None) -> dg.Definitions:
    """The whole project; resources given here stand in for those that the environment configures."""
    return dg.Definitions(
        assets=[*landing_assets, *exam_assets, *derived_assets, *progress_assets, *topic_assets],
        asset_checks=[*landing_checks, *exam_checks, *derived_checks, *progress_checks, *topic_checks],
        jobs=jobs,
        schedules=schedules,
        sensors=sensors,
        resources={"warehouse": Warehouse(), "source_snapshot": SnapshotSource()} | dict(resources or {}),
        executor=dg.in_process_executor,
    )


@dg.definitions
def defs() -> dg.Definitions:
    """What the code location `cohortline` serves."""
    return build_definitions()
