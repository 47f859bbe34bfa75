"""The server's settings and who may connect: written by Cohortline, rewritten whenever they differ."""

from pathlib import Path
from typing import Literal

from resources.postgres import files
from resources.postgres.account import Account
from resources.postgres.instance import ROLE, Instance

Auth = Literal["peer", "scram"]

CONF = "cohortline.conf"

_HEADER = "# Written by Cohortline at every start; what you change here is lost.\n"

_SETTINGS = """\
# What initdb found out about this machine comes first. Your own settings: `alter system set ...`, which outranks this.
include_if_exists = 'postgresql.conf'

# One server, no copies of it: the log of changes need hold no more than a crash needs.
wal_level = minimal
max_wal_senders = 0

# Loads write much at once; few large checkpoints beat many small ones.
shared_buffers = 256MB
max_wal_size = 2GB
checkpoint_timeout = 15min
work_mem = 32MB
maintenance_work_mem = 256MB
max_connections = 100

# Compiling a statement costs more than these statements take.
jit = off

timezone = 'UTC'
log_timezone = 'UTC'

# A committed row is on the disk.
fsync = on
synchronous_commit = on
full_page_writes = on

# The log is the server's standard error, appended to one file that every start keeps short. Statements may hold
# what students wrote, and may be long: they stay out of it.
logging_collector = off
log_destination = 'stderr'
log_line_prefix = '%m [%p] %q%d '
log_min_messages = warning
log_min_error_statement = panic
log_statement = none
log_checkpoints = off
log_connections = off
log_disconnections = off
log_autovacuum_min_duration = -1
"""

# An old cluster is only read from, by one client.
_SETTINGS_OF_OLD = """\
listen_addresses = ''
max_connections = 20
fsync = on
logging_collector = off
log_destination = 'stderr'
"""


def write(data: Path, auth: Auth, owner: Account, runner: Account) -> None:
    """Write the settings of a cluster, and let the owner's account alone in."""
    files.write(data / CONF, _HEADER + _SETTINGS, runner)
    _write_access(data, auth, owner, ROLE, runner)


def write_for_old(source: Instance, auth: Auth, owner: Account, role: str) -> None:
    """Write settings for reading an older cluster beside it, for its own files are to stay as they are."""
    folder = source.conf.parent
    _write_access(folder, auth, owner, role, source.runner)
    access = {"hba_file": folder / "pg_hba.conf", "ident_file": folder / "pg_ident.conf"}
    lines = "".join(f"{name} = {_quoted(str(value))}\n" for name, value in access.items())
    files.write(source.conf, _HEADER + _SETTINGS_OF_OLD + lines, source.runner)


def _write_access(folder: Path, auth: Auth, owner: Account, role: str, runner: Account) -> None:
    files.write(folder / "pg_hba.conf", access(auth, role), runner)
    files.write(folder / "pg_ident.conf", identities(owner.name, role), runner)


def access(auth: Auth, role: str) -> str:
    """Who may try to connect: one role, through the socket."""
    method = "peer map=cohortline" if auth == "peer" else "scram-sha-256"
    return f'{_HEADER}local all "{_doubled(role)}" {method}\n'


def identities(account: str, role: str) -> str:
    """Which account of the operating system is which role: the owner's alone."""
    return f'{_HEADER}cohortline "{_doubled(account)}" "{_doubled(role)}"\n'


def auth_of(data: Path) -> Auth | None:
    """How clients of a cluster prove who they are; None where Cohortline never served it."""
    text = files.read(data / "pg_hba.conf") or ""
    if not text.startswith(_HEADER):
        return None
    return "scram" if "scram" in text else "peer"


def _doubled(text: str) -> str:
    return text.replace('"', '""')


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"
