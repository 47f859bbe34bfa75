"""`landing`: one table for each table of the source, typed, with the fields that anything downstream needs.

A column is named after its field in snake case; `resources.snapshot.documents` names the fields. Rows that the
source no longer has stay, marked by `gone_load`.
"""

from typing import Any

import sqlalchemy as sa

from resources.warehouse.schema.columns import flag, instant, metadata, number, text, texts, whole


def _landing(name: str, comment: str, *columns: sa.Column[Any] | sa.Index) -> sa.Table:
    return sa.Table(
        name,
        metadata,
        text("id", "The document's `_id`.", nullable=False),
        number(
            "creation_time",
            "`_creationTime` in epoch milliseconds, exact: it orders rows by less than a microsecond.",
            nullable=False,
        ),
        *columns,
        whole("load_id", "The load that last wrote this row.", nullable=False),
        whole("gone_load", "The load that no longer found it in the source; null while it is there."),
        sa.PrimaryKeyConstraint("id"),
        schema="landing",
        comment=comment,
    )


schools = _landing("schools", "Schools.", text("name", "The school's name."), instant("deleted_at", "Soft deletion."))

cohorts = _landing(
    "cohorts",
    "Cohorts: the partitions of everything that is kept per cohort.",
    text("name", "The cohort's name."),
    text("school_id", "Its school."),
    text("start_year", "First year, as written."),
    text("end_year", "Last year, as written."),
    text("class_code", "The code that students join with."),
    instant("deleted_at", "Soft deletion; such cohorts still count, as in the app."),
)

classes = _landing(
    "classes",
    "Classes of a cohort.",
    text("name", "The class's name."),
    text("code", "Its short code."),
    text("cohort_id", "The cohort that takes it."),
    instant("deleted_at", "Soft deletion; such classes still count, as in the app."),
)

modules = _landing(
    "modules",
    "Modules of a class.",
    text("class_id", "Its class."),
    text("title", "The module's title."),
    text("status", "draft, published or archived."),
    whole("question_count", "The app's own counter; it drifts from the real number of questions."),
    instant("deleted_at", "Soft deletion; such modules still count, as in the app."),
)

questions = _landing(
    "questions",
    "Questions of modules, of exams and of the learning bank.",
    text("module_id", "Its module, where it belongs to one."),
    text("domain", "Its topic, where it belongs to exams."),
    text("correct_answer", "The answer key of exam questions."),
    texts("options", "The choices of exam questions; empty where they have a shape of their own.", nullable=False),
    whole("flag_count", "The app's own counter of flags."),
    instant("deleted_at", "Soft deletion."),
)

users = _landing(
    "users",
    "People: students, teachers, administrators.",
    whole("number", "The integer `id` that practice data knows the user by."),
    text("username", "The user name that legacy practice files carry."),
    text("name", "The name shown."),
    text("role", "student, teacher, admin or what the app says."),
    text("cohort_id", "The cohort of a student."),
    text("time_zone", "The user's IANA time zone."),
    instant("deleted_at", "Soft deletion; present and not null means deleted, the epoch included."),
)

user_progress = _landing(
    "user_progress",
    "What each student did with each question.",
    text("user_id", "The student.", nullable=False),
    text("class_id", "The class in which the question was met.", nullable=False),
    text("question_id", "The question.", nullable=False),
    texts("selected_options", "The options chosen."),
    texts("eliminated_options", "The options struck out."),
    flag("is_flagged", "Flagged by the student.", nullable=False),
    flag("is_mastered", "Mastered by the student.", nullable=False),
    whole("attempts", "How often it was tried."),
    instant("last_attempt_at", "The last attempt; the epoch stands for none."),
    instant("deleted_at", "Soft deletion; such rows still count, as in the app."),
)

exams = _landing(
    "exams",
    "Exams, without the participants that v1 embeds in them.",
    text("title", "The exam's title."),
    text("description", "What it is about."),
    instant("start_date", "The window opens."),
    instant("end_date", "The window closes."),
    texts("question_ids", "Its questions, in order."),
    number("completion_time", "Seconds allowed."),
    texts("allowed_participants", "Users that it lists."),
    flag("enable_pause", "Whether a pause is allowed."),
    number("pause_duration_minutes", "Minutes of the pause."),
    flag("is_active", "Whether it is shown."),
    text("created_by", "Who made it."),
)

v1_exams = sa.Table(
    "v1_exams",
    metadata,
    text("exam_id", "The exam.", nullable=False),
    text("digest", "SHA-256 of the kept document, byte for byte.", nullable=False),
    sa.Column(
        "document",
        sa.LargeBinary,
        comment="The newest document of the exam that had a list of participants, as received, compressed by zlib;"
        " null where there was none, or since it was cleared.",
    ),
    whole("bytes", "Length of that document as received.", nullable=False),
    whole("participants", "Entries embedded in it.", nullable=False),
    whole("answers", "Answers embedded in these entries.", nullable=False),
    flag("is_embedded", "Whether the source's exam still has a list of participants.", nullable=False),
    instant("cleared_at", "The instant for which `exams clear` dropped the document; null while it is kept."),
    whole("load_id", "The load that last wrote this row.", nullable=False),
    whole("gone_load", "The load that no longer found the exam in the source; null while it is there."),
    sa.PrimaryKeyConstraint("exam_id"),
    schema="landing",
    comment="The exams of v1 with their embedded participants: the documents as received, and counts of each.",
)

exam_participations = _landing(
    "exam_participations",
    "Participations that the source already holds in its v2 table.",
    text("exam_id", "The exam.", nullable=False),
    text("user_id", "The participant.", nullable=False),
    number("score", "Percent; may have a fraction."),
    instant("completed_at", "When it was handed in; the epoch while in progress."),
    instant("started_at", "When it was begun."),
    text("status", "in_progress, completed or auto_submitted."),
    text("pause_phase", "before_pause, during_pause or after_pause."),
    instant("pause_started_at", "When the pause began."),
    instant("pause_ended_at", "When the pause ended."),
    flag("is_pause_cut_short", "Whether the pause ended early."),
    number("total_pause_duration_ms", "Length of the pause in milliseconds."),
    sa.Index(None, "exam_id"),
)

exam_answers = _landing(
    "exam_answers",
    "Answers that the source already holds in its v2 table.",
    text("participation_id", "The participation.", nullable=False),
    text("question_id", "The question.", nullable=False),
    text("selected_answer", "The answer given."),
    flag("is_correct", "Whether it was right."),
    sa.Index(None, "participation_id"),
)

learning_bank_questions = _landing(
    "learning_bank_questions",
    "Questions offered for learning outside exams.",
    text("question_id", "The question.", nullable=False),
    flag("is_active", "Whether it is offered."),
    instant("added_at", "When it was added."),
    text("added_by", "Who added it."),
)

topics = _landing(
    "topics",
    "Topics that students of a semester can rank.",
    text("title", "The topic's title."),
    text("semester_id", "Its semester.", nullable=False),
    flag("is_active", "Whether it can be chosen."),
    instant("deleted_at", "Soft deletion."),
)

preferences = _landing(
    "preferences",
    "Each student's order of topics.",
    text("student_id", "The student.", nullable=False),
    text("semester_id", "The semester.", nullable=False),
    texts("topic_order", "Topics, most wanted first."),
    instant("last_updated", "When the student last saved it."),
)

ranking_events = _landing(
    "ranking_events",
    "Changes of rankings that the source recorded.",
    text("topic_id", "The topic.", nullable=False),
    text("student_id", "The student.", nullable=False),
    text("semester_id", "The semester.", nullable=False),
    number("position", "The new position from 1; 0 means removed."),
    number("previous_position", "The position before."),
    text("action", "added, moved or removed."),
)

selection_periods = _landing(
    "selection_periods",
    "Periods in which topics can be ranked.",
    text("semester_id", "The semester."),
    text("title", "The period's title."),
    text("kind", "open, inactive or closed."),
    instant("open_date", "When it opens."),
    instant("close_date", "When it closes."),
)

assignments = _landing(
    "assignments",
    "Which topic each student was given.",
    text("period_id", "The selection period."),
    text("batch_id", "The run of the assignment."),
    text("student_id", "The student.", nullable=False),
    text("topic_id", "The topic.", nullable=False),
    number("original_rank", "Where the student had ranked it."),
)

attempts = _landing(
    "attempts",
    "Practice attempts.",
    text("number", "The attempt's own `id`."),
    text("user_id", "The user's number.", nullable=False),
    text("session_id", "The practice session."),
    text("exercise_id", "The exercise; null where it is unknown."),
    text("user_answer", "The answer given."),
    flag("is_correct", "Whether it was right.", nullable=False),
    number("score", "Points, where the source has them."),
    instant("created_at", "When it was made."),
)

practice_sessions = _landing(
    "practice_sessions",
    "Practice sessions.",
    text("number", "The session's own `id`."),
    text("user_id", "The user's number.", nullable=False),
    instant("started_at", "When it began."),
    instant("ended_at", "When it ended."),
    whole("total_exercises", "Exercises in it."),
    whole("correct_answers", "Right answers in it."),
    number("score_percentage", "Its score, where the source has it."),
    text("session_type", "practice, test or what the app says."),
    flag("is_completed", "Whether it was finished."),
)

exercises = _landing(
    "exercises",
    "Practice exercises.",
    text("number", "The exercise's own `id`."),
    text("exercise_type", "What kind of exercise it is."),
    text("tense", "The tense that it trains."),
    text("difficulty", "How hard it is."),
    flag("is_active", "Whether it is offered."),
)

user_profiles = _landing(
    "user_profiles",
    "Practice profiles, as the app stored them.",
    text("user_id", "The user's number.", nullable=False),
    whole("current_streak", "The stored current streak."),
    whole("longest_streak", "The stored longest streak."),
    instant("last_practice_date", "The stored last practice."),
)

watch_events = _landing(
    "watch_events",
    "Videos that users watched.",
    text("user_id", "The user.", nullable=False),
    text("record_id", "The record's own `id`."),
    text("watched_at", "When, as written: an ISO time, or epoch milliseconds."),
    text("raw_timestamp", "When, as the watch history wrote it."),
    text("video_id", "The video."),
    text("video_title", "Its title."),
    text("video_url", "Its address."),
    text("channel_title", "Its channel."),
    text("channel_url", "The channel's address."),
    text("product", "YouTube or YouTube Music."),
    texts("topics", "The topics given; null where they are to be derived.", nullable=True),
)
