"""Progress: one line for each question that a user has looked at. The hottest loop of the generator."""

from hashlib import blake2b

from samples.convex import NAN, encode
from samples.plan import DAY, Plan
from samples.school import Writer
from samples.seeds import ID_LETTERS

# Rows at these places of every thousand are out of order, each in its own way.
PERIOD = 1000
REPEATED, LOST_CLASS, LOST_USER, LOST_QUESTION, DELETED, UNTIMED, AT_ZERO = 3, 107, 211, 331, 433, 547, 653
ODD_PLACES = frozenset({LOST_CLASS, LOST_USER, LOST_QUESTION, DELETED, UNTIMED, AT_ZERO})

SELECTED = ("[]", '["o0"]', '["o1"]', '["o2"]', '["o3"]', '["o0"]', '["o1"]', '["o0","o2"]')
ELIMINATED = ("[]", "[]", "[]", "[]", "[]", '["o3"]', '["o1"]', '["o2","o3"]')
BOOLEANS = ("false", "true")
FRACTIONS = (".0", ".0", ".0", ".0", ".0", ".001", ".25", ".5")

# Somewhere an id of the right form that no document has.
NOWHERE = -7


def progress(plan: Plan) -> Writer:
    """Documents of `userProgress`, built from text: an encoder would cost as much as all the rest."""
    school, count, seed, ident, latest = plan.school, plan.regular["userProgress"], plan.seed, plan.id, plan.as_of
    latest -= DAY // 24
    spans = [(span.first, span.size) for span in map(school.questions_of_cohort, range(school.cohorts))]
    (classes, modules), questions, last_class = school.stocked, school.questions, school.classes - 1
    worker, home = school.worker, school.home

    def line(index: int) -> str:
        digest = blake2b(f"{seed}/userProgress/{index}".encode(), digest_size=24).digest()
        bits = int.from_bytes(digest[16:], "big")
        odd = index % PERIOD
        user, place = worker(index, count)
        first, size = spans[home(user)]
        if odd == REPEATED and place:
            place -= 1
        question = first + (user * 13 + place) % size if size else bits % questions
        of_class = min(question * modules // questions * classes // modules, last_class)
        made = latest - (bits & 0xFFFFFFFF) * 3
        deleted, last = "", f'"lastAttemptAt":{made + 60000}.0,'
        if odd in ODD_PLACES:
            user, question, of_class = misled(odd, user, question, of_class)
            deleted = f'"deletedAt":{made + 90000}.0,' if odd == DELETED else ""
            last = {UNTIMED: "", AT_ZERO: '"lastAttemptAt":0.0,'}.get(odd, last)
        return (
            f'{{"_creationTime":{made}{FRACTIONS[bits >> 32 & 7]},'
            f'"_id":"k{digest[:16].hex()[1:].translate(ID_LETTERS)}","attempts":{bits >> 35 & 3}.0,'
            f'"classId":"{ident("class", of_class)}",{deleted}"eliminatedOptions":{ELIMINATED[bits >> 38 & 7]},'
            f'"isFlagged":{BOOLEANS[bits >> 41 & 15 == 0]},"isMastered":{BOOLEANS[bits >> 45 & 3 == 0]},'
            f'{last}"metadata":{{}},"questionId":"{ident("question", question)}",'
            f'"selectedOptions":{SELECTED[bits >> 47 & 7]},"updatedAt":{made + 61000}.0,'
            f'"userId":"{ident("users", user)}"}}'
        )

    return line


def misled(odd: int, user: int, question: int, of_class: int) -> tuple[int, int, int]:
    """The same row, pointing to a user, question or class that does not exist."""
    return (
        NOWHERE if odd == LOST_USER else user,
        NOWHERE if odd == LOST_QUESTION else question,
        NOWHERE if odd == LOST_CLASS else of_class,
    )


def document(plan: Plan, number: int, **fields: object) -> str:
    """A progress row of its own, outside the many."""
    own = {
        "_id": plan.id("userProgress", -number),
        "_creationTime": float(plan.as_of - DAY),
        "attempts": 1.0,
        "classId": plan.id("class", 0),
        "eliminatedOptions": [],
        "isFlagged": False,
        "isMastered": True,
        "metadata": {},
        "questionId": plan.id("question", 0),
        "selectedOptions": ["o1"],
        "updatedAt": float(plan.as_of - DAY),
        "userId": plan.id("users", 3),
    }
    return encode(own | fields)


def one_of_two(plan: Plan) -> str:
    """A row whose id another row has too."""
    return document(plan, 1, isMastered=True)


def other_of_two(plan: Plan) -> str:
    """The other row with that id, which differs."""
    return document(plan, 1, isMastered=False, attempts=2.0)


def at_no_number(plan: Plan) -> str:
    """A row whose time is not a number."""
    return document(plan, 2, lastAttemptAt=NAN)


def cut_short(plan: Plan) -> str:
    """A line that ends in the middle, so it is not JSON."""
    return document(plan, 3)[:150]


def not_an_object(plan: Plan) -> str:
    """A line that is JSON, but no document."""
    return f'["{plan.id("userProgress", -4)}",1.0]'


def flagged_by_word(plan: Plan) -> str:
    """A row whose flag is text."""
    return document(plan, 5, isFlagged="yes")
