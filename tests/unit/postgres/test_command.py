"""Running programs: their errors become one line, their environment is ours."""

import sys

import pytest

from resources.errors import ServerProblem
from resources.postgres import command


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", ""),
        ("one\n\n two \n\n", "two"),
        ("2026 [1] LOG:  begins\n2026 [1] FATAL:  no room\n2026 [1] LOG:  ends\n", "FATAL:  no room"),
        ("psql: error: not there\n\tIs it running?\n", "error: not there"),
        ("ERROR:  first\nERROR:  second\n", "ERROR:  second"),
        ("PANIC:  worst\nFATAL:  follows\n", "PANIC:  worst"),
        ("1 [2] ERROR:  x: No space left on device\nPANIC:  cannot\n", "ERROR:  x: No space left on device"),
        ("cp: x: No space left on device\nFATAL:  cannot\n", "cp: x: No space left on device"),
    ],
)
def test_the_line_that_tells_is_found(text, line):
    assert command.telling_line(text) == line


def test_a_program_that_fails_is_one_line_with_what_it_said():
    code = "import sys; print('FATAL:  no room\\nHINT: x', file=sys.stderr); sys.exit(3)"
    with pytest.raises(ServerProblem, match=r"^counting failed: FATAL:  no room; mend that, then try again$"):
        command.run([sys.executable, "-c", code], timeout=20, doing="counting")


def test_a_program_that_says_nothing_has_its_code_told():
    with pytest.raises(ServerProblem, match=r"^counting failed: exit code 3; mend that, then try again$"):
        command.run([sys.executable, "-c", "raise SystemExit(3)"], timeout=20, doing="counting")


def test_a_program_that_hangs_is_ended():
    with pytest.raises(ServerProblem, match="did not finish within 0 seconds"):
        command.run([sys.executable, "-c", "import time; time.sleep(60)"], timeout=0.2, doing="counting")


def test_what_would_turn_a_program_elsewhere_is_left_out(monkeypatch):
    for name in ("PGHOST", "PGPASSWORD", "PGDATA", "LC_ALL", "LANG", "LANGUAGE"):
        monkeypatch.setenv(name, "x")
    monkeypatch.setenv("KEPT", "y")
    kept = command.environment()
    assert kept["KEPT"] == "y"
    assert kept["LC_ALL"] == "C"
    assert not {"PGHOST", "PGPASSWORD", "PGDATA", "LANG", "LANGUAGE"} & kept.keys()
