"""Deleting for good what Cohortline made, and nothing else."""

import pytest

from resources.errors import WrongUse
from resources.postgres import layout


def test_after_a_reset_the_next_start_begins_anew(lasting, lives, sql):
    lasting.start()
    sql(lasting, "create table if not exists kept as select 1 as n")
    before = lasting.status()
    (before.data.parent / "data-17-kept").mkdir()
    (before.data.parent / "data-17-kept" / "mine").write_text("")
    lasting.reset()
    assert not lives(before.pid)
    assert not before.data.exists()
    assert not before.log.exists()
    assert not before.socket.exists()
    assert (before.data.parent / "data-17-kept" / "mine").exists()
    lasting.reset()
    lasting.start()
    assert sql(lasting, "select to_regclass('kept')") == [(None,)]


def test_data_that_cohortline_did_not_make_is_never_deleted(lasting, sql):
    lasting.start()
    marker = lasting.status().data / layout.MARKER
    marker.rename(marker.with_name("aside"))
    with pytest.raises(
        WrongUse, match="data was not made by Cohortline, it lacks .made-by-cohortline; delete it yourself"
    ):
        lasting.reset()
    assert lasting.status().running
    assert sql(lasting, "select 1") == [(1,)]
    marker.with_name("aside").rename(marker)
