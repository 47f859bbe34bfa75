"""The default demo, made once and read back by code that shares nothing with the generator."""

import json
import zipfile
from collections import defaultdict
from pathlib import Path

import pytest

from samples import generate


class Demo:
    """What stands in a demo's files: lines as bytes, documents as dictionaries, other files as text."""

    def __init__(self, made):
        self.made = made
        self.lines = {}
        self.documents = defaultdict(list)
        with zipfile.ZipFile(made.snapshot) as archive:
            self.entries = archive.infolist()
            for entry in self.entries:
                folder, _, name = entry.filename.rpartition("/")
                if name == "documents.jsonl":
                    self.lines[folder] = archive.read(entry).split(b"\n")[:-1]
        for table, lines in self.lines.items():
            self.documents[table] = [document for line in lines if isinstance(document := parsed(line), dict)]
        self.legacy = texts(made.legacy_progress)
        self.watch = texts(made.watch_history)

    def index(self, table):
        """Readable documents by id."""
        return {document["_id"]: document for document in self.documents[table] if "_id" in document}

    def entries_of(self, document):
        """The readable embedded entries of an exam."""
        return [entry for entry in document.get("participants", []) if isinstance(entry, dict)]

    def all_entries(self):
        """Every readable embedded entry."""
        return [entry for document in self.documents["exams"] for entry in self.entries_of(document)]


def parsed(line):
    try:
        return json.loads(line)
    except ValueError:
        return None


def texts(folder: Path):
    """Relative path to text, line ends as they are."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes().decode() for path in folder.rglob("*") if path.is_file()
    }


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    return Demo(generate(tmp_path_factory.mktemp("samples") / "demo"))
