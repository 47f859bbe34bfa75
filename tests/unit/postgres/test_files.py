"""Small files: whole or not at all, private, and no link followed."""

import stat

import pytest

from resources.errors import ServerProblem
from resources.postgres import account, files


def test_a_file_is_written_once_and_private(tmp_path):
    path = tmp_path / "conf"
    assert files.write(path, "a = 1\n")
    assert not files.write(path, "a = 1\n")
    assert files.write(path, "a = 2\n")
    assert files.read(path) == "a = 2\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_planted_link_is_neither_read_nor_written_through(tmp_path):
    target = tmp_path / "target"
    target.write_text("precious")
    link = tmp_path / "link"
    link.symlink_to(target)
    with pytest.raises(OSError, match=r"symbolic links|Too many"):
        files.read(link)
    assert files.last_log_line(link) == ""


def test_a_folder_is_made_with_its_mode_and_mended(tmp_path):
    folder = tmp_path / "folder"
    files.own_folder(folder, 0o700, account.caller())
    folder.chmod(0o755)
    files.own_folder(folder, 0o700, account.caller())
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("planted", ["link", "file"])
def test_what_is_no_folder_of_ours_is_refused(tmp_path, planted):
    path = tmp_path / "folder"
    path.symlink_to(tmp_path) if planted == "link" else path.write_text("")
    with pytest.raises(ServerProblem, match="is not a folder of the account"):
        files.own_folder(path, 0o700, account.caller())


def test_the_log_tells_only_what_is_new(tmp_path):
    log = tmp_path / "log"
    log.write_text("FATAL:  yesterday\n")
    since = files.log_size(log)
    assert files.last_log_line(log, since) == ""
    with log.open("a") as file:
        file.write("LOG:  begins\n2026 [7] FATAL:  today\nHINT:  sleep\n")
    assert files.last_log_line(log, since) == "FATAL:  today"
    assert files.last_log_line(tmp_path / "none") == ""


def test_a_short_log_is_left_as_it_is(tmp_path):
    log = tmp_path / "log"
    files.trim_log(log)
    log.write_text("LOG:  begins\n")
    files.trim_log(log)
    assert log.read_text() == "LOG:  begins\n"
    assert list(tmp_path.iterdir()) == [log]
