"""Folders with something in them that is no snapshot: refused without following, opening or waiting."""

import os
import shutil
import socket
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest

from resources.errors import UnreadableInput
from resources.snapshot.container import BLOCK_BYTES, Limits
from resources.snapshot.folder import open_folder

DOCUMENTS = "users/documents.jsonl"
FILES = {DOCUMENTS: b'{"_id":"ana"}\n', "_storage/kg1": b"x"}
NOBODY = 65534


@contextmanager
def without_privileges():
    """Be nobody for a while, since root may read everything."""
    mine = os.geteuid()
    if not mine:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(mine)


@pytest.fixture
def shared():
    """A folder that others may enter, which those of pytest are not."""
    path = Path(tempfile.mkdtemp())
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.mark.parametrize("place", ["users/link.jsonl", "_storage/link", "link"])
@pytest.mark.parametrize("target", ["documents.jsonl", "nowhere", "/"])
def test_a_link_anywhere_inside_is_refused(unpack, refusal, place, target):
    root = unpack(FILES)
    (root / place).symlink_to(target)
    assert f"{place} is a symbolic link" in refusal(root)


def test_a_table_that_is_a_link_is_refused(unpack, refusal, tmp_path):
    root = unpack(FILES)
    elsewhere = unpack({"documents.jsonl": b"secret\n"}, name="elsewhere")
    (root / "exams").symlink_to(elsewhere)
    assert "exams is a symbolic link" in refusal(root)


def test_a_pipe_is_refused_without_waiting_for_a_writer(unpack, refusal):
    root = unpack(FILES)
    (root / "exams").mkdir()
    os.mkfifo(root / "exams/documents.jsonl")
    assert "exams/documents.jsonl is neither a file nor a folder" in refusal(root)


def test_a_socket_is_refused(unpack, refusal, monkeypatch):
    root = unpack(FILES)
    monkeypatch.chdir(root)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
        assert "socket is neither a file nor a folder" in refusal(root)


def test_a_pipe_or_a_device_as_the_snapshot_is_refused(tmp_path, refusal):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/null")):
        assert "it is neither a file nor a folder" in refusal(path)


@pytest.mark.parametrize("swap", [os.mkfifo, lambda path: path.symlink_to("/etc/passwd"), os.mkdir])
def test_a_pipe_a_link_or_a_folder_put_in_a_files_place_is_refused(unpack, opened, swap):
    root = unpack(FILES)
    with opened(root) as snapshot:
        (root / DOCUMENTS).unlink()
        swap(root / DOCUMENTS)
        with pytest.raises(UnreadableInput, match=r"users/documents\.jsonl changed since it was opened"):
            list(snapshot.tables["users"].lines())


@pytest.mark.parametrize("change", ["cut", "grown"])
def test_a_file_that_changes_while_it_is_read_is_refused(unpack, opened, change):
    root = unpack({DOCUMENTS: b"line\n" * BLOCK_BYTES})
    with opened(root) as snapshot:
        lines = snapshot.tables["users"].lines()
        next(lines)
        with (root / DOCUMENTS).open("r+b") as file:
            file.truncate(BLOCK_BYTES if change == "cut" else BLOCK_BYTES * 20)
        with pytest.raises(UnreadableInput, match=r"users/documents\.jsonl changed since it was opened"):
            list(lines)


def test_folders_nested_without_end_are_refused(unpack, refusal):
    root = unpack(FILES)
    root.joinpath(*["deep"] * 40).mkdir(parents=True)
    assert "nested deeper than 32 folders" in refusal(root)


def test_a_name_that_a_zip_could_not_have_is_refused(unpack, refusal):
    assert "backslash" in refusal(unpack({**FILES, "users\\documents.jsonl": b""}))


def test_a_name_that_is_no_utf8_is_shown_escaped(unpack, opened):
    root = unpack(FILES)
    odd = os.fsencode(root) + b"/sch\xfcler"
    os.mkdir(odd)  # noqa: PTH102 - a Path cannot be made from bytes
    Path(os.fsdecode(odd), "documents.jsonl").touch()
    with opened(root) as snapshot:
        assert snapshot.unknown == ("sch\\udcfcler",)


def test_a_sparse_file_counts_with_its_full_size(unpack, refusal):
    root = unpack(FILES)
    os.truncate(root / DOCUMENTS, 1 << 41)
    assert "unpack to 2,199,023,255,552 bytes" in refusal(root)


@pytest.mark.parametrize("closed", [DOCUMENTS, "users", ""])
def test_what_may_not_be_read_is_refused_at_open(shared, opened, closed):
    root = shared / "snapshot"
    (root / "users").mkdir(parents=True)
    (root / DOCUMENTS).write_bytes(b"{}")
    (root / closed).chmod(0)
    with (
        without_privileges(),
        pytest.raises(UnreadableInput, match=r"cannot be read \(Permission denied\)"),
        opened(root),
    ):
        pass
    (root / closed).chmod(0o700)


def test_a_zip_that_may_not_be_read_is_refused(shared, opened):
    path = shared / "snapshot.zip"
    path.write_bytes(b"PK")
    path.chmod(0)
    with (
        without_privileges(),
        pytest.raises(UnreadableInput, match=r"cannot be read \(Permission denied\)"),
        opened(path),
    ):
        pass


def test_more_files_than_any_export_holds_are_refused(unpack, monkeypatch):
    root = unpack({**FILES, **{f"_storage/{n}": b"" for n in range(20)}})
    monkeypatch.setattr("resources.snapshot.folder.MAX_FILES", 10)
    with pytest.raises(UnreadableInput, match="more than 10 files"), open_folder(root, Limits()):
        pass
