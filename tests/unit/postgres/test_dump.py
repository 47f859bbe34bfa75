"""The dump of an older cluster is made fit for a new one that has its first role already."""

from resources.postgres import upgrade

DUMP = b"""\\restrict abc
CREATE ROLE a_reader;
ALTER ROLE a_reader WITH NOSUPERUSER;
CREATE ROLE cohortline;
ALTER ROLE cohortline WITH SUPERUSER PASSWORD 'x';
CREATE ROLE cohortline_reader;
GRANT a_reader TO cohortline;
\\connect template1
CREATE ROLE cohortline;
"""


def test_only_the_lines_that_make_our_own_role_are_left_out(tmp_path):
    dump = tmp_path / "dump.sql"
    dump.write_bytes(DUMP)
    upgrade._leave_out_own_role(dump)
    left = [line for line in dump.read_bytes().splitlines() if line.strip(b"-")]
    assert left == [line for n, line in enumerate(DUMP.splitlines()) if n not in {3, 4}]
    assert dump.stat().st_size == len(DUMP)


def test_an_empty_dump_stays_empty(tmp_path):
    dump = tmp_path / "dump.sql"
    dump.write_bytes(b"")
    upgrade._leave_out_own_role(dump)
    assert dump.read_bytes() == b""
