"""Clearing: only what an export proves to hold and what v2 proves to hold is dropped, and what comes later stays."""

import json
import shutil

import pytest

from assets.exams import backup, clearing
from assets.exams.exams import refresh_exams
from assets.exams.keep import keep
from assets.exams.migrate import migrate
from assets.exams.verification.verify import verify
from assets.landing.land import land
from assets.landing.sources import ALIASES, SOURCES
from resources.errors import UnreadableInput, WrongUse
from resources.snapshot.reader import open_snapshot

(EXAMS,) = (source for source in SOURCES if source.name == "exams")


def exam(key, score=50.0):
    answers = [{"questionId": "q", "selectedAnswer": "a", "isCorrect": True}]
    entry = {"userId": "ana", "score": score, "completedAt": 1769904000123.0, "answers": answers}
    return {"_id": key, "title": key, "participants": [entry]}


@pytest.fixture
def load(database, make_snapshot):
    def go(*exams, name="snapshot"):
        with open_snapshot(make_snapshot({"exams": list(exams)}, name), ALIASES) as snapshot:
            land(database, snapshot, EXAMS, name)
            keep(database, snapshot, name)
        refresh_exams(database, name)
        return migrate(database, name)

    return go


@pytest.fixture
def path(load, database, tmp_path):
    """An export of two exams, of which one changed since and another was added."""
    load(exam("changed"), exam("exported"))
    backup.export(database, tmp_path / "backup")
    load(exam("changed", 60.0), exam("exported"), exam("new"), name="later")
    return tmp_path / "backup"


@pytest.fixture
def kept(query):
    def read():
        return [key for (key,) in query("select exam_id from landing.v1_exams where document is not null order by 1")]

    return read


def v2(query):
    return query("select to_jsonb(p)::text from core.exam_participations p union all"
                 " select to_jsonb(a)::text from core.exam_answers a order by 1")  # fmt: skip


def test_only_what_was_exported_as_it_is_now_is_cleared(path, database, kept, query):
    before = v2(query)
    done = clearing.clear(database)
    assert (done.cleared, done.not_exported, done.is_whole) == (["exported"], ["changed", "new"], True)
    assert kept() == ["changed", "new"]
    assert v2(query) == before
    assert verify(database).is_valid
    assert query("select digest <> '', participants, answers, cleared_at::date::text from landing.v1_exams"
                 " where exam_id = 'exported'") == [(True, 1, 1, "2026-03-02")]  # fmt: skip
    ((counts,),) = query("select counts from ops.audits where statement = 'cleared'")
    assert counts == {"cleared": 1, "refused": 0, "not_exported": 2, "not_proved": 0, "changed": 0}
    assert clearing.clear(database).cleared == []


def test_the_next_migration_leaves_v2_of_cleared_exams_as_it_is(path, database, load, kept, query):
    clearing.clear(database)
    before = v2(query)
    query("delete from ops.exam_states")
    load(exam("changed", 60.0), exam("exported"), exam("new"), name="again")
    assert v2(query) == before
    assert verify(database).is_valid
    assert kept() == ["changed", "new"]


def test_what_arrives_in_v1_after_clearing_is_kept_and_migrated(path, database, load, kept, query):
    clearing.clear(database)
    load(exam("changed", 60.0), exam("exported", 70.0), exam("new"), name="after")
    assert kept() == ["changed", "exported", "new"]
    assert query("select score from core.exam_participations where exam_id = 'exported'") == [(70.0,)]
    assert verify(database).is_valid
    assert backup.restore(database, path).newer == ["changed", "exported"]


def test_what_was_cleared_is_restored_and_verifies(path, database, load, kept, query):
    clearing.clear(database)
    before = v2(query)
    assert backup.restore(database, path).restored == ["exported"]
    assert kept() == ["changed", "exported", "new"]
    load(exam("changed", 60.0), exam("exported"), exam("new"), name="again")
    assert v2(query) == before
    assert verify(database).is_valid


@pytest.mark.parametrize(
    "damage",
    [
        "update core.exam_participations set score = 51 where exam_id = 'exported'",
        "delete from core.exam_answers where exam_id = 'exported'",
        "delete from core.exam_participations where exam_id = 'exported'",
        "update core.exam_answers set selected_answer = 'b' where exam_id = 'exported'",
    ],
)
def test_an_exam_that_does_not_verify_is_refused_and_the_others_are_cleared(path, database, kept, query, damage):
    backup.export(database, path)
    query(damage)
    done = clearing.clear(database)
    assert (done.cleared, done.refused, done.is_whole) == (["changed", "new"], ["exported"], False)
    assert kept() == ["exported"]


def test_the_exams_named_alone_are_cleared(path, database, kept):
    backup.export(database, path)
    assert clearing.clear(database, ["new"]).cleared == ["new"]
    assert kept() == ["changed", "exported"]
    for unknown in ("nobody's", "new"):
        with pytest.raises(WrongUse, match=f"no exam '{unknown}' with a kept document"):
            clearing.clear(database, [unknown])


def test_without_any_export_nothing_is_cleared(load, database, kept):
    load(exam("e"))
    with pytest.raises(WrongUse, match="cohortline exams export"):
        clearing.clear(database)
    assert kept() == ["e"]


def test_where_nothing_is_kept_there_is_nothing_to_clear(database):
    assert clearing.clear(database).cleared == []


def alter(path):
    documents = path / "exams" / "documents.jsonl"
    documents.write_bytes(documents.read_bytes().replace(b"50.0", b"51.0"))


def restate(path):
    """Another export in the place of the recorded one."""
    manifest = json.loads((path / "manifest.json").read_text())
    manifest |= {"exams": [], "totalExams": 0, "totalParticipants": 0, "totalAnswers": 0, "bytes": 0, "sha256": "0"}
    (path / "manifest.json").write_text(json.dumps(manifest))


@pytest.mark.parametrize("damage", [shutil.rmtree, alter, restate], ids=["gone", "altered", "another"])
def test_an_export_that_is_no_longer_whole_clears_nothing(path, database, kept, damage):
    damage(path)
    with pytest.raises(UnreadableInput, match="nothing was cleared"):
        clearing.clear(database)
    assert kept() == ["changed", "exported", "new"]


def test_an_older_export_stands_in_for_a_newer_one_that_was_lost(path, database, kept, tmp_path):
    backup.export(database, tmp_path / "newer")
    shutil.rmtree(tmp_path / "newer")
    done = clearing.clear(database)
    assert (done.cleared, done.not_proved) == (["exported"], ["changed", "new"])
    assert len(done.problems) == 1
    assert not done.is_whole


def test_a_document_that_changes_while_it_is_being_cleared_stays(path, database, kept, query, monkeypatch):
    def verified(database, exams):
        query("update landing.v1_exams set digest = 'other' where exam_id = 'exported'")
        return verify(database, exams=["new"])

    monkeypatch.setattr(clearing, "verify", verified)
    assert clearing.clear(database).changed == ["exported"]
    assert kept() == ["changed", "exported", "new"]


def test_what_would_be_cleared_can_be_asked_without_clearing(path, database, kept):
    found = {one.exam_id: bool(one.backups) for one in clearing.candidates(database)}
    assert found == {"changed": False, "exported": True, "new": False}
    assert kept() == ["changed", "exported", "new"]


def test_a_cleared_exam_that_left_keeps_its_document_again_when_it_comes_back(load, database, kept, query, tmp_path):
    load(exam("other"), exam("returning"))
    backup.export(database, tmp_path / "backup")
    clearing.clear(database)
    load(exam("other"), name="without")
    load(exam("other"), exam("returning"), name="again")
    assert kept() == ["returning"]
    assert query("select gone_load from core.exam_participations where exam_id = 'returning'") == [(None,)]
    assert verify(database).is_valid
