"""Asking a cluster that no server runs on, through PostgreSQL's single-user mode: no password is needed there."""

import secrets
from typing import TYPE_CHECKING

from resources.postgres import command, files
from resources.postgres.instance import ROLE, Instance

if TYPE_CHECKING:
    from pathlib import Path

# A crash may have to be recovered from first.
_SECONDS = 300.0
_STAMP = ".cohortline-password"


def ask(instance: Instance, statement: str, doing: str) -> str:
    """Run one statement, and answer what single-user mode prints."""
    # With -j a statement may have several lines, and ends at a semicolon before an empty one.
    call: list[str | Path] = [instance.binaries.program("postgres"), "--single", "-j", "-D", instance.data]
    call += ["-c", f"config_file={instance.conf}", "-c", "listen_addresses=", "template1"]
    return command.run(call, instance.runner, stdin=f"{statement.rstrip()}\n\n", timeout=_SECONDS, doing=doing)


def set_password(instance: Instance) -> None:
    """Give the role the password of the passfile, which is made first where it is missing."""
    if instance.passfile is None:
        return
    stored = files.read(instance.passfile)
    if stored is None:
        stored = f"*:*:*:{ROLE}:{secrets.token_hex(32)}\n"
        files.write(instance.passfile, stored)
    stamp = instance.data / _STAMP
    # The stamp says which passfile the cluster knows; it tells nothing about the password.
    known = f"{instance.passfile.stat().st_mtime_ns}\n"
    if files.read(stamp) != known:
        password = stored.strip().rsplit(":", 1)[1]
        ask(instance, f"alter role {ROLE} password '{password}';", "setting the password")
        files.write(stamp, known, instance.runner)
