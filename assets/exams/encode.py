"""Participations and answers as rows for COPY. Pure.

Answers come by the million and consist of a few parts that repeat, so each part is encoded once and rows are joined
from them.
"""

from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from struct import pack

import msgspec
from psycopg.types.json import Jsonb

from assets.exams.entries import Answer, Candidate

PARTICIPATION = (
    "exam_id", "user_id", "id", "score", "status", "status_inferred", "started_at", "completed_at", "pause_phase",
    "pause_started_at", "pause_ended_at", "is_pause_cut_short", "total_pause_duration_ms", "in_progress_answers",
    "answers_missing", "origin", "source_id", "created_load", "load_id",
)  # fmt: skip
ANSWER = ("exam_id", "participation_id", "position", "question_id", "selected_answer", "is_correct")

# Parts of rows, three each, that make about 64 KiB.
BLOCK = 1_500
_COLUMNS = pack("!h", len(ANSWER))
_NULL = pack("!i", -1)
_FLAGS = {None: _NULL, True: pack("!ib", 1, 1), False: pack("!ib", 1, 0)}


def participation_id(exam_id: str, user_id: str) -> str:
    """The same for the same exam and user, in every load."""
    return blake2b(f"{exam_id}\0{user_id}".encode(), digest_size=16).hexdigest()


def participation_row(exam_id: str, one: Candidate, identity: str, load_id: int) -> tuple[object, ...]:
    """The values of `PARTICIPATION`."""
    *fields, draft = one.fields
    return (
        exam_id,
        one.user_id,
        identity,
        *fields,
        None if draft is None else Jsonb(msgspec.json.decode(draft)),
        one.answers_missing,
        "v1" if one.source_id is None else "v2",
        one.source_id,
        load_id,
        load_id,
    )


def answer_rows(exam_id: str, participations: Iterable[tuple[str, Sequence[Answer]]]) -> Iterator[bytes]:
    """The rows of `ANSWER` of some participations of one exam, as binary COPY takes them.

    In blocks that fit into a socket's buffer, so that the server has something to do while the next one is made.
    """
    head = _COLUMNS + _text(exam_id)
    places: list[bytes] = []
    known: dict[Answer, bytes] = {}
    parts: list[bytes] = []
    find = known.get
    for identity, answers in participations:
        begin = head + _text(identity)
        while len(places) < len(answers):
            places.append(pack("!ii", 4, len(places)))
        for place, answer in zip(places, answers, strict=False):
            rest = find(answer)
            if rest is None:
                text, flag = _text(answer.selected_answer), _FLAGS[answer.is_correct]
                rest = known[answer] = _text(answer.question_id) + text + flag
            parts += (begin, place, rest)
        if len(parts) > BLOCK:
            yield b"".join(parts)
            parts.clear()
    yield b"".join(parts)


def _text(value: str | None) -> bytes:
    if value is None:
        return _NULL
    data = value.encode()
    return pack("!i", len(data)) + data
