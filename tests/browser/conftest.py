"""A warehouse made by `cohortline run`, its UI served by `cohortline dev`, and a Chromium to look at it."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass

import psutil
import pytest
import sqlalchemy as sa
from playwright.sync_api import expect, sync_playwright

import samples
from resources.settings import PROJECT
from resources.warehouse.database import Database

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
]
SCREENSHOTS = PROJECT / "artifacts" / "screenshots"
# Others may be at work on this machine; whatever takes longer than this does not come.
PATIENCE = 30_000
COMMAND = [sys.executable, "-c", "from pipelines.cli.main import main; main()"]


@pytest.fixture(scope="module")
def chromium():
    """A headless Chromium of this machine, never one that is downloaded."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        pytest.skip("no Chromium on this machine: install the package `chromium`, and a font such as fonts-dejavu-core")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=QUIET)
        yield browser
        browser.close()


@dataclass(frozen=True)
class Site:
    """The UI, and the warehouse behind it."""

    url: str
    database: Database

    def ask(self, statement: str, **parameters: object) -> list[tuple]:
        """Ask the warehouse, or change it."""
        with self.database.engine.begin() as connection:
            result = connection.execute(sa.text(statement), parameters)
            return [tuple(row) for row in result] if result.returns_rows else []

    def graphql(self, query: str) -> dict:
        """What the server answers to a query."""
        request = urllib.request.Request(
            f"{self.url}/graphql", json.dumps({"query": query}).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=10) as response:
            return json.load(response)["data"]


@pytest.fixture(scope="module")
def site(chromium, server, make_database, template, dagster_template, tmp_path_factory):
    """The demo, loaded by the command line and served."""
    place = tmp_path_factory.mktemp("browser")
    demo = samples.generate(place / "demo", scale=0.3, only="snapshot")
    warehouse, dagster = (
        server.set(database=make_database(of), drivername="postgresql").render_as_string(hide_password=False)
        for of in (template, dagster_template)
    )
    environment = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ} | {
        "HOME": str(place),
        "PYTHONPATH": str(PROJECT),
        "COHORTLINE_HOME": str(place / "home"),
        "COHORTLINE_DATABASE_URL": warehouse,
        "COHORTLINE_DAGSTER_DATABASE_URL": dagster,
        "COHORTLINE_SNAPSHOT": str(demo.snapshot),
        "COHORTLINE_AS_OF": samples.AS_OF.isoformat(),
    }
    made = subprocess.run([*COMMAND, "run"], env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert made.returncode == 0, made.stderr
    with serving(environment, place / "dev.log") as url, closing(Database(warehouse)) as database:
        opened = Site(url, database)
        # The dialog with which Dagster greets each new home.
        opened.graphql("mutation { setNuxSeen }")
        yield opened


@contextmanager
def serving(environment, log):
    """`cohortline dev`, up and with its definitions loaded; ended with all that it began."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with log.open("w") as output:
        process = subprocess.Popen(
            [*COMMAND, "dev", "--port", str(port)],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        url = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + 60
        while not answers(url):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
        yield url
    finally:
        end(process)


def answers(url):
    try:
        with urllib.request.urlopen(f"{url}/server_info", timeout=5):
            return True
    except OSError:
        return False


def end(process):
    """Interrupt it as Ctrl-C does, which ends the whole group; what does not heed that is killed."""
    begun = [process.pid, *(child.pid for child in psutil.Process(process.pid).children(recursive=True))]
    known = []
    for pid in begun:
        with suppress(psutil.NoSuchProcess):
            known.append(psutil.Process(pid))
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGINT)
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=15)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    for one in known:
        with suppress(psutil.NoSuchProcess):
            one.kill()
    process.wait(timeout=10)


@pytest.fixture
def page(chromium, site, request):
    """A page of a browser that has never been here; what it showed last is kept as a picture."""
    context = chromium.new_context(base_url=site.url, viewport={"width": 1600, "height": 1000}, timezone_id="UTC")
    context.set_default_timeout(PATIENCE)
    shown = context.new_page()
    errors = []
    shown.on("pageerror", lambda error: errors.append(error.message))
    yield shown
    _keep(shown, request.node.name.removeprefix("test_"))
    failures = shown.get_by_text(re.compile("failed to load|unexpected error", re.IGNORECASE)).all_inner_texts()
    context.close()
    assert (errors, failures) == ([], [])


@pytest.fixture
def photograph(page):
    """Keeps what the page shows in the midst of a test."""
    return lambda name: _keep(page, name)


def _keep(page, name):
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png")
