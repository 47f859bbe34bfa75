"""`cohortline run`, typed as a user types it."""

import re
import signal
import socket
import zipfile

import psycopg
import pytest

TABLES = {
    "users": [{"_id": "a", "name": "Ana"}, {"_id": "b"}, "not a document"],
    "cohort": [{"_id": "spring"}, {"_id": "a,b"}],
    "notifications": [{"_id": "n"}],
}
CHANGING = {"ops.loads", "ops.audits"}


@pytest.fixture
def contents(ask):
    """Every row of every table, so that two moments can be compared."""

    def read():
        tables = ask(
            "select schemaname || '.' || tablename from pg_tables"
            " where schemaname in ('landing', 'core', 'stats', 'ops') order by 1"
        )
        return {name: [row for (row,) in ask(f"select t::text from {name} t order by 1")] for (name,) in tables}

    return read


def test_a_snapshot_is_landed_accounted_for_and_a_second_run_changes_nothing(cohortline, make_snapshot, contents):
    path = make_snapshot(TABLES)
    first = cohortline("run", "--snapshot", path, "--json", "--as-of", "2026-03-02")
    assert first.status == 0, first.err
    answer = first.json
    assert set(answer) == {"loadId", "rowsWritten", "assets", "checks", "quarantined"}
    assert (answer["rowsWritten"], answer["quarantined"], answer["checks"]["failed"]) == (7, 2, [])
    users = next(asset for asset in answer["assets"] if asset["key"] == "landing/users")
    assert users.keys() == {"key", "rows", "seconds"}
    assert users["rows"] == 2
    before = contents()
    assert [before["landing.cohorts"][0][1:7], before["landing.users"][0][1]] == ["spring", "a"]

    second = cohortline("run", "--snapshot", path, "--as-of", "2026-03-02")
    assert second.status == 0
    assert "Nothing changed" in second.out
    after = contents()
    assert {name for name in after if after[name] != before[name]} == CHANGING


def test_progress_and_the_table_name_every_asset(cohortline, make_snapshot):
    done = cohortline("run", "--snapshot", make_snapshot(TABLES))
    assert "[39/39]" in done.err
    assert "landing/users" in done.out
    assert re.search(r"landing/users .* 1/1", done.out)
    assert "7 rows written" in done.out


def test_a_lost_row_fails_the_check_and_the_command(cohortline, make_snapshot, ask):
    ask("create function lose() returns trigger language plpgsql as 'begin return null; end'")
    ask("create trigger lose before insert on landing.users for each row when (new.id = 'a') execute function lose()")
    done = cohortline("run", "--snapshot", make_snapshot(TABLES), "--json")
    assert done.status == 1
    (failed,) = done.json["checks"]["failed"]
    assert (failed["asset"], failed["check"]) == ("landing/users", "every_document_read_is_accounted_for")
    assert "landing/users: every_document_read_is_accounted_for failed" in done.err


def test_two_runs_with_one_instant_make_the_same_rows(cohortline, make_snapshot, contents, ask):
    path = make_snapshot(TABLES)
    cohortline("run", "--snapshot", path, "--as-of", "2026-03-02")
    first = contents()
    ask("truncate landing.users, landing.cohorts, ops.loads, ops.quarantine restart identity")
    ask("alter sequence ops.load_ids restart")
    cohortline("run", "--snapshot", path, "--as-of", "2026-03-02")
    again = contents()
    assert {name for name in again if again[name] != first[name]} <= CHANGING


def begin_a_long_run(begin, tmp_path, ask):
    path = tmp_path / "large"
    (path / "userProgress").mkdir(parents=True)
    with (path / "userProgress" / "documents.jsonl").open("w") as file:
        for key in range(150_000):
            file.write(f'{{"_id":"{key}","_creationTime":1,"userId":"u","classId":"c","questionId":"q"}}\n')
    process = begin("run", "--snapshot", path)
    while not ask("select 1 from ops.loads where source_table = 'userProgress'"):
        assert process.poll() is None
    return process


def test_a_killed_run_leaves_nothing_half_made_and_the_next_one_ends_it(
    begin, tmp_path, ask, cohortline, make_snapshot, environment
):
    process = begin_a_long_run(begin, tmp_path, ask)
    process.kill()
    process.wait()
    assert ask("select count(*) from landing.user_progress") == [(0,)]
    assert cohortline("run", "--snapshot", make_snapshot(TABLES)).status == 0
    with psycopg.connect(environment["COHORTLINE_DAGSTER_DATABASE_URL"]) as connection:
        runs = connection.execute("select status, count(*) from runs group by 1 order by 1").fetchall()
    assert runs == [("FAILURE", 1), ("SUCCESS", 4)]


@pytest.mark.parametrize(
    "sign",
    ["ops.loads where source_table = 'exams.documents'", "ops.exam_states", "stats.exam_metadata"],
    ids=["while documents are kept", "between two batches of exams", "when exams are there"],
)
def test_a_run_killed_among_the_exams_is_completed_by_the_next(begin, ask, cohortline, make_snapshot, sign):
    answers = [{"questionId": f"q{number}", "selectedAnswer": "A", "isCorrect": True} for number in range(5)]
    participants = [
        {"userId": f"u{number}", "completedAt": 1.0, "score": 50.0, "answers": answers} for number in range(10)
    ]
    exams = [{"_id": f"e{number}", "participants": participants} for number in range(400)]
    path = make_snapshot({"exams": exams})
    process = begin("run", "--snapshot", path)
    while not ask(f"select 1 from {sign} limit 1"):
        assert process.poll() is None
    process.kill()
    process.wait()
    assert cohortline("run", "--snapshot", path).status == 0
    report = cohortline("exams", "verify", "--json").json
    assert (report["isValid"], report["summary"]["v2Participants"], report["summary"]["v2Answers"]) == (
        True,
        4_000,
        20_000,
    )


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM], ids=["interrupt", "terminate"])
def test_an_interrupted_run_says_so_and_leaves_nothing_half_made(begin, tmp_path, ask, sign):
    process = begin_a_long_run(begin, tmp_path, ask)
    process.send_signal(sign)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "cohortline: interrupted" in err
    assert "Traceback" not in err
    assert ask("select state, note from ops.loads where source_table = 'userProgress'") == [("failed", "interrupted")]
    assert ask("select count(*) from landing.user_progress") == [(0,)]


def mistake(done, status=2):
    assert done.status == status, done.err
    assert done.out == ""
    assert "Traceback" not in done.err
    return done.err.strip().splitlines()[-1]


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda folder: folder / "nowhere.zip", "there is nothing here"),
        (lambda folder: (folder / "empty").mkdir() or folder / "empty", "snapshot"),
        (lambda folder: (folder / "text.zip").write_text("hello") and folder / "text.zip", "snapshot"),
    ],
    ids=["missing", "an empty folder", "no ZIP"],
)
def test_a_path_that_is_no_snapshot_is_one_clear_line(cohortline, tmp_path, make, says):
    path = make(tmp_path)
    line = mistake(cohortline("run", "--snapshot", path))
    assert line.startswith("cohortline: ")
    assert says in line
    assert str(path) in line


def test_a_snapshot_without_any_known_table_is_refused(cohortline, make_snapshot):
    assert "cohortline: " in mistake(cohortline("run", "--snapshot", make_snapshot({"notifications": []})))


def test_an_instant_that_is_none_is_refused(cohortline):
    assert "is not an instant" in mistake(cohortline("run", "--as-of", "yesterday"))


def test_an_unknown_option_or_command_is_refused(cohortline):
    assert "No such option" in mistake(cohortline("run", "--snapshoot", "x"))
    assert "No such command" in mistake(cohortline("walk"))


def test_a_database_address_that_is_none_is_refused(cohortline, make_snapshot):
    done = cohortline("run", "--snapshot", make_snapshot(TABLES), COHORTLINE_DATABASE_URL="mysql://x/y")
    assert "postgresql://" in mistake(done)


def test_a_server_that_cannot_be_reached_is_one_line_without_the_password(cohortline, make_snapshot):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"postgresql://u:secret@127.0.0.1:{taken.getsockname()[1]}/x"
        done = cohortline("run", "--snapshot", make_snapshot(TABLES), COHORTLINE_DATABASE_URL=url)
    line = mistake(done, status=1)
    assert "cannot be reached" in line
    assert "secret" not in done.err


def test_a_snapshot_cut_in_the_middle_is_refused_and_what_was_there_stays(
    cohortline, make_snapshot, contents, tmp_path
):
    cohortline("run", "--snapshot", make_snapshot(TABLES))
    before = contents()
    path = tmp_path / "cut.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("users/documents.jsonl", b'{"_id":"z","_creationTime":1.0}\n' * 10)
    damaged = bytearray(path.read_bytes())
    damaged[60] ^= 0xFF
    path.write_bytes(damaged)
    done = cohortline("run", "--snapshot", path)
    assert done.status == 2
    assert "Traceback" not in done.err
    assert contents()["landing.users"] == before["landing.users"]


def test_help_shows_examples(cohortline):
    for command in ((), ("run",), ("dev",), ("db",)):
        done = cohortline(*command, "--help")
        assert done.status == 0
        assert "Examples:" in done.out
