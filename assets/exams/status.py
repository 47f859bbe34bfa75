"""How far the way from v1 to v2 is: what v1 still embeds, what v2 holds, and whether all of it is there. No dagster."""

from dataclasses import dataclass

from assets.exams.verification.report import Kind
from assets.exams.verification.verify import verify
from resources.warehouse.database import Database

PACKAGE = "assets.exams.verification"
# What would mean that something of v1 is not in v2 as it is in v1, nor in the quarantine.
INCOMPLETE = (
    Kind.MISSING_EXAM,
    Kind.DIFFERENT_EXAM,
    Kind.MISSING_PARTICIPATION,
    Kind.DIFFERENT_PARTICIPATION,
    Kind.MISSING_ANSWER,
    Kind.DIFFERENT_ANSWER,
    Kind.BROKEN_DOCUMENT,
    Kind.UNACCOUNTED,
)


@dataclass(frozen=True)
class Status:
    """What there is on both sides, and whether the migration is complete."""

    exams_with_participants: int
    total_participants: int
    total_answers: int
    participations: int
    answers: int
    migration_complete: bool

    def as_json(self) -> dict[str, object]:
        """Answer in the spec's shape."""
        return {
            "v1": {
                "examsWithParticipants": self.exams_with_participants,
                "totalParticipants": self.total_participants,
                "totalAnswers": self.total_answers,
            },
            "v2": {"participations": self.participations, "answers": self.answers},
            "migrationComplete": self.migration_complete,
        }


def status(database: Database) -> Status:
    """Count both sides, and verify."""
    (v1,) = database.read(PACKAGE, "embedded_count")
    report = verify(database)
    return Status(
        v1["exams"],
        int(v1["participants"]),
        int(v1["answers"]),
        report.totals.v2_participants,
        report.totals.v2_answers,
        migration_complete=not report.count(*INCOMPLETE),
    )
