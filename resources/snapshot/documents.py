"""What a document of each source table looks like: the fields that are kept, and their types.

An absent field and a null are the same, as everywhere in the source: none, an empty list, not so. Only what makes a
row meaningful is required, so that a gap in a title never costs a document; a wrong type always does. Unknown fields
are passed over.
"""

from typing import Annotated, Literal

import msgspec

# Epoch milliseconds that a calendar of four-digit years can hold.
Milliseconds = Annotated[float, msgspec.Meta(ge=-62_135_596_800_000, le=253_402_300_799_999)]
# Practice tables carry ISO texts where the rest of the source has milliseconds.
Time = Milliseconds | str
# Integer ids that stand as text in the warehouse.
Id = str | int | float


# What rows are found by: bounded, as an index entry is.
Key = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]


# What a participation can be in the middle of.
Status = Literal["in_progress", "completed", "auto_submitted"]
PausePhase = Literal["before_pause", "during_pause", "after_pause"]


class Document(msgspec.Struct, rename="camel", gc=False):
    """What every document has."""

    id: Key = msgspec.field(name="_id")
    creation_time: float = msgspec.field(name="_creationTime")


class School(Document):
    """A school."""

    name: str | None = None
    deleted_at: Milliseconds | None = None


class Cohort(Document):
    """A cohort."""

    name: str | None = None
    school_id: Key | None = None
    start_year: Id | None = None
    end_year: Id | None = None
    class_code: str | None = None
    deleted_at: Milliseconds | None = None


class Class(Document):
    """A class of a cohort."""

    name: str | None = None
    code: str | None = None
    cohort_id: Key | None = None
    deleted_at: Milliseconds | None = None


class Module(Document):
    """A module of a class."""

    class_id: Key | None = None
    title: str | None = None
    status: str | None = None
    question_count: float | None = None
    deleted_at: Milliseconds | None = None


class Option(msgspec.Struct):
    """A choice with an id of its own."""

    text: str | None = None


class Question(Document):
    """A question, of a module or of exams."""

    module_id: Key | None = None
    domain: str | None = None
    correct_answer: str | None = None
    options: list[str | Option] = []
    flag_count: float | None = None
    deleted_at: Milliseconds | None = None


class User(Document):
    """A user."""

    number: float | None = msgspec.field(name="id", default=None)
    username: str | None = None
    name: str | None = None
    role: str | None = None
    cohort_id: Key | None = None
    time_zone: str | None = None
    deleted_at: Milliseconds | None = None


class UserProgress(Document):
    """What a student did with a question."""

    user_id: Key
    class_id: Key
    question_id: Key
    selected_options: list[str] = []
    eliminated_options: list[str] = []
    is_flagged: bool = False
    is_mastered: bool = False
    attempts: float | None = None
    last_attempt_at: Milliseconds | None = None
    deleted_at: Milliseconds | None = None


class Exam(Document):
    """An exam, without its embedded participants."""

    title: str | None = None
    description: str | None = None
    start_date: Milliseconds | None = None
    end_date: Milliseconds | None = None
    question_ids: list[str] = []
    completion_time: float | None = None
    allowed_participants: list[str] = []
    enable_pause: bool | None = None
    pause_duration_minutes: float | None = None
    is_active: bool | None = None
    created_by: str | None = None


class ExamParticipation(Document):
    """A participation in the source's own v2 table."""

    exam_id: Key
    user_id: Key
    score: float | None = None
    completed_at: Milliseconds | None = None
    started_at: Milliseconds | None = None
    status: Status | None = None
    pause_phase: PausePhase | None = None
    pause_started_at: Milliseconds | None = None
    pause_ended_at: Milliseconds | None = None
    is_pause_cut_short: bool | None = None
    total_pause_duration_ms: float | None = None


class ExamAnswer(Document):
    """An answer in the source's own v2 table."""

    participation_id: Key
    question_id: Key
    selected_answer: str | None = None
    is_correct: bool | None = None


class LearningBankQuestion(Document):
    """A question of the learning bank."""

    question_id: Key
    is_active: bool | None = None
    added_at: Milliseconds | None = None
    added_by: str | None = None


class Topic(Document):
    """A topic."""

    semester_id: Key
    title: str | None = None
    is_active: bool | None = None
    deleted_at: Milliseconds | None = None


class Preference(Document):
    """A student's order of topics."""

    student_id: Key
    semester_id: Key
    topic_order: list[str] = []
    last_updated: Milliseconds | None = None


class RankingEvent(Document):
    """A change of a ranking."""

    topic_id: Key
    student_id: Key
    semester_id: Key
    position: float | None = None
    previous_position: float | None = None
    action: str | None = None


class SelectionPeriod(Document):
    """A period of ranking."""

    semester_id: str | None = None
    title: str | None = None
    kind: str | None = None
    open_date: Milliseconds | None = None
    close_date: Milliseconds | None = None


class Assignment(Document):
    """A topic given to a student."""

    student_id: Key
    topic_id: Key
    period_id: Key | None = None
    batch_id: str | None = None
    original_rank: float | None = None


class Attempt(Document, rename=None):
    """A practice attempt."""

    user_id: Id
    number: Id | None = msgspec.field(name="id", default=None)
    session_id: Id | None = None
    exercise_id: Id | None = None
    user_answer: str | None = None
    is_correct: bool = False
    score: float | None = None
    created_at: Time | None = None


class PracticeSession(Document, rename=None):
    """A practice session."""

    user_id: Id
    number: Id | None = msgspec.field(name="id", default=None)
    started_at: Time | None = None
    ended_at: Time | None = None
    total_exercises: float | None = None
    correct_answers: float | None = None
    score_percentage: float | None = None
    session_type: str | None = None
    is_completed: bool | None = None


class Exercise(Document, rename=None):
    """A practice exercise."""

    number: Id | None = msgspec.field(name="id", default=None)
    exercise_type: str | None = None
    tense: str | None = None
    difficulty: Id | None = None
    is_active: bool | None = None


class UserProfile(Document, rename=None):
    """A practice profile as stored."""

    user_id: Id
    current_streak: float | None = None
    longest_streak: float | None = None
    last_practice_date: Time | None = None


class WatchEvent(Document):
    """A watched video."""

    user_id: Key
    record_id: Id | None = msgspec.field(name="id", default=None)
    watched_at: Id | None = None
    raw_timestamp: str | None = None
    video_id: str | None = None
    video_title: str | None = None
    video_url: str | None = None
    channel_title: str | None = None
    channel_url: str | None = None
    product: str | None = None
    topics: list[str] | None = None
