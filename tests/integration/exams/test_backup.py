"""The backup of v1: an export stands whole or not at all, and gives every document back byte for byte."""

import json
import shutil
import zlib
from hashlib import sha256

import pytest

from assets.exams import backup
from assets.exams.keep import keep
from assets.landing.land import land
from assets.landing.sources import ALIASES, SOURCES
from resources.errors import CohortlineError, UnreadableInput, WrongUse
from resources.snapshot.reader import open_snapshot

(EXAMS,) = (source for source in SOURCES if source.name == "exams")
FIRST = (
    '{"_id":"first", "_creationTime":1.0,  "title":"Caf\\u00e9 \U0001f600","participants":[{"userId":"ana","score":50,'
    '"answers":[{"questionId":"q1","isCorrect":true},{"questionId":"q2"}],"pausePhase":"after_pause"},'
    '{"userId":"ben","inProgressAnswers":[1]}, 7]}'
).encode()
SECOND = b'{"_creationTime":2.0,"participants":[],"_id":"second"}\r'
NONE = b'{"_id":"none","_creationTime":3.0}'


@pytest.fixture
def kept(database, make_snapshot):
    def go(*documents, name="snapshot"):
        with open_snapshot(make_snapshot({"exams": list(documents)}, name), ALIASES) as snapshot:
            land(database, snapshot, EXAMS, f"run-{name}")
            keep(database, snapshot, f"run-{name}")

    return go


@pytest.fixture
def stored(query):
    """The kept documents, unpacked."""

    def read():
        rows = query("select exam_id, document from landing.v1_exams where document is not null order by 1")
        return {exam: zlib.decompress(document) for exam, document in rows}

    return read


@pytest.fixture
def exported(kept, database, tmp_path):
    kept(FIRST, SECOND, NONE)
    backup.export(database, tmp_path / "backup")
    return tmp_path / "backup"


def clear(query, *exams):
    query("update landing.v1_exams set document = null, cleared_at = now() where exam_id = any(:exams)", exams=[*exams])


def everything(query):
    return query("select v1_exams::text from landing.v1_exams order by 1")


def test_an_export_holds_every_document_as_received_and_says_what_it_holds(exported, database):
    lines = (exported / "exams" / "documents.jsonl").read_bytes()
    assert lines == FIRST + b"\n" + SECOND.removesuffix(b"\r") + b"\n"
    manifest = json.loads((exported / "manifest.json").read_bytes())
    assert manifest["exams"][0] == {
        "examId": "first",
        "examTitle": "Café 😀",
        "sha256": sha256(FIRST).hexdigest(),
        "bytes": len(FIRST),
        "participants": 3,
        "answers": 2,
    }
    totals = {name: manifest[name] for name in ("totalExams", "totalParticipants", "totalAnswers", "bytes", "sha256")}
    assert totals == {
        "totalExams": 2,
        "totalParticipants": 3,
        "totalAnswers": 2,
        "bytes": len(lines),
        "sha256": sha256(lines).hexdigest(),
    }
    assert (manifest["format"], manifest["asOf"], manifest["cleared"]) == (1, "2026-03-02T12:00:00Z", [])


def test_an_export_is_recorded_and_private_and_is_a_snapshot_too(exported, database, query, stored):
    path = str(exported)
    assert query("select exam_id, path from ops.exam_exports order by 1") == [("first", path), ("second", path)]
    assert exported.stat().st_mode & 0o077 == 0
    before = stored()
    query("truncate landing.v1_exams, landing.exams, ops.loads")
    with open_snapshot(exported, ALIASES) as snapshot:
        land(database, snapshot, EXAMS, "again")
        keep(database, snapshot, "again")
    assert stored() == before


def test_what_was_cleared_before_is_named_and_what_is_gone_is_exported(kept, database, query, tmp_path):
    kept(FIRST, SECOND)
    kept(NONE, name="later")
    clear(query, "second")
    found = backup.export(database, tmp_path / "backup").manifest
    assert ([one.exam_id for one in found.exams], found.cleared) == (["first"], ["second"])


def test_documents_that_were_cleared_come_back_byte_for_byte(exported, database, query, stored):
    before, rows = stored(), everything(query)
    query("insert into ops.exam_states values ('', 'first', 'exams.participants', '', 1), ('', 'other', 'x', '', 1)")
    clear(query, "first", "second")
    assert stored() == {}
    done = backup.restore(database, exported)
    assert (done.restored, done.unchanged, done.newer, done.unknown) == (["first", "second"], 0, [], [])
    assert stored() == before
    assert everything(query) == rows
    assert query("select exam_id from ops.exam_states") == [("other",)]
    again = backup.restore(database, exported)
    assert (again.restored, again.unchanged, everything(query)) == ([], 2, rows)
    assert query("select counts from ops.audits where statement = 'restored' order by audit_id")[0][0]["restored"] == 2


def test_an_exam_that_the_source_does_not_have_is_kept_as_gone(exported, database, query, stored):
    before = stored()
    query("truncate landing.v1_exams, landing.exams")
    assert backup.restore(database, exported).unknown == ["first", "second"]
    assert stored() == before
    assert query("select distinct gone_load is not null, is_embedded from landing.v1_exams") == [(True, False)]


def test_an_exam_whose_participants_the_app_removed_before_it_ever_landed_gets_them_back(
    exported, database, query, stored, kept
):
    before = stored()
    query("truncate landing.v1_exams, landing.exams, ops.loads")
    kept(b'{"_id":"first","_creationTime":1.0}', SECOND, name="without")
    assert backup.restore(database, exported).restored == ["first"]
    assert stored() == before
    assert query("select gone_load, is_embedded from landing.v1_exams where exam_id = 'first'") == [(None, False)]


def test_a_document_that_arrived_since_is_never_overwritten(exported, database, query, stored, kept):
    newer = FIRST.replace(b"50", b"60")
    kept(newer, SECOND, name="later")
    clear(query, "second")
    done = backup.restore(database, exported)
    assert (done.restored, done.newer) == (["second"], ["first"])
    assert stored()["first"] == newer
    # Nor is it where that newer one was cleared: another export holds it.
    clear(query, "first")
    assert backup.restore(database, exported).newer == ["first"]
    assert "first" not in stored()


def test_an_earlier_export_is_replaced_unless_it_holds_what_the_new_one_would_not(exported, database, query, kept):
    kept(FIRST.replace(b"50", b"60"), SECOND, name="later")
    backup.export(database, exported)
    assert b"60" in (exported / "exams" / "documents.jsonl").read_bytes()
    assert query("select count(distinct export_id), count(*) from ops.exam_exports") == [(1, 2)]
    clear(query, "first")
    with pytest.raises(WrongUse, match="choose another path"):
        backup.export(database, exported)
    assert b"60" in (exported / "exams" / "documents.jsonl").read_bytes()
    assert [child.name for child in exported.parent.iterdir() if child.name.startswith(".")] == []


@pytest.mark.parametrize(
    "occupy", [lambda path: path.mkdir(), lambda path: path.write_text("mine"), lambda path: path.symlink_to("nowhere")]
)
def test_a_path_that_exists_and_is_no_export_is_refused_and_left(kept, database, tmp_path, occupy):
    kept(FIRST)
    occupy(tmp_path / "backup")
    with pytest.raises(WrongUse, match="is no earlier export"):
        backup.export(database, tmp_path / "backup")
    assert {child.name for child in tmp_path.iterdir()} == {"backup", "snapshot"}


def test_a_folder_that_does_not_exist_is_not_made(kept, database, tmp_path):
    with pytest.raises(WrongUse, match="make it first"):
        backup.export(database, tmp_path / "no" / "backup")


def test_an_interrupted_export_leaves_nothing_and_is_not_recorded(kept, database, tmp_path, query):
    kept(FIRST, SECOND)

    def interrupt(doing, done, total):
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        backup.export(database, tmp_path / "backup", interrupt)
    assert {child.name for child in tmp_path.iterdir()} == {"snapshot"}
    assert query("select * from ops.exam_exports") == []


def test_what_a_killed_export_left_beside_its_path_is_swept_by_the_next(kept, database, tmp_path):
    kept(FIRST)
    (tmp_path / ".backup.partial" / "exams").mkdir(parents=True)
    backup.export(database, tmp_path / "backup")
    # Killed between taking the earlier export away and putting the new one there.
    (tmp_path / "backup").rename(tmp_path / ".backup.earlier")
    backup.export(database, tmp_path / "backup")
    assert {child.name for child in tmp_path.iterdir()} == {"backup", "snapshot"}


def test_a_kept_document_that_was_damaged_is_not_exported(kept, database, tmp_path, query):
    kept(FIRST, SECOND)
    query("update landing.v1_exams set document = '\\x00' where exam_id = 'second'")
    with pytest.raises(CohortlineError, match="document of exam second is damaged"):
        backup.export(database, tmp_path / "backup")
    assert not (tmp_path / "backup").exists()


def alter(name, change):
    def go(path):
        (path / name).write_bytes(change((path / name).read_bytes()))

    return go


def restated(content):
    """A manifest that states what the altered documents have."""

    def go(path):
        documents = path / "exams" / "documents.jsonl"
        lines = content(documents.read_bytes())
        documents.write_bytes(lines)
        manifest = json.loads((path / "manifest.json").read_bytes())
        for exam, line in zip(manifest["exams"], lines.splitlines(), strict=True):
            exam |= {"sha256": sha256(line).hexdigest(), "bytes": len(line)}
        manifest |= {"sha256": sha256(lines).hexdigest(), "bytes": len(lines)}
        (path / "manifest.json").write_text(json.dumps(manifest))

    return go


def manifest_with(change):
    def go(text):
        manifest = json.loads(text)
        change(manifest)
        return json.dumps(manifest).encode()

    return alter("manifest.json", go)


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (shutil.rmtree, "there is nothing here"),
        (lambda path: (shutil.rmtree(path), path.write_text("x")), "it is no folder"),
        (lambda path: (path / "manifest.json").unlink(), "it holds no manifest.json"),
        (lambda path: (path / "exams" / "documents.jsonl").unlink(), "documents.jsonl cannot be read"),
        (alter("manifest.json", lambda text: text[:-20]), "manifest.json is damaged"),
        (alter("manifest.json", lambda text: b"[1]"), "manifest.json is damaged"),
        (alter("manifest.json", lambda text: text.replace(b'"format": 1', b'"format": 2')), "its format is 2"),
        (manifest_with(lambda m: m.update(totalAnswers=3)), "does not agree with itself"),
        (manifest_with(lambda m: m["exams"].reverse()), "does not agree with itself"),
        (manifest_with(lambda m: m.update(sha256="0" * 64)), "does not have the manifest's digest"),
        (alter("exams/documents.jsonl", lambda text: text[:-1]), "not as long as the manifest says"),
        (alter("exams/documents.jsonl", lambda text: text + b"\n"), "not as long as the manifest says"),
        (alter("exams/documents.jsonl", lambda text: text.replace(b"50", b"51")), "exam first is not the one exported"),
        (restated(lambda text: text.replace(b'"first"', b'"third"')), "exam first is not the one exported"),
        (restated(lambda text: text.replace(b',{"questionId":"q2"}', b"")), "exam first is not the one exported"),
        (restated(lambda text: b"no JSON\n" + text.splitlines(keepends=True)[1]), "exam first is not the one exported"),
    ],
)
def test_an_export_that_is_not_whole_is_refused_and_nothing_is_written(exported, database, query, damage, says):
    clear(query, "first", "second")
    before = everything(query)
    damage(exported)
    with pytest.raises(UnreadableInput, match=says) as refusal:
        backup.restore(database, exported)
    assert "\n" not in str(refusal.value)
    assert everything(query) == before
    assert query("select * from ops.audits") == []


def test_an_interrupted_restore_writes_nothing(exported, database, query):
    clear(query, "first", "second")
    before = everything(query)

    def interrupt(doing, done, total):
        if doing == "restored":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        backup.restore(database, exported, interrupt)
    assert everything(query) == before
