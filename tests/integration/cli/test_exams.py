"""`cohortline exams`, typed as a user types it."""

import subprocess
import sys
import zlib
from hashlib import sha256

import click
import pytest
from click.testing import CliRunner

from assets.exams.exams import refresh_exams
from assets.exams.keep import keep
from assets.exams.migrate import migrate
from assets.landing.land import land
from assets.landing.sources import ALIASES, SOURCES
from pipelines.cli.exams import command
from resources.snapshot.reader import open_snapshot
from resources.warehouse.database import Database

(EXAMS,) = (source for source in SOURCES if source.name == "exams")


def exam(key, score):
    answers = [{"questionId": "q", "isCorrect": True}]
    participants = [{"userId": user, "score": score, "completedAt": 1.0, "answers": answers} for user in ("ana", "ana")]
    return {"_id": key, "title": key, "participants": participants}


@pytest.fixture
def load(environment, make_snapshot):
    """Loads exams without the seconds that a run takes."""

    def go(*exams, name="snapshot"):
        database = Database(environment["COHORTLINE_DATABASE_URL"])
        with open_snapshot(make_snapshot({"exams": list(exams)}, name), ALIASES) as snapshot:
            land(database, snapshot, EXAMS, name)
            keep(database, snapshot, name)
        refresh_exams(database, name)
        number = migrate(database, name).load.load_id
        database.close()
        return number

    return go


def mistake(done, status=2):
    assert (done.status, done.out) == (status, "")
    assert done.err.startswith("cohortline: ")
    assert done.err.count("\n") == 1
    return done.err


def test_exams_are_looked_at_and_verified(cohortline, load, ask):
    load(exam("a", 50), exam("b", 60))
    found = cohortline("exams", "status", "--plan", "--json").json
    assert found == {
        "v1": {"examsWithParticipants": 2, "totalParticipants": 4, "totalAnswers": 4},
        "v2": {"participations": 2, "answers": 2},
        "migrationComplete": True,
        "plan": {"insert": 0, "update": 0, "keep": 2, "gone": 0, "quarantine": 0, "exams": 2, "examsUnchanged": 2},
    }
    assert "migration complete" in cohortline("exams", "status").out
    assert cohortline("exams", "verify").status == 0
    ask("update core.exam_participations set score = 51 where exam_id = 'a'")
    done = cohortline("exams", "verify", "--json")
    assert (done.status, done.json["isValid"], "1 score mismatches found" in done.err) == (1, False, True)
    assert cohortline("exams", "verify", "--exam", "b").status == 0
    assert "there is no exam 'c'" in mistake(cohortline("exams", "verify", "--exam", "c"))
    # What differs is looked at again, and mended.
    load(exam("a", 50), exam("b", 60), name="again")
    assert cohortline("exams", "verify", "--json").json["isValid"] is True


def test_v1_is_exported_cleared_and_restored(cohortline, load, ask, tmp_path):
    load(exam("a", 50), exam("b", 60))
    path = tmp_path / "a backup"
    assert "exams export" in mistake(cohortline("exams", "clear", "--confirm"))
    done = cohortline("exams", "export", path, "--json")
    assert (done.status, done.json["totalExams"], done.json["totalParticipants"]) == (0, 2, 4)
    assert "exported 2 of 2 exams" in done.err
    assert "say --confirm" in mistake(cohortline("exams", "clear"))
    ask("update core.exam_participations set score = 51 where exam_id = 'a'")
    done = cohortline("exams", "clear", "--confirm", "--json")
    assert (done.status, done.json["cleared"], done.json["refused"]) == (1, ["b"], ["a"])
    assert "do not verify as equal" in done.err
    assert ask("select exam_id from landing.v1_exams where document is not null") == [("a",)]
    again = cohortline("exams", "export", tmp_path / "later", "--json")
    assert (again.json["totalExams"], again.json["cleared"], "were cleared before" in again.err) == (1, ["b"], True)
    done = cohortline("exams", "restore", path, "--json")
    assert (done.status, done.json["restored"], done.json["unchanged"], done.json["newer"]) == (0, 1, 1, [])
    assert ask("select count(*) from landing.v1_exams where document is not null") == [(2,)]
    assert "unchanged" in cohortline("exams", "restore", path).out


def test_a_load_is_rolled_back(cohortline, load, ask):
    first, second = load(exam("a", 50)), load(exam("a", 60), name="later")
    lines = cohortline("exams", "loads", "--json").json
    assert [(one["loadId"], one["state"], one["read"], one["inserted"], one["updated"]) for one in lines] == [
        (second, "loaded", 2, 0, 1),
        (first, "loaded", 2, 1, 0),
    ]
    done = cohortline("exams", "rollback", second, "--json")
    assert (done.status, done.json["loads"]) == (0, [second])
    assert ask("select score from core.exam_participations") == [(50.0,)]
    assert "rolled_back" in cohortline("exams", "loads").out
    assert "already" in cohortline("exams", "rollback", second).out
    assert "cohortline exams loads" in mistake(cohortline("exams", "rollback", "99"))


@pytest.mark.parametrize(
    ("name", "make", "says"),
    [
        ("restore", lambda path: None, "there is nothing here"),
        ("restore", lambda path: path.mkdir(), "it holds no manifest.json"),
        ("export", lambda path: path.write_text("x"), "is no earlier export"),
    ],
)
def test_a_path_that_does_not_fit_is_one_clear_line(cohortline, tmp_path, name, make, says):
    path = tmp_path / "here"
    make(path)
    line = mistake(cohortline("exams", name, path))
    assert says in line
    assert str(path) in line


def test_an_export_that_is_killed_leaves_nothing_at_its_path(cohortline, begin, ask, tmp_path):
    document = b'{"_id":"e","participants":[],"title":"' + b"x" * 1_000_000 + b'"}'
    packed, digest = zlib.compress(document).hex(), sha256(document).hexdigest()
    ask(
        f"insert into landing.v1_exams select 'e' || n, '{digest}', decode('{packed}', 'hex'), 1, 0, 0, true, null, 1"
        " from generate_series(1, 300) n"
    )
    process = begin("exams", "export", tmp_path / "backup")
    while not (tmp_path / ".backup.partial" / "exams" / "documents.jsonl").exists():
        assert process.poll() is None
    process.kill()
    process.wait()
    assert not (tmp_path / "backup").exists()
    assert ask("select * from ops.exam_exports") == []
    ask("delete from landing.v1_exams where exam_id <> 'e1'")
    assert cohortline("exams", "export", tmp_path / "backup").status == 0
    assert [child.name for child in tmp_path.iterdir() if child.name != "home"] == ["backup"]


def test_no_command_of_the_group_imports_dagster_or_pandas_before_it_is_needed():
    code = (
        "import sys, pipelines.cli.exams, assets.exams.backup, assets.exams.clearing, assets.exams.rollback,"
        "assets.exams.history, assets.exams.status, assets.exams.plan;"
        "print(sorted({'dagster', 'pandas', 'alembic'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_help_shows_examples():
    for name in command.list_commands(click.Context(command)):
        shown = CliRunner().invoke(command, [name, "--help"]).output
        assert f"    cohortline exams {name}" in shown.partition("Examples:")[2]
