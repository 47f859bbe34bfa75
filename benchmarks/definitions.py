"""How soon the definitions are loaded, and how soon the UI answers.

Loading is a process of its own that imports the definitions and resolves them, against one that imports dagster alone.
"""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

from benchmarks.ground import Ground, ground, median, say

LOAD = "import pipelines.definitions as module; module.defs().get_repository_def()"
LONGEST_SECONDS = 120.0


def measure() -> None:
    """Print the figures."""
    bare = median(lambda: _python("import dagster"))
    loaded = median(lambda: _python(LOAD))
    with ground() as here:
        page = median(lambda: _page(here))
    say(
        {
            "import dagster": f"{bare:.2f} s",
            "loading the definitions": f"{loaded:.2f} s",
            "loading / import dagster (under 2.5)": f"{loaded / bare:.2f}",
            "`cohortline dev` to a page that answers": f"{page:.1f} s",
        }
    )


def _python(code: str) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - began


def _page(here: Ground) -> float:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    call = [sys.executable, "-c", "from pipelines.cli.main import main; main()", "dev", "--port", str(port)]
    began = time.perf_counter()
    process = subprocess.Popen(
        call,
        env=os.environ | {"COHORTLINE_HOME": str(here.home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        while not _answers(f"http://127.0.0.1:{port}/"):
            if process.poll() is not None or time.perf_counter() - began > LONGEST_SECONDS:
                raise RuntimeError("`cohortline dev` does not answer")
            time.sleep(0.02)
        return time.perf_counter() - began
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as page:
            return bool(page.status == 200)
    except (urllib.error.URLError, ConnectionError):
        return False
