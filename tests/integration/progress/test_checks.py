"""The checks on progress: true of sound data, and each made to fail by data that is not."""

import dagster as dg
import pytest

from assets.progress import verify
from assets.progress.statements import STATEMENTS, verdict
from tests.integration.progress.conftest import KEYS, TABLES

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


STORED = {
    "user_progress_stats": ("user_id", "'x', 'spring', 0, 0, 3, null, now()"),
    "cohort_stats": ("cohort_id", "'spring', 2, 2, 3, 33, now()"),
    "question_flag_counts": ("question_id", "'x', 0, now()"),
    "cohort_backfill_status": ("cohort_id", "'x', '', '', true, 0, 0, 0, false, now()"),
}


@pytest.mark.parametrize(
    ("asset", "key", "damage"),
    [
        ("user_progress_stats", "ben", "questions_mastered = 7"),
        ("user_progress_stats", "ben", "questions_interacted = 1"),
        ("user_progress_stats", "ana", "total_questions = 4"),
        ("user_progress_stats", "ben", "last_activity_at = now()"),
        ("user_progress_stats", "ana", "last_activity_at = null"),
        ("user_progress_stats", "ben", "cohort_id = 'autumn'"),
        ("user_progress_stats", "ben", "deleted"),
        ("user_progress_stats", "x", "inserted"),
        ("cohort_stats", "spring", "average_completion = 34"),
        ("cohort_stats", "spring", "total_students = 3"),
        ("cohort_stats", "autumn", "total_modules = 0"),
        ("cohort_stats", "autumn", "total_questions = 0"),
        ("cohort_stats", "empty", "deleted"),
        ("question_flag_counts", "q1", "flag_count = 1"),
        ("question_flag_counts", "q2", "deleted"),
        ("question_flag_counts", "x", "inserted"),
        ("cohort_backfill_status", "autumn", "cohort_name = 'x'"),
        ("cohort_backfill_status", "autumn", "school_name = 'x'"),
        ("cohort_backfill_status", "empty", "has_cohort_stats = false"),
        ("cohort_backfill_status", "spring", "total_students = 9"),
        ("cohort_backfill_status", "spring", "students_with_progress_stats = 1"),
        ("cohort_backfill_status", "spring", "total_classes = 0"),
        ("cohort_backfill_status", "spring", "needs_backfill = true"),
        ("cohort_backfill_status", "spring", "deleted"),
        ("cohort_backfill_status", "x", "inserted"),
    ],
)
def test_a_recount_finds_one_changed_cell(landed, compute, ask, query, asset, key, damage):
    compute()
    assert ask(asset, "a_recount_agrees").passed
    column, row = STORED[asset]
    match damage:
        case "deleted":
            query(f"delete from stats.{asset} where {column} = '{key}'")
        case "inserted":
            query(f"insert into stats.{asset} values ({row})")
        case _:
            query(f"update stats.{asset} set {damage} where {column} = '{key}'")
    wrong = ask(asset, "a_recount_agrees")
    assert not wrong.passed
    assert wrong.counts["rows_wrong"] == 1
    assert wrong.sample[0]["key"] == key


def test_a_recount_finds_what_the_source_says_otherwise(landed, compute, ask, query):
    compute()
    query("update landing.user_progress set is_mastered = false where id = '1'")
    (cell,) = ask("user_progress_stats", "a_recount_agrees").sample
    assert cell == {"key": "ana", "column": "questions_mastered", "stored": 1, "recounted": 0}


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


def test_a_cohort_that_was_refused_is_shown_with_the_numbers_that_were_wrong(landed, compute, ask):
    landed({"modules": [{"_id": "m1", "classId": "anatomy", "questionCount": -1.0}]})
    compute()
    assert ask("user_progress_stats", "every_cohort_passed_its_audit").sample == [
        {"cohort": "spring", "rows": 2, "active_students": 2, "out_of_range": 2, "other_totals": 0,
         "students_never_computed": False},
    ]  # fmt: skip


def test_rows_of_one_question_in_classes_of_two_cohorts_or_of_none_are_repeated_too(landed, compute, ask):
    rows = [("ben", "anatomy", "q1"), ("ben", "optics", "q1"), ("free", "nowhere", "q2"), ("free", "nowhere", "q2")]
    landed(
        {
            "userProgress": [
                {"_id": str(number), "userId": user, "classId": key, "questionId": question}
                for number, (user, key, question) in enumerate(rows)
            ]
        }
    )
    compute()
    assert ask("user_progress_stats", "no_progress_row_is_repeated").concerned == ["spring", "unassigned"]


def test_an_audit_that_failed_fails_the_check_of_its_run_and_not_the_run(run, landed):
    landed({"modules": [{"_id": "m1", "classId": "anatomy", "questionCount": -1.0}]})
    result = run()
    assert result.success
    assert failed(result)["user_progress_stats", "every_cohort_passed_its_audit"] == dg.AssetCheckSeverity.ERROR
    assert failed(result)["cohort_stats", "every_cohort_passed_its_audit"] == dg.AssetCheckSeverity.ERROR


@pytest.mark.parametrize("check", [verify.user_verdict, verify.cohort_verdict])
def test_of_very_many_rows_each_cohort_has_its_day_and_the_check_says_which(
    landed, compute, database, monkeypatch, check
):
    landed({"users": [*TABLES["users"], {"_id": "cid", "cohortId": "autumn"}]})
    compute()
    monkeypatch.setattr(verify, "MOST_ROWS", 2)
    seen = set()
    for day in range(1, 15):
        database.as_of = database.as_of.replace(day=day)
        verdict = check(database, KEYS, all_known=True)
        assert verdict.passed
        assert "of 4 cohorts, day " in verdict.notes["recounted"]
        seen |= set(verdict.judged)
    # A cohort that is looked at in parts is never vouched for.
    assert seen == (set(KEYS) - {"spring"} if check is verify.user_verdict else set(KEYS))


def test_every_student_of_a_very_large_cohort_has_a_day(landed, compute, database, query, monkeypatch):
    compute()
    monkeypatch.setattr(verify, "MOST_ROWS", 3)
    assert "part 1 of 3 of spring" in "".join(
        verify.user_verdict(database, ["spring"]).notes["recounted"]
        for database.as_of in (database.as_of.replace(day=day) for day in range(1, 4))
    )
    query("update stats.user_progress_stats set questions_mastered = 7")
    found = set()
    for day in range(1, 4):
        database.as_of = database.as_of.replace(day=day)
        found |= {cell["key"] for cell in verify.user_verdict(database, ["spring"]).sample}
    assert found == {"ana", "ben"}


def stand(query, asset, kind, subject):
    """Let an alert stand about a recount."""
    query(
        "insert into ops.alerts (event, asset, statement, kind, subject, severity, counts, as_of, message_id) values"
        f" ('opened', '{asset}', 'a_recount_agrees', '{kind}', '{subject}', 'ERROR', '{{}}', now(), 'm')"
    )


@pytest.mark.parametrize("room", [3, 7])
def test_cohorts_that_an_alert_stands_about_are_looked_at_whole_every_day(
    landed, compute, database, query, monkeypatch, room
):
    compute()
    stand(query, "user_progress_stats", "cohort", "spring")
    monkeypatch.setattr(verify, "MOST_ROWS", room)
    for day in range(1, 10):
        database.as_of = database.as_of.replace(day=day)
        verdict = verify.user_verdict(database, KEYS, all_known=True)
        assert verdict.passed
        assert verdict.judged is None or "spring" in verdict.judged
        assert verdict.counts["rows"] == 2


def test_of_very_many_flags_all_parts_are_recounted_where_an_alert_stands(
    landed, compute, database, query, monkeypatch
):
    compute()
    stand(query, "question_flag_counts", "asset", "question_flag_counts")
    monkeypatch.setattr(verify, "MOST_ROWS", 4)
    verdict = verify.flags_verdict(database)
    assert (verdict.passed, verdict.judged, verdict.counts["rows"]) == (True, None, 8)


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
