"""Which runs failed, and which of these failures a later run has proved right: every run that ended is judged once.

Runs of the daemon, the UI and the command line are all found in Dagster's records. A sensor looks there, and so does
the command line when a run of its own has ended; each verdict stands in `ops.audits`, so that nobody gives it twice.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import dagster as dg
from dagster._core.definitions.assets.job.asset_job import IMPLICIT_ASSET_JOB_NAME
from dagster._core.events import JobFailureData

from pipelines.alerts.scope import Scope, parse, scope_of
from pipelines.cohorts import NAME
from pipelines.problems import class_names, interruption
from pipelines.tags import HOST
from resources import clock
from resources.alerts import outbox
from resources.alerts.outbox import Judged, Subject
from resources.warehouse.database import Database, Transaction

PACKAGE = "pipelines.alerts"
STATEMENT = "every_run_succeeds"
KIND = "job"
WILL_RETRY = "dagster/will_retry"
BLOCKED = "DagsterAssetCheckFailedError"
ENDED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE]
FAILED = {dg.DagsterEventType.STEP_FAILURE, dg.DagsterEventType.RUN_FAILURE}

# Who looks for the first time finds what happened lately, and no old stories.
FIRST_LOOK = timedelta(days=1)
# Clocks differ, and what was written earlier can be seen later.
OVERLAP = timedelta(minutes=5)
# Dagster says that a run has failed a moment before it says whether it tries again.
UNDECIDED = timedelta(minutes=1)


@dataclass(frozen=True)
class _Failure:
    """Why a run failed, without a word of what the error says."""

    detail: str
    steps: int
    # Somebody stopped it.
    is_interruption: bool
    # Nothing failed but a check that blocks what comes after it; the alert about the check says so.
    is_blocked: bool


def judge_runs(
    instance: dg.DagsterInstance,
    database: Database,
    repository: dg.RepositoryDefinition | None = None,
    since: datetime | None = None,
) -> Judged:
    """Judge every run that ended since then and was not judged yet, in the order in which they ended."""
    after = since - OVERLAP if since else clock.now() - FIRST_LOOK
    records = instance.get_run_records(dg.RunsFilter(statuses=ENDED, updated_after=after))
    if not records:
        return Judged()
    known = _known(database, records)
    existing = list(instance.get_dynamic_partitions(NAME))
    done = Judged()
    for record in sorted(records, key=_ended):
        run = record.dagster_run
        if run.run_id not in known and not _is_tried_again(instance, record):
            done += _judge(instance, database, record, _scope(run, repository, existing), existing)
            if run.is_success:
                done += _chosen_by_hand(database, record, _everything(run, repository, existing), existing)
    return done


def _chosen_by_hand(database: Database, record: dg.RunRecord, scope: Scope, existing: Sequence[str]) -> Judged:
    """Recover alerts about runs of assets that somebody chose in the UI, where a run of any job was over them all."""
    with database.transaction() as transaction:
        standing = outbox.standing_subjects(transaction, IMPLICIT_ASSET_JOB_NAME, STATEMENT)
        return outbox.judge(
            transaction,
            asset=IMPLICIT_ASSET_JOB_NAME,
            statement=STATEMENT,
            severity="ERROR",
            counts={},
            run_id=record.dagster_run.run_id,
            as_of=_ended(record),
            kind=KIND,
            failing=[],
            judged=[
                one.id for one in standing if scope.covers(parse(one.id, IMPLICIT_ASSET_JOB_NAME).of_assets(), existing)
            ],
        )


def _judge(
    instance: dg.DagsterInstance, database: Database, record: dg.RunRecord, scope: Scope, existing: Sequence[str]
) -> Judged:
    run = record.dagster_run
    failure = _failure(instance, run) if run.is_failure else None
    if failure and (failure.is_blocked or (failure.is_interruption and HOST in run.tags)):
        # A check has an alert of its own; and who stops a run at a terminal knows.
        return Judged()
    with database.transaction() as transaction:
        standing = outbox.standing_subjects(transaction, run.job_name, STATEMENT)
        if _judged(transaction, [run.run_id], [run.job_name]):
            return Judged()
        transaction.audit(
            run_id=run.run_id,
            subject=run.job_name,
            statement=STATEMENT,
            passed=failure is None,
            severity="ERROR",
            counts={},
            as_of=_ended(record),
        )
        return outbox.judge(
            transaction,
            asset=run.job_name,
            statement=STATEMENT,
            severity="ERROR",
            counts={"failed_steps": failure.steps} if failure and failure.steps else {},
            run_id=run.run_id,
            as_of=_ended(record),
            kind=KIND,
            failing=[scope.subject(run.job_name)] if failure else [],
            judged=[] if failure else _proved_right(run.job_name, scope, standing, existing),
            detail=failure.detail if failure else None,
        )


def _proved_right(job: str, scope: Scope, standing: Collection[Subject], existing: Sequence[str]) -> list[str]:
    return [one.id for one in standing if scope.covers(parse(one.id, job), existing)]


def _known(database: Database, records: Sequence[dg.RunRecord]) -> set[str]:
    runs = [record.dagster_run for record in records]
    with database.transaction() as transaction:
        return _judged(transaction, [run.run_id for run in runs], sorted({run.job_name for run in runs}))


def _judged(transaction: Transaction, runs: list[str], jobs: list[str]) -> set[str]:
    rows = transaction.rows(PACKAGE, "judged_runs", statement=STATEMENT, jobs=jobs, runs=runs)
    return {row["run_id"] for row in rows}


def _ended(record: dg.RunRecord) -> datetime:
    return datetime.fromtimestamp(record.end_time, UTC) if record.end_time else record.update_timestamp


def _is_tried_again(instance: dg.DagsterInstance, record: dg.RunRecord) -> bool:
    """Whether Dagster tries a failed run again, or has not said yet whether it does."""
    run = record.dagster_run
    # What no code location started, Dagster cannot start either, whatever it says.
    if not run.is_failure or run.remote_job_origin is None:
        return False
    said = run.tags.get(WILL_RETRY)
    if said is None:
        return instance.run_retries_enabled and clock.now() - record.update_timestamp < UNDECIDED
    return said == "true"


def _scope(run: dg.DagsterRun, repository: dg.RepositoryDefinition | None, existing: Sequence[str]) -> Scope:
    assets = {key.to_user_string() for key in run.asset_selection or ()}
    checks = {f"{key.asset_key.to_user_string()}:{key.name}" for key in run.asset_check_selection or ()}
    selected = assets | checks or None
    if assets and repository and repository.has_job(run.job_name):
        whole = repository.get_job(run.job_name).asset_layer.selected_asset_keys
        # The UI names all assets of a job when it starts the whole of it.
        if assets >= {key.to_user_string() for key in whole}:
            selected = None
    return scope_of(run.tags, selected, existing)


def _everything(run: dg.DagsterRun, repository: dg.RepositoryDefinition | None, existing: Sequence[str]) -> Scope:
    """The scope of a run with every asset of it by name, whatever its job is called."""
    keys = run.asset_selection or frozenset()
    if not keys and repository and repository.has_job(run.job_name):
        keys = repository.get_job(run.job_name).asset_layer.selected_asset_keys
    return scope_of(run.tags, {key.to_user_string() for key in keys}, existing)


def _failure(instance: dg.DagsterInstance, run: dg.DagsterRun) -> _Failure:
    """The first step that failed with the class of its error; without one, what ended the run."""
    events = [entry.get_dagster_event() for entry in instance.all_logs(run.run_id, of_type=FAILED)]
    steps = [event for event in events if event.is_step_failure]
    of_steps = [class_names(event.step_failure_data.error) for event in steps]
    # Of a run whose process ended, somebody else reports that it failed, and knows no error.
    data = [event.event_specific_data for event in events if not event.is_step_failure]
    of_run = [class_names(one.error) for one in data if isinstance(one, JobFailureData)]
    stopped = next(filter(None, map(interruption, of_steps + of_run)), None)
    last = next((names[-1] for names in of_steps + of_run if names), "its process ended")
    where = f"{steps[0].step_key}: " if steps else ""
    blocked = bool(steps) and all(BLOCKED in names for names in of_steps)
    return _Failure(f"{where}{stopped or last}", len(steps), stopped is not None, blocked)
