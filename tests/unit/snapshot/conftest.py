"""Snapshots to read: made as a ZIP or a folder from the same literal files, well formed or not."""

import io
import warnings
import zipfile

import pytest

from resources.errors import UnreadableInput
from resources.snapshot.reader import Limits, open_snapshot

ALIASES = {
    "cohort": "cohorts",
    "cohorts": "cohorts",
    "exams": "exams",
    "users": "users",
    "userProgress": "user_progress",
}


class Pipe(io.RawIOBase):
    """Somewhere to write that cannot be sought in, as an export that is streamed."""

    def __init__(self, file):
        self.file = file

    def writable(self):
        return True

    def write(self, data):
        return self.file.write(data)


@pytest.fixture
def aliases():
    return ALIASES


@pytest.fixture
def pack(tmp_path):
    """Make a ZIP of (name, content) pairs; a name may be a ZipInfo, used as it stands."""

    def make(files, name="snapshot.zip", method=zipfile.ZIP_DEFLATED, streamed=True):
        path = tmp_path / name
        pairs = files.items() if isinstance(files, dict) else files
        with (
            path.open("wb") as file,
            warnings.catch_warnings(action="ignore"),
            zipfile.ZipFile(Pipe(file) if streamed else file, "w", method) as archive,
        ):
            for member, content in pairs:
                archive.writestr(member, content)
        return path

    return make


@pytest.fixture
def unpack(tmp_path):
    """Make a folder of files."""

    def make(files, name="unpacked"):
        root = tmp_path / name
        for member, content in files.items():
            file = root / member
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        root.mkdir(exist_ok=True)
        return root

    return make


@pytest.fixture(params=["zip", "folder"])
def snapshot_of(request, pack, unpack):
    """Make a snapshot of files, once of each kind."""
    return pack if request.param == "zip" else unpack


@pytest.fixture
def opened():
    """Open a snapshot under the test's aliases."""

    def open_it(path, **limits):
        return open_snapshot(path, ALIASES, Limits(**limits))

    return open_it


@pytest.fixture
def lines_of(opened):
    """Read one table's lines."""

    def read(path, table="users", **limits):
        with opened(path, **limits) as snapshot:
            return [line for batch in snapshot.tables[table].lines() for line in batch.lines]

    return read


@pytest.fixture
def refusal(opened):
    """Read all of a snapshot, and answer the one line it is refused with."""

    def read_all(path, limits):
        with opened(path, **limits) as snapshot:
            for table in snapshot.tables.values():
                for _ in table.lines():
                    pass

    def read(path, **limits):
        with pytest.raises(UnreadableInput) as caught:
            read_all(path, limits)
        message = str(caught.value)
        assert message.startswith(f"snapshot {path}: ")
        assert message.isprintable()
        assert "; " in message, "the next step is missing"
        assert len(message) < 800 + len(str(path))
        return message

    return read
