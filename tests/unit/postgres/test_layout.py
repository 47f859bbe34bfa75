"""Where things lie, found without touching anything."""

import os
from pathlib import Path

import pytest

from resources.errors import WrongUse
from resources.postgres import layout


def test_looking_makes_nothing(tmp_path):
    found = layout.find(tmp_path / "home")
    assert found.data == tmp_path / "home" / "postgres" / "data"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("home", "own"),
    [
        ("/srv/cohortline", True),
        ("/srv/" + "x" * 68, True),
        ("/srv/" + "x" * 69, False),
        ("/srv/two words", False),
        ("/srv/a,b", False),
        ("/srv/100%", False),
        ("/srv/é", False),
    ],
)
def test_the_socket_lies_at_home_where_every_client_could_find_it(home, own):
    sockets = layout.find(Path(home)).sockets
    assert (sockets == Path(home, "postgres", "run")) is own
    assert len(os.fsencode(sockets / ".s.PGSQL.5432")) <= 103
    assert layout._PLAIN.fullmatch(str(sockets))


def test_two_homes_never_share_a_socket():
    one, other = (layout.find(Path(f"/srv/home {number}")).sockets for number in (1, 2))
    assert one != other
    assert str(os.geteuid()) in str(one)


def test_a_long_temporary_folder_is_passed_over(monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / ("y" * 90)))
    assert len(os.fsencode(layout.find(Path("/srv/two words")).sockets)) < 90


@pytest.mark.parametrize("home", ["/srv/a\nb", "/srv/a\tb", "/srv/" + "é" * 500, "/srv/a\0b"])
def test_a_home_that_postgresql_could_not_use_is_refused(home):
    with pytest.raises(WrongUse, match="COHORTLINE_HOME"):
        layout.resolved(Path(home))


def test_a_pointer_leads_to_the_data(tmp_path):
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "place").write_text("/var/lib/cohortline/abc\n")
    found = layout.find(tmp_path)
    assert found.data == Path("/var/lib/cohortline/abc/data")
    assert found.sockets == Path("/var/lib/cohortline/abc/run")
    assert found.lock == tmp_path / "postgres" / "lock"
