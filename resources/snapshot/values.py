"""Convex values that JSON lacks: NaN, the infinities and bytes, each an object with one key that starts with `$`.

An int64 is a bare integer and a float64 always has a dot or an exponent, so Python's `int` and `float` tell them apart;
`-0.0` is a plain number. Pure; knows nothing of documents.
"""

import base64
import binascii
import math
import struct
from typing import Any

_SPECIAL = frozenset({"$float", "$bytes", "$integer"})

# Convex nests values at most 64 deep. Python's own limit lies higher, but depends on who calls.
_MAX_DEPTH = 100

_DOUBLE = struct.Struct("<d")


def may_hold_special(line: bytes) -> bool:
    """Whether a JSON text can hold a special value at all, so that most documents need no second look."""
    return b'"$' in line or b"\\u0024" in line


def decode_special(obj: Any) -> Any:
    """Turn special values into Python's, at any depth; ValueError says what is malformed and quotes none of it."""
    return _decode(obj, _MAX_DEPTH)


def encode_special(obj: Any) -> Any:
    """Turn Python values into what an export writes, ready for a JSON encoder: the reverse of `decode_special`."""
    return _encode(obj, _MAX_DEPTH)


def _decode(obj: Any, depth: int) -> Any:
    if isinstance(obj, dict):
        _check(depth)
        if len(obj) == 1:
            ((key, value),) = obj.items()
            if key in _SPECIAL:
                return _decode_one(key, value)
        return {key: _decode(value, depth - 1) for key, value in obj.items()}
    if isinstance(obj, list):
        _check(depth)
        return [_decode(value, depth - 1) for value in obj]
    return obj


def _decode_one(kind: str, text: Any) -> float | int | bytes:
    if not isinstance(text, str):
        raise ValueError(f"{kind} holds no text")  # noqa: TRY004 - the document is wrong, not the caller
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as problem:
        raise ValueError(f"{kind} holds no base64") from problem
    if kind == "$bytes":
        return data
    if len(data) != _DOUBLE.size:
        raise ValueError(f"{kind} holds {len(data)} bytes, not {_DOUBLE.size}")
    if kind == "$integer":
        return int.from_bytes(data, "little", signed=True)
    (number,) = _DOUBLE.unpack(data)
    return float(number)


def _encode(obj: Any, depth: int) -> Any:
    if isinstance(obj, float) and not math.isfinite(obj):
        return {"$float": _base64(_DOUBLE.pack(obj))}
    if isinstance(obj, bytes):
        return {"$bytes": _base64(obj)}
    if isinstance(obj, dict):
        _check(depth)
        if len(obj) == 1 and not _SPECIAL.isdisjoint(obj):
            raise ValueError("an object's only key is one that Convex keeps for special values")
        return {key: _encode(value, depth - 1) for key, value in obj.items()}
    if isinstance(obj, list):
        _check(depth)
        return [_encode(value, depth - 1) for value in obj]
    return obj


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _check(depth: int) -> None:
    if not depth:
        raise ValueError(f"nested deeper than {_MAX_DEPTH} levels")
