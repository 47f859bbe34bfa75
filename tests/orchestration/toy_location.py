"""A code location of toys, served to daemons by the tests of what Dagster's daemons do."""

import dagster as dg

cohort = dg.DynamicPartitionsDefinition(name="cohort")
WARN = dg.AssetCheckSeverity.WARN


@dg.asset(partitions_def=cohort, backfill_policy=dg.BackfillPolicy.single_run())
def in_one_run() -> None:
    """All keys of a range at once."""


@dg.asset(partitions_def=cohort, backfill_policy=dg.BackfillPolicy.single_run(), deps=[in_one_run])
def in_the_same_run() -> None:
    """The same keys, further on."""


@dg.asset(partitions_def=cohort)
def in_a_run_each() -> None:
    """One key a run."""


@dg.asset(pool="well")
def pooled() -> None:
    """Never twice at once."""


@dg.asset_check(asset=pooled)
def doubtful() -> dg.AssetCheckResult:
    """Fails, and only warns."""
    return dg.AssetCheckResult(passed=False, severity=WARN)


@dg.asset_check(asset=pooled)
def wrong() -> dg.AssetCheckResult:
    """Fails, and stops nothing."""
    return dg.AssetCheckResult(passed=False)


def _remember(context: dg.RunStatusSensorContext) -> None:
    """Keep what the sensor saw where the test can read it: as partition keys."""
    run_id = context.dagster_run.run_id
    records = context.instance.get_records_for_run(run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION).records
    evaluations = [record.event_log_entry.dagster_event.asset_check_evaluation_data for record in records]
    seen = [f"{run_id} {one.check_name} {one.severity.value} {one.passed}" for one in evaluations]
    context.instance.add_dynamic_partitions(context.sensor_name, seen)


def _sensor(name: str, *, everywhere: bool) -> dg.SensorDefinition:
    return dg.run_status_sensor(
        name=name,
        run_status=dg.DagsterRunStatus.SUCCESS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        minimum_interval_seconds=1,
        monitor_all_code_locations=everywhere,
    )(_remember)


@dg.definitions
def defs() -> dg.Definitions:
    """The toys."""
    return dg.Definitions(
        assets=[in_one_run, in_the_same_run, in_a_run_each, pooled],
        asset_checks=[doubtful, wrong],
        jobs=[dg.define_asset_job("draw_job", [pooled])],
        sensors=[_sensor("here", everywhere=False), _sensor("everywhere", everywhere=True)],
        executor=dg.in_process_executor,
    )
