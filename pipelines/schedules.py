"""The schedules: what runs by itself at its hour."""

from collections.abc import Iterator

import dagster as dg

from assets.partitions import RANGE_END, RANGE_START
from pipelines.cohorts import BRIDGED, NAME, needing_backfill, ranges, register
from pipelines.jobs import refresh_progress_job
from pipelines.tags import TAGS
from resources.warehouse.resource import Warehouse

UNDERWAY = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
]


@dg.schedule(
    job=refresh_progress_job,
    cron_schedule="0 3 * * *",
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Computes the stats of every cohort each night, in one run; new cohorts are among them.",
    tags=TAGS,
)
def nightly_progress_schedule(context: dg.ScheduleEvaluationContext, warehouse: Warehouse) -> dg.RunRequest:
    """One run over every cohort."""
    register(context.instance, warehouse.database)
    existing = _existing(context)
    return _over(existing[0], existing[-1])


@dg.schedule(
    job=refresh_progress_job,
    cron_schedule="30 * * * *",
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Computes the stats of the cohorts that need it each hour; where none does, nothing runs.",
    tags=TAGS,
)
def hourly_progress_schedule(
    context: dg.ScheduleEvaluationContext, warehouse: Warehouse
) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """One run over the cohorts whose source was touched since; where they lie far apart, several."""
    wanted = needing_backfill(context.instance, warehouse.database)
    if not wanted:
        yield dg.SkipReason("every cohort's stats are up to date")
    elif context.instance.get_runs_count(dg.RunsFilter(job_name=refresh_progress_job.name, statuses=UNDERWAY)):
        yield dg.SkipReason(f"{len(wanted)} cohorts need it, and a run of the same job is underway")
    else:
        for first, last in ranges(_existing(context), wanted, bridging=BRIDGED):
            yield _over(first, last)


def _existing(context: dg.ScheduleEvaluationContext) -> list[str]:
    return list(context.instance.get_dynamic_partitions(NAME))


def _over(first: str, last: str) -> dg.RunRequest:
    """A run over a range of cohorts."""
    return dg.RunRequest(run_key=None, tags={RANGE_START: first, RANGE_END: last})


schedules = [nightly_progress_schedule, hourly_progress_schedule]
