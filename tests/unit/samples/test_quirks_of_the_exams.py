"""Each quirk of the exam tables is really there, and nothing in them contradicts itself."""

from collections import Counter, defaultdict

import pytest

from samples.quirks import EXAMS

NAN = {"$float": "AAAAAAAA+H8="}
PAUSE = {"pausePhase", "pauseStartedAt", "pauseEndedAt", "isPauseCutShort", "totalPauseDurationMs"}
OWN = {"_id", "_creationTime", "examId"}


class Exams:
    """Both versions side by side, and how each pair compares."""

    def __init__(self, demo):
        self.demo = demo
        self.exams = {name: exam for name, exam in demo.index("exams").items() if isinstance(exam["startDate"], float)}
        self.entries = [(exam, entry) for exam in self.exams.values() for entry in demo.entries_of(exam)]
        self.users = demo.index("users")
        self.questions = demo.index("question")
        self.v2 = demo.documents["examParticipations"]
        self.answers = defaultdict(list)
        for answer in sorted(demo.documents["examAnswers"], key=lambda answer: answer["_creationTime"]):
            self.answers[answer["participationId"]].append(
                {name: answer[name] for name in ("isCorrect", "questionId", "selectedAnswer")}
            )
        self.v1 = {}
        for exam, entry in self.entries:
            self.v1.setdefault((exam["_id"], entry.get("userId")), entry)

    def pairs(self):
        """Each v2 row that v1 has too: the row as v1 would write it, and v1's."""
        for row in self.v2:
            if twin := self.v1.get((row["examId"], row["userId"])):
                fields = {name: value for name, value in row.items() if name not in OWN}
                yield fields | {"answers": self.answers[row["_id"]]}, twin

    def differing(self, *names, tie=True):
        """Pairs that differ in just these fields."""
        return [
            (new, old)
            for new, old in self.pairs()
            if {name for name in new | old if new.get(name) != old.get(name)} == set(names)
            and tie == (new["completedAt"] == old["completedAt"])
        ]

    def having(self, test):
        return [entry for _, entry in self.entries if test(entry)]


@pytest.fixture(scope="module")
def exams(demo):
    return Exams(demo)


def answered(entry):
    answers = entry.get("answers", [])
    return answers if isinstance(answers, list) else []


FOUND = {
    "participation without status": lambda exams: exams.having(
        lambda entry: "status" not in entry and "startedAt" not in entry and entry["completedAt"] > 0
    ),
    "participation in progress": lambda exams: exams.having(
        lambda entry: entry.get("status") == "in_progress" and entry["completedAt"] == 0.0
    ),
    "automatic submission": lambda exams: exams.having(lambda entry: entry.get("status") == "auto_submitted"),
    "pause fields": lambda exams: (
        exams.having(lambda entry: set(entry) >= PAUSE)
        and {entry.get("pausePhase") for _, entry in exams.entries}
        >= {"before_pause", "during_pause", "after_pause", None}
    ),
    "user twice in an exam": lambda exams: [
        pair
        for pair, count in Counter((exam["_id"], entry.get("userId")) for exam, entry in exams.entries).items()
        if count > 1
    ],
    "entry without answers": lambda exams: exams.having(lambda entry: "answers" not in entry),
    "answers in progress": lambda exams: exams.having(lambda entry: entry.get("inProgressAnswers")),
    "entry of a lost user": lambda exams: exams.having(
        lambda entry: "userId" in entry and entry["userId"] not in exams.users
    ),
    "answer to a lost question": lambda exams: exams.having(
        lambda entry: any(answer["questionId"] not in exams.questions for answer in answered(entry))
    ),
    "entry without score": lambda exams: exams.having(lambda entry: "score" not in entry),
    "completion outside the window": lambda exams: [
        entry for exam, entry in exams.entries if entry["completedAt"] > exam["endDate"]
    ],
    "entry without user": lambda exams: exams.having(lambda entry: "userId" not in entry),
    "score in words": lambda exams: exams.having(lambda entry: isinstance(entry.get("score"), str)),
    "score NaN": lambda exams: exams.having(lambda entry: entry.get("score") == NAN),
    "answers in words": lambda exams: exams.having(lambda entry: isinstance(entry.get("answers"), str)),
    "entry that is no object": lambda exams: [
        entry for exam in exams.exams.values() for entry in exam.get("participants", []) if not isinstance(entry, dict)
    ],
    "fractional score": lambda exams: exams.having(
        lambda entry: isinstance(entry.get("score"), float) and entry["score"] % 1
    ),
    "exam without participants": lambda exams: [
        exam
        for exam in exams.exams.values()
        if "participants" not in exam and any(row["examId"] == exam["_id"] for row in exams.v2)
    ],
    "exam with an empty list": lambda exams: [exam for exam in exams.exams.values() if exam.get("participants") == []],
    "exam in the future": lambda exams: [exam for exam in exams.exams.values() if exam["startDate"] > 1772452800000],
    "exam without questions": lambda exams: [
        exam for exam in exams.exams.values() if not exam["questionIds"] and exam["participants"]
    ],
    "user allowed twice": lambda exams: [
        exam
        for exam in exams.exams.values()
        if len(set(exam["allowedParticipants"])) < len(exam["allowedParticipants"])
    ],
    "participant who was not allowed": lambda exams: [
        entry for exam, entry in exams.entries if entry.get("userId") not in exam["allowedParticipants"]
    ],
    "participation only in v2": lambda exams: (
        len([row for row in exams.v2 if (row["examId"], row["userId"]) not in exams.v1]) >= 10
    ),
    "equal participation in both": lambda exams: len(exams.differing()) >= 5,
    "later participation in v2": lambda exams: [
        pair
        for pair in exams.differing("completedAt", "score", tie=False)
        if pair[0]["completedAt"] > pair[1]["completedAt"]
    ],
    "earlier participation in v2": lambda exams: [
        pair
        for pair in exams.differing("completedAt", "score", tie=False)
        if pair[0]["completedAt"] < pair[1]["completedAt"]
    ],
    "tie with another score": lambda exams: exams.differing("score"),
    "tie with an answer less": lambda exams: [
        pair for pair in exams.differing("answers") if pair[0]["answers"] == pair[1]["answers"][:-1]
    ],
    "tie with an inferred status": lambda exams: [
        pair for pair in exams.differing("status") if "status" not in pair[1] and pair[0]["status"] == "completed"
    ],
    "answer of a lost participation": lambda exams: exams.answers.keys() - {row["_id"] for row in exams.v2},
    "two rows of a pair in v2": lambda exams: [
        pair for pair, count in Counter((row["examId"], row["userId"]) for row in exams.v2).items() if count > 1
    ],
}


@pytest.mark.parametrize("quirk", EXAMS, ids=lambda quirk: quirk.name)
def test_the_quirk_of_the_exams_is_there(exams, quirk):
    assert FOUND[quirk.name](exams)


def test_every_answer_in_v2_but_one_has_its_participation_and_every_participation_its_exam(exams):
    assert len(exams.answers.keys() - {row["_id"] for row in exams.v2}) == 1
    assert all(row["examId"] in exams.exams for row in exams.v2)


def test_a_usual_score_follows_from_the_answers(exams):
    usual = [
        (exam, entry)
        for exam, entry in exams.entries
        if isinstance(entry.get("answers"), list) and isinstance(entry.get("score"), float) and exam["questionIds"]
    ]
    wrong = [
        entry
        for exam, entry in usual
        if entry["score"]
        != (200 * sum(answer["isCorrect"] for answer in entry["answers"]) + len(exam["questionIds"]))
        // (2 * len(exam["questionIds"]))
    ]
    assert len(wrong) < 10
    assert len(usual) > 500


def test_an_answer_is_right_when_it_is_the_questions_key(exams):
    answers = [answer for _, entry in exams.entries for answer in answered(entry)]
    answers += [answer for held in exams.answers.values() for answer in held]
    known = [answer for answer in answers if answer["questionId"] in exams.questions]
    assert all(
        answer["isCorrect"] == (answer["selectedAnswer"] == exams.questions[answer["questionId"]]["correctAnswer"])
        for answer in known
    )


def test_participations_lie_in_the_window_and_before_the_snapshot(exams):
    ended = [(exam, entry["completedAt"]) for exam, entry in exams.entries if entry["completedAt"]]
    assert all(exam["startDate"] < at for exam, at in ended)
    assert sum(at > exam["endDate"] for exam, at in ended) == 1
    assert all(
        entry.get("startedAt", at) <= at
        for (_, at), (_, entry) in zip(ended, [pair for pair in exams.entries if pair[1]["completedAt"]], strict=True)
    )
