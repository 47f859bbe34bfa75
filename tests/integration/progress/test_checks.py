"""The checks on progress: true of sound data, and each made to fail by data that is not."""

import dagster as dg
import pytest

from assets.progress import verify
from assets.progress.statements import STATEMENTS, verdict
from tests.integration.progress.conftest import KEYS

NAMED = {(one.asset, one.name): one for one in STATEMENTS}


@pytest.fixture
def ask(database):
    """The verdict of a check on some cohorts, or on all."""
    recounts = {
        "user_progress_stats": verify.user_verdict,
        "cohort_stats": verify.cohort_verdict,
    }

    def go(asset, name, *cohorts):
        if name != "a_recount_agrees":
            return verdict(database, NAMED[asset, name], list(cohorts) or KEYS, all_known=not cohorts)
        if asset in recounts:
            return recounts[asset](database, list(cohorts) or KEYS, all_known=not cohorts)
        return {"question_flag_counts": verify.flags_verdict, "cohort_backfill_status": verify.status_verdict}[asset](
            database
        )

    return go


def failed(result):
    return {
        (one.asset_key.to_user_string(), one.check_name): one.severity
        for one in result.get_asset_check_evaluations()
        if not one.passed
    }


def test_every_check_of_sound_data_is_evaluated_and_passes(run):
    result = run()
    evaluations = result.get_asset_check_evaluations()
    assert len(evaluations) == len(STATEMENTS) + 4
    # A student without a name, a module without a counter: nothing of that is wrong.
    assert failed(result) == {}


@pytest.mark.parametrize(
    ("damage", "asset", "key"),
    [
        ("update stats.user_progress_stats set questions_mastered = 7 where user_id = 'ben'", "user_progress_stats", "ben"),
        ("update stats.user_progress_stats set questions_interacted = 1 where user_id = 'ben'", "user_progress_stats", "ben"),
        ("update stats.user_progress_stats set total_questions = 4 where user_id = 'ana'", "user_progress_stats", "ana"),
        ("update stats.user_progress_stats set last_activity_at = now() where user_id = 'ben'", "user_progress_stats", "ben"),
        ("update stats.user_progress_stats set last_activity_at = null where user_id = 'ana'", "user_progress_stats", "ana"),
        ("update stats.user_progress_stats set cohort_id = 'autumn' where user_id = 'ben'", "user_progress_stats", "ben"),
        ("delete from stats.user_progress_stats where user_id = 'ben'", "user_progress_stats", "ben"),
        ("insert into stats.user_progress_stats values ('x', 'spring', 0, 0, 3, null, now())", "user_progress_stats", "x"),
        ("update landing.user_progress set is_mastered = false where id = '1'", "user_progress_stats", "ana"),
        ("update stats.cohort_stats set average_completion = 34 where cohort_id = 'spring'", "cohort_stats", "spring"),
        ("update stats.cohort_stats set total_students = 3 where cohort_id = 'spring'", "cohort_stats", "spring"),
        ("update stats.cohort_stats set total_modules = 0 where cohort_id = 'autumn'", "cohort_stats", "autumn"),
        ("update stats.cohort_stats set total_questions = 0 where cohort_id = 'autumn'", "cohort_stats", "autumn"),
        ("delete from stats.cohort_stats where cohort_id = 'empty'", "cohort_stats", "empty"),
        ("update stats.question_flag_counts set flag_count = 1 where question_id = 'q1'", "question_flag_counts", "q1"),
        ("delete from stats.question_flag_counts where question_id = 'q2'", "question_flag_counts", "q2"),
        ("insert into stats.question_flag_counts values ('x', 0, now())", "question_flag_counts", "x"),
        ("update stats.cohort_backfill_status set cohort_name = 'x' where cohort_id = 'autumn'", "cohort_backfill_status", "autumn"),
        ("update stats.cohort_backfill_status set school_name = 'x' where cohort_id = 'autumn'", "cohort_backfill_status", "autumn"),
        ("update stats.cohort_backfill_status set has_cohort_stats = false where cohort_id = 'empty'", "cohort_backfill_status", "empty"),
        ("update stats.cohort_backfill_status set total_students = 9 where cohort_id = 'spring'", "cohort_backfill_status", "spring"),
        ("update stats.cohort_backfill_status set students_with_progress_stats = 1 where cohort_id = 'spring'", "cohort_backfill_status", "spring"),
        ("update stats.cohort_backfill_status set total_classes = 0 where cohort_id = 'spring'", "cohort_backfill_status", "spring"),
        ("update stats.cohort_backfill_status set needs_backfill = true where cohort_id = 'spring'", "cohort_backfill_status", "spring"),
        ("delete from stats.cohort_backfill_status where cohort_id = 'spring'", "cohort_backfill_status", "spring"),
        ("insert into stats.cohort_backfill_status values ('x', '', '', true, 0, 0, 0, false, now())", "cohort_backfill_status", "x"),
    ],
)  # fmt: skip  # noqa: E501
def test_a_recount_finds_one_changed_cell(landed, compute, ask, query, damage, asset, key):
    compute()
    assert ask(asset, "a_recount_agrees").passed
    query(damage)
    wrong = ask(asset, "a_recount_agrees")
    assert not wrong.passed
    assert wrong.counts["rows_wrong"] == 1
    assert wrong.sample[0]["key"] == key


PROGRESS = {"_id": "9", "userId": "ben", "classId": "anatomy", "questionId": "q1"}


@pytest.mark.parametrize(
    ("asset", "name", "changes", "damage", "concerned", "rows"),
    [
        ("user_progress_stats", "every_active_student_has_stats_and_nobody_else", {},
         "delete from stats.user_progress_stats where user_id = 'ben'", "spring", 1),
        ("user_progress_stats", "every_active_student_has_stats_and_nobody_else", {},
         "insert into stats.user_progress_stats values ('x', 'nowhere', 0, 0, 0, null, now())", "nowhere", 1),
        ("user_progress_stats", "every_active_student_has_stats_and_nobody_else", {},
         "update landing.users set deleted_at = 'epoch' where id = 'ana'", "spring", 1),
        ("user_progress_stats", "every_cohort_passed_its_audit",
         {"modules": [{"_id": "m1", "classId": "anatomy", "questionCount": -1.0}]}, "", "spring", 2),
        ("cohort_stats", "every_cohort_passed_its_audit",
         {"modules": [{"_id": "m1", "classId": "anatomy", "questionCount": -1.0}]}, "", "spring", 2),
        ("user_progress_stats", "no_progress_row_is_repeated",
         {"userProgress": [PROGRESS, PROGRESS | {"_id": "8"}]}, "", "spring", 2),
        ("user_progress_stats", "nobody_interacted_with_more_than_there_is",
         {"modules": [{"_id": "m1", "classId": "anatomy", "questionCount": 1.0}]}, "", "spring", 1),
        ("user_progress_stats", "nothing_that_counts_is_soft_deleted",
         {"cohorts": [{"_id": "spring", "deletedAt": 0.0}]}, "", "spring", 1),
        ("user_progress_stats", "nothing_that_counts_is_soft_deleted",
         {"classes": [{"_id": "anatomy", "cohortId": "spring", "deletedAt": 0.0}]}, "", "spring", 1),
        ("user_progress_stats", "nothing_that_counts_is_soft_deleted",
         {"modules": [{"_id": "m1", "classId": "anatomy", "deletedAt": 0.0}]}, "", "spring", 1),
        ("user_progress_stats", "nothing_that_counts_is_soft_deleted",
         {"userProgress": [PROGRESS | {"deletedAt": 0.0}]}, "", "spring", 1),
        ("cohort_stats", "no_computation_is_older_than_its_source", {},
         "update landing.user_progress set load_id = 2 where id = '1'", "spring", 1),
        ("cohort_stats", "no_computation_is_older_than_its_source", {},
         "update landing.user_progress set gone_load = 2 where id = '1'", "spring", 1),
        ("cohort_stats", "no_computation_is_older_than_its_source", {},
         "delete from ops.audits where subject = 'cohort_stats' and cohort_id = 'spring'", "spring", 1),
        ("cohort_stats", "every_total_agrees_with_the_question_rows",
         {"questions": [{"_id": "q", "moduleId": "m2"}],
          "modules": [{"_id": "m2", "classId": "anatomy"}]}, "", "spring", 1),
    ],
)  # fmt: skip
def test_each_statement_is_false_where_it_should_be_and_names_the_cohort(
    landed, compute, ask, query, asset, name, changes, damage, concerned, rows
):
    compute()
    assert ask(asset, name).passed
    if changes:
        landed(changes)
    compute()
    if damage:
        query(damage)
    wrong = ask(asset, name)
    assert not wrong.passed
    assert list(wrong.concerned) == [concerned]
    assert wrong.sample[0]["cohort"] == concerned
    assert wrong.counts["rows_concerned"] == rows
    other = "empty" if concerned != "nowhere" else "spring"
    assert ask(asset, name, other).passed


def test_a_run_over_one_cohort_judges_that_cohort_alone(run, query):
    run()
    query("update stats.cohort_stats set total_students = 9 where cohort_id = 'autumn'")
    query("delete from stats.user_progress_stats where user_id = 'ben'")
    assert failed(run("empty", "empty", asset_selection=[dg.AssetKey("cohort_stats")])) == {}


def test_what_is_only_worth_knowing_warns(run, landed):
    landed({"modules": [{"_id": "m1", "classId": "anatomy", "questionCount": 1.0, "deletedAt": 0.0}]})
    result = run()
    assert result.success
    assert set(failed(result).values()) == {dg.AssetCheckSeverity.WARN}
    assert {name for _, name in failed(result)} == {
        "nobody_interacted_with_more_than_there_is",
        "nothing_that_counts_is_soft_deleted",
        "every_total_agrees_with_the_question_rows",
    }


def test_an_audit_that_failed_fails_the_check_of_its_run_and_not_the_run(run, landed):
    landed({"modules": [{"_id": "m1", "classId": "anatomy", "questionCount": -1.0}]})
    result = run()
    assert result.success
    assert failed(result)["user_progress_stats", "every_cohort_passed_its_audit"] == dg.AssetCheckSeverity.ERROR
    assert failed(result)["cohort_stats", "every_cohort_passed_its_audit"] == dg.AssetCheckSeverity.ERROR


@pytest.mark.parametrize("check", [verify.user_verdict, verify.cohort_verdict])
def test_of_very_many_rows_some_cohorts_are_recounted_and_the_check_says_which(
    landed, compute, database, query, monkeypatch, check
):
    compute()
    monkeypatch.setattr(verify, "MOST_ROWS", 4)
    verdict = check(database, KEYS, all_known=True)
    assert verdict.passed
    assert verdict.judged
    assert len(verdict.judged) < len(KEYS)
    assert verdict.notes["recounted"] == (
        f"{len(verdict.judged)} of 4 cohorts, by a hash with the seed {database.as_of.toordinal()}:"
        f" {', '.join(verdict.judged)}"
    )
    seen = set()
    for day in range(1, 28):
        database.as_of = database.as_of.replace(day=day)
        seen |= set(check(database, KEYS, all_known=True).judged)
    assert seen == set(KEYS)


def test_of_very_many_flags_a_seeded_part_is_recounted(landed, compute, database, monkeypatch):
    compute()
    monkeypatch.setattr(verify, "MOST_ROWS", 4)
    verdict = verify.flags_verdict(database)
    assert verdict.passed
    assert verdict.notes["recounted"].startswith("1 in 3 questions, by a hash with the seed ")
    assert verdict.judged == ()


def test_numbers_that_are_worth_plotting_are_said_of_each_cohort_and_of_the_run(run):
    materializations = [event.materialization for event in run().get_asset_materialization_events()]
    facts = {
        (one.asset_key.to_user_string(), one.partition): {name: value.value for name, value in one.metadata.items()}
        for one in materializations
    }
    spring = facts["cohort_stats", "spring"]
    assert (spring["students"], spring["average_completion"], spring["rows_changed"]) == (2, 33, 1)
    assert facts["user_progress_stats", "spring"]["questions_interacted"] == 2
    assert facts["user_progress_stats", "unassigned"]["dagster/partition_row_count"] == 0
    for (asset, _), said in facts.items():
        assert {"dagster/row_count", "rows_written", "seconds"} <= set(said), asset
    assert facts["cohort_backfill_status", None]["cohorts_that_need_backfill"] == 0
