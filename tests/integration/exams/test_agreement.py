"""Two readings of the same sources agree: whatever stands in them, what was migrated verifies."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from assets.exams.verification.verify import verify

NOT_A_NUMBER = {"$float": "AAAAAAAA+H8="}
TEXTS = st.sampled_from(["", "a", "A", "é", "x\0y", "Choix B ", "\N{GRINNING FACE}"])
NUMBERS = st.one_of(
    st.sampled_from([0.0, -0.0, 50, 66.7, 1e300, True, "80", NOT_A_NUMBER, {"$integer": "KgAAAAAAAAA="}, {}, [1]]),
    st.floats(allow_nan=False, allow_infinity=False),
)
TIMES = st.one_of(
    st.sampled_from([0, -0.0, 1_760_000_000_000.0, 1_760_000_000_000.4, 1_760_000_000_123.456, -5.0, 1e16, "soon"]),
    st.floats(min_value=1_700_000_000_000, max_value=1_800_000_000_000),
)
FLAGS = st.sampled_from([True, False, None, 1, "yes"])
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-5, 5), st.floats(-5, 5), TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(TEXTS, inner, max_size=2)),
    max_leaves=4,
)
ANSWERS = st.one_of(
    st.lists(
        st.fixed_dictionaries(
            {"questionId": st.sampled_from(["q1", "q2", ""])},
            optional={"selectedAnswer": st.one_of(TEXTS, st.none()), "isCorrect": st.sampled_from([True, False, None])},
        ),
        max_size=3,
    ),
    st.sampled_from([None, "all", [{}], [None], [{"questionId": 1}], [{"questionId": "q1", "isCorrect": 1}]]),
)
ENTRIES = st.one_of(
    st.fixed_dictionaries(
        {"userId": st.sampled_from(["ann", "bob", "lost"])},
        optional={
            "score": NUMBERS,
            "completedAt": TIMES,
            "startedAt": TIMES,
            "status": st.sampled_from(["in_progress", "completed", "auto_submitted", "done", None, 1]),
            "pausePhase": st.sampled_from(["before_pause", "during_pause", "after_pause", "never", None]),
            "pauseStartedAt": TIMES,
            "pauseEndedAt": TIMES,
            "isPauseCutShort": FLAGS,
            "totalPauseDurationMs": NUMBERS,
            "inProgressAnswers": JSON,
            "answers": ANSWERS,
            "other": JSON,
        },
    ),
    st.sampled_from([None, "withdrawn", 7, [], {}, {"userId": ""}, {"userId": "u" * 256}, {"userId": 5}]),
)
# Rows of the source's own v2 table whose fields are few, so that many are equal, tied or in conflict.
COMPLETIONS = st.sampled_from([0.0, 1_760_000_000_000.0, 1_760_000_000_001.0])
PLAIN = {"score": st.sampled_from([1.0, 2.0]), "completedAt": COMPLETIONS, "status": st.just("completed")}
RIVALS = st.fixed_dictionaries({"userId": st.sampled_from(["ann", "bob"])}, optional=PLAIN)
LISTS = st.lists(
    st.fixed_dictionaries({"questionId": st.sampled_from(["q1", "q2"]), "isCorrect": st.just(True)}), max_size=2
)
RIVAL_ENTRIES = st.builds(lambda entry, answers: entry | {"answers": answers}, RIVALS, LISTS)


# Each example is a load of many exams, since it is loading that takes the time.
EXAMS = 25


@pytest.fixture
def findings(load, database):
    """What a verification finds wrong after exams of these entries and rows were migrated, by exam."""

    def go(exams):
        numbered = [(f"e{place}", *one) for place, one in enumerate(exams)]
        rows = [(f"{name}-{place}", name, *row) for name, _, own in numbered for place, row in enumerate(own)]
        load(
            {
                "users": [{"_id": "ann"}, {"_id": "bob"}],
                "questions": [{"_id": "q1"}],
                "exams": [{"_id": name, "participants": entries} for name, entries, _ in numbered],
                "examParticipations": [{"_id": key, "examId": name, **fields} for key, name, fields, _ in rows],
                "examAnswers": [
                    {"_id": f"{key}-{place}", "participationId": key, **answer}
                    for key, _, _, answers in rows
                    for place, answer in enumerate(answers)
                ],
            }
        )
        report = verify(database)
        sources = {name: own for name, *own in numbered}
        return [(one.what, one.fields, sources[one.exam_id]) for one in report.differences()] or report.issues

    return go


many = settings(max_examples=4, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))


@many
@given(exams=st.lists(st.tuples(st.lists(ENTRIES, max_size=6), st.just([])), min_size=EXAMS, max_size=EXAMS))
def test_whatever_v1_embeds_verifies_once_it_was_migrated(findings, exams):
    assert findings(exams) == []


@many
@given(
    exams=st.lists(
        st.tuples(st.lists(RIVAL_ENTRIES, max_size=3), st.lists(st.tuples(RIVALS, LISTS), max_size=4)),
        min_size=EXAMS,
        max_size=EXAMS,
    )
)
def test_whatever_both_versions_say_verifies_once_it_was_reconciled(findings, exams):
    assert findings(exams) == []
