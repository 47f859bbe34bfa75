"""The address of a database is understood by every client, whatever the folder is called."""

from pathlib import Path

import psycopg.conninfo
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from resources.postgres import instance
from resources.postgres.account import Account
from resources.postgres.binaries import Binaries

NAMES = st.text(st.characters(exclude_characters="\0/", exclude_categories=["Cs", "Cc"]), min_size=1).filter(
    lambda name: name not in {".", ".."}
)


@given(folder=NAMES, passfile=NAMES, database=NAMES)
def test_the_address_survives_both_ways_of_reading_it(folder, passfile, database):
    url = instance.address(Path("/", folder), database, passfile=Path("/", passfile))
    meant = {
        "host": f"/{folder}", "port": "5432", "user": "cohortline", "dbname": database, "passfile": f"/{passfile}",
    }  # fmt: skip
    assert psycopg.conninfo.conninfo_to_dict(url) == meant
    parsed = sa.make_url(url)
    assert (parsed.username, parsed.port, parsed.database, parsed.password) == ("cohortline", 5432, database, None)
    assert dict(parsed.query) == {"host": f"/{folder}", "passfile": f"/{passfile}"}


def test_the_command_line_has_the_last_word_on_who_may_reach_the_server():
    server = instance.Instance(
        Binaries(Path("/bin")), Path("/d"), Path("/s"), Path("/log"), Account("a", 1, 1), Path("/d/conf"), port=7
    )
    assert server.options()[:2] == ["-D", "/d"]
    assert {"listen_addresses=", "unix_socket_directories=/s", "unix_socket_permissions=0700"} <= set(server.options())
    assert server.socket == Path("/s/.s.PGSQL.7")
