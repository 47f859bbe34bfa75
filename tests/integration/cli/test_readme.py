"""Every command and statement in the README works as it stands there."""

import re
import shutil
from pathlib import Path

import pytest

from resources.postgres import EmbeddedServer
from resources.warehouse.database import Database

ROOT = Path(__file__).resolve().parents[3]
README = (ROOT / "README.md").read_text()
LINES = [line.strip().split("  #")[0].strip() for line in README.splitlines() if line.startswith("    ")]
COMMANDS = [line.removeprefix(".venv/bin/cohortline ") for line in LINES if line.startswith(".venv/bin/cohortline ")]
QUERIES = [line for line in LINES if line.startswith("select ")]
TARGETS = [line.removeprefix("make ").split()[0] for line in LINES if line.startswith("make ")]


@pytest.fixture(scope="module")
def home(tmp_path_factory, call):
    folder = tmp_path_factory.mktemp("readme")
    environment = {"COHORTLINE_HOME": str(folder)}
    assert call("run", environment=environment).status == 0
    (demo,) = folder.glob("demo/*/snapshot.zip")
    shutil.copy(demo, folder / "export.zip")
    yield folder
    EmbeddedServer(folder).reset()


@pytest.fixture(scope="module")
def meant(home):
    """What the words in capitals stand for."""
    questions = {
        "ID": 'select min(id collate "C") from landing.cohorts',
        "TOPIC": 'select min(topic_id collate "C") from stats.topic_metrics where n > 0',
        "BATCH": "select batch_id from core.ranking_events where origin = 'preferences' order by sequence desc limit 1",
    }
    database = Database(EmbeddedServer(home).url())
    with database.engine.begin() as connection:
        yield {word: connection.exec_driver_sql(question).scalar_one() for word, question in questions.items()}
    database.close()


def test_there_is_something_to_try():
    assert len(COMMANDS) >= 6
    assert QUERIES
    assert set(TARGETS) == {"run", "test", "dev", "check", "help"}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_does_what_it_says(command, home, call, meant):
    for word, value in meant.items():
        command = command.replace(word, value)
    arguments = command.replace("export.zip", str(home / "export.zip")).split()
    done = call(*arguments, environment={"COHORTLINE_HOME": str(home)})
    if command.startswith("cohorts retire"):
        # The demo's cohorts are all in its source: what is seen here is the refusal.
        assert "still in the source" in done.err
    else:
        assert done.status == 0, done.err


@pytest.mark.parametrize("query", QUERIES)
def test_a_statement_answers(query, home, call):
    done = call("db", "psql", "--", "-c", query, environment={"COHORTLINE_HOME": str(home)})
    assert done.status == 0, done.err
    assert re.search(r"\(\d+ rows?\)", done.out)


def test_every_target_that_is_named_can_be_made():
    made = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(TARGETS) | set(re.findall(r"`make ([a-z]+)", README))
    assert named <= made


def test_every_reason_for_quarantine_is_explained():
    from resources.warehouse.quarantine import Reason

    assert set(re.findall(r"^\| `([a-z_]+)` \|", README, re.MULTILINE)) >= {str(reason) for reason in Reason}


def test_every_variable_that_is_read_is_explained():
    read = re.findall(r'"(COHORTLINE_[A-Z_]+)"', (ROOT / "resources" / "settings.py").read_text())
    assert set(re.findall(r"^\| `(COHORTLINE_[A-Z_]+)`", README, re.MULTILINE)) == set(read)
