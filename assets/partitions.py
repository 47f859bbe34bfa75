"""The one partitions definition: each cohort is a partition of everything that is kept per cohort."""

import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import dagster as dg
import sqlalchemy as sa

from assets.columns import OWNERS, table_metadata
from resources.errors import WrongUse

PARTITION = "dagster/partition"
RANGE_START = "dagster/asset_partition_range_start"
RANGE_END = "dagster/asset_partition_range_end"

cohort_partitions = dg.DynamicPartitionsDefinition(name="cohort")


def cohort_asset(
    table: sa.Table, *, group: str, deps: list[Any]
) -> Callable[[Callable[..., Any]], dg.AssetsDefinition]:
    """An asset kept by cohort in a table, made set-based for all cohorts of a run at once."""

    def decorate(make: Callable[..., Any]) -> dg.AssetsDefinition:
        with _beta_of_single_runs():
            return dg.asset(
                group_name=group,
                pool=group,
                kinds={"postgres", "sql"},
                owners=OWNERS,
                partitions_def=cohort_partitions,
                backfill_policy=dg.BackfillPolicy.single_run(),
                deps=deps,
                metadata=table_metadata(table),
            )(make)

    return decorate


def cohort_assets(
    tables: Mapping[str, tuple[sa.Table, str]], *, name: str, group: str, deps: list[Any]
) -> Callable[[Callable[..., Any]], dg.AssetsDefinition]:
    """Several such assets that are made together; each has a key, a table and a description."""

    def decorate(make: Callable[..., Any]) -> dg.AssetsDefinition:
        with _beta_of_single_runs():
            return dg.multi_asset(
                name=name,
                group_name=group,
                pool=group,
                partitions_def=cohort_partitions,
                backfill_policy=dg.BackfillPolicy.single_run(),
                specs=[
                    dg.AssetSpec(
                        key,
                        description=description,
                        kinds={"postgres", "python"},
                        owners=OWNERS,
                        deps=deps,
                        metadata=table_metadata(table),
                    )
                    for key, (table, description) in tables.items()
                ],
            )(make)

    return decorate


@contextmanager
def _beta_of_single_runs() -> Iterator[None]:
    """Backfills in a single run are beta in Dagster; test_dagster_semantics pins what we rely on."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", dg.BetaWarning)
        yield


def cohorts_of(context: dg.AssetExecutionContext) -> list[str]:
    """The cohorts that a run makes; Dagster would call a range that ends before it begins, and has none, a success."""
    keys = list(context.partition_keys)
    if not keys:
        raise WrongUse("the run is over no cohort: its range ends before it begins")
    return keys


def add_partition_metadata(
    context: dg.AssetExecutionContext, metadata: Mapping[str, Mapping[str, object]], asset_key: str | None = None
) -> None:
    """Say something of each partition that a run makes.

    The context's own method asks the database for all keys at every call, 20 ms each: a thousand cohorts would wait
    20 s. test_partition_semantics pins that both ways end in the same events.
    """
    step = context._step_execution_context  # noqa: SLF001
    key = dg.AssetKey(asset_key) if asset_key else context.asset_key
    for partition, facts in metadata.items():
        step._metadata_accumulator = step._metadata_accumulator.with_additional_asset_metadata(  # noqa: SLF001
            asset_key=key, metadata=facts, partition_key=partition
        )


def cohorts_judged(context: dg.AssetCheckExecutionContext) -> list[str] | None:
    """The cohorts that a check's run is about; none where it is about all that there are."""
    cohorts = cohorts_in_scope(context)
    known = context.instance.get_dynamic_partitions(str(cohort_partitions.name))
    return None if set(cohorts) >= set(known) else cohorts


def cohorts_in_scope(context: dg.AssetCheckExecutionContext) -> list[str]:
    """The cohorts that a check's run is about: its partition, its range, or all of them.

    A check has no partitions of its own, since in a run over a range it is evaluated once.
    """
    tags = context.run.tags
    if key := tags.get(PARTITION):
        return [key]
    keys = list(context.instance.get_dynamic_partitions(str(cohort_partitions.name)))
    if RANGE_START in tags:
        return keys[keys.index(tags[RANGE_START]) : keys.index(tags[RANGE_END]) + 1]
    return keys
