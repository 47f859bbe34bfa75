"""The checks of exams in real runs: they pass, they fail and say where, and they judge what the run is about."""

import dagster as dg
import pytest

from assets.exams.checks import verify_exams
from assets.exams.verification.report import ERRORS, Kind, Tally, Totals
from assets.exams.verification.statements import STATEMENTS, verdict
from assets.partitions import PARTITION
from pipelines.cohorts import NAME
from resources.warehouse.resource import Warehouse
from tests.integration.exams.sample import TABLES


@pytest.fixture
def migrated(load):
    return load(TABLES)


@pytest.fixture
def checked(warehouse_url):
    """Runs the checks as Dagster does; answers each statement's evaluation."""
    assets = [dg.AssetSpec(key) for key in sorted({one.asset for one in STATEMENTS})]
    job = dg.define_asset_job("verify_job", selection=dg.AssetSelection.checks(verify_exams))
    resources = {"warehouse": Warehouse(url=warehouse_url, as_of="2026-03-02")}
    definitions = dg.Definitions(assets=assets, asset_checks=[verify_exams], jobs=[job], resources=resources)

    def go(exams=(), **tags):
        config = {"ops": {"verify_exams": {"config": {"exams": list(exams)}}}}
        with dg.DagsterInstance.ephemeral() as instance:
            instance.add_dynamic_partitions(NAME, ["autumn", "spring", "unassigned"])
            result = definitions.resolve_job_def("verify_job").execute_in_process(config, instance=instance, tags=tags)
            return {one.check_name: one for one in result.get_asset_check_evaluations()}

    return go


def test_the_checks_pass_and_are_audited(migrated, checked, query):
    found = checked()
    assert {name for name, one in found.items() if not one.passed} == {"no_entry_lost_by_rule"}
    assert query("select count(*), count(*) filter (where passed) from ops.audits") == [(15, 14)]


def test_a_check_that_fails_shows_where_and_has_the_exam_looked_at_again(migrated, checked, query):
    query("update core.exam_participations set score = 99 where exam_id = 'one' and user_id = 'ann'")
    one = checked()["every_score_equals_its_source"]
    assert not one.passed
    assert one.metadata["score_mismatches"].value == 1
    assert [record.data for record in one.metadata["first"].records] == [
        {"exam": "one", "user": "ann", "what": "score mismatch", "fields": "score"}
    ]
    assert query("select distinct exam_id from ops.exam_states where exam_id <> '' order by 1") == [
        ("three",),
        ("two",),
    ]


def test_the_checks_of_a_run_over_a_cohort_or_some_exams_judge_these_alone(migrated, checked, query):
    query("update core.exam_participations set score = 99 where exam_id = 'one' and user_id = 'ann'")
    assert checked(**{PARTITION: "spring"})["every_score_equals_its_source"].passed
    assert checked(exams=["two"])["every_score_equals_its_source"].passed
    assert not checked(**{PARTITION: "autumn"})["every_score_equals_its_source"].passed


DAMAGE = "update core.exam_participations set score = 99 where user_id = 'ann' and exam_id"
SCORES = "every_score_equals_its_source"


@pytest.fixture
def told(query):
    """What has been told of the scores so far: what happened, to which exam."""
    return lambda: query("select event, subject from ops.alerts where statement = :name order by alert_id", name=SCORES)


def test_an_alert_names_every_exam_and_recovers_only_where_an_exam_was_verified_whole(migrated, checked, query, told):
    query(f"{DAMAGE} in ('one', 'two')")
    checked()
    opened = [("opened", "one"), ("opened", "two")]
    assert told() == opened
    checked()
    checked(**{PARTITION: "autumn"})
    # Of other cohorts, of other exams: nothing is proved of these.
    checked(**{PARTITION: "spring"})
    checked(exams=["three"])
    assert told() == opened
    query(f"{DAMAGE.replace('99', '50')} in ('one', 'two')")
    checked(**{PARTITION: "autumn"})
    checked(exams=["one"], **{PARTITION: "autumn"})
    assert told() == opened
    checked(exams=["two", "three"])
    assert told() == [*opened, ("recovered", "two")]
    checked()
    assert told() == [*opened, ("recovered", "two"), ("recovered", "one")]


def test_warnings_are_alerts_too(migrated, checked, query):
    checked()
    assert query("select distinct event, statement, severity, kind from ops.alerts") == [
        ("opened", "no_entry_lost_by_rule", "WARN", "exam")
    ]


def test_an_exam_is_named_however_many_there_are():
    tally = Tally()
    for number in range(50):
        tally.add(Kind.SCORE, f"e{number:02}", "ann")
    (scores,) = [one for one in STATEMENTS if one.name == SCORES]
    found = verdict(tally.report(Totals()), scores, ["e00"])
    assert (found.kind, len(found.sample), len(found.concerned), found.judged) == ("exam", 20, 50, ["e00"])


def test_every_kind_of_finding_belongs_to_a_statement():
    assert {kind for one in STATEMENTS for kind in one.kinds} == set(Kind)
    assert {kind for one in STATEMENTS if one.is_error for kind in one.kinds} == set(ERRORS)
