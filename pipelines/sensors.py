"""The sensors: what is noticed by itself."""

from datetime import datetime

import dagster as dg

from assets.partitions import cohort_partitions
from pipelines.alerts.runs import judge_runs
from pipelines.alerts.ticks import judge_ticks
from pipelines.cohorts import difference
from pipelines.orphans import end_orphans
from pipelines.tags import TAGS
from resources import clock
from resources.alerts.delivery import deliver, undelivered
from resources.alerts.webhook import VARIABLE, Webhook
from resources.errors import WrongUse
from resources.settings import Settings
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


@dg.sensor(
    minimum_interval_seconds=15,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Alerts when a run failed, whoever started it, and when a later run over the same succeeded.",
    tags=TAGS,
)
def on_run_ended_sensor(context: dg.SensorEvaluationContext, warehouse: Warehouse) -> dg.SkipReason:
    """Judge the runs that ended since the last look; one that Dagster tries again, or that was cancelled, is none.

    Runs of the command line whose process was killed are ended first: nobody else would, before their longest time.
    """
    began = clock.now()
    end_orphans(context.instance)
    done = judge_runs(context.instance, warehouse.database, context.repository_def, _last_look(context))
    context.update_cursor(began.isoformat())
    return dg.SkipReason(f"alerts about runs: {done}")


@dg.sensor(
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Alerts when a schedule or a sensor failed at a tick, and when it works again.",
    tags=TAGS,
)
def on_tick_failed_sensor(context: dg.SensorEvaluationContext, warehouse: Warehouse) -> dg.SkipReason:
    """Judge the ticks since the last look, this sensor's own included."""
    began = clock.now()
    done = judge_ticks(context.instance, warehouse.database, _last_look(context))
    context.update_cursor(began.isoformat())
    return dg.SkipReason(f"alerts about ticks: {done}")


@dg.sensor(
    minimum_interval_seconds=10,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Sends alerts to the webhook that COHORTLINE_ALERT_WEBHOOK names, until each is accepted.",
    tags=TAGS,
)
def on_alert_due_sensor(warehouse: Warehouse) -> dg.SkipReason:
    """Deliver what is due; without a webhook it waits in `ops.alerts`."""
    settings = Settings.from_environment()
    try:
        webhook = Webhook.at(settings.alert_webhook)
    except WrongUse as mistake:
        waiting = undelivered(warehouse.database)
        return dg.SkipReason(f"{mistake}; {waiting} messages wait (`cohortline alerts list`)")
    done = deliver(warehouse.database, webhook, settings.ui_url)
    if done.is_busy:
        return dg.SkipReason("another process delivers just now")
    refused = f"; one was not: {done.problem}" if done.problem else ""
    return dg.SkipReason(f"{done.accepted} messages accepted by the webhook of {VARIABLE}{refused}")


def _last_look(context: dg.SensorEvaluationContext) -> datetime | None:
    return datetime.fromisoformat(context.cursor) if context.cursor else None


sensors = [on_cohorts_changed_sensor, on_run_ended_sensor, on_tick_failed_sensor, on_alert_due_sensor]
