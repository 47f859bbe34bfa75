"""From v1 with its embedded entries to v2: every rule, one small exam at a time."""

import json

import pytest

from assets.exams.encode import participation_id
from assets.exams.migrate import migrate
from assets.exams.plan import plan
from assets.exams.verification.verify import verify
from assets.landing.sources import ALIASES
from resources.snapshot.reader import open_snapshot
from tests.integration.exams.conftest import DAY, START, answer, entry, exam, row, row_answer

PEOPLE = {
    "cohorts": [{"_id": "c1"}, {"_id": "c2"}],
    "users": [
        {"_id": "ann", "cohortId": "c1"}, {"_id": "bob", "cohortId": "c2"}, {"_id": "cat"},
        {"_id": "dan", "cohortId": "left"},
    ],
}  # fmt: skip
ENTRIES = [entry(user, ("q1", "A")) for user in ("ann", "bob", "cat", "dan", "nobody")]
NAN = {"$float": "AAAAAAAA+H8="}


def change(done):
    return done.change.inserted, done.change.updated, done.change.gone


def test_entries_become_participations_and_answers_in_order(load, present, query):
    load({"exams": [exam("e", entry("ann", ("q2", "B"), ("q1", "A")), entry("bob", score=66.7))]})
    assert present() == {("e", "ann"): (50.0, ["q2=B", "q1=A"]), ("e", "bob"): (66.7, [])}
    assert query("select id, origin, answers_missing from core.exam_participations where user_id = 'ann'") == [
        (participation_id("e", "ann"), "v1", False)
    ]


def test_every_field_of_an_entry_arrives(load, query):
    fields = {
        "score": 33.5,
        "status": "auto_submitted",
        "startedAt": START,
        "completedAt": START + 1.0,
        "pausePhase": "after_pause",
        "pauseStartedAt": START + 2.0,
        "pauseEndedAt": START + 3.0,
        "isPauseCutShort": True,
        "totalPauseDurationMs": 615000.5,
        "inProgressAnswers": [{"questionId": "q1", "selectedAnswer": "C"}],
    }
    load({"exams": [exam("e", entry("ann", **fields))]})
    (found,) = query(
        "select score, status, status_inferred, extract(epoch from started_at) * 1000, extract(epoch from completed_at)"
        " * 1000, pause_phase, extract(epoch from pause_started_at) * 1000, extract(epoch from pause_ended_at) * 1000, "
        "is_pause_cut_short, total_pause_duration_ms, in_progress_answers from core.exam_participations"
    )
    assert found == (
        33.5, "auto_submitted", False, START, START + 1, "after_pause", START + 2, START + 3, True, 615000.5,
        [{"questionId": "q1", "selectedAnswer": "C"}],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"status": None}, ("completed", True)),
        ({"status": None, "completedAt": 0.0}, (None, False)),
        ({"status": None, "completedAt": None}, (None, False)),
        ({"status": "in_progress", "completedAt": 0.0}, ("in_progress", False)),
        ({"status": "auto_submitted"}, ("auto_submitted", False)),
    ],
    ids=["the oldest entries", "begun", "never said", "in progress", "handed in by the clock"],
)
def test_a_status_is_inferred_where_a_completion_says_it_and_marked(load, query, fields, expected):
    load({"exams": [exam("e", entry("ann", **fields))]})
    assert query("select status, status_inferred from core.exam_participations") == [expected]


def test_a_zero_has_no_sign_so_that_a_rollback_puts_back_what_was_there(load, query, database):
    rows = [row("p", "e", "bob", score=-0.0, totalPauseDurationMs=-0.0)]
    load({"exams": [exam("e", entry("ann", score=-0.0, totalPauseDurationMs=-0.0))], "examParticipations": rows})
    assert query("select distinct score::text, total_pause_duration_ms::text from core.exam_participations") == [
        ("0", "0")
    ]
    assert verify(database).is_valid


def test_a_completion_of_zero_is_none(load, query):
    load({"exams": [exam("e", entry("ann", status="in_progress", completedAt=0.0))]})
    assert query("select completed_at from core.exam_participations") == [(None,)]


def test_of_two_entries_of_a_user_the_first_counts_and_the_other_is_kept_with_its_content(
    load, present, quarantined, query
):
    later = entry("ann", ("q1", "B"), score=100.0)
    load({"exams": [exam("e", entry("ann", ("q1", "A")), entry("bob"), later, entry("ann", ("q1", "A")))]})
    assert present()["e", "ann"] == (50.0, ["q1=A"])
    assert quarantined() == [("exams.participants", "repeated_participant", "e", 1)] * 2
    assert json.loads(query("select raw from ops.quarantine order by quarantine_id limit 1")[0][0]) == later


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (entry(None), "wrong_type"),
        (entry(""), "wrong_type"),
        (entry("u" * 256), "wrong_type"),
        (entry(7), "wrong_type"),
        (entry("bad", score="eighty"), "wrong_type"),
        (entry("bad", score=NAN), "not_finite"),
        (entry("bad", completedAt=NAN), "not_finite"),
        (entry("bad", startedAt=1e18), "wrong_type"),
        (entry("bad", status="lost"), "wrong_type"),
        (entry("bad", pausePhase="soon"), "wrong_type"),
        (entry("bad", isPauseCutShort="yes"), "wrong_type"),
        (entry("bad", answers="all of them"), "wrong_type"),
        (entry("bad", answers=[{"selectedAnswer": "A"}]), "wrong_type"),
        (entry("bad", answers=[answer("q1", 3)]), "wrong_type"),
        (entry("bad", ("q1", "\0")), "not_storable"),
        ("withdrawn", "wrong_type"),
        (None, "wrong_type"),
        ([], "wrong_type"),
    ],
    ids=str,
)
def test_an_entry_that_cannot_be_read_is_kept_with_its_reason_and_the_others_load(
    load, present, quarantined, bad, reason
):
    done = load({"exams": [exam("e", entry("ann", ("q1", "A")), bad, entry("bob"))]})
    assert set(present()) == {("e", "ann"), ("e", "bob")}
    answers = len(bad["answers"]) if isinstance(bad, dict) and isinstance(bad["answers"], list) else 0
    assert quarantined() == [("exams.participants", reason, "e", answers)]
    account = done.accounts["exams.participants"]
    assert (account.read, account.loaded, account.quarantined, account.balanced) == (3, 2, 1, True)
    assert done.accounts["exams.participants.answers"].read == 1 + answers


def test_a_readable_entry_counts_though_an_unreadable_one_of_its_user_came_first(load, present):
    load({"exams": [exam("e", entry("ann", score="eighty"), entry("ann", score=70.0))]})
    assert present() == {("e", "ann"): (70.0, [])}


def test_a_field_that_is_null_is_as_good_as_absent(load, query):
    nulls = {
        "score": None,
        "startedAt": None,
        "status": None,
        "pausePhase": None,
        "isPauseCutShort": None,
        "answers": None,
    }
    load({"exams": [exam("e", entry("ann") | nulls)]})
    assert query("select score, started_at, status, answers_missing from core.exam_participations") == [
        (None, None, "completed", True)
    ]


def test_missing_answers_missing_scores_and_dangling_references_load(load, present, query):
    load({"exams": [exam("e", entry("nobody", ("nothing", "A")), entry("ann", answers=None, score=None))]})
    assert present() == {("e", "nobody"): (50.0, ["nothing=A"]), ("e", "ann"): (None, [])}
    assert query("select user_id from core.exam_participations where answers_missing") == [("ann",)]


def test_participants_that_are_no_list_are_kept_and_take_nobody_away(load, present, quarantined):
    load({"exams": [exam("e", entry("ann"))]})
    load({"exams": [exam("e", participants="lost")]})
    assert set(present()) == {("e", "ann")}
    assert quarantined() == [("exams.participants", "wrong_type", "e", 0)]


class TestTheSourcesOwnV2Rows:
    """Where the source has a participation twice, embedded and as a row, or as two rows."""

    def test_a_row_that_only_v2_has_is_loaded_with_its_answers_in_the_order_of_creation(self, load, present, query):
        answers = [row_answer("a2", "p", "q1", "A", 2.5), row_answer("a1", "p", "q2", "B", 1.0)]
        load({"exams": [exam("e")], "examParticipations": [row("p", "e", "ann")], "examAnswers": answers})
        assert present("origin", "source_id") == {("e", "ann"): ("v2", "p", ["q2=B", "q1=A"])}

    def test_an_equal_row_counts_as_a_duplicate(self, load, present, quarantined):
        tables = {
            "exams": [exam("e", entry("ann", ("q1", "A")))],
            "examParticipations": [row("p", "e", "ann")],
            "examAnswers": [row_answer("a", "p", "q1", "A", 1.0)],
        }
        done = load(tables)
        assert present("origin") == {("e", "ann"): ("v1", ["q1=A"])}
        assert done.accounts["landing.exam_participations"].duplicates == 1
        assert done.accounts["landing.exam_answers"].duplicates == 1
        assert quarantined() == []

    @pytest.mark.parametrize(
        ("fields", "answers", "winner"),
        [
            ({"score": 51.0, "completedAt": START + DAY + 1}, [], "v2"),
            ({"score": 51.0, "completedAt": START + DAY - 1}, [], "v1"),
            ({"score": 51.0}, [], "v1"),
            ({"score": 51.0, "completedAt": 0.0}, [], "v1"),
            ({"pausePhase": "after_pause"}, [], "v1"),
            ({"status": None}, [], "v1"),
            ({}, [row_answer("a", "p", "q1", "A", 1.0)], "v1"),
        ],
        ids=[
            "later",
            "earlier",
            "a tie",
            "unfinished",
            "a field that one lacks",
            "an inferred status",
            "an answer more",
        ],
    )
    def test_of_two_that_differ_the_later_completion_counts_and_the_other_is_kept(
        self, load, present, quarantined, fields, answers, winner
    ):
        done = load({
            "exams": [exam("e", entry("ann"))],
            "examParticipations": [row("p", "e", "ann", **fields)],
            "examAnswers": answers,
        })  # fmt: skip
        assert present("origin")["e", "ann"][0] == winner
        lost = ("landing.exam_participations", "conflict", "p", len(answers))
        assert quarantined() == [lost if winner == "v1" else ("exams.participants", "conflict", "e", 0)]
        assert all(account.balanced for account in done.accounts.values())

    def test_an_inferred_status_differs_from_one_that_was_written(self, load, present, quarantined):
        load({"exams": [exam("e", entry("ann", status=None))], "examParticipations": [row("p", "e", "ann")]})
        assert present("origin", "status_inferred") == {("e", "ann"): ("v1", True, [])}
        assert quarantined() == [("landing.exam_participations", "conflict", "p", 0)]

    def test_a_row_without_a_status_is_read_as_an_entry_without_one(self, load, present, quarantined):
        rows = [row("p1", "e", "ann", status=None), row("p2", "e", "bob", status=None)]
        done = load({"exams": [exam("e", entry("ann", status=None))], "examParticipations": rows})
        assert present("status", "status_inferred") == {
            ("e", "ann"): ("completed", True, []),
            ("e", "bob"): ("completed", True, []),
        }
        assert (done.accounts["landing.exam_participations"].duplicates, quarantined()) == (1, [])

    @pytest.mark.parametrize(
        ("one", "other", "winner"),
        [
            ({"completedAt": START + DAY}, {"completedAt": START + 2 * DAY}, "p2"),
            ({"score": 1.0, "_creationTime": 2.0}, {"score": 2.0, "_creationTime": 1.0}, "p2"),
            ({"score": 1.0, "_creationTime": 1.0}, {"score": 2.0, "_creationTime": 1.0}, "p1"),
        ],
        ids=["the later", "the first made", "the smaller id"],
    )
    def test_of_two_rows_for_one_pair_one_counts(self, load, present, quarantined, one, other, winner):
        load({
            "exams": [exam("e")],
            "examParticipations": [row("p1", "e", "ann", **one), row("p2", "e", "ann", **other)],
        })  # fmt: skip
        assert present("source_id") == {("e", "ann"): (winner, [])}
        assert [line[1] for line in quarantined()] == ["conflict"]

    def test_two_equal_rows_are_one_and_a_duplicate(self, load, present, quarantined):
        done = load({"exams": [exam("e")], "examParticipations": [row("p1", "e", "ann"), row("p2", "e", "ann")]})
        assert present("source_id") == {("e", "ann"): ("p1", [])}
        assert (done.accounts["landing.exam_participations"].duplicates, quarantined()) == (1, [])

    def test_an_answer_of_no_participation_is_kept_apart(self, load, quarantined):
        tables = {"exams": [exam("e")], "examParticipations": [], "examAnswers": [row_answer("a", "p", "q1", "A", 1.0)]}
        done = load(tables)
        assert quarantined() == [("landing.exam_answers", "orphan", "a", None)]
        assert done.accounts["landing.exam_answers"].quarantined == 1
        load(tables)
        assert len(quarantined()) == 1

    def test_a_row_of_an_exam_that_does_not_exist_is_loaded(self, load, present):
        load({"exams": [exam("e")], "examParticipations": [row("p", "gone", "ann")]})
        assert set(present()) == {("gone", "ann")}


class TestTheNextLoad:
    """What a second snapshot changes."""

    def test_the_same_again_reads_no_exam_and_writes_nothing(self, load, query):
        tables = {"exams": [exam("e", entry("ann", ("q1", "A")), entry("ann"), "lost")]}
        load(tables)
        before = query("select * from core.exam_participations"), query("select * from ops.quarantine")
        again = load(tables)
        assert (again.state, again.exams, again.rows_written) == ("unchanged", 0, 0)
        assert again.accounts["exams.participants"].read == 3
        assert before == (query("select * from core.exam_participations"), query("select * from ops.quarantine"))

    def test_an_entry_that_changed_is_updated_and_the_others_are_left(self, load, present, query):
        load({"exams": [exam("e", entry("ann", ("q1", "A")), entry("bob", ("q1", "A")))]})
        done = load({"exams": [exam("e", entry("ann", ("q1", "B"), ("q2", "C")), entry("bob", ("q1", "A")))]})
        assert change(done) == (0, 1, 0)
        assert present()["e", "ann"] == (50.0, ["q1=B", "q2=C"])
        assert query("select user_id, load_id from core.exam_participations order by 1") == [("ann", 2), ("bob", 1)]

    @pytest.mark.parametrize(
        "field", ["score", "status", "startedAt", "completedAt", "pausePhase", "totalPauseDurationMs"]
    )
    def test_a_change_of_any_field_is_seen(self, load, field):
        values = {"status": "auto_submitted", "pausePhase": "after_pause"}
        load({"exams": [exam("e", entry("ann"))]})
        done = load({"exams": [exam("e", entry("ann", **{field: values.get(field, 12345.0)}))]})
        assert change(done) == (0, 1, 0)

    def test_answers_in_another_order_are_another_content(self, load, present):
        load({"exams": [exam("e", entry("ann", ("q1", "A"), ("q2", "B")))]})
        assert change(load({"exams": [exam("e", entry("ann", ("q2", "B"), ("q1", "A")))]})) == (0, 1, 0)
        assert present()["e", "ann"][1] == ["q2=B", "q1=A"]

    def test_an_entry_that_left_is_marked_and_comes_back_as_it_was(self, load, present, query):
        both, one = [exam("e", entry("ann", ("q1", "A")), entry("bob"))], [exam("e", entry("bob"))]
        load({"exams": both})
        first = query("select * from core.exam_participations where user_id = 'ann'")
        assert change(load({"exams": one})) == (0, 0, 1)
        assert set(present()) == {("e", "bob")}
        assert query("select gone_load from core.exam_participations where user_id = 'ann'") == [(2,)]
        assert query("select count(*) from core.exam_answers") == [(1,)]
        assert change(load({"exams": both})) == (0, 1, 0)
        assert present()["e", "ann"] == (50.0, ["q1=A"])
        assert first[0][:-2] == query("select * from core.exam_participations where user_id = 'ann'")[0][:-2]

    def test_an_exam_that_the_app_cleaned_up_keeps_its_participations(self, load, present, query):
        load({"exams": [exam("e", entry("ann", ("q1", "A")))]})
        done = load({"exams": [exam("e", participants=None, title="Cleaned")]})
        assert change(done) == (0, 0, 0)
        assert present() == {("e", "ann"): (50.0, ["q1=A"])}
        assert query("select is_embedded, participants, document is null from landing.v1_exams") == [(False, 1, False)]
        assert query("select title from core.exams") == [("Cleaned",)]

    def test_an_exam_with_an_empty_list_has_lost_its_participations(self, load, present):
        load({"exams": [exam("e", entry("ann"))]})
        assert change(load({"exams": [exam("e")]})) == (0, 0, 1)
        assert present() == {}

    def test_an_exam_that_left_takes_its_entries_with_it_and_not_the_rows_of_v2(self, load, present, query):
        rows = {"examParticipations": [row("p", "e", "bob")]}
        load({"exams": [exam("e", entry("ann")), exam("f")]} | rows)
        assert change(load({"exams": [exam("f")]} | rows)) == (0, 0, 1)
        assert set(present()) == {("e", "bob")}
        assert query("select id from core.exams") == [("f",)]

    def test_an_absent_table_changes_nothing(self, load, present):
        load({"exams": [exam("e", entry("ann"))]})
        done = load({"users": [{"_id": "ann"}]})
        assert (done.state, set(present())) == ("unchanged", {("e", "ann")})

    def test_a_row_of_v2_that_left_is_marked_gone(self, load, present):
        load({"exams": [exam("e")], "examParticipations": [row("p", "e", "ann")]})
        assert change(load({"exams": [exam("e")], "examParticipations": []})) == (0, 0, 1)
        assert present() == {}

    def test_a_row_of_v2_gives_way_to_a_later_entry_and_the_other_way_round(self, load, present):
        v2 = {"examParticipations": [row("p", "e", "ann", completedAt=START + 2 * DAY)]}
        load({"exams": [exam("e", entry("ann"))]} | v2)
        assert present("origin")["e", "ann"][0] == "v2"
        load({"exams": [exam("e", entry("ann", completedAt=START + 3 * DAY))]} | v2)
        assert present("origin", "source_id")["e", "ann"][:2] == ("v1", None)

    def test_rows_that_somebody_deleted_are_made_again(self, load, present, query):
        tables = {"exams": [exam("e", entry("ann", ("q1", "A")), entry("bob"))]}
        load(tables)
        query("delete from core.exam_participations where user_id = 'ann'")
        assert change(load(tables)) == (1, 0, 0)
        assert present()["e", "ann"] == (50.0, ["q1=A"])


class TestOverSomeCohorts:
    """A run over one cohort touches its students alone."""

    @pytest.mark.parametrize(
        ("cohorts", "users"),
        [
            (["c1"], {"ann"}),
            (["c1", "c2"], {"ann", "bob"}),
            (["unassigned"], {"cat", "dan", "nobody"}),
            (["c2", "unassigned"], {"bob", "cat", "dan", "nobody"}),
            (["c1", "c2", "unassigned"], {"ann", "bob", "cat", "dan", "nobody"}),
        ],
        ids=",".join,
    )
    def test_only_their_participants_are_migrated(self, load, present, cohorts, users):
        bad = [{"score": 1.0}, entry("ann", score="eighty")]
        done = load(PEOPLE | {"exams": [exam("e", *ENTRIES, *bad)]}, cohorts)
        assert {user for _, user in present()} == users
        account = done.accounts["exams.participants"]
        lost = ("unassigned" in cohorts) + ("c1" in cohorts)
        assert (account.read, account.loaded, account.quarantined) == (len(users) + lost, len(users), lost)

    def test_one_cohort_can_be_rebuilt_alone_from_what_is_kept(self, load, database, present, query):
        load(PEOPLE | {"exams": [exam("e", *ENTRIES)]})
        query("update core.exam_participations set score = 1 where user_id in ('ann', 'bob')")
        query("update core.exam_answers set selected_answer = 'Z'")
        done = migrate(database, "again", ["c1"])
        assert change(done) == (0, 1, 0)
        assert present()["e", "ann"] == (50.0, ["q1=A"])
        assert present()["e", "bob"] == (1.0, ["q1=Z"])

    def test_the_same_again_writes_no_row_and_no_reject_twice(self, load, database, quarantined, query):
        load(PEOPLE | {"exams": [exam("e", *ENTRIES, entry("ann"))]}, ["c1"])
        before = quarantined(), query("select * from core.exam_participations")
        assert migrate(database, "again", ["c1"]).rows_written == 0
        assert before == (quarantined(), query("select * from core.exam_participations"))

    def test_a_change_of_another_cohort_waits_for_its_own_run(self, load, present):
        load(PEOPLE | {"exams": [exam("e", *ENTRIES)]})
        changed = [entry(user, ("q1", "B")) for user in ("ann", "bob")]
        load(PEOPLE | {"exams": [exam("e", *changed)]}, ["c1"])
        assert {user: answers for (_, user), (_, answers) in present().items()} == {
            "ann": ["q1=B"], "bob": ["q1=A"], "cat": ["q1=A"], "dan": ["q1=A"], "nobody": ["q1=A"]
        }  # fmt: skip
        assert change(load(PEOPLE | {"exams": [exam("e", *changed)]})) == (0, 1, 3)

    def test_a_student_who_moved_belongs_to_the_new_cohort_and_no_row_changes(self, load, present, query):
        load(PEOPLE | {"exams": [exam("e", *ENTRIES)]})
        before = query("select * from core.exam_participations order by user_id")
        moved = {"users": [{"_id": "ann", "cohortId": "c2"}, *PEOPLE["users"][1:]]}
        done = load(PEOPLE | moved | {"exams": [exam("e", *ENTRIES)]}, ["c2"])
        assert done.accounts["exams.participants"].loaded == 2
        assert before == query("select * from core.exam_participations order by user_id")


class TestPlan:
    """A dry run says what a load would do."""

    def test_a_plan_says_what_the_load_then_does_and_changes_nothing(self, load, land_tables, database, query):
        load({"exams": [exam("e", entry("ann"), entry("bob")), exam("f", entry("ann"))]})
        land_tables({"exams": [exam("e", entry("ann", score=1.0), entry("cat"), "lost"), exam("f", entry("ann"))]})
        tables = ("core.exam_participations", "core.exam_answers", "ops.quarantine", "ops.loads", "ops.exam_states")
        before = [query(f"select * from {table}") for table in tables]
        planned = plan(database)
        assert before == [query(f"select * from {table}") for table in tables]
        assert (planned.insert, planned.update, planned.gone, planned.keep, planned.quarantine) == (1, 1, 1, 1, 1)
        assert (planned.exams, planned.exams_unchanged) == (2, 1)
        done = migrate(database, "then")
        assert change(done) == (planned.insert, planned.update, planned.gone)

    def test_a_snapshot_that_has_not_landed_is_planned_without_landing_it(self, load, database, make_snapshot, query):
        rows = {"examParticipations": [row("p", "e", "dan")], "examAnswers": [row_answer("a", "q", "q1", "A", 1.0)]}
        load({"exams": [exam("e", entry("ann"), entry("bob")), exam("f", entry("ann"))]})
        changed = {"exams": [exam("e", entry("ann", score=1.0), entry("cat"), "lost"), exam("f", entry("ann"))]} | rows
        tables = ("core.exam_participations", "landing.exams", "landing.v1_exams", "ops.quarantine", "ops.loads")
        before = [query(f"select * from {table}") for table in tables]
        with open_snapshot(make_snapshot(changed, "next"), ALIASES) as snapshot:
            planned = plan(database, snapshot=snapshot)
        assert before == [query(f"select * from {table}") for table in tables]
        assert (planned.insert, planned.update, planned.gone, planned.keep, planned.quarantine) == (2, 1, 1, 1, 2)
        assert change(load(changed)) == (2, 1, 1)

    def test_of_an_empty_warehouse_a_snapshot_is_all_new(self, database, make_snapshot, query):
        with open_snapshot(make_snapshot({"exams": [exam("e", entry("ann"))]}), ALIASES) as snapshot:
            planned = plan(database, snapshot=snapshot)
        assert (planned.insert, planned.keep) == (1, 0)
        assert query("select count(*) from landing.exams") == [(0,)]

    def test_of_a_first_load_everything_is_new(self, land_tables, database):
        land_tables({"exams": [exam("e", entry("ann"), entry("ann"))]})
        planned = plan(database)
        assert (planned.insert, planned.keep, planned.quarantine) == (1, 0, 1)
        assert plan(database) == planned

    def test_after_a_load_there_is_nothing_to_do(self, load, database):
        load({"exams": [exam("e", entry("ann"), entry("bob"))]})
        planned = plan(database)
        assert (planned.insert, planned.update, planned.gone, planned.keep, planned.quarantine) == (0, 0, 0, 2, 0)


def test_a_load_that_is_overtaken_by_a_newer_one_stops(land_tables, database):
    from resources.warehouse.loads import Superseded

    land_tables({"exams": [exam(name, entry("ann")) for name in "abc"]})

    def overtake(done, of):
        if done == 1:
            migrate(database, "newer")

    with pytest.raises(Superseded, match="overtaken by a newer load"):
        migrate(database, "older", exams_per_batch=1, on_batch=overtake)


def test_a_load_goes_on_under_the_number_of_the_landing_that_it_continues(land_tables, database, query):
    land_tables({"exams": [exam("e", entry("ann"))]})
    ((landed,),) = query("select distinct load_id from ops.loads")
    assert migrate(database, "first", continued=landed).load.load_id == landed
    assert migrate(database, "second", continued=landed).load.load_id > landed


def test_a_load_that_was_not_gone_on_with_in_time_gets_a_number_of_its_own(land_tables, database, query):
    land_tables({"exams": [exam("e", entry("ann"))]})
    ((landed,),) = query("select distinct load_id from ops.loads")
    newer = migrate(database, "from the UI").load.load_id
    assert migrate(database, "late", continued=landed).load.load_id > newer
