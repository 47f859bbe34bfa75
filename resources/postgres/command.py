"""Running another program: bounded in time, free of the caller's environment, as the account that it needs."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from resources.errors import ServerProblem
from resources.postgres.account import Account

# A folder that every account may enter: the caller's own working folder may be closed to the server's account.
NEUTRAL_FOLDER = Path(sys.executable).anchor

_GRAVE = ("PANIC:", "FATAL:", "ERROR:", "error:")


def environment() -> dict[str, str]:
    """The caller's environment without what would turn PostgreSQL's programs to another server, or another language."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return kept | {"LC_ALL": "C"}


def attempt(
    arguments: Sequence[str | Path], account: Account | None = None, *, stdin: str = "", timeout: float
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end, whatever that is; with an account, as that account."""
    changed = account is not None and account.switch
    try:
        return subprocess.run(
            [str(argument) for argument in arguments],
            input=stdin,
            capture_output=True,
            check=False,
            timeout=timeout,
            cwd=NEUTRAL_FOLDER,
            env=environment(),
            encoding="utf-8",
            errors="replace",
            user=account.uid if account and changed else None,
            group=account.gid if account and changed else None,
            extra_groups=[] if changed else None,
            umask=0o077,
        )
    except subprocess.TimeoutExpired:
        message = (
            f"{arguments[0]} did not finish within {timeout:.0f} seconds;"
            " see what keeps the machine busy, then try again"
        )
        raise ServerProblem(message) from None


def run(
    arguments: Sequence[str | Path], account: Account | None = None, *, stdin: str = "", timeout: float, doing: str
) -> str:
    """Run a program that must succeed, and answer what it printed; `doing` begins the error if it does not."""
    done = attempt(arguments, account, stdin=stdin, timeout=timeout)
    if done.returncode:
        said = telling_line(done.stderr or done.stdout) or f"exit code {done.returncode}"
        raise ServerProblem(f"{doing} failed: {said}; mend that, then try again")
    return done.stdout


def telling_line(text: str) -> str:
    """The line of a program's output that says what went wrong: the gravest error, else the last line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    # A full disk makes so many errors that the last of them may not name it.
    for mark in ("No space left on device", *_GRAVE):
        for line in reversed(lines):
            if mark in line:
                # What stands before the severity is a time and a process, which would only hide the message.
                starts = [line.index(severity) for severity in _GRAVE if severity in line]
                return line[min(starts, default=0) :]
    return lines[-1] if lines else ""
