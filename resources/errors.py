"""The one family of errors a user may see: each names the thing, the place and the next step."""


class CohortlineError(Exception):
    """Something that is not a bug: shown as one line, never as a traceback."""

    exit_code = 1


class WrongUse(CohortlineError):
    """The user asked for something that does not exist or does not fit."""

    exit_code = 2


class UnreadableInput(CohortlineError):
    """A source is missing, damaged, or not what it claims to be."""

    exit_code = 2


class ServerProblem(CohortlineError):
    """PostgreSQL could not be started, reached or trusted."""
