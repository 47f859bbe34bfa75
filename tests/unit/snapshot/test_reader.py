"""What is found in a snapshot and read from it, alike from a ZIP and from a folder."""

import os
import zipfile
from concurrent.futures import ThreadPoolExecutor

import pytest

from resources.errors import UnreadableInput
from resources.snapshot.reader import open_snapshot

ANA = b'{"_id":"ana","_creationTime":1754035800727.001,"name":"Ana"}'
BEN = b'{"_id":"ben","_creationTime":1754035800728.0,"name":"Ben"}'
UNIFORM = b'"uniform"\n'
WHOLE = {
    "README.md": b"# Welcome\n",
    "_tables/documents.jsonl": b'{"name":"users","id":10001}\n',
    "cohort/documents.jsonl": b'{"_id":"spring"}\n',
    "cohort/generated_schema.jsonl": UNIFORM,
    "users/documents.jsonl": ANA + b"\n" + BEN + b"\n",
    "users/generated_schema.jsonl": UNIFORM,
    "_storage/documents.jsonl": b'{"_id":"kg1"}\n',
    "_storage/kg1.bin": b"\x00\xff",
}


def prefixed(files, prefix):
    return {f"{prefix}{name}": content for name, content in files.items()}


def test_an_export_as_convex_writes_it_is_read(snapshot_of, opened, lines_of):
    path = snapshot_of(WHOLE)
    with opened(path) as snapshot:
        assert snapshot.path == path
        assert sorted(snapshot.tables) == ["cohorts", "users"]
        assert snapshot.tables["cohorts"].name == "cohorts"
        assert [entry.path for entry in snapshot.tables["users"].entries] == ["users/documents.jsonl"]
        assert snapshot.tables["users"].size == len(WHOLE["users/documents.jsonl"])
        (batch,) = snapshot.tables["users"].lines()
        assert (batch.entry, list(batch.ordinals), batch.lines) == ("users/documents.jsonl", [1, 2], [ANA, BEN])
    assert lines_of(path) == [ANA, BEN]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("streamed", [True, False], ids=["streamed", "sought"])
def test_a_zip_is_read_whether_streamed_or_not_packed_or_not(pack, lines_of, method, streamed):
    assert lines_of(pack(WHOLE, method=method, streamed=streamed)) == [ANA, BEN]


def test_a_zip64_archive_is_read(tmp_path, lines_of):
    path = tmp_path / "snapshot.zip"
    with zipfile.ZipFile(path, "w") as archive, archive.open("users/documents.jsonl", "w", force_zip64=True) as member:
        member.write(ANA)
    assert lines_of(path) == [ANA]


def test_an_archive_with_more_members_than_the_old_format_counts_is_read(pack, lines_of):
    stored = [(f"_storage/{n}", b"") for n in range(66_000)]
    assert lines_of(pack([*stored, ("users/documents.jsonl", ANA)], method=zipfile.ZIP_STORED)) == [ANA]


def test_a_zip_with_bytes_in_front_and_a_comment_behind_is_read(pack, lines_of):
    path = pack(WHOLE)
    with zipfile.ZipFile(path, "a") as archive:
        archive.comment = b"from the archive of 2026"
    path.write_bytes(b"#!/bin/false\n" + path.read_bytes())
    assert lines_of(path) == [ANA, BEN]


@pytest.mark.parametrize("prefix", ["outer/", "a/b c/ünï/", "_backup/"])
def test_tables_are_found_beneath_any_outer_folders(snapshot_of, lines_of, prefix):
    assert lines_of(snapshot_of(prefixed(WHOLE, prefix))) == [ANA, BEN]


def test_names_that_start_with_a_dot_folder_are_read(pack, lines_of):
    assert lines_of(pack(prefixed(WHOLE, "./"))) == [ANA, BEN]


def test_what_macos_leaves_behind_is_passed_over(snapshot_of, opened):
    junk = {"__MACOSX/users/documents.jsonl": b"x", "__MACOSX/users/._documents.jsonl": b"x", "users/.DS_Store": b"x"}
    with opened(snapshot_of({**WHOLE, **junk})) as snapshot:
        assert sorted(snapshot.tables) == ["cohorts", "users"]
        assert not snapshot.unknown


def test_folders_may_have_members_of_their_own(pack, lines_of):
    assert lines_of(pack([("users/", b""), *WHOLE.items()])) == [ANA, BEN]


def test_convexs_own_tables_are_neither_known_nor_unknown(snapshot_of, opened):
    with opened(snapshot_of({**WHOLE, "_file_storage/documents.jsonl": b""})) as snapshot:
        assert sorted(snapshot.internal) == ["_file_storage", "_storage", "_tables"]
        assert not snapshot.unknown


def test_stored_files_are_never_taken_for_tables(snapshot_of, opened):
    with opened(snapshot_of({**WHOLE, "_storage/exams/documents.jsonl": b"x"})) as snapshot:
        assert "exams" not in snapshot.tables


def test_unknown_tables_are_listed_as_found(snapshot_of, opened):
    files = {
        **WHOLE,
        "semester/documents.jsonl": b"",
        "outer/_components/billing/invoices/documents.jsonl": b"",
        "_components/billing/_components/tax/rates/documents.jsonl": b"",
        "documents.jsonl": b"",
    }
    with opened(snapshot_of(files)) as snapshot:
        assert sorted(snapshot.unknown) == [
            "_components/billing/_components/tax/rates",
            "_components/billing/invoices",
            "documents.jsonl",
            "semester",
        ]


def test_a_table_without_documents_is_present_and_empty(snapshot_of, opened, lines_of):
    path = snapshot_of({**WHOLE, "exams/documents.jsonl": b""})
    with opened(path) as snapshot:
        assert "exams" in snapshot.tables
    assert lines_of(path, "exams") == []


def test_an_absent_table_is_just_absent(snapshot_of, opened):
    with opened(snapshot_of(WHOLE)) as snapshot:
        assert "exams" not in snapshot.tables


def test_two_aliases_of_one_table_are_read_one_after_the_other(snapshot_of, opened, lines_of):
    files = {"cohorts/documents.jsonl": b"second\n", "cohort/documents.jsonl": b"first\n"}
    path = snapshot_of(files)
    with opened(path) as snapshot:
        entries = [entry.path for entry in snapshot.tables["cohorts"].entries]
        assert entries == ["cohort/documents.jsonl", "cohorts/documents.jsonl"]
        assert [(b.entry, list(b.ordinals)) for b in snapshot.tables["cohorts"].lines()] == [(e, [1]) for e in entries]
    assert lines_of(path, "cohorts") == [b"first", b"second"]


def test_one_table_in_two_outer_folders_is_refused(snapshot_of, refusal):
    message = refusal(snapshot_of({**prefixed(WHOLE, "monday/"), **prefixed(WHOLE, "tuesday/")}))
    assert "monday/cohort/documents.jsonl" in message
    assert "tuesday/cohort/documents.jsonl" in message


def test_without_any_known_table_it_is_refused_and_its_tables_are_named(snapshot_of, refusal):
    files = {f"t{n:02}/documents.jsonl": b"" for n in range(30)}
    message = refusal(snapshot_of(files))
    assert "not a snapshot of a known app" in message
    assert "t00, t01" in message
    assert "20 more" in message
    assert "t15" not in message


def test_without_any_table_at_all_it_is_refused(snapshot_of, refusal):
    assert "README.md" not in refusal(snapshot_of({"README.md": b"x", "users/generated_schema.jsonl": UNIFORM}))


@pytest.mark.parametrize("schema", [b"", b"\n", b'"uniform"', b'\xef\xbb\xbf"uniform"\r\n', b'"uniform"\n\n'])
def test_a_uniform_or_empty_schema_is_fine(snapshot_of, lines_of, schema):
    assert lines_of(snapshot_of({**WHOLE, "users/generated_schema.jsonl": schema})) == [ANA, BEN]


@pytest.mark.parametrize(
    "schema", [b'"{_id: id, n: int64}"\n', b"{}", b'"uniform"\n{"ana":"int64"}\n', b'"' + b"x" * 300_000 + b'"']
)
@pytest.mark.parametrize("table", ["cohort", "semester", "_components/billing/users"])
def test_any_other_schema_marks_a_legacy_export_and_is_refused(snapshot_of, refusal, schema, table):
    message = refusal(snapshot_of({**WHOLE, f"{table}/generated_schema.jsonl": schema}))
    assert f"table {table} is in the legacy format" in message
    assert len(message) < 500


def test_the_roots_table_wins_over_a_components(snapshot_of, opened, lines_of):
    path = snapshot_of({**WHOLE, "_components/billing/users/documents.jsonl": b"other\n"})
    assert lines_of(path) == [ANA, BEN]
    with opened(path) as snapshot:
        (unused,) = snapshot.unused
        assert (unused.name, unused.canonical) == ("_components/billing/users", "users")
        assert "outside the components is read" in unused.reason


def test_the_roots_alias_wins_over_a_components_other_alias(snapshot_of, opened, lines_of):
    path = snapshot_of({**WHOLE, "_components/billing/cohorts/documents.jsonl": b"other\n"})
    assert lines_of(path, "cohorts") == [b'{"_id":"spring"}']
    with opened(path) as snapshot:
        assert [one.name for one in snapshot.unused] == ["_components/billing/cohorts"]


@pytest.mark.parametrize("prefix", ["", "outer/"])
@pytest.mark.parametrize("component", ["_components/quiz", "_components/school/_components/quiz"])
def test_a_table_that_only_one_component_has_is_read(snapshot_of, opened, lines_of, prefix, component):
    path = snapshot_of({**WHOLE, f"{prefix}{component}/exams/documents.jsonl": b"exam\n"})
    assert lines_of(path, "exams") == [b"exam"]
    with opened(path) as snapshot:
        assert not snapshot.unused


def test_a_table_that_several_components_have_is_ambiguous_and_not_read(snapshot_of, opened):
    files = {f"_components/{name}/exams/documents.jsonl": b"exam\n" for name in ("quiz", "school")}
    with opened(snapshot_of({**WHOLE, **files})) as snapshot:
        assert "exams" not in snapshot.tables
        assert [one.name for one in snapshot.unused] == ["_components/quiz/exams", "_components/school/exams"]
        assert all(one.canonical == "exams" for one in snapshot.unused)
        assert all("ambiguous: the components quiz, school" in one.reason for one in snapshot.unused)


def test_with_nothing_but_ambiguous_tables_it_is_refused(snapshot_of, refusal):
    files = {f"_components/{name}/exams/documents.jsonl": b"exam\n" for name in ("quiz", "school")}
    message = refusal(snapshot_of(files))
    assert "ambiguous" in message
    assert "_components/quiz/exams" in message


def test_an_oversized_line_is_reported_in_its_place(snapshot_of, opened):
    with opened(snapshot_of({"users/documents.jsonl": b"one\n" + b"x" * 101 + b"\nthree"}), max_line_bytes=100) as it:
        batches = list(it.tables["users"].lines())
    assert [(list(b.ordinals), b.lines, [o.ordinal for o in b.oversized]) for b in batches] == [
        ([1], [b"one"], []),
        ([], [], [2]),
        ([3], [b"three"], []),
    ]


def test_a_table_can_be_read_twice_and_beside_another(snapshot_of, opened):
    with opened(snapshot_of(WHOLE)) as snapshot:
        pairs = zip(snapshot.tables["users"].lines(), snapshot.tables["cohorts"].lines(), strict=True)
        assert [(a.lines, b.lines) for a, b in pairs] == [([ANA, BEN], [b'{"_id":"spring"}'])]
        assert [b.lines for b in snapshot.tables["users"].lines()] == [[ANA, BEN]]


def test_tables_can_be_read_by_several_threads_at_once(snapshot_of, opened):
    files = {f"{name}/documents.jsonl": f"{name}\n".encode() * 300_000 for name in ("users", "exams", "cohort")}

    def content(table):
        return {line for batch in table.lines() for line in batch.lines}, sum(len(b.lines) for b in table.lines())

    with opened(snapshot_of(files)) as snapshot, ThreadPoolExecutor() as threads:
        found = dict(zip(snapshot.tables, threads.map(content, snapshot.tables.values()), strict=True))
    assert found == {
        "users": ({b"users"}, 300_000),
        "exams": ({b"exams"}, 300_000),
        "cohorts": ({b"cohort"}, 300_000),
    }


def test_a_total_beyond_the_limit_is_refused(snapshot_of, refusal):
    assert "more than the limit of 50" in refusal(snapshot_of(WHOLE), max_total_bytes=50)


def test_the_digest_of_an_unchanged_table_stays(snapshot_of, opened):
    with opened(snapshot_of(WHOLE, name="one")) as one, opened(snapshot_of(WHOLE, name="two")) as two:
        assert one.digest("users") == one.tables["users"].digest() == two.digest("users")
        assert len(one.digest("users")) == 64
        assert one.digest("users") != one.digest("cohorts")


def test_the_digest_of_one_table_does_not_hang_on_its_name_or_its_neighbours(snapshot_of, opened):
    first = snapshot_of({"cohort/documents.jsonl": b"doc\n"}, name="one")
    second = snapshot_of({"a/cohorts/documents.jsonl": b"doc\n", "exams/documents.jsonl": b"exam\n"}, name="two")
    with opened(first) as one, opened(second) as two:
        assert one.digest("cohorts") == two.digest("cohorts")


def test_the_digest_covers_every_alias_and_where_one_ends(snapshot_of, opened):
    contents = [(b"a\nb\n", b""), (b"a\n", b"b\n"), (b"", b"a\nb\n"), (b"b\n", b"a\n"), (b"a\n", b"c\n")]
    digests = set()
    for n, (first, second) in enumerate(contents):
        files = {"cohort/documents.jsonl": first, "cohorts/documents.jsonl": second}
        with opened(snapshot_of(files, name=f"case{n}")) as snapshot:
            digests.add(snapshot.digest("cohorts"))
    assert len(digests) == len(contents)


def test_an_untouched_snapshot_passes_as_unchanged(snapshot_of, opened):
    with opened(snapshot_of(WHOLE)) as snapshot:
        assert list(snapshot.tables["users"].lines())
        snapshot.check_unchanged()


@pytest.mark.parametrize("kind", ["longer", "touched", "replaced", "gone"])
def test_a_snapshot_that_changes_while_open_is_refused(snapshot_of, opened, kind):
    path = snapshot_of(WHOLE)
    file = path if path.is_file() else path / "users/documents.jsonl"
    with opened(path) as snapshot:
        if kind == "longer":
            file.write_bytes(file.read_bytes() + b"\n")
        elif kind == "touched":
            os.utime(file, ns=(0, 0))
        elif kind == "replaced":
            other, times = file.with_suffix(".new"), file.stat()
            other.write_bytes(file.read_bytes())
            os.utime(other, ns=(times.st_atime_ns, times.st_mtime_ns))
            other.replace(file)
        else:
            file.unlink()
        with pytest.raises(UnreadableInput, match="changed since it was opened"):
            snapshot.check_unchanged()
        with pytest.raises(UnreadableInput, match="changed since it was opened"):
            list(snapshot.tables["users"].lines())
        with pytest.raises(UnreadableInput, match="changed since it was opened"):
            snapshot.digest("users")


def test_the_snapshots_own_path_may_be_a_link(snapshot_of, tmp_path, lines_of):
    link = tmp_path / "latest"
    link.symlink_to(snapshot_of(WHOLE))
    assert lines_of(link) == [ANA, BEN]


def test_a_missing_path_is_refused(tmp_path, refusal):
    assert "there is nothing here" in refusal(tmp_path / "no.zip")


def test_a_link_to_nothing_is_refused(tmp_path, refusal):
    link = tmp_path / "latest"
    link.symlink_to(tmp_path / "gone.zip")
    assert "there is nothing here" in refusal(link)


def test_an_empty_file_is_refused(tmp_path, refusal):
    path = tmp_path / "snapshot.zip"
    path.touch()
    assert "the file is empty" in refusal(path)


def test_a_file_that_is_no_zip_is_refused(tmp_path, refusal):
    path = tmp_path / "snapshot.zip"
    path.write_bytes(ANA)
    assert "neither a ZIP nor a folder" in refusal(path)


def test_a_folder_without_documents_is_refused(unpack, refusal):
    assert "no <table>/documents.jsonl" in refusal(unpack({"snapshot.zip": b"x"}))
    assert "no <table>/documents.jsonl" in refusal(unpack({}, name="empty"))


def test_a_path_that_no_system_knows_is_refused(tmp_path, aliases):
    with pytest.raises(UnreadableInput, match="this is no path"), open_snapshot(tmp_path / "a\0b", aliases):
        pass
    with pytest.raises(UnreadableInput, match="cannot be read"), open_snapshot(tmp_path / ("x" * 300), aliases):
        pass
