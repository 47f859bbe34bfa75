"""Each quirk of the snapshot's form and of the school part is really there."""

import json
from collections import Counter, defaultdict

import pytest

from samples.quirks import PROGRESS, SNAPSHOT

NAN = {"$float": "AAAAAAAA+H8="}


def lines_by_id(demo, table):
    found = defaultdict(list)
    for line in demo.lines[table]:
        try:
            document = json.loads(line)
        except ValueError:
            continue
        if isinstance(document, dict) and "_id" in document:
            found[document["_id"]].append(line)
    return found


def copies(demo, table):
    return [lines for lines in lines_by_id(demo, table).values() if len(lines) > 1]


def is_json(line):
    try:
        json.loads(line)
    except UnicodeDecodeError:
        return True
    except ValueError:
        return False
    return True


def is_utf8(line):
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def wrong_types(demo):
    return [
        any(isinstance(user.get("cohortId"), float) for user in demo.documents["users"]),
        any(isinstance(module.get("questionCount"), str) for module in demo.documents["module"]),
        any(isinstance(row["isFlagged"], str) for row in demo.documents["userProgress"]),
        any(isinstance(exam["startDate"], str) for exam in demo.documents["exams"]),
    ]


SNAPSHOT_FOUND = {
    "unknown table": lambda demo: demo.lines["notifications"],
    "component": lambda demo: demo.lines["_components/rankingsAggregate/btree"],
    "identical copy of a document": lambda demo: [lines for lines in copies(demo, "users") if len(set(lines)) == 1],
    "two documents of one id that differ": lambda demo: [
        lines for lines in copies(demo, "userProgress") if len(set(lines)) == 2
    ],
    "line that is not JSON": lambda demo: [line for line in demo.lines["userProgress"] if not is_json(line)],
    "line that is no object": lambda demo: [line for line in demo.lines["userProgress"] if line.startswith(b"[")],
    "line that is not UTF-8": lambda demo: [line for line in demo.lines["users"] if not is_utf8(line)],
    "document without id": lambda demo: [module for module in demo.documents["module"] if "_id" not in module],
    "document of a wrong type": lambda demo: all(wrong_types(demo)),
    "NaN where a time is meant": lambda demo: [
        row for row in demo.documents["userProgress"] if row.get("lastAttemptAt") == NAN
    ],
    "NaN where nothing depends on it": lambda demo: [
        row for row in demo.documents["class"] if row["metadata"] == {"weight": NAN}
    ],
    "negative zero": lambda demo: [line for line in demo.lines["class"] if b'"order":-0.0' in line],
    "bytes and infinities": lambda demo: [
        line for line in demo.lines["notifications"] if b"$bytes" in line and b"$float" in line
    ],
    "fraction of a millisecond": lambda demo: all(
        any(document["_creationTime"] % 1 for document in demo.documents[table])
        for table in ("users", "class", "userProgress")
    ),
}


@pytest.mark.parametrize("quirk", SNAPSHOT, ids=lambda quirk: quirk.name)
def test_the_quirk_of_the_form_is_there(demo, quirk):
    assert SNAPSHOT_FOUND[quirk.name](demo)


class School:
    """The school part, joined the slow way."""

    def __init__(self, demo):
        self.demo = demo
        self.cohorts = demo.index("cohort")
        self.users = {
            name: user for name, user in demo.index("users").items() if not isinstance(user.get("cohortId"), float)
        }
        self.classes = demo.index("class")
        self.questions = demo.index("question")
        self.modules = {
            name: module for name, module in demo.index("module").items() if module.get("questionCount") != "twelve"
        }
        self.progress = [row for row in demo.documents["userProgress"] if row.get("isFlagged") != "yes"]
        self.total = Counter()
        for module in self.modules.values():
            self.total[self.classes[module["classId"]]["cohortId"]] += module.get("questionCount", 0)
        self.real = Counter(question.get("moduleId") for question in self.questions.values())

    def cohort_of(self, row):
        return self.classes.get(row["classId"], {}).get("cohortId")

    def own(self, row):
        user = self.users.get(row["userId"], {})
        return "cohortId" in user and user["cohortId"] == self.cohort_of(row)

    def moved(self):
        """Users most of whose rows are in one cohort that is not theirs."""
        places = defaultdict(Counter)
        for row in self.progress:
            places[row["userId"]][self.cohort_of(row)] += 1
        for name, cohorts in places.items():
            (cohort, count), named = cohorts.most_common(1)[0], self.users.get(name, {}).get("cohortId")
            if cohort and named and cohort != named and count > 5 and self.total[named]:
                yield name

    def over(self):
        interacted = Counter(
            row["userId"]
            for row in self.progress
            if self.own(row) and row["selectedOptions"] + row["eliminatedOptions"]
        )
        return [name for name, count in interacted.items() if count > self.total[self.users[name]["cohortId"]]]

    def members(self, cohort):
        return [user for user in self.users.values() if user.get("cohortId") == cohort and "deletedAt" not in user]

    def classes_of(self, cohort):
        return [row for row in self.classes.values() if row["cohortId"] == cohort]


@pytest.fixture(scope="module")
def school(demo):
    return School(demo)


def names(school, table):
    return {document.get("name") for document in school.demo.documents[table]}


def some_of_all_kinds(found):
    lowered = Counter(name.lower() for name in found)
    text = "".join(found)
    return "" in found and max(lowered.values()) > 1 and all(letter in text for letter in ("İ", "ß", "é"))


def dangling(school, field, table):
    return [row for row in school.progress if row[field] not in getattr(school, table)]


PROGRESS_FOUND = {
    "cohort id that is no partition key": lambda school: [name for name in school.cohorts if "," in name],
    "user of the refused cohort": lambda school: [
        user for user in school.users.values() if "," in user.get("cohortId", "")
    ],
    "cohort names to search": lambda school: some_of_all_kinds(
        [row["name"] for table in ("cohort", "school") for row in school.demo.documents[table]]
    ),
    "user names of all kinds": lambda school: some_of_all_kinds([user["name"] for user in school.users.values()]),
    "cohort of a lost school": lambda school: [
        row for row in school.cohorts.values() if row["schoolId"] not in school.demo.index("school")
    ],
    "soft-deleted user": lambda school: [user for user in school.users.values() if user.get("deletedAt")],
    "user deleted at the epoch": lambda school: [user for user in school.users.values() if user.get("deletedAt") == 0],
    "user without cohort": lambda school: [user for user in school.users.values() if "cohortId" not in user],
    "user who moved": lambda school: list(school.moved()),
    "soft-deleted rows that count": lambda school: all(
        any("deletedAt" in row for row in school.demo.documents[table])
        for table in ("cohort", "class", "module", "question", "userProgress")
    ),
    "stale upstream statistics": lambda school: (
        [row for row in school.cohorts.values() if "stats" in row]
        and [row for row in school.users.values() if "progressStats" in row]
    ),
    "cohort without class": lambda school: [
        name for name in school.cohorts if school.members(name) and not school.classes_of(name) and "," not in name
    ],
    "cohort without questions": lambda school: [
        name for name in school.cohorts if school.classes_of(name) and not school.total[name] and school.members(name)
    ],
    "cohort without students": lambda school: [
        name for name in school.cohorts if school.classes_of(name) and school.total[name] and not school.members(name)
    ],
    "module without questionCount": lambda school: [
        row for row in school.modules.values() if "questionCount" not in row and school.real[row["_id"]]
    ],
    "drifted questionCount": lambda school: [
        row for row in school.modules.values() if row.get("questionCount", 0) > school.real[row["_id"]]
    ],
    "more interacted than total": lambda school: school.over(),
    "question without module": lambda school: (
        [row for row in school.questions.values() if "moduleId" not in row]
        and [row for row in school.questions.values() if row.get("moduleId", "") not in {"", *school.modules}]
    ),
    "progress of a lost class": lambda school: dangling(school, "classId", "classes"),
    "progress of a lost user": lambda school: dangling(school, "userId", "users"),
    "progress of a lost question": lambda school: [
        row for row in dangling(school, "questionId", "questions") if school.own(row)
    ],
    "progress in a foreign class": lambda school: [
        row for row in school.progress if school.cohort_of(row) and not school.own(row)
    ],
    "repeated progress row": lambda school: [
        pair
        for pair, count in Counter((row["userId"], row["questionId"]) for row in school.progress).items()
        if count > 1
    ],
    "eliminated only": lambda school: [
        row for row in school.progress if row["eliminatedOptions"] and not row["selectedOptions"]
    ],
    "neither selected nor eliminated": lambda school: [
        row for row in school.progress if not row["eliminatedOptions"] + row["selectedOptions"]
    ],
    "no time of last attempt": lambda school: (
        [row for row in school.progress if "lastAttemptAt" not in row]
        and [row for row in school.progress if row.get("lastAttemptAt") == 0.0]
    ),
}


@pytest.mark.parametrize("quirk", PROGRESS, ids=lambda quirk: quirk.name)
def test_the_quirk_of_the_school_is_there(school, quirk):
    assert PROGRESS_FOUND[quirk.name](school)


def test_most_progress_is_in_order(school):
    own = sum(school.own(row) for row in school.progress)
    pairs = Counter((row["userId"], row["questionId"]) for row in school.progress)
    assert own > 0.8 * len(school.progress)
    assert sum(count - 1 for count in pairs.values()) < 0.01 * len(school.progress)


def test_what_the_school_part_names_exists(school):
    assert all(row["cohortId"] in school.cohorts for row in school.classes.values())
    assert all(row["classId"] in school.classes for row in school.modules.values())
    assert all(user.get("cohortId", "") in {"", *school.cohorts} for user in school.users.values())
