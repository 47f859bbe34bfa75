"""The house rules that a program can see."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Each layer, and what it may know.
LAYERS = {
    "resources": set(),
    "assets": {"resources"},
    "pipelines": {"assets", "resources", "samples"},
    "samples": set(),
}
MODULES = [path for layer in LAYERS for path in sorted((ROOT / layer).rglob("*.py"))]


def imported(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_run_one_way(path):
    layer = path.relative_to(ROOT).parts[0]
    known = {name.split(".")[0] for name in imported(path)} & (LAYERS.keys() | {"tests", "benchmarks"})
    assert known <= LAYERS[layer] | {layer}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_says_what_belongs_in_it(path):
    assert ast.get_docstring(ast.parse(path.read_text()))


def test_pure_modules_import_no_dagster():
    shells = re.compile(r"(\w+_)?(assets|checks)\.py|columns\.py|partitions\.py")
    pure = [path for path in MODULES if path.is_relative_to(ROOT / "assets") and not shells.fullmatch(path.name)]
    assert pure
    assert [str(path) for path in pure if "dagster" in {name.split(".")[0] for name in imported(path)}] == []


def test_commands_that_run_nothing_import_neither_dagster_nor_pandas():
    code = (
        "import sys, pipelines.cli.main, pipelines.cli.db, pipelines.cli.run, pipelines.cli.dev, pipelines.cli.alerts;"
        "print(sorted({'dagster', 'pandas', 'alembic'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("path", sorted(ROOT.glob("*/**/sql/*.sql")), ids=lambda path: path.name)
def test_a_statement_stands_alone_and_says_what_it_does(path):
    text = path.read_text()
    assert text.startswith("-- ")
    code = re.sub(r"'[^']*'|--[^\n]*", "", text).strip()
    assert ";" not in code.removesuffix(";")


def test_the_lock_pins_everything_with_hashes_and_names_no_index():
    text = (ROOT / "requirements.lock").read_text()
    pins = [line for line in text.splitlines() if line and not line[0].isspace() and line[0] != "#"]
    assert pins
    assert [line for line in pins if "==" not in line or not line.endswith("\\")] == []
    assert "://" not in text
    assert "--index" not in text
