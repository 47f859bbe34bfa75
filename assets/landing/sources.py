"""The one registry of source tables: what each is called, what its documents look like, where its rows go."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import msgspec
import sqlalchemy as sa

from assets import partition_keys
from resources.snapshot import documents as shape
from resources.warehouse.schema import landing


def _cohort_refusal(document: shape.Document) -> str | None:
    return partition_keys.refusal(document.id)


@dataclass(frozen=True)
class Source:
    """One table of the source."""

    aliases: tuple[str, ...]
    document: type[shape.Document]
    table: sa.Table
    # Why a document that reads well cannot be a row.
    refusal: Callable[[shape.Document], str | None] | None = None

    @property
    def columns(self) -> list[str]:
        """The columns that a document fills, in the order of its fields."""
        return [field.name for field in msgspec.structs.fields(self.document)]

    @property
    def name(self) -> str:
        """The landing table's name, which is also the asset's."""
        return self.table.name

    @property
    def target(self) -> str:
        """The landing table's full name."""
        return self.table.fullname


SOURCES = (
    Source(("schools", "school"), shape.School, landing.schools),
    Source(("cohorts", "cohort"), shape.Cohort, landing.cohorts, _cohort_refusal),
    Source(("classes", "class"), shape.Class, landing.classes),
    Source(("modules", "module"), shape.Module, landing.modules),
    Source(("questions", "question"), shape.Question, landing.questions),
    Source(("users",), shape.User, landing.users),
    Source(("userProgress",), shape.UserProgress, landing.user_progress),
    Source(("exams",), shape.Exam, landing.exams),
    Source(("examParticipations",), shape.ExamParticipation, landing.exam_participations),
    Source(("examAnswers",), shape.ExamAnswer, landing.exam_answers),
    Source(("learningBankQuestions",), shape.LearningBankQuestion, landing.learning_bank_questions),
    Source(("topics",), shape.Topic, landing.topics),
    Source(("preferences",), shape.Preference, landing.preferences),
    Source(("rankingEvents",), shape.RankingEvent, landing.ranking_events),
    Source(("selectionPeriods",), shape.SelectionPeriod, landing.selection_periods),
    Source(("assignments",), shape.Assignment, landing.assignments),
    Source(("attempts",), shape.Attempt, landing.attempts),
    Source(("sessions",), shape.PracticeSession, landing.practice_sessions),
    Source(("exercises",), shape.Exercise, landing.exercises),
    Source(("user_profiles",), shape.UserProfile, landing.user_profiles),
    Source(("watch_events",), shape.WatchEvent, landing.watch_events),
)

ALIASES: Mapping[str, str] = {alias: source.name for source in SOURCES for alias in source.aliases}
