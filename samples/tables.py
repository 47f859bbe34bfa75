"""The one list of tables: how many documents at scale 1, how they are made, and which odd lines stand among them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from samples import exams, participations, practice, progress, school, topics, users, watch
from samples.convex import encode
from samples.plan import DAY, Plan, ceiling
from samples.school import Writer
from samples.seeds import shuffled

BTREE = "_components/rankingsAggregate/btree"


class Table(NamedTuple):
    """A table: documents at scale 1, about how many bytes each has, and what makes them."""

    name: str
    base: int
    width: int
    writer: Callable[[Plan], Writer]
    oddities: Sequence[Callable[[Plan], str]] = ()
    # With fewer documents than this the table is regular throughout.
    least: int = 0

    def lines(self, plan: Plan) -> Iterator[str]:
        """Every line of the table, shuffled."""
        regular, line = plan.regular[self.name], self.writer(plan)
        for place in shuffled(plan.counts[self.name]):
            yield line(place) if place < regular else self.oddities[place - regular](plan)


def notifications(plan: Plan) -> Writer:
    """A table that no reader knows; its documents hold bytes and infinities."""

    def line(index: int) -> str:
        odd = {"payload": {"$bytes": "AAEC"}, "weight": {"$float": "AAAAAAAA8P8="}} if index % 5 == 0 else {}
        made = float(plan.as_of - index % 30 * DAY)
        return encode({"_id": plan.id("notifications", index), "_creationTime": made, "text": f"Note {index}"} | odd)

    return line


def btree(plan: Plan) -> Writer:
    """A component's own table, which is nobody else's business."""

    def line(index: int) -> str:
        fields = {"aggregate": {"count": float(index), "sum": 0.5}, "items": [], "subtrees": []}
        return encode({"_id": plan.id("btree", index), "_creationTime": float(plan.as_of - DAY), **fields})

    return line


USER_ODDITIES = (users.user_again, users.user_of_wrong_type, users.user_in_bad_bytes)
MODULE_ODDITIES = (school.module_without_id, school.module_of_wrong_type)
PROGRESS_ODDITIES = (
    progress.one_of_two,
    progress.other_of_two,
    progress.at_no_number,
    progress.cut_short,
    progress.not_an_object,
    progress.flagged_by_word,
)
PREFERENCE_ODDITIES = (
    topics.saved_again,
    topics.topic_named_twice,
    topics.topic_not_active,
    topics.topic_of_another_semester,
    topics.topic_that_is_gone,
    topics.empty_order,
    topics.order_of_wrong_type,
)
EVENT_ODDITIES = (
    topics.at_half_a_place,
    topics.at_no_place,
    topics.below_the_first,
    topics.of_unknown_action,
    topics.without_topic,
)
ATTEMPT_ODDITIES = (
    practice.attempt_again,
    practice.attempt_at_unknown_exercise,
    practice.attempt_of_tomorrow,
    practice.attempt_of_unknown_user,
    practice.attempt_without_time,
)
WATCH_ODDITIES = (watch.seen_again, watch.by_nobody, watch.at_infinity, watch.with_topics_in_words, watch.with_a_nul)

TABLES = (
    Table("school", 3, 150, school.schools),
    Table("cohort", 11, 282, school.cohorts, (school.cohort_with_a_comma,), 9),
    Table("class", 40, 280, school.classes),
    Table("module", 160, 264, school.modules, MODULE_ODDITIES, 30),
    Table("question", 2000, 519, school.questions),
    Table("users", 600, 319, users.users, USER_ODDITIES, 100),
    Table("userProgress", 20_000, 388, progress.progress, PROGRESS_ODDITIES, 100),
    Table("exams", 26, 101_800, exams.exams, (exams.exam_of_wrong_type,), 26),
    Table("learningBankQuestions", 300, 211, participations.learning_bank),
    Table("examParticipations", 20, 257, participations.participations, (), 20),
    Table("examAnswers", 101, 221, participations.answers, (participations.of_no_participation,), 20),
    Table("topics", 60, 185, topics.topics),
    Table("preferences", 240, 374, topics.preferences, PREFERENCE_ODDITIES, 60),
    Table("selectionPeriods", 3, 277, topics.periods),
    Table("rankingEvents", 900, 238, topics.events, EVENT_ODDITIES, 60),
    Table("assignments", 80, 247, topics.assignments),
    Table("exercises", 60, 353, practice.exercises),
    Table("attempts", 3000, 280, practice.attempts, ATTEMPT_ODDITIES, 60),
    Table("sessions", 600, 342, practice.sessions),
    Table("user_profiles", 100, 265, practice.profiles),
    Table("watch_events", 1500, 453, watch.events, WATCH_ODDITIES, 60),
    Table("notifications", 25, 104, notifications),
    Table(BTREE, 12, 136, btree),
)
NAMES = tuple(table.name for table in TABLES)


def grown(counts: dict[str, int], named: Mapping[str, int], participants: int) -> dict[str, int]:
    """The counts, with tables that nobody named grown to what the others need."""
    need: list[tuple[str, Callable[[], int]]] = [
        ("class", lambda: counts["cohort"]),
        ("module", lambda: counts["class"]),
        ("question", lambda: 2 * counts["module"]),
        (
            "users",
            lambda: max(3 * counts["cohort"], counts["userProgress"] // 100, counts["preferences"] // 3, participants),
        ),
        ("examParticipations", lambda: ceiling(counts["examAnswers"], 20)),
    ]
    for name, least in need:
        if name not in named:
            counts[name] = max(counts[name], least())
    return counts
