"""Schools, cohorts, classes, modules, questions and users."""

from collections.abc import Callable

from samples.convex import ABSENT, NAN, encode
from samples.names import DOMAINS, SUBJECTS, stem
from samples.plan import DAY, Plan
from samples.seeds import turn

Writer = Callable[[int], str]

SCHOOLS = ("École d'Optométrie", "Großmann-Akademie", "İstanbul Institute of Vision")
COHORTS = (
    "Class of 2027", "class of 2027", "Éclair Cohort", "apple", "İzmir Evening", "Straßburg Weekend", "Zeta 2026",
    "", "Ångström Reserve", "Alumni 2019",
)  # fmt: skip
OPTIONS = ("Option A", "Option B", "Option C", "Option D")

DELETED_COHORT = 4
COHORT_OF_LOST_SCHOOL = 5
SIGNED_ZERO_CLASS, NAN_CLASS, DELETED_CLASS = 0, 1, 2
DELETED_MODULE = 4
# The file `attempts_user_7_testuser_1759885562.json` is this user's, whose integer id is not 7.
TEST_USER, TEST_USERNAME = 424, "testuser_1759885562"
REFUSED_COHORT_USER = 21
ODD_NAMES = {10: "", 11: "İpek Yılmaz", 12: "Jürgen Groß", 13: "ana lima", 14: "Ana Lima"}


def practice_id(user: int) -> int | None:
    """The integer id that every fourth user has beside the document's own."""
    return None if user % 4 else user // 4 + 1


def refused_cohort(plan: Plan) -> str:
    """An id that the orchestrator's range syntax would misread."""
    return plan.id("cohort", -1).replace("k", "k,", 1)[:32]


def is_deleted(user: int) -> bool:
    """Whether the user is soft-deleted upstream."""
    return turn(user, 17, 16)


def schools(plan: Plan) -> Writer:
    """Documents of `school`."""

    def line(index: int) -> str:
        draw = plan.draw("school", index)
        made = plan.created(draw, 900, 800)
        name = SCHOOLS[index] if index < len(SCHOOLS) else f"School {index}"
        return encode(
            {"_id": plan.id("school", index), "_creationTime": made, "name": name, "metadata": {}, "updatedAt": made}
        )

    return line


def cohorts(plan: Plan) -> Writer:
    """Documents of `cohort`; every third carries stale numbers from upstream."""

    def line(index: int) -> str:
        draw = plan.draw("cohort", index)
        made = plan.created(draw, 700, 600)
        year = draw.between(2021, 2025)
        school = plan.counts["school"] if index == COHORT_OF_LOST_SCHOOL else index % plan.counts["school"]
        stale = {
            "averageCompletion": float(draw.below(101)),
            "totalModules": float(draw.below(30)),
            "totalQuestions": float(draw.below(300)),
            "totalStudents": float(draw.below(90)),
            "updatedAt": made + DAY,
        }
        fields = {
            "_id": plan.id("cohort", index),
            "_creationTime": made,
            "name": COHORTS[index] if index < len(COHORTS) else f"Cohort {index}",
            "schoolId": plan.id("school", school),
            "startYear": str(year),
            "endYear": str(year + 4),
            "classCode": f"C{index}" if draw.chance(60) else ABSENT,
            "stats": stale if turn(index, 3, 0) else ABSENT,
            "deletedAt": made + 30 * DAY if index == DELETED_COHORT else ABSENT,
            "metadata": {},
            "updatedAt": made + 2 * DAY,
        }
        return encode(fields)

    return line


def cohort_with_a_comma(plan: Plan) -> str:
    """A cohort whose id cannot be a partition key."""
    made = float(plan.as_of - 500 * DAY)
    fields = {"_id": refused_cohort(plan), "_creationTime": made, "name": "Comma, Inc.", "metadata": {}}
    return encode({**fields, "schoolId": plan.id("school", 0), "startYear": "2024", "endYear": "2028"})


def classes(plan: Plan) -> Writer:
    """Documents of `class`."""

    def line(index: int) -> str:
        draw = plan.draw("class", index)
        made = plan.created(draw, 500, 400)
        fields = {
            "_id": plan.id("class", index),
            "_creationTime": made,
            "name": f"{draw.pick(SUBJECTS)} {index + 1}",
            "code": f"OPT{index}",
            "cohortId": plan.id("cohort", plan.school.cohort_of_class(index)),
            "order": -0.0 if index == SIGNED_ZERO_CLASS else float(index),
            "semesterId": plan.id("semester", index % 3),
            "deletedAt": made + 60 * DAY if index == DELETED_CLASS else ABSENT,
            "description": "",
            "metadata": {"weight": NAN} if index == NAN_CLASS else {},
            "updatedAt": made,
        }
        return encode(fields)

    return line


def question_count(plan: Plan, module: int) -> float | object:
    """The stored counter: right for most modules, drifted for some, far too low in the last teaching cohort."""
    school = plan.school
    real = school.questions_of_module(module).size
    if real == 0 or turn(module, 13, 5):
        return ABSENT
    if school.has_odd_cohorts and school.cohort_of_class(school.class_of_module(module)) == school.teaching - 1:
        return 2.0
    drift = 4 * (module % 3 - 1) if turn(module, 11, 7) else int(turn(module, 19, 3))
    return float(max(0, real + drift))


def modules(plan: Plan) -> Writer:
    """Documents of `module`."""

    def line(index: int) -> str:
        draw = plan.draw("module", index)
        made = plan.created(draw, 390, 300)
        fields = {
            "_id": plan.id("module", index),
            "_creationTime": made,
            "classId": plan.id("class", plan.school.class_of_module(index)),
            "title": f"Module {index + 1}: {draw.pick(SUBJECTS)}",
            "status": "archived" if draw.chance(5) else draw.pick(("published", "published", "draft")),
            "questionCount": question_count(plan, index),
            "emoji": "👁️" if draw.chance(10) else ABSENT,
            "order": float(index),
            "deletedAt": made + 40 * DAY if index == DELETED_MODULE else ABSENT,
            "description": "",
            "metadata": {},
            "updatedAt": made,
        }
        return encode(fields)

    return line


def module_without_id(plan: Plan) -> str:
    """A module document that lacks its `_id`."""
    return encode({"_creationTime": float(plan.as_of - DAY), "classId": plan.id("class", 0), "title": "Nameless"})


def module_of_wrong_type(plan: Plan) -> str:
    """A module whose counter is text."""
    fields = {"_id": plan.id("module", -1), "_creationTime": float(plan.as_of - DAY), "classId": plan.id("class", 0)}
    return encode({**fields, "title": "Miscounted", "status": "draft", "questionCount": "twelve"})


def key(plan: Plan, question: int) -> int:
    """Which option answers a question."""
    return ord(plan.id("question", question)[-1]) % len(OPTIONS)


def questions(plan: Plan) -> Writer:
    """Documents of `question`; a few belong to no module or to one that is gone."""

    def line(index: int) -> str:
        draw = plan.draw("question", index)
        made = plan.created(draw, 290, 250)
        right = key(plan, index)
        module = plan.counts["module"] if turn(index, 701, 5) else plan.school.module_of_question(index)
        fields = {
            "_id": plan.id("question", index),
            "_creationTime": made,
            "moduleId": ABSENT if turn(index, 601, 11) else plan.id("module", module),
            "stem": stem(draw),
            "type": draw.pick(("multiple_choice", "multiple_choice", "matching")),
            "domain": draw.pick(DOMAINS),
            "options": [{"id": f"o{place}", "text": text} for place, text in enumerate(OPTIONS)],
            "correctAnswers": [f"o{right}"],
            "correctAnswer": OPTIONS[right],
            "explanation": "See the notes." if draw.chance(40) else ABSENT,
            "flagCount": float(draw.below(4)) if draw.chance(50) else ABSENT,
            "aiGenerated": draw.chance(30),
            "order": float(index % 20),
            "status": "published",
            "deletedAt": made + DAY if turn(index, 401, 17) else ABSENT,
            "metadata": {},
            "updatedAt": made,
        }
        return encode(fields)

    return line
