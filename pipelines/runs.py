"""Running a job as a real Dagster run from a process of our own, and what came of it."""

import gc
import os
import re
import socket
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from uuid import uuid4

import dagster as dg
import psutil
import sqlalchemy as sa

from assets.continuing import LOAD
from assets.partitions import RANGE_END, RANGE_START
from pipelines import cohorts
from pipelines.alerts.runs import judge_runs
from pipelines.definitions import build_definitions
from pipelines.orphans import end_orphans
from pipelines.problems import INTERRUPTIONS, class_names, interruption
from pipelines.tags import HOST, PROCESS
from resources.settings import Settings
from resources.warehouse.database import Database
from resources.warehouse.locate import warehouse_url

# Dagster's own log goes to its database; the person at the terminal sees progress instead.
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}

INPUT_MISTAKES = ("UnreadableInput", "WrongUse")


@dataclass(frozen=True)
class Made:
    """An asset that a run materialized."""

    key: str
    rows: int
    written: int
    seconds: float
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Checked:
    """A check that a run evaluated."""

    asset: str
    check: str
    severity: str
    passed: bool
    counts: Mapping[str, object]


@dataclass(frozen=True)
class Failure:
    """A step that raised."""

    step: str
    message: str
    error: str

    @property
    def input_mistake(self) -> bool:
        """Whether the user's input was at fault."""
        return self.error in INPUT_MISTAKES

    @property
    def interruption(self) -> bool:
        """Whether somebody stopped it."""
        return self.error in INTERRUPTIONS


@dataclass(frozen=True)
class Outcome:
    """What came of a run."""

    run_id: str
    success: bool
    made: Sequence[Made]
    checked: Sequence[Checked]
    failures: Sequence[Failure]

    @property
    def interrupted(self) -> bool:
        """Whether somebody stopped it."""
        return any(failure.interruption for failure in self.failures)

    @property
    def errors(self) -> Sequence[Checked]:
        """Failed checks that say the data is wrong."""
        return [one for one in self.checked if not one.passed and one.severity == "ERROR"]


def steps(job_name: str) -> int:
    """How many assets a job makes, for a progress display."""
    job = build_definitions().resolve_job_def(job_name)
    return len(job.asset_layer.selected_asset_keys)


def run_job(
    job_name: str,
    on_asset: Callable[[str], None],
    between: tuple[str, str] | None = None,
    load_id: int | None = None,
) -> Outcome:
    """Run a job in this process on the instance that DAGSTER_HOME names, over a range of cohorts where it has them.

    `on_asset` hears of each asset made; `load_id` is the load that the run goes on with.
    """
    definitions = build_definitions()
    job = definitions.resolve_job_def(job_name)
    # What is there by now stays; the collector need not walk through all of Dagster whenever a load makes rows.
    gc.freeze()
    run_id = str(uuid4())
    heard: set[str] = set()

    def hear(entry: dg.EventLogEntry) -> None:
        made = entry.asset_materialization
        if made and (key := made.asset_key.to_user_string()) not in heard:
            heard.add(key)
            on_asset(key)

    with dg.DagsterInstance.get() as instance:
        # It would open two connections for each event. No statement takes so long that it should be cut off.
        instance.optimize_for_webserver(statement_timeout=600_000, pool_recycle=3600, max_overflow=20)
        end_orphans(instance)
        instance.add_event_listener(run_id, hear)
        result = job.execute_in_process(
            run_config=QUIET,
            instance=instance,
            raise_on_error=False,
            tags=_process_tags() | _scope_tags(between, load_id),
            run_id=run_id,
        )
        _judge_ended_runs(instance, definitions)
        return _outcome(result)


def _judge_ended_runs(instance: dg.DagsterInstance, definitions: dg.Definitions) -> None:
    """Alert of this run, and of those that it found dead, as the sensor does where a daemon runs."""
    settings = Settings.from_environment()
    # Of a warehouse that is away the run itself has said so; the next run, or the sensor, judges both.
    with closing(Database(warehouse_url(settings))) as database, suppress(sa.exc.OperationalError):
        judge_runs(instance, database, definitions.get_repository_def())


def _scope_tags(between: tuple[str, str] | None, load_id: int | None) -> dict[str, str]:
    """The range of cohorts that a run is over, and the load that it goes on with."""
    cohorts = {RANGE_START: between[0], RANGE_END: between[1]} if between else {}
    return cohorts | ({LOAD: str(load_id)} if load_id is not None else {})


def _process_tags() -> dict[str, str]:
    """What tells later whether the process of a run still lives."""
    return {HOST: socket.gethostname(), PROCESS: f"{os.getpid()}@{psutil.Process().create_time():.0f}"}


def run_ranges(
    job_names: Sequence[str],
    between: Sequence[tuple[str, str]],
    on_asset: Callable[[str], None],
    load_id: int | None = None,
) -> list[Outcome]:
    """Run jobs over ranges of cohorts; one that fails does not stop the next, an interruption does."""
    outcomes: list[Outcome] = []
    for each in between:
        for name in job_names:
            outcomes.append(run_job(name, on_asset, each, load_id))
            if outcomes[-1].interrupted:
                return outcomes
    return outcomes


@dataclass(frozen=True)
class Partitions:
    """The cohorts as partitions, in their order, and those whose stats need a backfill."""

    existing: list[str]
    needing: list[str]


def partitions(*, with_needing: bool = False) -> Partitions:
    """The partitions, those of new cohorts made first."""
    settings = Settings.from_environment()
    with dg.DagsterInstance.get() as instance, closing(Database(warehouse_url(settings))) as database:
        if with_needing:
            needing = cohorts.needing_backfill(instance, database)
        else:
            needing = []
            cohorts.register(instance, database)
        return Partitions(list(instance.get_dynamic_partitions(cohorts.NAME)), needing)


def together(outcomes: Sequence[Outcome]) -> Outcome:
    """Several runs as one; an asset that several of them made is one, too."""
    made: dict[str, Made] = {}
    for one in (made for outcome in outcomes for made in outcome.made):
        before = made.get(one.key)
        made[one.key] = (
            replace(one, written=before.written + one.written, seconds=round(before.seconds + one.seconds, 3))
            if before
            else one
        )
    return Outcome(
        run_id=outcomes[-1].run_id,
        success=all(one.success for one in outcomes),
        made=list(made.values()),
        checked=[checked for one in outcomes for checked in one.checked],
        failures=[failure for one in outcomes for failure in one.failures],
    )


def _outcome(result: dg.ExecuteInProcessResult) -> Outcome:
    events = result.all_events
    seconds = {event.step_key: event.step_success_data.duration_ms / 1000 for event in events if event.is_step_success}
    return Outcome(
        run_id=result.run_id,
        success=result.success,
        made=[_made(event, seconds) for event in _first_of_each(result.get_asset_materialization_events())],
        checked=[_checked(evaluation) for evaluation in result.get_asset_check_evaluations()],
        failures=[_failure(event) for event in events if event.is_step_failure],
    )


def _first_of_each(events: Sequence[dg.DagsterEvent]) -> list[dg.DagsterEvent]:
    """One event an asset: over a range of partitions there is one for each, all with the same facts."""
    return list({event.asset_key: event for event in reversed(events)}.values())[::-1]


def _made(event: dg.DagsterEvent, seconds: Mapping[str | None, float]) -> Made:
    materialization = event.materialization
    facts = {name: value.value for name, value in materialization.metadata.items()}
    return Made(
        key=materialization.asset_key.to_user_string(),
        rows=_whole(facts.get("dagster/row_count")),
        written=_whole(facts.get("rows_written")),
        seconds=round(seconds.get(event.step_key, 0.0), 3),
        facts=facts,
    )


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0


def _checked(evaluation: dg.AssetCheckEvaluation) -> Checked:
    return Checked(
        asset=evaluation.asset_key.to_user_string(),
        check=evaluation.check_name,
        severity=evaluation.severity.value,
        passed=evaluation.passed,
        counts={name: value.value for name, value in evaluation.metadata.items() if isinstance(value.value, int)},
    )


def _failure(event: dg.DagsterEvent) -> Failure:
    """The innermost error of a step, since the outer ones only say that it failed; but first of all an interruption."""
    error = event.step_failure_data.error
    chain = [error] if error else []
    while chain and chain[-1].cause:
        chain.append(chain[-1].cause)
    step = event.step_key or "the run"
    if not chain:
        return Failure(step, "an error", "")
    names = class_names(error)
    # Its first line: what follows may quote a statement, or a row.
    first = chain[-1].message.strip().partition("\n")[0]
    message = re.sub(rf"^[\w.]*{re.escape(names[-1])}: ", "", first)
    return Failure(step, message or names[-1], interruption(names) or names[-1])
