"""Exams as a test writes them, and the whole way from a snapshot to v2."""

import itertools

import pytest

from assets.exams.exams import refresh_exams
from assets.exams.keep import keep
from assets.exams.migrate import migrate
from assets.landing.land import land
from assets.landing.sources import ALIASES, SOURCES
from resources.snapshot.reader import open_snapshot

DAY = 86_400_000.0
START = 1_760_000_000_000.0


def exam(name, *participants, **fields):
    """An exam with these entries; `participants=None` leaves the list out."""
    document = {
        "_id": name,
        "title": f"Exam {name}",
        "startDate": START,
        "endDate": START + 14 * DAY,
        "questionIds": ["q1", "q2"],
        "completionTime": 3600.0,
        "allowedParticipants": ["ann", "bob"],
        "isActive": True,
        "createdBy": "ann",
        "participants": list(participants),
    } | fields
    return {key: value for key, value in document.items() if value is not None}


def entry(user, *answers, **fields):
    """An entry that was handed in; a field that is None is left out."""
    document = {
        "userId": user, "score": 50.0, "completedAt": START + DAY, "startedAt": START + DAY / 2, "status": "completed",
        "answers": [answer(question, text) for question, text in answers],
    } | fields  # fmt: skip
    return {key: value for key, value in document.items() if value is not None}


def answer(question, text, *, right=True):
    return {"questionId": question, "selectedAnswer": text, "isCorrect": right}


def row(name, exam_id, user, **fields):
    """A row of the source's own v2 table."""
    document = {
        "_id": name, "examId": exam_id, "userId": user, "score": 50.0, "completedAt": START + DAY,
        "startedAt": START + DAY / 2, "status": "completed",
    } | fields  # fmt: skip
    return {key: value for key, value in document.items() if value is not None}


def row_answer(name, participation, question, text, created, *, right=True):
    return {
        "_id": name, "_creationTime": created, "participationId": participation, **answer(question, text, right=right),
    }  # fmt: skip


@pytest.fixture
def land_tables(database, make_snapshot):
    """Lands tables, keeps the exams' documents and refreshes the exams; answers the run."""
    numbers = itertools.count(1)

    def go(tables):
        run = f"run{next(numbers)}"
        with open_snapshot(make_snapshot(tables, run), ALIASES) as snapshot:
            for source in SOURCES:
                if source.name in snapshot.tables:
                    land(database, snapshot, source, run)
            keep(database, snapshot, run)
        refresh_exams(database, run)
        return run

    return go


@pytest.fixture
def load(database, land_tables):
    """Takes tables all the way into v2."""

    def go(tables, cohorts=None, **options):
        return migrate(database, land_tables(tables), cohorts, **options)

    return go


@pytest.fixture
def present(query):
    """What v2 holds: each participation that is not gone, with its answers as (question, text)."""

    def ask(*columns):
        rows = query(
            f"select exam_id, user_id, {', '.join(columns) or 'score'}, "
            "array(select question_id || '=' || selected_answer from core.exam_answers as a "
            "where a.exam_id = p.exam_id and a.participation_id = p.id order by position) "
            "from core.exam_participations as p where gone_load is null order by exam_id, user_id"
        )
        return {tuple(line[:2]): line[2:] for line in rows}

    return ask


@pytest.fixture
def quarantined(query):
    """The quarantine of the migration: table, reason and document, in order."""

    def ask():
        return query(
            "select source_table, reason, document_id, answers from ops.quarantine "
            "where source_table in ('exams.participants', 'landing.exam_participations', 'landing.exam_answers') "
            "order by quarantine_id"
        )

    return ask
