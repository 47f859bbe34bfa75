"""How JSON text becomes a struct, or a reason why it cannot be one. Pure."""

import math
from collections.abc import Sequence
from typing import TypeVar

import msgspec

from resources.snapshot.values import decode_special
from resources.warehouse.quarantine import Reason

Shape = TypeVar("Shape", bound=msgspec.Struct)
UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


class Unusable(Exception):
    """Why a document or an entry cannot be used."""

    def __init__(self, reason: Reason, detail: str, document_id: str | None = None) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail
        self.document_id = document_id


def names_of(shape: type[msgspec.Struct]) -> list[str]:
    """The fields of a shape, as the source spells them."""
    return [field.encode_name for field in msgspec.structs.fields(shape)]


def second_look(text: bytes, shape: type[Shape], names: Sequence[str], problem: str, what: str = "line") -> Shape:
    """What did not read at once: with nulls left out and special values decoded it may yet."""
    try:
        value = msgspec.json.decode(text)
    except UNREADABLE:
        raise Unusable(Reason.NOT_JSON, f"the {what} is not a JSON document") from None
    if not isinstance(value, dict):
        raise Unusable(Reason.WRONG_TYPE, f"the {what} is no JSON object")
    given = {name: value[name] for name in names if value.get(name) is not None}
    document_id = given.get("_id") if isinstance(given.get("_id"), str) else None
    try:
        known = decode_special(given)
    except ValueError as special:
        raise Unusable(Reason.WRONG_TYPE, str(special), document_id) from None
    for name, one in known.items():
        if isinstance(one, float) and not math.isfinite(one):
            raise Unusable(Reason.NOT_FINITE, f"{name} is not a finite number", document_id)
    try:
        return msgspec.convert(known, shape)
    except msgspec.ValidationError:
        raise Unusable(Reason.WRONG_TYPE, problem, document_id) from None


def may_hold_nul(text: bytes) -> bool:
    """Whether a JSON text can hold the one character that the database cannot store."""
    return b"\\" in text and b"\\u0000" in text


def holds_nul(value: object) -> bool:
    """Whether a value, or anything in it, holds that character."""
    if isinstance(value, msgspec.Struct):
        return any(map(holds_nul, msgspec.structs.astuple(value)))
    if isinstance(value, dict):
        return any(map(holds_nul, value)) or any(map(holds_nul, value.values()))
    if isinstance(value, list):
        return any(map(holds_nul, value))
    return isinstance(value, str) and "\0" in value
