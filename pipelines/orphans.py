"""Runs of the command line whose process is gone: nobody watches them, and each would hold its place in the queue."""

import socket

import dagster as dg
import psutil

from pipelines.tags import HOST, PROCESS


def end_orphans(instance: dg.DagsterInstance) -> list[str]:
    """End the runs of this machine whose process was killed; answers which."""
    unended = dg.RunsFilter(
        statuses=[dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING], tags={HOST: socket.gethostname()}
    )
    ended = []
    for run in instance.get_runs(filters=unended):
        if not _lives(run.tags[PROCESS]):
            instance.report_run_failed(run, "its process was killed")
            ended.append(run.run_id)
    return ended


def _lives(process: str) -> bool:
    """Whether the process that began at this instant still has its number."""
    pid, _, began = process.partition("@")
    try:
        return f"{psutil.Process(int(pid)).create_time():.0f}" == began
    except psutil.NoSuchProcess:
        return False
