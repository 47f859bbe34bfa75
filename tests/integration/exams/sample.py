"""A small school with exams of every kind, as the tests of their verification start from it."""

from tests.integration.exams.conftest import DAY, START, entry, exam, row, row_answer

PAUSED = {
    "pausePhase": "after_pause", "pauseStartedAt": START + 1.0, "pauseEndedAt": START + 2.0, "isPauseCutShort": True,
    "totalPauseDurationMs": 1.5,
}  # fmt: skip
DRAFT = [{"questionId": "q1", "selectedAnswer": "a"}]
TABLES = {
    "cohorts": [{"_id": "autumn"}, {"_id": "spring"}],
    "users": [{"_id": "ann", "cohortId": "autumn"}, {"_id": "bob", "cohortId": "spring"}, {"_id": "eve"}],
    "questions": [{"_id": "q1"}, {"_id": "q2"}],
    "exams": [
        exam("one", entry("ann", ("q1", "a"), ("q2", "b"), **PAUSED), entry("bob", ("q1", "b"), ("q2", "b"), score=70)),
        exam("two", entry("ann", ("q1", "a"), status=None), entry("eve", inProgressAnswers=DRAFT, completedAt=0.0)),
        exam("three", entry("bob", ("q1", "c"), ("q2", "d"), ("q2", "e"))),
    ],
    "examParticipations": [
        row("p1", "one", "eve", score=10.0),
        row("p2", "three", "bob", completedAt=START + 2 * DAY),
    ],
    "examAnswers": [row_answer("a1", "p1", "q1", "a", 1.0), row_answer("a2", "p2", "q2", "x", 2.0)],
}

# The answers of one participation.
OF_ANN = "participation_id = (select id from core.exam_participations where exam_id = 'one' and user_id = 'ann')"
