"""The job that takes a load of exams back."""

import dagster as dg
from pydantic import Field

from assets.exams.rollback import rollback
from pipelines.tags import TAGS
from resources.warehouse.resource import Warehouse


class RollbackConfig(dg.Config):
    """What to take back."""

    load_id: int = Field(description="The load, as `cohortline exams loads` lists it; later loads are taken back too.")


@dg.op(pool="exams")
def take_back_load(context: dg.OpExecutionContext, config: RollbackConfig, warehouse: Warehouse) -> None:
    """Return the exams' v2 tables to what they were before a load, and refresh what is read from them."""
    done = rollback(warehouse.database, config.load_id, run_id=context.run.run_id)
    context.log.info("taken back: %s", done)


@dg.job(
    name="rollback_exams_load_job",
    description=(
        "Return the exams' v2 tables to exactly what they were before a load, later loads included. The kept v1"
        " documents stay, so the next migration brings the load's rows again unless its source was mended."
    ),
    tags=TAGS,
)
def rollback_exams_load_job() -> None:
    """Take one load of exams back."""
    take_back_load()
