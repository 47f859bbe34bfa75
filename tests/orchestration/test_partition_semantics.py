"""What Dagster does with partitions: behaviour that we rely on, pinned so that an upgrade cannot change it unseen."""

import dagster as dg
import pytest
from click.testing import CliRunner
from dagster._cli.asset import asset_materialize_command
from dagster._cli.job import gen_partition_names_from_args
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecordStatus as Recorded

from assets.partition_keys import FORBIDDEN, refusal
from assets.partitions import add_partition_metadata
from pipelines.cli.environment import EVENT_BATCH_SIZE

COHORT = dg.DynamicPartitionsDefinition(name="cohort")
# As they were added, which is neither their alphabetical order nor its reverse.
KEYS = ["m", "z", "a", "q"]


@pytest.fixture
def instance():
    with dg.DagsterInstance.ephemeral() as instance:
        instance.add_dynamic_partitions("cohort", KEYS)
        yield instance


def of_cohorts(function):
    """An asset that takes every key of a range in one run."""
    return dg.asset(partitions_def=COHORT, backfill_policy=dg.BackfillPolicy.single_run())(function)


def between(first, last):
    return {"dagster/asset_partition_range_start": first, "dagster/asset_partition_range_end": last}


def run(instance, *assets, tags):
    return dg.materialize(list(assets), instance=instance, tags=tags, raise_on_error=False)


def made(result):
    """What each materialized key says of itself."""
    return {
        event.materialization.partition: {name: one.value for name, one in event.materialization.metadata.items()}
        for event in result.get_asset_materialization_events()
    }


class TestAssetsOfManyKeys:
    @pytest.mark.parametrize(
        ("first", "last", "expected"), [("z", "q", ["z", "a", "q"]), ("m", "m", ["m"]), ("m", "q", KEYS)]
    )
    def test_a_range_is_one_run_and_its_keys_come_in_the_order_they_were_added(self, instance, first, last, expected):
        seen = []

        @of_cohorts
        def asset(context: dg.AssetExecutionContext) -> None:
            seen.append(list(context.partition_keys))

        result = run(instance, asset, tags=between(first, last))
        assert seen == [expected]
        # The events themselves come in no order at all.
        assert made(result).keys() == set(expected)

    def test_a_range_that_ends_before_it_begins_has_no_keys_and_still_succeeds(self, instance):
        seen = []

        @of_cohorts
        def asset(context: dg.AssetExecutionContext) -> None:
            seen.append(list(context.partition_keys))

        result = run(instance, asset, tags=between("q", "m"))
        assert result.success
        assert seen == [[]]
        assert made(result) == {None: {}}

    def test_a_range_of_an_unknown_key_is_refused(self, instance):
        @of_cohorts
        def asset() -> None: ...

        with pytest.raises(dg.DagsterInvalidInvocationError, match="not a valid range"):
            run(instance, asset, tags=between("nobody", "q"))

    def test_the_order_of_keys_is_the_same_in_the_projects_own_storage(self, open_home):
        instance = open_home()
        instance.add_dynamic_partitions("cohort", KEYS)
        instance.delete_dynamic_partition("cohort", "z")
        instance.add_dynamic_partitions("cohort", ["z", "a", "b"])
        assert instance.get_dynamic_partitions("cohort") == ["m", "a", "q", "z", "b"]

    def test_only_an_annotation_keeps_the_io_manager_away(self, instance, failures):
        @of_cohorts
        def result() -> dg.MaterializeResult:
            return dg.MaterializeResult()

        @of_cohorts
        def nothing() -> None: ...

        @of_cohorts
        def unannotated(): ...

        @of_cohorts
        def value():
            return 5

        assert run(instance, result, nothing, tags=between("m", "q")).success
        for asset in (unannotated, value):
            (failure,) = failures(run(instance, asset, tags=between("m", "q"))).values()
            assert "does not support persisting an output associated with multiple partitions" in failure

    def test_metadata_of_one_key_stays_with_that_key(self, instance):
        @of_cohorts
        def asset(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
            for key in context.partition_keys:
                context.add_asset_metadata({"key": key}, partition_key=key)
            context.add_asset_metadata({"only": 1}, partition_key="a")
            return dg.MaterializeResult(metadata={"all": 3})

        assert made(run(instance, asset, tags=between("z", "q"))) == {
            "z": {"key": "z", "all": 3},
            "a": {"key": "a", "all": 3, "only": 1},
            "q": {"key": "q", "all": 3},
        }

    def test_metadata_said_at_once_ends_in_the_same_events_as_said_key_by_key(self, instance):
        @of_cohorts
        def asset(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
            add_partition_metadata(context, {key: {"key": key, "rows": 1} for key in context.partition_keys})
            add_partition_metadata(context, {"a": {"rows": 2}}, "asset")
            return dg.MaterializeResult(metadata={"all": 3})

        assert made(run(instance, asset, tags=between("z", "q"))) == {
            "z": {"key": "z", "rows": 1, "all": 3},
            "a": {"key": "a", "rows": 2, "all": 3},
            "q": {"key": "q", "rows": 1, "all": 3},
        }

    def test_metadata_of_a_key_outside_the_range_fails_the_step(self, instance, failures):
        @of_cohorts
        def asset(context: dg.AssetExecutionContext) -> None:
            context.add_asset_metadata({"rows": 1}, partition_key="m")

        assert "not being targeted" in failures(run(instance, asset, tags=between("z", "q")))["asset"]

    def test_one_run_may_mix_assets_of_cohorts_with_assets_of_none(self, instance, failures):
        seen = {}

        @dg.asset
        def before(context: dg.AssetExecutionContext) -> None:
            seen["before"] = context.has_partition_key

        @of_cohorts
        def each(context: dg.AssetExecutionContext) -> None:
            seen["each"] = list(context.partition_keys)

        @dg.asset(deps=[each])
        def after(context: dg.AssetExecutionContext) -> None:
            seen["after"] = context.has_partition_key

        definitions = dg.Definitions([before, each, after], jobs=[dg.define_asset_job("all_job")])
        job = definitions.resolve_job_def("all_job")
        assert job.partitions_def == COHORT
        result = job.execute_in_process(instance=instance, tags=between("z", "a"))
        assert seen == {"before": False, "each": ["z", "a"], "after": False}
        assert made(result).keys() == {None, "z", "a"}
        # Without keys it begins all the same, and fails where the first key is asked for.
        result = job.execute_in_process(instance=instance, raise_on_error=False)
        assert "non-partitioned run" in failures(result)["each"]

    def test_a_job_over_two_kinds_of_partitions_is_refused_when_definitions_load(self):
        @of_cohorts
        def ours() -> None: ...

        @dg.asset(partitions_def=dg.StaticPartitionsDefinition(["x"]))
        def others() -> None: ...

        definitions = dg.Definitions([ours, others], jobs=[dg.define_asset_job("all_job")])
        with pytest.raises(dg.DagsterInvalidDefinitionError, match="all_job"):
            definitions.resolve_job_def("all_job")


class TestChecksOfManyKeys:
    def test_a_check_of_many_keys_is_evaluated_once_for_all_of_them(self, instance):
        seen = []

        @of_cohorts
        def asset() -> None: ...

        @dg.asset_check(asset=asset)
        def holds(context: dg.AssetCheckExecutionContext) -> dg.AssetCheckResult:
            seen.append(list(context.op_execution_context.partition_keys))
            return dg.AssetCheckResult(passed=True)

        result = run(instance, asset, holds, tags=between("z", "q"))
        assert seen == [["z", "a", "q"]]
        (evaluation,) = result.get_asset_check_evaluations()
        assert evaluation.partition is None
        (record,) = instance.event_log_storage.get_asset_check_execution_history(holds.check_key, limit=9)
        assert (record.status, record.partition) == (Recorded.SUCCEEDED, None)

    def test_a_partitioned_check_stays_planned_in_a_run_of_many_keys(self, instance):
        @of_cohorts
        def asset() -> None: ...

        @dg.asset_check(asset=asset, partitions_def=COHORT)
        def holds() -> dg.AssetCheckResult:
            return dg.AssetCheckResult(passed=True)

        run(instance, asset, holds, tags=between("z", "q"))
        history = instance.event_log_storage.get_asset_check_execution_history(holds.check_key, limit=9)
        assert {(record.status, record.partition) for record in history} == {
            (Recorded.SUCCEEDED, None),
            *((Recorded.PLANNED, key) for key in ("z", "a", "q")),
        }


class TestPartitionKeys:
    def test_what_dagster_refuses_anywhere_we_refuse(self):
        marks = ["...", *map(chr, [*range(0xD800), *range(0xE000, 0x10000)])]
        refused = []
        for mark in marks:
            try:
                dg.StaticPartitionsDefinition([f"a{mark}b"])
            except dg.DagsterInvalidDefinitionError:
                refused.append(mark)
        assert "..." in refused
        assert set(refused) <= set(FORBIDDEN)
        assert all(refusal(f"a{mark}b") for mark in refused)

    def test_dynamic_keys_are_not_looked_at_so_the_refusal_must_be_ours(self, instance):
        keys = ["a,b", "a...b", "a|b", "a\nb", "", " a "]
        instance.add_dynamic_partitions("cohort", keys)
        assert instance.get_dynamic_partitions("cohort") == [*KEYS, *keys]
        assert all(refusal(key) for key in keys)

    def test_postgresql_refuses_a_null_byte_with_an_error_of_its_driver(self, open_home):
        with pytest.raises(ValueError, match="NUL"):
            open_home().add_dynamic_partitions("cohort", ["a\0b"])

    def test_a_comma_in_a_key_ends_it_in_a_list_of_keys(self):
        keys = ["a,b", "c"]
        with pytest.raises(Exception, match="Unknown partitions: a, b"):
            gen_partition_names_from_args(keys, False, "a,b", None, None)
        assert gen_partition_names_from_args(["a", "c", "b"], False, "b,c", None, None) == ["c", "b"]

    @pytest.mark.filterwarnings("ignore::UserWarning")
    def test_three_dots_in_a_key_make_a_range_unreadable(self, tmp_path):
        code = tmp_path / "cohorts.py"
        code.write_text(
            "import dagster as dg\n"
            "@dg.asset(partitions_def=dg.DynamicPartitionsDefinition(name='cohort'),"
            " backfill_policy=dg.BackfillPolicy.single_run())\n"
            "def asset() -> None: ...\n"
        )
        with dg.instance_for_test() as instance:
            instance.add_dynamic_partitions("cohort", ["a", "b...c", "d"])
            command = ["-f", str(code), "--select", "asset", "--partition-range"]
            assert CliRunner().invoke(asset_materialize_command, [*command, "a...d"]).exit_code == 0
            refused = CliRunner().invoke(asset_materialize_command, [*command, "a...b...c"])
        assert "Invalid partition range format" in str(refused.exception)

    def test_adding_a_known_key_and_deleting_an_unknown_one_are_harmless(self, instance):
        instance.add_dynamic_partitions("cohort", ["z", "new"])
        instance.delete_dynamic_partition("cohort", "m")
        instance.delete_dynamic_partition("cohort", "nobody")
        assert instance.get_dynamic_partitions("cohort") == ["z", "a", "q", "new"]

    def test_a_deleted_key_keeps_what_was_made_of_it(self, instance):
        @of_cohorts
        def asset() -> None: ...

        run(instance, asset, tags=between("m", "q"))
        instance.delete_dynamic_partition("cohort", "a")
        assert instance.get_materialized_partitions(asset.key) == set(KEYS)


def test_the_end_of_a_run_is_stored_after_everything_in_it_though_events_go_in_batches(open_home, monkeypatch):
    monkeypatch.setenv("DAGSTER_EVENT_BATCH_SIZE", EVENT_BATCH_SIZE)
    instance = open_home()
    instance.add_dynamic_partitions("cohort", KEYS)

    @of_cohorts
    def asset() -> None: ...

    @dg.asset_check(asset=asset)
    def doubtful() -> dg.AssetCheckResult:
        return dg.AssetCheckResult(passed=False, severity=dg.AssetCheckSeverity.WARN)

    result = run(instance, asset, doubtful, tags=between("m", "q"))
    records = instance.get_records_for_run(result.run_id).records
    kinds = [record.event_log_entry.dagster_event.event_type for record in records]
    assert kinds.count(dg.DagsterEventType.ASSET_MATERIALIZATION) == len(KEYS)
    assert kinds.count(dg.DagsterEventType.ASSET_CHECK_EVALUATION) == 1
    assert kinds[-1] == dg.DagsterEventType.RUN_SUCCESS
