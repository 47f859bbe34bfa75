"""The sensors: what is noticed by itself."""

import dagster as dg

from assets.partitions import cohort_partitions
from pipelines.cohorts import difference
from pipelines.tags import TAGS
from resources.warehouse.resource import Warehouse


@dg.sensor(
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Makes a partition of each new cohort, and says which cohorts have left the source.",
    tags=TAGS,
)
def on_cohorts_changed_sensor(context: dg.SensorEvaluationContext, warehouse: Warehouse) -> dg.SensorResult:
    """Make a partition of each new cohort; one that left stays until somebody retires it."""
    found = difference(context.instance, warehouse.database)
    said = []
    if found.new:
        said.append(f"new: {', '.join(found.new)}")
    if found.left:
        said.append(f"left the source: {', '.join(found.left)} (`cohortline cohorts retire ID` removes one)")
    return dg.SensorResult(
        skip_reason="; ".join(said) or "the partitions are the cohorts of the source",
        dynamic_partitions_requests=[cohort_partitions.build_add_request(found.new)] if found.new else [],
    )


sensors = [on_cohorts_changed_sensor]
