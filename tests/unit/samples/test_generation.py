"""The demo as a whole: the same every time, whole or not there, as large as asked, in flat memory."""

import os
import signal
import subprocess
import sys
import time
import zipfile
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from samples import generate
from samples.__main__ import main
from samples.tables import NAMES

# At scale 1: the least and the most documents of a table.
BOUNDS = {
    "school": (3, 3),
    "cohort": (8, 13),
    "class": (30, 50),
    "module": (120, 200),
    "question": (1500, 2500),
    "users": (500, 700),
    "userProgress": (18_000, 22_000),
    "exams": (20, 30),
    "examParticipations": (15, 30),
    "examAnswers": (75, 200),
    "topics": (55, 65),
    "watch_events": (1000, 2000),
}
FEW = {"scale": 0.02}


def contents(target):
    """Every file under the target; for a ZIP, every entry uncompressed."""
    found = {}
    for path in sorted(target.rglob("*")):
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                found |= {entry.filename: (entry.date_time, archive.read(entry)) for entry in archive.infolist()}
        elif path.is_file():
            found[path.relative_to(target).as_posix()] = path.read_bytes()
    return found


def lines(made):
    """Lines of each table, counted."""
    with zipfile.ZipFile(made.snapshot) as archive:
        return {name: archive.read(f"{name}/documents.jsonl").count(b"\n") for name in NAMES}


def run(*arguments, **environment):
    return subprocess.run(
        [sys.executable, *map(str, arguments)], check=True, capture_output=True, text=True, env=os.environ | environment
    )


def test_the_same_seed_makes_the_same_bytes_in_another_process(tmp_path):
    generate(tmp_path / "here", **FEW)
    run("-m", "samples", tmp_path / "there", "--scale", "0.02", PYTHONHASHSEED="4711", TZ="Asia/Tokyo", LC_ALL="C")
    assert contents(tmp_path / "here") == contents(tmp_path / "there")


def test_another_seed_makes_other_documents_of_every_table(tmp_path):
    generate(tmp_path / "seven", **FEW)
    generate(tmp_path / "eight", seed=8, **FEW)
    seven, eight = contents(tmp_path / "seven"), contents(tmp_path / "eight")
    assert all(seven[f"{name}/documents.jsonl"] != eight[f"{name}/documents.jsonl"] for name in NAMES)


def test_another_instant_moves_the_times(tmp_path):
    generate(tmp_path / "march", **FEW)
    generate(tmp_path / "june", as_of=datetime(2026, 6, 1, tzinfo=UTC), **FEW)
    march, june = contents(tmp_path / "march"), contents(tmp_path / "june")
    assert march["users/documents.jsonl"] != june["users/documents.jsonl"]


def test_the_archive_is_whole_deflated_and_streamed(demo):
    with zipfile.ZipFile(demo.made.snapshot) as archive:
        assert archive.testzip() is None
    assert all(entry.compress_type == zipfile.ZIP_DEFLATED for entry in demo.entries)
    assert all(entry.flag_bits & 0x08 for entry in demo.entries)
    assert {entry.date_time for entry in demo.entries} == {(1980, 1, 1, 0, 0, 0)}


def test_entries_stand_in_the_order_of_an_export(demo):
    names = [entry.filename for entry in demo.entries]
    assert names[0] == "README.md"
    assert names[1:3] == ["_tables/documents.jsonl", "_components/rankingsAggregate/_tables/documents.jsonl"]
    documents, schemas = names[3::2], names[4::2]
    assert [name.rpartition("/")[0] for name in documents] == [name.rpartition("/")[0] for name in schemas]
    sizes = [entry.file_size for entry in demo.entries[3::2]]
    assert sizes == sorted(sizes)


def test_every_table_is_listed_and_uniform(demo):
    listed = {document["name"] for document in demo.documents["_tables"]}
    assert listed == {name for name in NAMES if "/" not in name}
    with zipfile.ZipFile(demo.made.snapshot) as archive:
        assert {archive.read(f"{name}/generated_schema.jsonl") for name in NAMES} == {b'"uniform"\n'}


def test_ids_are_32_lower_case_characters(demo):
    ids = [document["_id"] for table in NAMES for document in demo.documents[table] if "_id" in document]
    assert {len(name) for name in ids} == {32}
    assert all(name == name.lower() and name.isascii() for name in ids)
    assert len(ids) - len(set(ids)) == 2


def test_lines_are_not_in_the_order_of_creation(demo):
    times = [document["_creationTime"] for document in demo.documents["rankingEvents"]]
    assert times != sorted(times)


@pytest.mark.parametrize("table", BOUNDS)
def test_the_default_demo_keeps_its_bounds(demo, table):
    least, most = BOUNDS[table]
    assert least <= len(demo.lines[table]) <= most


def test_the_default_demo_has_few_cohorts_and_is_small(demo):
    valid = [row for row in demo.documents["cohort"] if "," not in row["_id"]]
    assert 8 <= len(valid) <= 12
    assert demo.made.snapshot.stat().st_size < 5_000_000


def test_the_answer_says_what_was_made(demo):
    assert {name: len(demo.lines[name]) for name in NAMES} == demo.made.documents
    assert demo.made.files == {"legacy_progress": len(demo.legacy), "watch_history": len(demo.watch)}


def test_nothing_lies_in_the_future_of_the_snapshot(demo):
    latest = datetime(2026, 3, 2, 12, tzinfo=UTC).timestamp() * 1000
    tables = set(NAMES) - {"attempts"}
    times = [document["_creationTime"] for table in tables for document in demo.documents[table]]
    assert max(times) <= latest


@pytest.mark.parametrize("table", NAMES)
@pytest.mark.parametrize("count", [1, 73])
def test_a_named_count_is_kept_exactly(tmp_path, table, count):
    made = generate(tmp_path / "demo", only="snapshot", tables={table: count}, **FEW)
    assert lines(made)[table] == count == made.documents[table]


def test_exams_get_the_size_that_was_asked_for(tmp_path):
    made = generate(tmp_path / "demo", only="snapshot", participants=50, answers=7, tables={"exams": 3}, **FEW)
    text = contents(made.target)["exams/documents.jsonl"][1].decode()
    assert text.count('"answers":[') == 3 * 50
    assert text.count('"isCorrect":') == 3 * 50 * 7


def test_many_cohorts_all_get_classes_and_students(tmp_path):
    made = generate(tmp_path / "demo", only="snapshot", tables={"cohort": 300}, **FEW)
    assert made.documents["class"] >= 300
    assert made.documents["users"] >= 300


def test_one_part_can_be_made_alone(tmp_path):
    made = generate(tmp_path / "demo", only="legacy", **FEW)
    assert [path.name for path in made.target.iterdir()] == ["legacy_progress"]
    assert (made.snapshot, made.watch_history, made.documents) == (None, None, {})


@pytest.mark.parametrize(
    ("wish", "part"),
    [
        ({"scale": 0}, "scale 0"),
        ({"tables": {"progress": 5}}, "no table progress"),
        ({"tables": {"users": 0}}, "users=0"),
        ({"as_of": datetime(2026, 1, 1)}, "no time zone"),  # noqa: DTZ001
    ],
)
def test_a_wish_that_cannot_be_met_is_refused_before_anything_is_written(tmp_path, wish, part):
    with pytest.raises(ValueError, match=part):
        generate(tmp_path / "demo", **wish)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(ValueError, match="something else"):
        generate(tmp_path)
    assert (tmp_path / "thesis.txt").exists()


def test_an_earlier_demo_is_replaced(tmp_path):
    generate(tmp_path / "demo", only="watch", **FEW)
    generate(tmp_path / "demo", only="legacy", **FEW)
    assert [path.name for path in (tmp_path / "demo").iterdir()] == ["legacy_progress"]
    assert [path.name for path in tmp_path.iterdir()] == ["demo"]


def test_a_failure_in_the_middle_keeps_the_earlier_demo_and_leaves_nothing(tmp_path):
    generate(tmp_path / "demo", **FEW)
    before = contents(tmp_path / "demo")

    def fail(table, done, total):
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        generate(tmp_path / "demo", seed=9, report=fail, **FEW)
    assert contents(tmp_path / "demo") == before
    assert [path.name for path in tmp_path.iterdir()] == ["demo"]


def started(tmp_path, count):
    """A generation that is under way in another process."""
    arguments = ["-m", "samples", str(tmp_path / "demo"), "--only", "snapshot", "--table", f"userProgress={count}"]
    process = subprocess.Popen([sys.executable, *arguments], stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if any(path.stat().st_size > 1_000_000 for path in tmp_path.glob(".demo.*/snapshot.zip")):
            return process
        time.sleep(0.01)
    raise AssertionError("nothing was written in ten seconds")


def test_a_kill_in_the_middle_leaves_no_half_made_target(tmp_path):
    process = started(tmp_path, 5_000_000)
    process.kill()
    process.wait()
    assert not (tmp_path / "demo").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to catch")
def test_a_stop_in_the_middle_leaves_nothing_at_all(tmp_path):
    process = started(tmp_path, 5_000_000)
    process.send_signal(signal.SIGTERM)
    assert process.wait() != 0
    assert list(tmp_path.iterdir()) == []


def peak(tmp_path, count):
    """The peak memory of a generation, in kilobytes."""
    code = (
        "import resource, sys; from pathlib import Path; from samples import generate;"
        f"generate(Path(sys.argv[1]), only='snapshot', tables={{'userProgress': {count}}});"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    return int(run("-c", code, tmp_path / f"demo{count}").stdout)


def test_memory_does_not_grow_with_the_documents(tmp_path):
    pytest.importorskip("resource")
    assert peak(tmp_path, 300_000) < 1.2 * peak(tmp_path, 100_000)


def test_the_generator_stands_outside_the_project(tmp_path):
    code = "import samples.__main__, sys; print(*{name.partition('.')[0] for name in sys.modules})"
    loaded = set(run("-c", code).stdout.split())
    assert not loaded & {"dagster", "pandas", "sqlalchemy", "assets", "pipelines", "resources"}


def test_the_command_makes_a_demo_and_says_so_on_stderr(tmp_path):
    result = CliRunner().invoke(main, [str(tmp_path / "demo"), "--scale", "0.02", "--table", "users=80"])
    assert result.exit_code == 0
    assert (result.stdout, "users: 80" in result.stderr) == ("", True)
    assert (tmp_path / "demo" / "snapshot.zip").exists()


@pytest.mark.parametrize(
    "arguments", [["--table", "users"], ["--table", "people=3"], ["--scale", "-1"], ["--as-of", "soon"]]
)
def test_the_command_refuses_wrong_use_with_one_message(tmp_path, arguments):
    result = CliRunner().invoke(main, [str(tmp_path / "demo"), *arguments])
    assert result.exit_code == 2
    assert "Error: " in result.stderr
    assert "Traceback" not in result.output


def test_the_help_shows_examples():
    result = CliRunner().invoke(main, ["--help"])
    assert "--table userProgress=1000000" in result.stdout
