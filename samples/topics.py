"""Topics of three semesters, the students' orders, the events behind them, and what was assigned."""

from samples.convex import ABSENT, NAN, encode
from samples.plan import DAY, HOUR, Plan
from samples.school import Writer
from samples.seeds import coprime_step, turn

SEMESTERS = ("2025-autumn", "2026-spring", "2026-autumn")
# In the last semester students rank only the fewest of many topics, so that the categories bunch.
CROWDED = 2
RANKED = {0: (5, 9), 1: (4, 8), CROWDED: (3, 3)}
KINDS = ("inactive", "open", "inactive")
EVENTS_PER_ROUND = 4
LAST_STEP = EVENTS_PER_ROUND - 1
OFFERED = 200
IDEAS = ("Tear film", "Myopia control", "Glaucoma triage", "Low vision aids", "Dry eye", "Colour vision", "Ortho-K")


def semester_of(topic: int) -> int:
    """Half of all topics belong to the crowded semester, the rest to the other two in turn."""
    return CROWDED if topic % 2 else topic // 2 % 2


def topics_of(plan: Plan, semester: int) -> list[int]:
    """The first active topics of a semester: what students choose from."""
    of_semester = (topic for topic in range(plan.regular["topics"]) if semester_of(topic) == semester)
    return [topic for topic, _ in zip(filter(is_active, of_semester), range(OFFERED), strict=False)]


def is_active(topic: int) -> bool:
    """Whether the topic can still be chosen."""
    return topic % 20 not in (8, 13)


def topics(plan: Plan) -> Writer:
    """Documents of `topics`."""

    def line(index: int) -> str:
        draw = plan.draw("topics", index)
        fields = {
            "_id": plan.id("topics", index),
            "_creationTime": plan.created(draw, 200, 150),
            "title": f"{draw.pick(IDEAS)} {index + 1}",
            "description": "",
            "semesterId": SEMESTERS[semester_of(index)],
            "isActive": is_active(index),
            "requiresAllowList": True if draw.chance(10) else ABSENT,
            "userId": f"teacher{index % 4}",
        }
        return encode(fields)

    return line


def student(plan: Plan, row: int) -> tuple[str, int]:
    """Whose order a row is, and of which semester: each pair once."""
    users = plan.regular["users"]
    return plan.id("users", row // 3 * coprime_step(users) % users), row % 3


def order_of(plan: Plan, row: int, choice: list[list[int]]) -> list[str]:
    """A student's topics, best first; early topics are the popular ones."""
    draw = plan.draw("order", row)
    semester = row % 3
    left = list(choice[semester])
    wanted = min(draw.between(*RANKED[semester]), len(left))
    popular = (left.pop(min(draw.below(len(left)), draw.below(len(left)))) for _ in range(wanted))
    return [plan.id("topics", topic) for topic in popular]


def saved_at(plan: Plan, row: int) -> float:
    """When a student last saved an order."""
    return plan.created(plan.draw("saved", row), 30)


def preferences(plan: Plan) -> Writer:
    """Documents of `preferences`."""
    choice = [topics_of(plan, semester) for semester in range(3)]

    def line(index: int) -> str:
        who, semester = student(plan, index)
        return preference(plan, index, who, semester, order_of(plan, index, choice))

    return line


def preference(plan: Plan, index: int, who: str, semester: int, order: object, *, saved: float = 0.0) -> str:
    """One preference document."""
    fields = {
        "_id": plan.id("preferences", index),
        "_creationTime": saved_at(plan, index) - 60 * DAY,
        "studentId": who,
        "semesterId": SEMESTERS[semester],
        "topicOrder": order,
        "lastUpdated": saved or saved_at(plan, index),
    }
    return encode(fields)


def other_student(plan: Plan, number: int) -> str:
    """A student whom the regular rows do not reach."""
    users = plan.regular["users"]
    return plan.id("users", (plan.regular["preferences"] // 3 + 5 + number) * coprime_step(users) % users)


def saved_again(plan: Plan) -> str:
    """A second, later row of the student and semester of the first row."""
    choice = [topics_of(plan, semester) for semester in range(3)]
    who, semester = student(plan, 0)
    order = order_of(plan, 0, choice)[::-1]
    return preference(plan, -1, who, semester, order, saved=saved_at(plan, 0) + HOUR)


def topic_named_twice(plan: Plan) -> str:
    """An order that names its first topic again."""
    first, second, third = (plan.id("topics", topic) for topic in (0, 4, 12))
    return preference(plan, -2, other_student(plan, 2), 0, [first, second, first, third])


def topic_not_active(plan: Plan) -> str:
    """An order that names an inactive topic."""
    return preference(plan, -3, other_student(plan, 3), 0, [plan.id("topics", 8), plan.id("topics", 0)])


def topic_of_another_semester(plan: Plan) -> str:
    """An order that names a topic of another semester."""
    return preference(plan, -4, other_student(plan, 4), 0, [plan.id("topics", 0), plan.id("topics", 2)])


def topic_that_is_gone(plan: Plan) -> str:
    """An order that names a topic that does not exist."""
    return preference(plan, -5, other_student(plan, 5), 0, [plan.id("topics", 0), plan.id("topics", -7)])


def empty_order(plan: Plan) -> str:
    """An order without topics."""
    return preference(plan, -6, other_student(plan, 6), 1, [])


def order_of_wrong_type(plan: Plan) -> str:
    """An order that is text."""
    return preference(plan, -7, other_student(plan, 7), 1, "first come, first served")


def periods(plan: Plan) -> Writer:
    """Documents of `selectionPeriods`."""

    def line(index: int) -> str:
        made = float(plan.as_of - 60 * DAY)
        fields = {
            "_id": plan.id("selectionPeriods", index),
            "_creationTime": made,
            "title": f"Choice of topics {SEMESTERS[index % 3]}",
            "description": "",
            "semesterId": SEMESTERS[index % 3],
            "kind": KINDS[index % 3],
            "openDate": made + DAY,
            "closeDate": made + 90 * DAY,
            "shareableSlug": f"choice-{index}",
            "userId": "teacher0",
        }
        return encode(fields)

    return line


def assignments(plan: Plan) -> Writer:
    """Documents of `assignments`: the autumn's outcome."""
    choice = [topics_of(plan, semester) for semester in range(3)]
    rows = range(0, plan.regular["preferences"], 3)
    offered = [plan.id("topics", topic) for topic in choice[0]]

    def line(index: int) -> str:
        row = rows[index % len(rows)]
        order = order_of(plan, row, choice)
        rank = index % 4
        # Every fourth student got a topic that was not in their order.
        got = order[rank : rank + 1] if rank < LAST_STEP else []
        other = next((name for name in offered if name not in order), offered[0])
        fields = {
            "_id": plan.id("assignments", index),
            "_creationTime": float(plan.as_of - 20 * DAY + index),
            "periodId": plan.id("selectionPeriods", 0),
            "batchId": f"batch-{index // len(rows) + 1}",
            "studentId": student(plan, row)[0],
            "topicId": got[0] if got else other,
            "originalRank": float(rank + 1) if got else ABSENT,
        }
        return encode(fields)

    return line


def events(plan: Plan) -> Writer:
    """Documents of `rankingEvents`: rounds of four per student; the log is older than the order and lacks its tail."""
    choice = [topics_of(plan, semester) for semester in range(3)]
    rows = plan.regular["preferences"]

    def line(index: int) -> str:
        row, step = index // EVENTS_PER_ROUND % rows, index % EVENTS_PER_ROUND
        again = index // (EVENTS_PER_ROUND * rows)
        order = order_of(plan, row, choice)
        first, second = (order * 2)[:2] if order else (plan.id("topics", 0),) * 2
        who, semester = student(plan, row)
        at = saved_at(plan, row) - 9 * DAY + again * HOUR + step // 2 * 60_000 + step % 2 * 0.5
        action, topic, position, previous = (
            ("added", second, 1.0, ABSENT) if not again else ("moved", second, 1.0, 2.0),
            ("added", first, 2.0, ABSENT) if not again else ("moved", first, 2.0, 1.0),
            ("moved", second, 2.0, 1.0),
            ("moved", first, 1.0, 2.0),
        )[step]
        if turn(row, 10, 9) and step == LAST_STEP:
            action, position = "removed", 0.0
        return event(
            plan,
            index,
            at,
            action=action,
            topicId=topic,
            position=position,
            previousPosition=previous,
            studentId=who,
            semesterId=SEMESTERS[semester],
        )

    return line


def event(plan: Plan, index: int, at: float, **fields: object) -> str:
    """One ranking event."""
    return encode({"_id": plan.id("rankingEvents", index), "_creationTime": at, **fields})


def odd_event(plan: Plan, number: int, **fields: object) -> str:
    """An event of a student without any other, with some fields replaced."""
    usual: dict[str, object] = {
        "action": "added",
        "topicId": plan.id("topics", 0),
        "studentId": other_student(plan, 10 + number),
        "semesterId": SEMESTERS[0],
        "position": 1.0,
    }
    return event(plan, -number, float(plan.as_of - 5 * DAY), **usual | fields)


def at_half_a_place(plan: Plan) -> str:
    """An event at a position that is not whole."""
    return odd_event(plan, 1, position=2.5)


def at_no_place(plan: Plan) -> str:
    """An event whose position is NaN."""
    return odd_event(plan, 2, position=NAN)


def below_the_first(plan: Plan) -> str:
    """An event at a negative position."""
    return odd_event(plan, 3, position=-1.0)


def of_unknown_action(plan: Plan) -> str:
    """An event whose action nobody knows."""
    return odd_event(plan, 4, action="shuffled")


def without_topic(plan: Plan) -> str:
    """An event that names no topic."""
    return odd_event(plan, 5, topicId=ABSENT)
