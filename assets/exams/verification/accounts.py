"""Whether what the migration says it did with an exam is what this reading of the sources counts. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from assets.exams.verification.expected import Entries, Expected, Row

V1, V1_ANSWERS = "exams.participants", "exams.participants.answers"
V2, V2_ANSWERS = "landing.exam_participations", "landing.exam_answers"


class Numbers(NamedTuple):
    """Where everything that was read ended."""

    read: int = 0
    loaded: int = 0
    quarantined: int = 0
    duplicates: int = 0


@dataclass(frozen=True)
class Stated:
    """What the migration keeps of one thing that it read of an exam, and what stands in the quarantine for it."""

    numbers: Numbers
    rejects: int = 0
    # The rejects by their reasons, and the answers that they hold.
    repeated: int = 0
    conflicts: int = 0
    reject_answers: int = 0


def discrepancies(
    stated: Mapping[str, Stated],
    entries: Entries | None,
    expected: Expected,
    stored: list[Row],
    found: Mapping[str, tuple[int, int]],
) -> list[str]:
    """Name each number that differs; without `entries` the document is gone, and only v2's own rows are counted."""
    wrong = []
    for table, counted in _counted(entries, expected, stored).items():
        said = stated.get(table, Stated(Numbers()))
        wrong += _different(table, said.numbers._asdict(), counted._asdict())
    for table, answers_table, origin in ((V1, V1_ANSWERS, "v1"), (V2, V2_ANSWERS, "v2")):
        said = stated.get(table, Stated(Numbers()))
        said_answers = stated.get(answers_table, Stated(Numbers()))
        rows, answers = found.get(origin, (0, 0))
        wrong += _different(
            f"{table} kept",
            {"rows": said.numbers.loaded, "answers": said_answers.numbers.loaded},
            {"rows": rows, "answers": answers},
        )
        wrong += _different(
            f"{table} in quarantine",
            {"rows": said.numbers.quarantined, "answers": said_answers.numbers.quarantined},
            {"rows": said.rejects, "answers": said.reject_answers},
        )
    return wrong + _reasons(stated, entries, expected)


def _reasons(stated: Mapping[str, Stated], entries: Entries | None, expected: Expected) -> list[str]:
    wrong = []
    for table, origin in ((V1, "v1"), (V2, "v2")):
        if table == V1 and entries is None:
            continue
        said = stated.get(table, Stated(Numbers()))
        lost = sum(row.origin == origin for row in expected.lost)
        repeated = len(entries.repeated) if entries is not None and table == V1 else 0
        wrong += _different(
            f"{table} in quarantine",
            {"conflict": said.conflicts, "repeated_participant": said.repeated},
            {"conflict": lost, "repeated_participant": repeated},
        )
    return wrong


def _counted(entries: Entries | None, expected: Expected, stored: list[Row]) -> dict[str, Numbers]:
    def of(rows: Iterable[Row], origin: str) -> tuple[int, int]:
        own = [len(row.participation.question_ids) for row in rows if row.origin == origin]
        return len(own), sum(own)

    counted: dict[str, Numbers] = {}
    sides = {"v2": of(stored, "v2")} | ({} if entries is None else {"v1": (entries.entries, entries.answers)})
    for origin, read in sides.items():
        loaded, same = of(expected.rows.values(), origin), of(expected.duplicates, origin)
        rows, answers = (
            Numbers(read[place], loaded[place], read[place] - loaded[place] - same[place], same[place])
            for place in (0, 1)
        )
        tables = (V1, V1_ANSWERS) if origin == "v1" else (V2, V2_ANSWERS)
        counted |= {tables[0]: rows, tables[1]: answers}
    return counted


def _different(where: str, said: Mapping[str, int], counted: Mapping[str, int]) -> list[str]:
    return [f"{where}: {name}" for name in said if said[name] != counted[name]]
